"""One block of everybody: each month in many copies, each subscription's best offer, and what the block comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from yidian.domains.customer_bill.types import Cycle
from yidian.domains.product_inventory.types import Reference
from yidian.kernel.rating.arrays import I64
from yidian.runs.best.beside import REASONS, Beside, Reasons
from yidian.runs.best.blocks import Everybody, facts_of, left_of, passes
from yidian.runs.best.costs import Carried, Costs, costs
from yidian.runs.best.cutting import cut
from yidian.runs.best.lines import Lines
from yidian.runs.best.lines import reasons as other_lines
from yidian.runs.best.summary import sums_of
from yidian.runs.best.tiling import AS_NOW, Some
from yidian.runs.best.today import Today
from yidian.runs.best.types import NO_PRICE, TOO_LARGE
from yidian.runs.bill.facts import Facts
from yidian.runs.rate.people import People
from yidian.runs.rate.spill import Spilled, read_part

LIST_SCHEMA: Final = pa.schema([
    ("subscriber", pa.string()),  # code
    ("number", pa.string()),
    ("offer", pa.string()),  # held last
    ("present_minor", pa.int64()),
    ("best", pa.string()),  # "": none is cheaper
    ("best_minor", pa.int64()),
    ("saving_minor", pa.int64()),
    ("second", pa.string()),  # the next after the best, cheaper or not; "": there is none
    ("second_minor", pa.int64()),
    ("reason", pa.string()),  # why nothing can be said of it; "": it can
])  # fmt: skip
NEVER: Final = np.int64(1 << 62)


@dataclass(frozen=True)
class Month:
    """A month of everybody. `people`: the blocks are its parts; `group`: by place, what is priced together."""

    cycle: Cycle
    now: Today
    reference: Reference
    people: People
    group: I64
    folder: Path
    spilled: list[Spilled]
    facts: Facts
    left: pa.Table | None


@dataclass(frozen=True)
class Work:
    """What the blocks refer to. `codes`, `numbers`: by id of a subscriber; `unit`: minor units in one of currency."""

    everybody: Everybody
    codes: Mapping[int, str]
    numbers: Mapping[int, str]
    months: Sequence[Month]
    offers: tuple[str, ...]
    unit: int
    beside: Beside
    lines: Lines


def block_of(work: Work, block: int) -> tuple[pa.Table, dict[str, Any]]:
    """(rows of LIST_SCHEMA, what summary.summed_up adds up)."""
    months = [(month.now.own(), month.cycle, _some(work, month, block)) for month in work.months]
    tables = [_pass(work, months, moving) for moving in passes(work.everybody, block)]
    table = pa.concat_tables([LIST_SCHEMA.empty_table(), *tables])
    return table, sums_of(table, unit=work.unit, priced=table.num_rows * len(work.offers) * len(work.months))


def _some(work: Work, month: Month, block: int) -> Some:
    first, last = int(month.people.part_first[block]), int(month.people.part_first[block + 1])
    places = month.people.old[first:last]
    who = cut(month.reference, places)
    records = read_part(month.folder, month.spilled, block)
    records["sub"] -= first
    return Some(
        reference=who, group=_dense(month.group[places]), records=records,
        facts=facts_of(month.facts, np.asarray(who.subscriber_id, np.int64)),
        left=None if month.left is None else left_of(month.left, who), windows=work.everybody.windows,
        from_ms=month.cycle.from_ms, to_ms=month.cycle.to_ms,
    )  # fmt: skip


def _dense(numbers: I64) -> I64:
    found: I64 = np.unique(numbers, return_inverse=True)[1].reshape(-1)
    return found


def _pass(work: Work, months: Sequence[tuple[Today, Cycle, Some]], moving: I64) -> pa.Table:
    """Everybody in `moving` (ids, one of a family) under every offer."""
    copies = {0: AS_NOW} | dict(enumerate(work.offers, start=1))
    total = np.zeros((len(copies), len(moving)), np.int64)
    unlike, parked = np.zeros(total.shape, np.bool_), np.zeros(total.shape, np.bool_)
    held = [work.everybody.held[who] for who in moving.tolist()]
    against = other_lines(work.lines, offers=work.offers, held=held)
    carried: Carried | None = None
    ended = 0
    families = np.unique(work.everybody.family[work.everybody.at(moving)])
    for now, cycle, everyone in months:
        some = _families(work, everyone, families)
        ids = np.asarray(some.reference.subscriber_id, np.int64)
        made = costs(
            now, some, moved=np.isin(ids, moving), copies=copies, carried=carried if ended == cycle.from_ms else None
        )
        carried = Carried(made.left, ids, np.asarray(some.reference.unit_id, np.int64))
        ended = cycle.to_ms
        _add(some, made, moving, total, unlike, parked)
        against = np.maximum(against, work.beside.reasons(some, moving=moving, offers=work.offers))
    return _rows(work, moving, total, unlike, parked, against)


def _families(work: Work, some: Some, families: I64) -> Some:
    """Those of some families alone."""
    ids = np.asarray(some.reference.subscriber_id, np.int64)
    mine = np.isin(work.everybody.family[work.everybody.at(ids)], families)
    if mine.all():
        return some
    places = np.flatnonzero(mine)
    place = np.full(len(ids), -1, np.int64)
    place[places] = np.arange(len(places))
    who = cut(some.reference, places)
    records = some.records[mine[some.records["sub"]]]
    records["sub"] = place[records["sub"]]
    return Some(
        reference=who, group=_dense(some.group[places]), records=records, facts=facts_of(some.facts, ids[places]),
        left=None if some.left is None else left_of(some.left, who), windows=some.windows, from_ms=some.from_ms,
        to_ms=some.to_ms,
    )  # fmt: skip


def _add(
    some: Some, made: Costs, moving: I64, total: I64, unlike: NDArray[np.bool_], parked: NDArray[np.bool_]
) -> None:
    """A month's costs of the group of each who moves."""
    ids = np.asarray(some.reference.subscriber_id, np.int64)
    sums = np.zeros((some.groups, len(total)), np.int64)
    np.add.at(sums, some.group, made.minor.T)
    order = np.argsort(ids)
    at = np.searchsorted(ids[order], moving)
    there = np.flatnonzero(np.isin(moving, ids))
    group = some.group[order[at[there]]]
    total[:, there] += sums[group].T
    unlike[:, there] |= (made.which != made.which[0])[:, group] | (made.unpriced != made.unpriced[0])[:, group]
    parked[:, there] |= made.parked[:, group]


def _rows(
    work: Work, moving: I64, total: I64, unlike: NDArray[np.bool_], parked: NDArray[np.bool_], against: Reasons
) -> pa.Table:
    """The list of those who moved: their own offer, the cheapest other one, and the next."""
    held = [work.everybody.present[who] for who in moving.tolist()]
    place = {code: n for n, code in enumerate(work.offers)}
    own = np.array([place.get(code, -1) for code in held], np.int64)
    candidates = np.where(unlike[1:] | parked[1:] | (against > 0), NEVER, total[1:])
    candidates[own[own >= 0], np.flatnonzero(own >= 0)] = NEVER
    order = np.argsort(candidates, axis=0, kind="stable")
    columns = np.arange(len(moving))
    first, second = order[0], order[min(1, len(order) - 1)]
    least = candidates[first, columns]
    next_ = candidates[second, columns] if len(order) > 1 else np.full(len(moving), NEVER)
    cheaper = (least < total[0]) & ~parked[0]
    nothing = (candidates == NEVER).all(axis=0) & (own < 0)
    refused = np.array(REASONS)[against.min(axis=0)]  # of several reasons the milder one
    said_of = np.where(nothing, np.where(refused == "", NO_PRICE, refused), "")
    reason = np.where(parked[0], TOO_LARGE, said_of)
    names = np.array([*work.offers, ""], dtype=object)
    said = (next_ != NEVER) & ~parked[0]
    return pa.table(
        {
            "subscriber": [work.codes[who] for who in moving.tolist()],
            "number": [work.numbers.get(who, "") for who in moving.tolist()],
            "offer": held,
            "present_minor": np.where(parked[0], 0, total[0]),
            "best": names[np.where(cheaper, first, len(work.offers))].tolist(),
            "best_minor": np.where(cheaper, least, np.where(parked[0], 0, total[0])),
            "saving_minor": np.where(cheaper, total[0] - least, 0),
            "second": names[np.where(said, second, len(work.offers))].tolist(),
            "second_minor": np.where(said, next_, 0),
            "reason": reason.tolist(),
        },
        schema=LIST_SCHEMA,
    )
