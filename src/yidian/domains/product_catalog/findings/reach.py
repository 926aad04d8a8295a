"""Rows that nothing reaches: they look as if they priced something, and never do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from yidian.domains.product_catalog.findings.fitting import NOBODY, Fitting
from yidian.domains.product_catalog.findings.view import NOTES, View, meet, since, uncovered
from yidian.domains.product_catalog.rules.draft import Written
from yidian.kernel.rating import tariff as t

WITHIN = ("local", "province", "long")  # relations between domestic areas


def rules_behind_others(view: View) -> None:
    """RULE_UNREACHABLE: whatever fits this rule fits one that is asked before, on every day."""
    fitting = Fitting.of(view.draft)
    before: dict[str, list[Written[t.Rule]]] = defaultdict(list)  # by zone: a rate deck has a rule for each
    for rule in view.rules:
        asked = [one for zone in {rule.row.zone, t.ANY} for one in before[zone]]
        covering = [one for one in asked if meet(one.span, rule.span) and fitting.covers(one.row, rule.row)]
        if covering and not uncovered(rule.span, [one.span for one in covering]):
            first = min(covering, key=lambda one: one.row.order)
            view.tell(
                "RULE_UNREACHABLE", rule, "order", rule.row.order, item=rule.row.item, earlier=first.row.order,
                first_line=first.line,
            )  # fmt: skip
        before[rule.row.zone].append(rule)


def rules_that_never_fit(view: View) -> None:
    """RULE_NEVER_FITS: its columns contradict each other, or no prefix or place leads to them."""
    for rule in view.rules:
        column = _contradiction(view, rule.row)
        if column:
            view.tell("RULE_NEVER_FITS", rule, column, getattr(rule.row, column), order=rule.row.order)


def _contradiction(view: View, rule: t.Rule) -> str:
    domestic = {zone.row.code for zone in view.draft.of(t.Zone) if zone.row.domestic}
    if rule.zone not in (t.ANY, NOBODY) and rule.zone not in view.called:
        return "zone"
    if rule.visited not in (t.ANY, "home", "province", "national"):
        if rule.visited not in {place.row.zone for place in view.draft.of(t.Place)} - domestic:
            return "visited"
        if rule.relation in WITHIN:
            return "relation"
    if rule.relation in WITHIN and rule.zone != t.ANY and rule.zone not in domestic:
        return "relation"
    if rule.net not in (t.ANY, NOBODY) and rule.zone == NOBODY:
        return "net"
    return "circle" if rule.circle not in (t.ANY, NOBODY) and rule.zone == NOBODY else ""


def prices_nobody_reaches(view: View) -> None:
    """PRICE_UNREACHABLE: no rule names the item while the price is in force. Told once for an offer and item."""
    for (offer, item), prices in view.prices.items():
        lost = [price for price in prices if not view.is_reached(item, price.span)]
        if lost:
            view.tell("PRICE_UNREACHABLE", lost[0], "item", item, offer=offer, rows=len(lost))


def prices_behind_bands(view: View) -> None:
    """PRICE_SHADOWED: every band of the item has a price of its own in this offer, so that of any band is not asked."""
    for (offer, item), prices in view.prices.items():
        bands = view.bands.get(item, frozenset())
        for price in prices if bands and t.ANY not in bands else ():
            named = ([other.span for other in prices if other.row.band == band] for band in bands)
            if price.row.band == t.ANY and all(spans and not uncovered(price.span, spans) for spans in named):
                view.tell("PRICE_SHADOWED", price, "band", item, offer=offer)
                break


def tiers_beyond_a_cap(view: View) -> None:
    """TIER_BEYOND_CAP: who reaches the step has paid the cap of the same offer already."""
    caps: dict[tuple[str, str], list[Written[t.Cap]]] = defaultdict(list)
    for cap in view.draft.of(t.Cap):
        for item in cap.row.items:
            caps[cap.row.offer, item].append(cap)
    for (offer, item), prices in view.prices.items():
        for price in prices if (offer, item) in caps else ():
            row = price.row
            if row.tier_from and row.tier_mode == "graduated":
                paid = _paid_before(row, [p.row for p in prices if p.row.band == row.band and meet(p.span, price.span)])
                for cap in caps[offer, item]:
                    same = row.tier_scope == "event" or row.tier_scope == cap.row.period
                    if same and meet(cap.span, price.span) and paid >= cap.row.amount_micro:
                        view.tell(
                            "TIER_BEYOND_CAP", price, "tier_from", price.cells.get("tier_from", row.tier_from),
                            item=item, cap=cap.row.code, amount=view.money(cap.row.amount_micro),
                            paid=view.money(paid),
                        )  # fmt: skip
                        break


def _paid_before(step: t.Price, ladder: list[t.Price]) -> int:
    """What the units below a step cost, in micro-units."""
    below = sorted((p for p in ladder if p.tier_from < step.tier_from), key=lambda p: p.tier_from)
    ends = [p.tier_from for p in below[1:]] + [step.tier_from]
    return sum((end - p.tier_from) * p.price_micro // p.per for p, end in zip(below, ends, strict=True))


def lists_of_items_nobody_reaches(view: View) -> None:
    """ALLOWANCE_UNREACHABLE, CAP_UNREACHABLE, MARK_UNREACHABLE: no rule names any of the items it lists."""
    listed: tuple[tuple[str, Iterable[Written[t.Allowance] | Written[t.Cap] | Written[t.Mark]]], ...] = (
        ("ALLOWANCE_UNREACHABLE", view.draft.of(t.Allowance)),
        ("CAP_UNREACHABLE", view.draft.of(t.Cap)),
        ("MARK_UNREACHABLE", view.draft.of(t.Mark)),
    )
    converted: dict[str, set[str]] = defaultdict(set)
    for conversion in view.draft.of(t.Conversion):
        converted[conversion.row.allowance].add(conversion.row.item)
    for code, rows in listed:
        for written in rows:
            items = {*written.row.items, *(converted[written.row.code] if code.startswith("ALLOWANCE") else ())}
            if not any(view.is_reached(item, written.span) for item in items):
                view.tell(code, written, "items", ", ".join(sorted(items)), code=written.row.code)


def offers_without_effect(view: View) -> None:
    """OFFER_SAYS_NOTHING: no row is about it. OFFER_NEVER_ON_SALE: none of its rows is in force while it is sold."""
    rows: dict[str, list[Written[t.Row]]] = defaultdict(list)
    for row_type in (t.Fee, t.Price, t.Allowance, t.Mark, t.Cap, t.Discount, t.Minimum):
        for written in view.draft.rows.get(row_type, []):
            rows[written.row.offer].append(written)  # type: ignore[attr-defined]
    for code, offer in view.offers.items():
        if code not in rows:
            view.tell("OFFER_SAYS_NOTHING", offer, "code", code, severity=NOTES)
        elif not any(meet(offer.span, written.span) for written in rows[code]):
            view.tell("OFFER_NEVER_ON_SALE", offer, "to", code, start=since(min(one.span for one in rows[code])))
