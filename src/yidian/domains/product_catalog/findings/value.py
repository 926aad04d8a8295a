"""What an offer includes, at the price of the standard tariff, against what it costs: as a planner looks at it."""

from __future__ import annotations

from yidian.domains.product_catalog.findings.view import NOTES, View, meet
from yidian.domains.product_catalog.rules.draft import Written
from yidian.kernel.rating import tariff as t

MANY = 10  # times the fee, from which on somebody should look


def included_against_the_fee(view: View) -> None:
    """INCLUDED_WORTH_MANY_FEES: ten times its fee or more. INCLUDED_WITHOUT_FEE: the offer costs nothing at all.

    Worth: each allowance in force at the dearest of its items' standard prices, in whole micro-units (first steps).
    """
    by_offer: dict[str, list[Written[t.Allowance]]] = {}
    for allowance in view.draft.of(t.Allowance):
        by_offer.setdefault(allowance.row.offer, []).append(allowance)
    paid = {fee.row.offer for fee in view.draft.of(t.Fee) if fee.row.amount_micro}
    for offer, allowances in by_offer.items():
        worth, first = _worth(view, allowances), allowances[0]
        if offer not in paid:
            view.tell(
                "INCLUDED_WITHOUT_FEE", first, "offer", offer, severity=NOTES, codes=_codes(allowances),
                worth=view.money(worth),
            )  # fmt: skip
            continue
        fees = [fee.row.amount_micro for fee in view.fees(offer) if meet(fee.span, first.span)]
        fee = sum(fees)
        if fee and worth >= MANY * fee:
            own = _worth(view, allowances, offer)
            view.tell(
                "INCLUDED_WORTH_MANY_FEES", first, "offer", offer, severity=NOTES, codes=_codes(allowances),
                worth=view.money(worth), fee=view.money(fee), times=worth // fee, own=view.money(own),
            )  # fmt: skip


def _codes(allowances: list[Written[t.Allowance]]) -> str:
    return ", ".join(dict.fromkeys(allowance.row.code for allowance in allowances))


def _worth(view: View, allowances: list[Written[t.Allowance]], offer: str = t.STANDARD) -> int:
    """At the standard's prices, or at the offer's own where it has one; of dated rows the last."""
    latest = {a.row.code: a.row for a in sorted(allowances, key=lambda a: a.span)}
    return sum(max((_price(view, offer, item, row) for item in row.items), default=0) for row in latest.values())


def _price(view: View, offer: str, item: str, allowance: t.Allowance) -> int:
    """What the quantity would cost, in micro-units, by the ladder's steps over one cycle."""
    quantity = _quantity(view, item, allowance)
    prices = view.prices.get((offer, item)) or view.prices.get((t.STANDARD, item)) or []
    found = [0]
    for band in {price.row.band for price in prices}:
        in_band = [price for price in prices if price.row.band == band]
        if t.ANY in (band, *allowance.bands) or band in allowance.bands:
            last = max(price.span for price in in_band)
            found.append(_cost([price.row for price in in_band if meet(price.span, last)], quantity))
    return max(found)


def _quantity(view: View, item: str, allowance: t.Allowance) -> int:
    """How much of the item an allowance is, in the item's base units; of dated conversions the last."""
    rows = [c for c in view.draft.of(t.Conversion) if (c.row.allowance, c.row.item) == (allowance.code, item)]
    if not rows:
        return allowance.quantity
    last = max(rows, key=lambda c: c.span).row
    return allowance.quantity // last.takes * last.block


def _cost(ladder: list[t.Price], quantity: int) -> int:
    steps = sorted(ladder, key=lambda price: price.tier_from)
    period = steps[0].repeat
    if period and quantity > period:
        times, rest = divmod(quantity, period)
        return times * _cost(ladder, period) + (_cost(ladder, rest) if rest else 0)
    found = 0
    for step, end in zip(steps, [*(s.tier_from for s in steps[1:]), quantity], strict=True):
        if quantity > step.tier_from:
            found += (min(end, quantity) - step.tier_from) * step.price_micro // step.per
    return found
