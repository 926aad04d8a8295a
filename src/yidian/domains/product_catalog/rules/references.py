"""Rules about codes that name rows of other sheets. Gaps in time are another rule's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from yidian.domains.product_catalog.rules.draft import Draft, Written
from yidian.kernel.rating import tariff as t

CHARGED: Final = ("usage", "recurring", "once")
FEE_KIND: Final = {"cycle": "recurring", "once": "once", "leaving": "once"}


def zones_are_known(draft: Draft) -> None:
    """TARIFF_ZONE_UNKNOWN, AREA_NOT_DOMESTIC."""
    domestic: dict[str, bool] = {}
    for zone in draft.of(t.Zone):
        domestic[zone.row.code] = domestic.get(zone.row.code, False) or zone.row.domestic
    located: list[Written[Any]] = [*draft.of(t.Prefix), *draft.of(t.Place)]
    for written in located:
        if written.row.zone not in domestic:
            draft.complain("TARIFF_ZONE_UNKNOWN", written, "zone", written.row.zone)
        elif written.row.area and not domestic[written.row.zone]:
            draft.complain("AREA_NOT_DOMESTIC", written, "area", written.row.area, zone=written.row.zone)
    for rule in draft.of(t.Rule):
        if rule.row.zone not in (t.ANY, "none") and rule.row.zone not in domestic:
            draft.complain("TARIFF_ZONE_UNKNOWN", rule, "zone", rule.row.zone)
        if rule.row.visited not in (t.ANY, "home", "province", "national") and rule.row.visited not in domestic:
            draft.complain("TARIFF_ZONE_UNKNOWN", rule, "visited", rule.row.visited)


def items_are_known(draft: Draft) -> None:
    """TARIFF_ITEM_UNKNOWN; ITEM_KIND_WRONG where the item is of a kind that cannot stand there."""
    items = draft.items()
    for written, column, code, kinds in _item_references(draft):
        if code not in items:
            draft.complain("TARIFF_ITEM_UNKNOWN", written, column, code)
        elif items[code].kind not in kinds:
            draft.complain("ITEM_KIND_WRONG", written, column, code, kind=items[code].kind, allowed=", ".join(kinds))


def _item_references(draft: Draft) -> Iterable[tuple[Written[Any], str, str, tuple[str, ...]]]:
    for rule in draft.of(t.Rule):
        yield rule, "item", rule.row.item, ("usage",)
    for price in draft.of(t.Price):
        yield price, "item", price.row.item, ("usage",)
    for fee in draft.of(t.Fee):
        yield fee, "item", fee.row.item, (FEE_KIND[fee.row.charged],)
    for allowance in draft.of(t.Allowance):
        yield from ((allowance, "items", code, ("usage",)) for code in allowance.row.items)
    for conversion in draft.of(t.Conversion):
        yield conversion, "item", conversion.row.item, ("usage",)
    for mark in draft.of(t.Mark):
        yield from ((mark, "items", code, ("usage",)) for code in mark.row.items)
    for cap in draft.of(t.Cap):
        yield from ((cap, "items", code, ("usage",)) for code in cap.row.items)
    for discount in draft.of(t.Discount):
        yield discount, "item", discount.row.item, ("discount",)
        yield from ((discount, "items", code, CHARGED) for code in discount.row.items)
    for minimum in draft.of(t.Minimum):
        yield minimum, "item", minimum.row.item, ("minimum",)


def offers_are_known(draft: Draft) -> None:
    """TARIFF_OFFER_UNKNOWN. Prices and caps may name the standard tariff, which nobody lists."""
    offers = {offer.row.code for offer in draft.of(t.Offer)}
    named: list[Written[Any]] = [
        written
        for row_type in (t.Fee, t.Price, t.Allowance, t.Mark, t.Cap, t.Discount, t.Minimum)
        for written in draft.rows.get(row_type, [])
    ]
    for written in named:
        if written.row.offer not in offers and written.row.offer != t.STANDARD:
            draft.complain("TARIFF_OFFER_UNKNOWN", written, "offer", written.row.offer)


def bands_are_known(draft: Draft) -> None:
    """BAND_SET_UNKNOWN, BAND_UNKNOWN: a price's band is of its item's set, an allowance's of one of its items' sets."""
    sets: dict[str, set[str]] = {}
    for band in draft.of(t.Band):
        sets.setdefault(band.row.band_set, set()).add(band.row.band)
    for item in draft.of(t.Item):
        if item.row.band_set and item.row.band_set not in sets:
            draft.complain("BAND_SET_UNKNOWN", item, "band_set", item.row.band_set)
    bands_of = {code: {t.ANY} | sets.get(item.band_set, set()) for code, item in draft.items().items()}
    for price in draft.of(t.Price):
        known = bands_of.get(price.row.item)
        if known is not None and price.row.band not in known:
            draft.complain("BAND_UNKNOWN", price, "band", price.row.band, allowed=", ".join(sorted(known)))
    for allowance in draft.of(t.Allowance):
        known = set().union(*(bands_of.get(code, set()) for code in allowance.row.items))
        for band_code in allowance.row.bands:
            if known and band_code not in known:
                draft.complain("BAND_UNKNOWN", allowance, "bands", band_code, allowed=", ".join(sorted(known)))


def tax_classes_are_known(draft: Draft) -> None:
    """TARIFF_TAX_CLASS_UNKNOWN. A discount bears the class of what it reduces, so its own may be empty, as any may."""
    classes = {tax.row.tax_class for tax in draft.of(t.Tax)}
    for item in draft.of(t.Item):
        if item.row.tax_class and item.row.tax_class not in classes:
            draft.complain("TARIFF_TAX_CLASS_UNKNOWN", item, "tax_class", item.row.tax_class)
