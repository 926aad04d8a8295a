"""What some people would be charged in each of many copies: one rating, one billing, by the doors of a full run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from yidian.kernel.billing import layout as at
from yidian.kernel.billing.bill import bill, rows_of
from yidian.kernel.billing.compiled import machine
from yidian.kernel.rating.arrays import I64
from yidian.kernel.rating.engine import fast
from yidian.runs.best.tiling import (
    Flags,
    Some,
    copy_of,
    own_id,
    tiled,
    tiled_facts,
    tiled_left,
    tiled_records,
)
from yidian.runs.best.today import Today
from yidian.runs.bill.inputs import Inputs, gather
from yidian.runs.bill.parts import Chosen
from yidian.runs.rate.left import EMPTY
from yidian.runs.rate.people import people
from yidian.runs.rate.rate_part import RatedPart, rate_part

MOST_EVENTS: Final = 400_000  # of all copies priced at once; a customer's with very many are priced in turns
MOST_SUBSCRIBERS: Final = 60_000
LARGEST_MINOR: Final = 1 << 52  # of a line: sums of a copy stay far inside 64 bits
_MIX: Final = np.int64(0x9E3779B97F4A7C1)


@dataclass(frozen=True)
class Costs:
    """[copy, subscriber] or [copy, group]. `unpriced`: events without a price; `which`: what tells two sets of them
    apart (a sum of their ids, any order); `parked`: amounts leave the bounds. `left`: what each copy leaves behind."""

    minor: I64
    unpriced: I64
    which: I64
    parked: NDArray[np.bool_]
    left: pa.Table


@dataclass(frozen=True)
class Carried:
    """What the copies left in the month before, and whose rows these are: ids of subscribers and of units."""

    left: pa.Table
    subscribers: I64
    units: I64


def costs(now: Today, some: Some, *, moved: Flags, copies: Mapping[int, str], carried: Carried | None = None) -> Costs:
    """Every copy: its number → the offer that the moved ones hold in it (see tiling.AS_NOW). Takes now.lock.

    `carried`: of the month before under the same copies; of whoever was not in it `some.left` counts.
    """
    if not len(some.reference.subscriber_id):
        return _nobody(some, len(copies))
    with now.lock:
        turns = [_costs(now, some, moved, turn, carried) for turn in _turns(some, copies)]
    if len(turns) == 1:
        return turns[0]
    names = ("minor", "unpriced", "which", "parked")
    arrays = {name: np.concatenate([getattr(turn, name) for turn in turns]) for name in names}
    return Costs(**arrays, left=pa.concat_tables([turn.left for turn in turns]))


def _nobody(some: Some, copies: int) -> Costs:
    """Of a month in which there was none of them."""
    none = np.zeros((copies, some.groups), np.int64)
    return Costs(np.zeros((copies, 0), np.int64), none, none, none.astype(np.bool_), EMPTY)


def _turns(some: Some, copies: Mapping[int, str]) -> Iterator[Mapping[int, str]]:
    """Copies that are priced at once."""
    by_events = MOST_EVENTS // max(len(some.records), 1)
    at_once = max(1, min(by_events, MOST_SUBSCRIBERS // max(len(some.reference.subscriber_id), 1)))
    numbers = list(copies)
    for first in range(0, len(numbers), at_once):
        yield {number: copies[number] for number in numbers[first : first + at_once]}


def _before(some: Some, copies: Mapping[int, str], carried: Carried | None) -> pa.Table | None:
    """What the copies find in their allowances; None: no allowance asks."""
    if some.left is None:
        return None
    if carried is None:
        return tiled_left(some.left, copies)
    owner, shared = some.left["owner"].to_numpy(), some.left["shared"].to_numpy() == 1
    known = np.where(shared, np.isin(owner, carried.units), np.isin(owner, carried.subscribers))
    others = tiled_left(some.left.filter(pa.array(~known)), copies)
    own = np.isin(copy_of(carried.left["owner"].to_numpy()), np.array(list(copies), np.int64))
    return pa.concat_tables([others, carried.left.filter(pa.array(own)).select(others.column_names)]).combine_chunks()


def _costs(now: Today, some: Some, moved: Flags, copies: Mapping[int, str], carried: Carried | None) -> Costs:
    who = tiled(some, base=now.base, moved=moved, copies=copies)
    count, subs = len(copies), len(some.reference.subscriber_id)
    everybody = people(who, parts=1)
    rated = rate_part(
        compiled=now.compiled, programs=now.programs, people=everybody, part=0, fast=fast(),
        records=tiled_records(some.records, everybody.number, count, subs),
        before=_before(some, copies, carried), lines=False,
    )  # fmt: skip
    inputs = gather(
        book=now.billing, reference=who, totals=rated.totals, parked_units=(), facts=tiled_facts(some.facts, copies)
    )
    minor, too_large = _billed(inputs, count * subs)
    first = {number: n for n, number in enumerate(copies)}
    unpriced, which, parked = _unpriced(some, rated, first)
    np.logical_or.at(parked, (np.repeat(np.arange(count), subs), np.tile(some.group, count)), too_large)
    return Costs(minor.reshape(count, subs), unpriced, which, parked, rated.left if len(rated.left) else EMPTY)


def _billed(inputs: Inputs, subscribers: int) -> tuple[I64, NDArray[np.bool_]]:
    """What every subscriber's lines come to on whichever bills bear them; and whose amounts leave the bounds."""
    everybody = np.ones(subscribers, np.bool_)
    chosen = Chosen(inputs, everybody, np.zeros(len(inputs.reference.account_id), np.int64))
    usage, holdings, known = chosen.usage(), chosen.holdings(), chosen.known()
    if inputs.book.arrays.account_cuts:
        bills = bill(
            book=inputs.book, usage=usage, holdings=holdings, known=known, subscribers=subscribers,
            accounts=len(chosen.accounts), functions=machine(),
        )  # fmt: skip
        rows, large = bills.rows, np.zeros(subscribers, np.bool_)
        for owner, account in ((usage.subscriber, usage.account), (holdings.subscriber, holdings.account)):
            large[owner[bills.too_large[account] == 1]] = True
    else:
        rows, burst = rows_of(
            book=inputs.book, usage=usage, holdings=holdings, known=known, subscribers=subscribers, functions=machine()
        )
        large = burst == 1
    found = np.zeros(subscribers, np.int64)
    amount, whose = rows[:, at.ROW_MINOR], rows[:, at.ROW_SUBSCRIBER]
    large[whose[np.abs(amount) > LARGEST_MINOR]] = True
    np.add.at(found, whose, np.where(large[whose], 0, amount))
    return found, large


def _unpriced(some: Some, rated: RatedPart, first: Mapping[int, int]) -> tuple[I64, I64, NDArray[np.bool_]]:
    """(how many events have no price, what tells them apart, is it parked) by [copy, group]."""
    shape = (len(first), some.groups)
    unpriced, which, parked = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.bool_)
    rejects = rated.rejects
    if rejects.num_rows:
        places = _places(some, rejects["unit"].to_numpy(), first)
        np.add.at(unpriced, places, 1)
        with np.errstate(over="ignore"):
            told = rejects["event_id"].to_numpy() * _MIX + rejects["reason"].to_numpy()
            np.add.at(which, places, told)
    if rated.parked:
        units = np.array([int(one["unit"]) for one in rated.parked], np.int64)
        parked[_places(some, units, first)] = True
    return unpriced, which, parked


def _places(some: Some, units: I64, first: Mapping[int, int]) -> tuple[I64, I64]:
    """(copy, group) of units of copies."""
    who = some.reference
    group_of_unit = np.zeros(len(who.unit_id), np.int64)
    group_of_unit[np.asarray(who.mem_unit, np.int64)] = some.group[np.asarray(who.mem_sub, np.int64)]
    order = np.argsort(who.unit_id, kind="stable")
    unit = order[np.searchsorted(np.asarray(who.unit_id, np.int64)[order], own_id(units))]
    numbers = np.array(list(first), np.int64)  # ascending: so they were given
    return np.searchsorted(numbers, copy_of(units)), group_of_unit[unit]
