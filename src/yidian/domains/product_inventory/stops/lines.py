"""What a line is for billing, drawn from the reasons for which it is stopped. Nothing is read or written here.

keep_number makes it kept, whatever else is in force: the fee of keeping is what was agreed on, and who does not pay
it is not rewarded by a state that costs less (ADR 0032). Else any stop of both ways makes it stopped; a line that may
still be called is active, and pays as ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from yidian.domains.product_inventory.states.lifecycle import ACTIVE, KEPT, STOPPED
from yidian.domains.product_inventory.stops.types import KEEP, TWO
from yidian.kernel.calendar import FOREVER_MS
from yidian.kernel.timeline import Kept


class StopRow(NamedTuple):
    """A reason and its period, UTC ms; `pk` 0 of one that is not stored yet."""

    pk: int
    reason: str
    ways: str
    from_ms: int
    to_ms: int


class Step(NamedTuple):
    """From an instant on the line is in a state. Two that follow each other differ; before the first it is active."""

    from_ms: int
    state: str


@dataclass(slots=True)
class Redrawn:
    """What makes stored states those wanted: rows to add, stored ones with another end (row, to), ones to remove."""

    add: list[tuple[str, int, int]] = field(default_factory=list)  # state, from, to
    end: list[tuple[Kept, int]] = field(default_factory=list)
    remove: list[Kept] = field(default_factory=list)


def steps_of_stops(rows: Iterable[StopRow]) -> list[Step]:
    """The line that reasons draw."""
    told = list(rows)
    edges = sorted({edge for row in told for edge in (row.from_ms, row.to_ms)} - {FOREVER_MS})
    return _joined(Step(edge, _state(row for row in told if row.from_ms <= edge < row.to_ms)) for edge in edges)


def steps_of_states(rows: Iterable[Kept]) -> list[Step]:
    """The line that stored states are; where no row says otherwise it is active."""
    found: list[Step] = []
    until_ms = FOREVER_MS
    for row in sorted(rows, key=lambda row: row.from_ms):
        if until_ms < row.from_ms:
            found.append(Step(until_ms, ACTIVE))
        found.append(Step(row.from_ms, row.what))
        until_ms = row.to_ms
    if until_ms < FOREVER_MS:
        found.append(Step(until_ms, ACTIVE))
    return _joined(found)


def redraw(stored: Sequence[Kept], wanted: Sequence[Step]) -> Redrawn:
    """What to write so that stored states are the wanted line. What is right stays as it is stored, up to the first
    instant that is not."""
    made = Redrawn()
    first = first_difference(steps_of_states(stored), wanted)
    if first is None:
        return made
    before = sorted((row for row in stored if row.from_ms < first), key=lambda row: row.from_ms)
    later = {row.from_ms: row for row in stored if row.from_ms >= first}
    steps = [step for step in wanted if step.from_ms >= first]
    begins = [step.from_ms for step in steps]
    if before and before[-1].to_ms >= first:  # else nothing is stored just before, which is active
        _end(before[-1], begins[0] if begins else FOREVER_MS, made)
    for (from_ms, state), to_ms in zip(steps, [*begins[1:], FOREVER_MS], strict=False):
        row = later.get(from_ms)
        if row is not None and row.what == state:
            del later[from_ms]
            _end(row, to_ms, made)
        else:
            made.add.append((state, from_ms, to_ms))
    made.remove = list(later.values())
    return made


def _end(row: Kept, to_ms: int, made: Redrawn) -> None:
    if row.to_ms != to_ms:
        made.end.append((row, to_ms))


def _state(active: Iterable[StopRow]) -> str:
    reasons = [(row.reason, row.ways) for row in active]
    if any(reason == KEEP for reason, _ in reasons):
        return KEPT
    return STOPPED if any(ways == TWO for _, ways in reasons) else ACTIVE


def _joined(steps: Iterable[Step]) -> list[Step]:
    with_first = [Step(-FOREVER_MS, ACTIVE), *steps]
    return [later for earlier, later in pairwise(with_first) if earlier.state != later.state]


def first_difference(one: Sequence[Step], other: Sequence[Step]) -> int | None:
    """The first instant at which two lines are in different states; None: they are one."""
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            return min(mine.from_ms, theirs.from_ms)
    longer = one if len(one) > len(other) else other
    shorter = min(len(one), len(other))
    return longer[shorter].from_ms if len(longer) > shorter else None
