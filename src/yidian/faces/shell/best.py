"""A best plan as rows of a page: what each offer is called, its bar, its months. Shared by hall and desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from yidian.runs.best.customer import PlanFound
from yidian.runs.best.types import Option

SHOWN: Final = 8  # offers with a bar; the others stand in a list that opens


@dataclass(frozen=True, slots=True)
class Row:
    """`of_minor`: how long the bars are drawn."""

    name: str
    option: Option
    of_minor: int
    kind: str


def context(asked_lang: str, told: PlanFound) -> dict[str, Any]:
    """What shell/_best.html shows."""
    found = told.found
    if found is None:
        return {"told": told, "line": told.line, "found": None}
    longest = max([found.present.total_minor, *(one.total_minor for one in found.options if one.answered)])
    answered = [one for one in found.options if one.answered and not one.present]

    def row(one: Option) -> Row:
        kind = "" if one.saving_minor <= 0 else "fg-ok"
        return Row(_named(told.names, one.offer, asked_lang), one, longest, kind)

    now = Row(_named(told.names, found.present.offer, asked_lang), found.present, longest, "")
    months = zip(found.cycles, found.present.months, found.billed, strict=True)
    return {
        "told": told, "line": told.line, "found": found, "now": now, "months": list(months),
        "best": row(found.best) if found.best else None, "rows": [row(one) for one in answered[:SHOWN]],
        "more": [row(one) for one in answered[SHOWN:]],
        "unsaid": [row(one) for one in found.options if not one.answered],
        "rejected": sorted(found.rejected.items()),
    }  # fmt: skip


def _named(names: Mapping[str, tuple[str, str]], code: str, lang: str) -> str:
    zh, en = names.get(code, ("", ""))
    return (zh or en if lang == "zh" else en or zh) or code
