"""Lines of pricing → columns of rated items: names' numbers become identities, in one pass over the rows."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from yidian.kernel.rating.arrays import I64, Lines
from yidian.kernel.rating.units import Events


class Identity(NamedTuple):
    """By local number: subscriber ids, account ids of payer entries, unit ids."""

    subscriber: I64
    account: I64
    unit: I64


class Rated(NamedTuple):
    """One row per line; see docs/howto/bill.md for what each column means."""

    event_id: NDArray[Any]
    part: NDArray[Any]  # widths below; all others are int64
    start_ms: NDArray[Any]
    unit: NDArray[Any]
    subscriber: NDArray[Any]
    account: NDArray[Any]
    item: NDArray[Any]
    band: NDArray[Any]
    rule: NDArray[Any]
    allowance: NDArray[Any]
    quantity: NDArray[Any]
    units: NDArray[Any]
    amount_micro: NDArray[Any]
    cut_micro: NDArray[Any]


WIDTHS = {"part": np.int32, "item": np.int32, "band": np.int16, "rule": np.int32, "allowance": np.int32}


def empty(rows: int) -> Rated:
    return Rated(**{name: np.empty(rows, WIDTHS.get(name, np.int64)) for name in Rated._fields})


def fill(out: Lines, events: Events, who: Identity, to: Rated) -> None:
    """Fill the columns for all lines."""
    for row in range(len(out.event)):
        event = out.event[row]
        to.event_id[row] = events.event_id[event]
        to.part[row] = out.part[row]
        to.start_ms[row] = events.start_ms[event]
        to.unit[row] = who.unit[out.unit[row]]
        to.subscriber[row] = who.subscriber[events.sub[event]]
        to.account[row] = who.account[out.payer[row]]
        to.item[row] = events.item[event]
        to.band[row] = out.band[row]
        to.rule[row] = out.rule[row]
        to.allowance[row] = out.allowance[row]
        to.quantity[row] = out.quantity[row]
        to.units[row] = out.units[row]
        to.amount_micro[row] = out.amount_micro[row]
        to.cut_micro[row] = out.cut_micro[row]
