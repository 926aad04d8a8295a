"""The pricing of one event on one state, rule by rule as in docs/pricing.md §5.

Plain text for a quote, compiled for a run. Integers and arrays only. Every function says in its name what it answers;
the state changed is in Holders.
"""

from __future__ import annotations

from yidian.kernel.money.rounding import divide
from yidian.kernel.rating.arrays import (
    BLOCKS_ON_COUNTER,
    EVENT_SLOT,
    FULL,
    I64,
    LIMIT,
    OVERFLOW,
    VOLUME,
    Book,
    Holders,
    Lines,
)

# Reasons share their numbers with those of classify.py: none may be used twice.
NO_PRICE = -11
NO_PAYER = -12


def ceil_div(units: int, block: int) -> int:
    """Whole blocks that hold `units`."""
    return (units + block - 1) // block


def entry_at(first: int, last: int, from_ms: I64, at_ms: int) -> int:
    """The last entry of first … last that began at or before an instant; `first` - 1 if none did."""
    while first < last:
        middle = (first + last) // 2
        if from_ms[middle] <= at_ms:
            first = middle + 1
        else:
            last = middle
    return first - 1


def left_to(book: Book, held: Holders, entry: int) -> int:
    """What the subscriber of a chain may still draw from one of its buckets."""
    bucket = held.chain_bucket[entry]
    left: int = held.balance[bucket]
    limited = held.chain_limit[entry]
    if limited >= 0:
        left = min(left, book.allowance_limit[held.bucket_allowance[bucket]] - held.taken[limited])
    return left


def bucket_for(book: Book, held: Holders, sub: int, cell: int, at_ms: int, rows: int) -> int:
    """The entry of the subscriber's chain that is drawn next for an item and band at an instant; -1: none.

    `rows`: where what the program's conversions say begins.
    """
    for entry in range(held.chain_first[sub], held.chain_first[sub + 1]):
        bucket = held.chain_bucket[entry]
        if held.balance[bucket] > 0 and held.chain_from_ms[entry] <= at_ms and at_ms < held.chain_to_ms[entry]:
            needed = book.needs[rows + held.bucket_allowance[bucket], cell]
            if needed > 0 and left_to(book, held, entry) >= needed:
                return entry
    return -1


def step_at(book: Book, ladder: int, position: int) -> int:
    """The step of a ladder in which a position lies."""
    step: int = book.ladder_first[ladder]
    last = book.ladder_first[ladder + 1] - 1
    while step < last and book.step_from[step + 1] <= position:
        step += 1
    return step


def cap_sum(book: Book, held: Holders, cap: int, sub: int, unit: int) -> int:
    """What was charged under a cap so far in its period, as if there were none."""
    slot = book.cap_slot[cap]
    found: int = held.unit_slots[unit, slot] if book.cap_shared[cap] else held.slots[sub, slot]
    return found


def keep_cap_sum(book: Book, held: Holders, cap: int, sub: int, unit: int, so_far: int) -> None:
    """Remember what was charged under a cap."""
    slot = book.cap_slot[cap]
    if book.cap_shared[cap]:
        held.unit_slots[unit, slot] = so_far
    else:
        held.slots[sub, slot] = so_far


def day_at(book: Book, known: int, at_ms: int) -> int:
    """The local day of an instant, counted from 1. `known`: the day of the event before, mostly the same; 0: none."""
    edges = book.day_edge_ms
    if known > 0 and edges[known - 1] <= at_ms and (known == len(edges) or at_ms < edges[known]):
        return known
    return entry_at(0, len(edges), edges, at_ms) + 1


def begin_day(book: Book, held: Holders, sub: int, unit: int, start_ms: int) -> None:
    """Forget what the subscriber and the unit counted on another local day."""
    day = day_at(book, held.slots[sub, book.day_slot], start_ms)
    if held.slots[sub, book.day_slot] != day:
        for slot in range(book.day_slot, held.slots.shape[1]):
            held.slots[sub, slot] = 0
        held.slots[sub, book.day_slot] = day
    if held.unit_slots[unit, book.unit_day_slot] != day:
        for slot in range(book.unit_day_slot, held.unit_slots.shape[1]):
            held.unit_slots[unit, slot] = 0
        held.unit_slots[unit, book.unit_day_slot] = day


def put(out: Lines, row: int, rule: int, allowance: int, units: int, amount_micro: int, cut_micro: int) -> None:
    """Write what a line comes to: charged by a rule, drawn from an allowance, or (-1 and -1) free."""
    out.rule[row] = rule
    out.allowance[row] = allowance
    out.units[row] = units
    out.amount_micro[row] = amount_micro
    out.cut_micro[row] = cut_micro


def draw(
    book: Book,
    held: Holders,
    out: Lines,
    row: int,
    rows: int,
    entry: int,
    item: int,
    cell: int,
    start_ms: int,
    position: int,
    end: int,
    split: int,
) -> int:
    """Draw from a bucket for position … end of an event, and write what was drawn.

    Answers how much of the event that covers.
    """
    bucket = held.chain_bucket[entry]
    allowance = held.bucket_allowance[bucket]
    if split == 1:
        end = min(end, ceil_div(held.chain_to_ms[entry] - start_ms, 1000))
    left = left_to(book, held, entry)
    block = book.converted[rows + allowance, item]
    if block > 0:
        takes = book.needs[rows + allowance, cell]
        times = min(ceil_div(end - position, block), left // takes)
        units: int = times * takes
        covered: int = times * block
    else:
        block = book.allowance_block[allowance]
        units = min(ceil_div(end - position, block) * block, left)
        covered = units
    held.balance[bucket] -= units
    if held.chain_limit[entry] >= 0:
        held.taken[held.chain_limit[entry]] += units
    put(out, row, -1, allowance, units, 0, 0)
    return covered


def rung(book: Book, ladder: int, repeat: int, reached: int, wanted: int) -> tuple[int, int]:
    """The step on which a position stands, and the units that it has room for."""
    step = step_at(book, ladder, reached)
    room = wanted
    if step + 1 < book.ladder_first[ladder + 1]:
        room = book.step_from[step + 1] - reached
    elif repeat > 0:
        room = repeat - reached
    return step, room


def unlike(
    book: Book, ladder: int, reached: int, wanted: int, used: int, quantity: int, first: int, step: int
) -> tuple[int, int, int, int]:
    """What is charged by a ladder that has blocks on its counter, a price for the whole volume, or a set-up.

    Answers the step, the units paid, how much they cover (below 0: OVERFLOW), and what comes to the price of the units,
    as a numerator. `used`: what the step has room for; `first`: 1 for the first charge of an event.
    """
    kind = book.ladder_kind[ladder]
    counted = book.ladder_scope[ladder]
    more = book.ladder_setup[ladder] * first
    if kind & VOLUME == 0:
        block = book.step_block[step]
        units = ceil_div(used, block) * block
        covered = units
        if kind & BLOCKS_ON_COUNTER != 0:
            begun = reached - book.step_from[step]
            units = (ceil_div(begun + used, block) - ceil_div(begun, block)) * block
            covered = used
        return step, units, covered, more
    step = step_at(book, ladder, (reached + wanted if counted == 1 else quantity) - 1)
    block = book.step_block[step]
    units = ceil_div(wanted, block) * block
    covered = units
    if counted == 1:
        former = step_at(book, ladder, reached - 1)
        step = step_at(book, ladder, reached + units - 1)
        if reached + units > book.step_limit[step] or reached > book.step_limit[former]:
            covered = OVERFLOW
        else:
            more += reached * (book.step_num[step] - book.step_num[former])
    return step, units, covered, more


def charge(
    book: Book,
    held: Holders,
    out: Lines,
    row: int,
    ladder: int,
    cap: int,
    sub: int,
    item: int,
    wanted: int,
    position: int,
    quantity: int,
    first: int,
) -> int:
    """Charge at most `wanted` units by the step where the event stands, and write the charge.

    Answers how much of the event that covers, or OVERFLOW. `first`: 1 for the first charge of an event of something.
    """
    slot = book.ladder_slot[ladder]
    reached = held.slots[sub, slot] if book.ladder_scope[ladder] == 1 else position
    repeat = book.ladder_repeat[ladder]
    if repeat > 0:
        reached = reached % repeat
    step, room = rung(book, ladder, repeat, reached, wanted)
    block = book.step_block[step]
    units: int = ceil_div(min(wanted, room), block) * block
    covered = units
    more = 0
    unusual = book.ladder_kind[ladder] != 0
    if unusual:
        step, units, covered, more = unlike(book, ladder, reached, wanted, min(wanted, room), quantity, first, step)
        if covered < 0:
            return OVERFLOW
    if units > book.step_limit[step]:
        return OVERFLOW
    numerator = units * book.step_num[step] + more
    total = book.item_total[item]
    before = held.slots[sub, total]
    if before > LIMIT - numerator:
        return OVERFLOW
    after = before + numerator
    if unusual and after < -LIMIT:
        return OVERFLOW
    held.slots[sub, total] = after
    unit_micro = book.item_unit[item]
    denominator = book.item_den[item] * unit_micro
    rounding = book.item_rounding[item]
    amount = (divide(after, denominator, rounding) - divide(before, denominator, rounding)) * unit_micro
    kept = amount
    if cap >= 0:
        used = cap_sum(book, held, cap, sub, out.unit[row])
        so_far = used + amount
        if so_far > LIMIT or so_far < -LIMIT:
            return OVERFLOW
        kept = min(so_far, book.cap_micro[cap]) - min(used, book.cap_micro[cap])
        keep_cap_sum(book, held, cap, sub, out.unit[row], so_far)
    if book.ladder_scope[ladder] == 1:
        held.slots[sub, slot] += covered
    put(out, row, book.step_rule[step], -1, units, kept, amount - kept)
    return covered


def sign(out: Lines, row: int, event: int, part: int, band: int, payer: int, covered: int) -> None:
    """Write what a line is of."""
    out.event[row] = event
    out.part[row] = part
    out.band[row] = band
    out.payer[row] = payer
    out.quantity[row] = covered


def price_event(
    book: Book, held: Holders, out: Lines, row: int, event: int, sub: int, start_ms: int, item: int, quantity: int
) -> int:
    """Walk one event and write its lines from `row` on.

    Answers the next free row, or FULL, OVERFLOW (the caller restores the unit), NO_PRICE, NO_PAYER (nothing was done).
    """
    segment = entry_at(held.program_first[sub], held.program_first[sub + 1], held.program_from_ms, start_ms)
    if segment < held.program_first[sub] or book.priced[held.program[segment], item] == 0:
        return NO_PRICE
    payer = entry_at(held.payer_first[sub], held.payer_first[sub + 1], held.payer_from_ms, start_ms)
    member = entry_at(held.unit_first[sub], held.unit_first[sub + 1], held.unit_from_ms, start_ms)
    if payer < held.payer_first[sub] or held.payer_to_ms[payer] <= start_ms:
        return NO_PAYER
    if member < held.unit_first[sub] or held.unit_to_ms[member] <= start_ms:
        return NO_PAYER

    program = held.program[segment]
    rows = book.draws_of[program]
    if book.day_slot >= 0:
        begin_day(book, held, sub, held.unit[member], start_ms)
    free = quantity < book.item_free[item]
    first = 1 if quantity > 0 else 0
    split, bands = book.item_split[item], book.item_bands[item]
    held.slots[sub, EVENT_SLOT] = 0
    position = part = 0
    while position < quantity or part == 0:
        if row >= len(out.event):
            return FULL
        at_ms = start_ms + position * 1000 * split
        end = quantity
        band = 0
        if bands >= 0:
            edge = entry_at(book.band_first[bands], book.band_first[bands + 1], book.band_edge_ms, at_ms)
            band = book.band_of[edge]
            if split == 1 and edge + 1 < book.band_first[bands + 1]:
                end = min(end, ceil_div(book.band_edge_ms[edge + 1] - start_ms, 1000))
        cell = item * book.width + band
        out.unit[row] = held.unit[member]
        entry = bucket_for(book, held, sub, cell, at_ms, rows) if quantity > 0 and not free else -1
        if free:
            covered = quantity
            put(out, row, -1, -1, 0, 0, 0)
        elif entry >= 0:
            covered = draw(book, held, out, row, rows, entry, item, cell, start_ms, position, end, split)
        else:
            ladder = book.price_of[program, cell]
            covered = charge(
                book, held, out, row, ladder, book.cap_of[program, item], sub, item, end - position, position,
                quantity, first,
            )  # fmt: skip
            if covered < 0:
                return covered
            first = 0
        covered = min(covered, quantity - position)
        sign(out, row, event, part, band, payer, covered)
        row += 1
        part += 1
        position += covered
    return row
