"""Rating units one after the other: events in order, totals per payer and item; a bad unit is parked and undone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from yidian.kernel.rating.arrays import FULL, I64, LIMIT, OVERFLOW, Book, Holders, Lines
from yidian.kernel.rating.price import price_event


class Events(NamedTuple):
    """Classified events, grouped by rating unit, each group by (start, event id)."""

    sub: I64
    start_ms: I64
    event_id: I64
    item: I64
    quantity: I64


class Groups(NamedTuple):
    """What is priced together: the events and the subscribers of each group (both contiguous)."""

    event_first: I64
    sub_first: I64


class Totals(NamedTuple):
    """Sums per [payer entry, item]."""

    amount_micro: I64
    cut_micro: I64
    quantity: I64
    events: I64


class Verdicts(NamedTuple):
    """What became of events and groups: 0 good, else the reason; and where to go on after FULL."""

    event: I64
    group: I64
    cursor: I64  # [next group, next row]


def totals(payers: int, items: int) -> Totals:
    return Totals(*(np.zeros((payers, items), np.int64) for _ in Totals._fields))


def verdicts(events: int, groups: int) -> Verdicts:
    return Verdicts(np.zeros(events, np.int64), np.zeros(groups, np.int64), np.zeros(2, np.int64))


def undo(held: Holders, opening: I64, first_sub: int, last_sub: int) -> None:
    """Give the subscribers of a group their opening state again."""
    for sub in range(first_sub, last_sub):
        for slot in range(held.slots.shape[1]):
            held.slots[sub, slot] = 0
        for entry in range(held.chain_first[sub], held.chain_first[sub + 1]):
            bucket = held.chain_bucket[entry]
            held.balance[bucket] = opening[bucket]
            if held.chain_limit[entry] >= 0:
                held.taken[held.chain_limit[entry]] = 0
        for entry in range(held.unit_first[sub], held.unit_first[sub + 1]):
            for slot in range(held.unit_slots.shape[1]):
                held.unit_slots[held.unit[entry], slot] = 0


def sums_fit(out: Lines, first_row: int, last_row: int) -> bool:
    """Whether the amounts of a group stay in bounds when added up; known before any total is touched."""
    amount = 0
    cut = 0
    for row in range(first_row, last_row):
        amount += out.amount_micro[row]
        cut += out.cut_micro[row]
        if amount > LIMIT or cut > LIMIT or amount < -LIMIT or cut < -LIMIT:
            return False
    return True


def add_up(out: Lines, events: Events, sums: Totals, first_row: int, last_row: int) -> None:
    """Add the lines of a group to the totals of its payers."""
    for row in range(first_row, last_row):
        item = events.item[out.event[row]]
        payer = out.payer[row]
        sums.amount_micro[payer, item] += out.amount_micro[row]
        sums.cut_micro[payer, item] += out.cut_micro[row]
        sums.quantity[payer, item] += out.quantity[row]
        if out.part[row] == 0:
            sums.events[payer, item] += 1


def price_group(
    book: Book, held: Holders, out: Lines, events: Events, found: Verdicts, first: int, last: int, row: int
) -> int:
    """Price the events first … last of one group from `row` on; answers the next free row, FULL or OVERFLOW."""
    for event in range(first, last):
        following = price_event(
            book, held, out, row, event,
            events.sub[event], events.start_ms[event], events.item[event], events.quantity[event],
        )  # fmt: skip
        if following >= 0:
            row = following
            found.event[event] = 0
        elif following in (FULL, OVERFLOW):
            return following
        else:
            found.event[event] = following
    return row


def price_units(
    book: Book, held: Holders, opening: I64, out: Lines, events: Events, groups: Groups, sums: Totals, found: Verdicts
) -> int:
    """Price all groups from the cursor on.

    Answers 0 when done, or FULL with the cursor at the group that found no room.
    """
    row = found.cursor[1]
    for group in range(found.cursor[0], len(groups.sub_first) - 1):
        first, last = groups.event_first[group], groups.event_first[group + 1]
        after = price_group(book, held, out, events, found, first, last, row)
        if after >= 0 and not sums_fit(out, row, after):
            after = OVERFLOW
        if after >= 0:
            add_up(out, events, sums, row, after)
            row = after
            continue
        undo(held, opening, groups.sub_first[group], groups.sub_first[group + 1])
        if after == FULL:
            found.cursor[0] = group
            found.cursor[1] = row
            return FULL
        found.group[group] = OVERFLOW
    found.cursor[0] = len(groups.sub_first) - 1
    found.cursor[1] = row
    return 0
