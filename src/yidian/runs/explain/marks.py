"""Which marks of a tariff somebody has reached: that speed is lowered, or nothing goes any more, and since when."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from yidian.kernel.calendar import DAY_MS
from yidian.runs.explain.month import Month
from yidian.runs.explain.types import Reached

NAMES = ("unit", "subscriber", "code", "offer", "mark", "value", "period", "quantity", "from_ms", "start_ms")


def reached(month: Month, subscriber: int, *, at_ms: int) -> Iterator[Reached]:
    """Marks of a subscriber (id) or of its rating unit, oldest first; of those by the day the ones of `at_ms`'s day."""
    marks = month.known.tariff.marks
    if not marks:
        return
    measures = {(mark.code, mark.offer): month.known.measures.get(mark.items[0], "") for mark in marks}
    units = _units_of(month, subscriber)
    rows = [row for table in month.read("mark", NAMES) for row in table.to_pylist()]
    for row in sorted(rows, key=lambda row: (row["start_ms"], row["code"])):
        mine = row["subscriber"] == subscriber or (row["subscriber"] == 0 and row["unit"] in units)
        if mine and (row["period"] != "day" or row["from_ms"] <= at_ms < row["from_ms"] + DAY_MS):
            yield Reached(
                mark=row["mark"], value=row["value"], quantity=row["quantity"],
                measure=measures.get((row["code"], row["offer"]), ""), at_ms=row["start_ms"],
            )  # fmt: skip


def _units_of(month: Month, subscriber: int) -> set[int]:
    who = month.reference
    mine = np.asarray(who.subscriber_id, np.int64)[np.asarray(who.mem_sub, np.int64)] == subscriber
    return set(np.asarray(who.unit_id, np.int64)[np.asarray(who.mem_unit, np.int64)[mine]].tolist())
