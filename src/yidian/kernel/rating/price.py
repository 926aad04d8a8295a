"""The pricing of one event on one state, rule by rule as in docs/pricing.md §5.

Plain text for a quote, compiled for a run. Integers and arrays only. Every function says in its name what it answers;
the state changed is in Holders.
"""

from __future__ import annotations

from yidian.kernel.money.rounding import divide
from yidian.kernel.rating.arrays import EVENT_SLOT, FULL, I64, LIMIT, OVERFLOW, Book, Holders, Lines

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


def bucket_for(book: Book, held: Holders, sub: int, cell: int, at_ms: int) -> int:
    """The entry of the subscriber's chain that is drawn next for an item and band at an instant; -1: none."""
    for entry in range(held.chain_first[sub], held.chain_first[sub + 1]):
        bucket = held.chain_bucket[entry]
        if (
            held.balance[bucket] > 0
            and held.chain_from_ms[entry] <= at_ms
            and at_ms < held.chain_to_ms[entry]
            and book.serves[held.bucket_allowance[bucket], cell] != 0
        ):
            return entry
    return -1


def step_at(book: Book, ladder: int, position: int) -> int:
    """The step of a ladder in which a position lies."""
    step: int = book.ladder_first[ladder]
    last = book.ladder_first[ladder + 1] - 1
    while step < last and book.step_from[step + 1] <= position:
        step += 1
    return step


def capped(book: Book, held: Holders, cap: int, sub: int, unit: int, amount_micro: int) -> int:
    """What a cap leaves of an amount; the rest of the cap is used up by it."""
    slot = book.cap_slot[cap]
    used = held.unit_slots[unit, slot] if book.cap_shared[cap] else held.slots[sub, slot]
    left = book.cap_micro[cap] - used
    kept: int = amount_micro if amount_micro <= left else (left if left > 0 else 0)
    if book.cap_shared[cap]:
        held.unit_slots[unit, slot] = used + kept
    else:
        held.slots[sub, slot] = used + kept
    return kept


def draw(
    book: Book, held: Holders, out: Lines, row: int, entry: int, start_ms: int, position: int, end: int, split: int
) -> int:
    """Draw from a bucket for position … end of an event, and write what was drawn; answers the units drawn."""
    bucket = held.chain_bucket[entry]
    allowance = held.bucket_allowance[bucket]
    if split == 1:
        end = min(end, ceil_div(held.chain_to_ms[entry] - start_ms, 1000))
    block = book.allowance_block[allowance]
    units: int = min(ceil_div(end - position, block) * block, held.balance[bucket])
    held.balance[bucket] -= units
    out.rule[row] = -1
    out.allowance[row] = allowance
    out.units[row] = units
    out.amount_micro[row] = 0
    out.cut_micro[row] = 0
    return units


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
) -> int:
    """Charge at most `wanted` units by the step where the event stands, and write the charge.

    Answers the units charged, or OVERFLOW.
    """
    slot = book.ladder_slot[ladder]
    reached = held.slots[sub, slot] if book.ladder_scope[ladder] == 1 else position
    repeat = book.ladder_repeat[ladder]
    if repeat > 0:
        reached = reached % repeat
    step = step_at(book, ladder, reached)
    room = wanted
    if step + 1 < book.ladder_first[ladder + 1]:
        room = book.step_from[step + 1] - reached
    elif repeat > 0:
        room = repeat - reached
    block = book.step_block[step]
    units: int = ceil_div(min(wanted, room), block) * block
    if units > book.step_limit[step]:
        return OVERFLOW
    numerator = units * book.step_num[step]
    total = book.item_total[item]
    before = held.slots[sub, total]
    if before > LIMIT - numerator:
        return OVERFLOW
    after = before + numerator
    held.slots[sub, total] = after
    unit_micro = book.item_unit[item]
    denominator = book.item_den[item] * unit_micro
    rounding = book.item_rounding[item]
    amount = (divide(after, denominator, rounding) - divide(before, denominator, rounding)) * unit_micro
    kept = amount if cap < 0 else capped(book, held, cap, sub, out.unit[row], amount)
    if book.ladder_scope[ladder] == 1:
        held.slots[sub, slot] += units
    out.rule[row] = book.step_rule[step]
    out.allowance[row] = -1
    out.units[row] = units
    out.amount_micro[row] = kept
    out.cut_micro[row] = amount - kept
    return units


def price_event(
    book: Book, held: Holders, out: Lines, row: int, event: int, sub: int, start_ms: int, item: int, quantity: int
) -> int:
    """Walk one event and write its lines from `row` on.

    Answers the next free row, or FULL, OVERFLOW, NO_PRICE, NO_PAYER. NO_PRICE and NO_PAYER are known before any state
    is touched. After FULL and OVERFLOW the caller restores the unit.
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
    split = book.item_split[item]
    bands = book.item_bands[item]
    held.slots[sub, EVENT_SLOT] = 0
    position = 0
    part = 0
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
        entry = bucket_for(book, held, sub, cell, at_ms) if quantity > 0 else -1
        if entry >= 0:
            units = draw(book, held, out, row, entry, start_ms, position, end, split)
        else:
            ladder = book.price_of[program, cell]
            units = charge(
                book, held, out, row, ladder, book.cap_of[program, item], sub, item, end - position, position
            )
            if units < 0:
                return units
        covered = min(units, quantity - position)
        out.event[row] = event
        out.part[row] = part
        out.band[row] = band
        out.payer[row] = payer
        out.quantity[row] = covered
        row += 1
        part += 1
        position += covered
    return row
