"""The state of a subscriber on each day of a window, and which days count (docs/pricing.md §7)."""

from __future__ import annotations

from yidian.kernel.billing.layout import (
    ACTIVE,
    ANY_STATE,
    HELD_END,
    HELD_FIRST,
    HELD_FROM_MS,
    HELD_TO_MS,
    STATE_FROM,
    STATE_IS,
    STATE_TO,
    Book,
    Charges,
)


def state_at(charges: Charges, subscriber: int, at_ms: int) -> int:
    """The state at an instant (UTC ms)."""
    for row in range(charges.state_ptr[subscriber], charges.state_ptr[subscriber + 1]):
        if charges.states[row, STATE_FROM] <= at_ms and at_ms < charges.states[row, STATE_TO]:
            return int(charges.states[row, STATE_IS])
    return ACTIVE


def state_within(charges: Charges, subscriber: int, from_ms: int, to_ms: int) -> int:
    """Active if it is so at any instant of [from, to), else the state at its beginning."""
    at_ms = from_ms
    for row in range(charges.state_ptr[subscriber], charges.state_ptr[subscriber + 1]):
        if charges.states[row, STATE_FROM] <= at_ms and at_ms < charges.states[row, STATE_TO]:
            at_ms = charges.states[row, STATE_TO]
    return ACTIVE if at_ms < to_ms else state_at(charges, subscriber, from_ms)


def days_of(
    book: Book, charges: Charges, subscriber: int, at: int, during: int, first: int, end: int
) -> tuple[int, int]:
    """How many days of the window of holding row `at`, within [first, end), count; and the first of them."""
    low = max(first, charges.held[at, HELD_FIRST])
    high = min(end, charges.held[at, HELD_END])
    if low >= high:
        return 0, low
    if during == ANY_STATE:
        return high - low, low
    if charges.state_ptr[subscriber] == charges.state_ptr[subscriber + 1]:
        return (high - low, low) if during == ACTIVE else (0, low)
    days = 0
    named = low
    for day in range(low, high):
        from_ms = max(book.day_starts[day], charges.held[at, HELD_FROM_MS])
        to_ms = min(book.day_starts[day + 1], charges.held[at, HELD_TO_MS])
        if state_within(charges, subscriber, from_ms, to_ms) == during:
            if days == 0:
                named = day
            days += 1
    return days, named
