"""A choice among more than a page can show: by words as one types, as many as can be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from yidian.domains.product_catalog.types import OfferForOrder
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.ordering.offers import called, options

MOST: Final = 40
LONGEST: Final = 60


def sought(asked: Asked, field: str, offers: Sequence[OfferForOrder], chosen: str | Sequence[str]) -> dict[str, Any]:
    """What a field shows: all of few; of many what is chosen, and the first that every typed word is part of."""
    if len(offers) <= MOST:
        return {"options": options(asked, offers)}
    words = asked.request.GET.get(f"find_{field}", "").strip()[:LONGEST]
    mine = (chosen,) if isinstance(chosen, str) else tuple(chosen)
    parts = words.casefold().split()
    fit = [one for one in offers if one.code not in mine and (not parts or _fits(asked, one, parts))]
    return {
        "options": options(asked, [*(one for one in offers if one.code in mine), *fit[:MOST]]),
        "many": True, "words": words, "found": len(fit), "all": len(offers),
    }  # fmt: skip


def _fits(asked: Asked, one: OfferForOrder, parts: Sequence[str]) -> bool:
    told = f"{called(asked, one)} {one.code}".casefold()
    return all(part in told for part in parts)
