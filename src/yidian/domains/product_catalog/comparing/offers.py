"""Which offers a tariff changes: those that are new in it, or whose amounts can be different."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, Final

from yidian.domains.product_catalog.canonical import ROWS
from yidian.domains.product_catalog.comparing.changes import RENAMED
from yidian.domains.product_catalog.comparing.compare import compare_tariffs
from yidian.kernel.rating.tariff import STANDARD, Row, Tariff

OF_OFFERS: Final = tuple(kind for kind, row in ROWS.items() if "offer" in {field.name for field in fields(row)})
TOLD_BY: Final = ("offers", *OF_OFFERS, "conversions")


def offers_changed(before: Tariff, after: Tariff) -> tuple[str, ...]:
    """Codes of the offers of `after` that `before` has not, or has otherwise (names do not count), sorted."""
    old, new = _by_offer(before), _by_offer(after)
    return tuple(code for code in sorted(new) if code != STANDARD and _differs(before, after, old, new, code))


def _differs(before: Tariff, after: Tariff, old: Any, new: Any, code: str) -> bool:
    if code not in {offer.code for offer in after.offers}:
        return False
    was, now = old.get(code, {}), new[code]
    if {kind: {*rows} for kind, rows in was.items()} == {kind: {*rows} for kind, rows in now.items()}:
        return False
    changes = compare_tariffs(_only(before, was), _only(after, now))
    return any(change.sheet in TOLD_BY and change.how != RENAMED for change in changes)


def _by_offer(tariff: Tariff) -> dict[str, dict[str, list[Row]]]:
    """Offer → kind of rows → its rows."""
    found: dict[str, dict[str, list[Row]]] = {}
    told: list[tuple[str, str, Row]] = [("offers", offer.code, offer) for offer in tariff.offers]
    told += [(kind, row.offer, row) for kind in OF_OFFERS for row in getattr(tariff, kind)]
    allowances = {allowance.code: allowance.offer for allowance in tariff.allowances}
    told += [("conversions", allowances.get(row.allowance, ""), row) for row in tariff.conversions]
    for kind, code, row in told:
        found.setdefault(code, {}).setdefault(kind, []).append(row)
    return found


def _only(tariff: Tariff, rows: dict[str, list[Row]]) -> Tariff:
    """A tariff with the rows of one offer; items stay, as they say what quantities measure."""
    kept: dict[str, Any] = {kind: tuple(rows.get(kind, ())) for kind in ROWS if kind != "items"}
    return replace(tariff, **kept)
