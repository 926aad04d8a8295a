"""A choice among more than a page can show: by words as one types, as many as can be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from yidian.faces.shell.asked import Asked
from yidian.faces.shell.ordering.offers import Option

MOST: Final = 40
LONGEST: Final = 60


def sought(asked: Asked, field: str, options: Sequence[Option], chosen: str | Sequence[str]) -> dict[str, Any]:
    """What a field shows: all of few; of many what is chosen, and the first that every typed word is part of."""
    if len(options) <= MOST:
        return {"options": options}
    words = asked.request.GET.get(f"find_{field}", "").strip()[:LONGEST]
    mine = (chosen,) if isinstance(chosen, str) else tuple(chosen)
    parts = words.casefold().split()
    fit = [one for one in options if one.value not in mine and _fits(one, parts)]
    return {
        "options": [*(one for one in options if one.value in mine), *fit[:MOST]],
        "many": True, "words": words, "found": len(fit), "all": len(options),
    }  # fmt: skip


def _fits(one: Option, parts: Sequence[str]) -> bool:
    called = f"{one.label} {one.value}".casefold()
    return all(part in called for part in parts)
