"""What a file of states says, as stops: who told that a line is stopped did not say why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from yidian.domains.product_inventory.states.lifecycle import ACTIVE, KEPT, STOPPED
from yidian.domains.product_inventory.stops.lines import Step, StopRow, steps_of_stops
from yidian.domains.product_inventory.stops.types import KEEP, TWO, UNSTATED
from yidian.kernel.timeline import Kept, Line

REASON: Final[Mapping[str, str]] = {STOPPED: UNSTATED, KEPT: KEEP}


@dataclass(slots=True)
class Restated:
    """Stops to add (reason, ways, from, to) and the ends (key → to) that make a line what a file says it is.

    `agrees`: whether they do; else the line has stops of other reasons, and it is those that are to be changed.
    """

    add: list[tuple[str, str, int, int]] = field(default_factory=list)
    end: dict[int, int] = field(default_factory=dict)
    agrees: bool = True


def restate(line: Line, states: Sequence[Kept], stops: Sequence[StopRow]) -> Restated:
    """`states`, `stops`: those stored; `line`: what becomes of the states."""
    made = Restated()
    ended = dict(line.end)
    for row in states:
        if row.pk in ended and row.what != ACTIVE:
            stop = next((one for one in stops if _is_told_by(one, row)), None)
            if stop is not None:
                made.end[stop.pk] = ended[row.pk]
    for state, from_ms, to_ms in line.add:
        if state != ACTIVE:
            made.add.append((REASON[state], TWO, from_ms, to_ms))
    now = [row._replace(to_ms=made.end.get(row.pk, row.to_ms)) for row in stops]
    now += [StopRow(0, *row) for row in made.add]
    made.agrees = steps_of_stops(now) == _steps(line)
    return made


def _is_told_by(stop: StopRow, row: Kept) -> bool:
    return (stop.reason, stop.from_ms, stop.to_ms) == (REASON[row.what], row.from_ms, row.to_ms)


def _steps(line: Line) -> list[Step]:
    """The whole line as it will be; two steps that say the same are one."""
    steps: list[Step] = []
    for from_ms, state in line.steps:
        if state != (steps[-1].state if steps else ACTIVE):
            steps.append(Step(from_ms, state))
    return steps
