"""What may cost the operator without a bound, as far as the rows themselves say it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yidian.domains.product_catalog.findings.view import NOTES, WARNS, View, meet
from yidian.domains.product_catalog.rules.draft import Written
from yidian.kernel.rating import tariff as t

WHOLE_PPM = 1_000_000


def free_without_a_bound(view: View) -> None:
    """USAGE_FREE_UNBOUNDED: an offer's last step is free where the standard costs something, and no mark counts it."""
    marked = {(mark.row.offer, item) for mark in view.draft.of(t.Mark) for item in mark.row.items}
    for (offer, item), prices in view.prices.items():
        if offer == t.STANDARD or {(offer, item), (t.STANDARD, item)} & marked or not _standard_costs(view, item):
            continue
        for price in prices:
            row = price.row
            steps = [p.row for p in prices if p.row.band == row.band and meet(p.span, price.span)]
            last = row.tier_from == max(step.tier_from for step in steps)
            if last and not row.price_micro and not row.repeat and not row.setup_micro:
                fees = view.fees(offer)
                fee = max((fee.row.amount_micro for fee in fees), default=0)
                view.tell("USAGE_FREE_UNBOUNDED", price, "price", "0", offer=offer, item=item, fee=view.money(fee))
                break


def _standard_costs(view: View, item: str) -> bool:
    return any(price.row.price_micro or price.row.setup_micro for price in view.prices.get((t.STANDARD, item), ()))


def discounts_that_take_all(view: View) -> None:
    """DISCOUNT_TAKES_ALL: a rate of 100 %, for as long as the offer is held."""
    for discount in view.draft.of(t.Discount):
        if discount.row.rate_ppm >= WHOLE_PPM:
            severity = NOTES if discount.row.cycles else WARNS
            view.tell(
                "DISCOUNT_TAKES_ALL", discount, "rate", "100%", severity=severity, code=discount.row.code,
                items=", ".join(discount.row.items), cycles=discount.row.cycles or "∞",
            )  # fmt: skip


def amounts_above_the_fee(view: View) -> None:
    """DISCOUNT_ABOVE_FEE: an amount off fees that is more than the offer's own fees on these items."""
    for discount in view.draft.of(t.Discount):
        row = discount.row
        fees = [fee for fee in view.fees(row.offer, row.items) if meet(fee.span, discount.span)]
        of_fees = all(code in view.items and view.items[code].kind == "recurring" for code in row.items)
        if row.amount_micro and fees and of_fees and row.amount_micro > (fee := _largest_sum(fees)):
            view.tell(
                "DISCOUNT_ABOVE_FEE", discount, "amount", view.money(row.amount_micro), code=row.code,
                offer=row.offer, fee=view.money(fee),
            )  # fmt: skip


def _largest_sum(fees: Sequence[Written[t.Fee]]) -> int:
    """The most that fees in force together come to in a cycle."""
    days = {fee.span[0] for fee in fees}
    return max(sum(f.row.amount_micro for f in fees if f.span[0] <= day < f.span[1]) for day in days)


def discounts_that_take_all_together(view: View) -> None:
    """DISCOUNTS_TAKE_ALL: none takes it all, but together the discounts that one may hold bring a fee to nought."""
    discounts = sorted(view.draft.of(t.Discount), key=lambda d: (d.row.priority, d.row.code))
    for fee in view.draft.of(t.Fee):
        if fee.row.charged != "cycle" or not fee.row.amount_micro:
            continue
        left, taking = fee.row.amount_micro, []
        for discount in _of_fee(view, fee, discounts):
            taken = _taken(discount.row, left)
            if taken >= fee.row.amount_micro:
                break  # it does so alone, and was told
            if taken:
                left -= taken
                taking.append(discount)
            if not left:
                codes = ", ".join(dict.fromkeys(d.row.code for d in taking))
                view.tell(
                    "DISCOUNTS_TAKE_ALL", taking[-1], "code", codes, offer=fee.row.offer, item=fee.row.item,
                    fee=view.money(fee.row.amount_micro),
                )  # fmt: skip
                break


def _of_fee(view: View, fee: Written[t.Fee], discounts: Sequence[Written[t.Discount]]) -> Iterator[Written[t.Discount]]:
    told: set[str] = set()  # each code once per subscriber
    for discount in discounts:
        row = discount.row
        if fee.row.item in row.items and row.code not in told and meet(fee.span, discount.span):
            kind = view.offers[row.offer].row.kind if row.offer in view.offers else "base"
            if row.offer == fee.row.offer or kind == "pack":
                told.add(row.code)
                yield discount


def _taken(discount: t.Discount, left: int) -> int:
    if left < discount.threshold_micro:
        return 0
    if discount.cap_micro:
        return max(0, left - discount.cap_micro)
    return min(left, left * discount.rate_ppm // WHOLE_PPM if discount.rate_ppm else discount.amount_micro)
