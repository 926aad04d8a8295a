"""Why a bill differs from the one before: kinds of lines compared, the largest differences first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yidian.runs.explain.types import NOTHING, BillLine, Reason

TOLD: Final = 6  # more kinds of lines than these are told as one


def reasons(now: Sequence[BillLine], before: Sequence[BillLine]) -> tuple[Reason, ...]:
    """Differences by kind of line, largest first; their sum is the difference of the two bills, exactly."""
    sums: dict[tuple[str, ...], list[int]] = {}
    sample: dict[tuple[str, ...], BillLine] = {}
    for side, lines in ((0, now), (2, before)):
        for line in lines:
            sums.setdefault(_key(line), [0, 0, 0, 0])
            sample.setdefault(_key(line), line)
            sums[_key(line)][side] += line.amount_minor
            sums[_key(line)][side + 1] += line.quantity
    found = [_reason(sample[key], *values) for key, values in sums.items() if values[0] != values[2]]
    found.sort(key=lambda one: (-abs(one.difference_minor), one.kind, one.item.code, one.of_item.code, one.offer.code))
    if len(found) <= TOLD:
        return tuple(found)
    return (*found[: TOLD - 1], _rest(found[TOLD - 1 :]))


def _key(line: BillLine) -> tuple[str, ...]:
    if line.group == "before":
        return ("before", _of_before(line))
    return ("", line.kind, line.item.code, line.of_item.code, line.offer.code)


def _of_before(line: BillLine) -> str:
    return "adjustment" if line.adjustment else "correction" if line.correction else "late"


def _reason(line: BillLine, now: int, now_quantity: int, before: int, before_quantity: int) -> Reason:
    other = line.group == "before"
    return Reason(
        group="before" if other else ("beyond" if line.kind == "usage" else line.group),
        kind=_of_before(line) if other else line.kind,
        item=NOTHING if other else line.item, of_item=NOTHING if other else line.of_item,
        offer=NOTHING if other else line.offer, measure="" if other else line.measure, now_minor=now,
        before_minor=before, now_quantity=now_quantity, before_quantity=before_quantity,
    )  # fmt: skip


def _rest(found: Sequence[Reason]) -> Reason:
    return Reason(
        group="rest", kind="rest", item=NOTHING, of_item=NOTHING, offer=NOTHING, measure="",
        now_minor=sum(one.now_minor for one in found), before_minor=sum(one.before_minor for one in found),
        now_quantity=0, before_quantity=0, rest=len(found),
    )  # fmt: skip
