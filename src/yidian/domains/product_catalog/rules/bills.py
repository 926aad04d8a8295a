"""Rules about what stands on bills: fees in advance and free, parts of fees, bundles and grades of discounts."""

from __future__ import annotations

from typing import Final

from yidian.domains.product_catalog.rules.draft import Draft
from yidian.kernel.rating import tariff as t

MOST_CYCLES: Final = 1200


LEAST_TERM: Final = 2  # of a term of one cycle nothing is ever left
OF_LEAVING: Final = ("each_left", "by_term")
BY_DAY: Final = ("by_days", "day_price")


def leaving_makes_sense(draft: Draft) -> None:
    """FEE_TERM_UNCLEAR: a term of two cycles or more where, and only where, it is a fee on leaving. CYCLES_TOO_MANY.

    FEE_LEAVING_ONLY: what is left of a term counts for no other fee. FEE_LEAVING_WHOLE: one on leaving counts no days.
    """
    for fee in draft.of(t.Fee):
        row = fee.row
        leaving = row.charged == "leaving"
        if row.term_cycles > MOST_CYCLES:
            draft.complain("CYCLES_TOO_MANY", fee, "term_cycles", most=MOST_CYCLES)
        elif not (row.term_cycles >= LEAST_TERM if leaving else row.term_cycles == 0):
            draft.complain("FEE_TERM_UNCLEAR", fee, "term_cycles")
        if row.proration in OF_LEAVING and not leaving:
            draft.complain("FEE_LEAVING_ONLY", fee, "proration")
        if leaving and row.proration in BY_DAY:
            draft.complain("FEE_LEAVING_WHOLE", fee, "proration")
        if leaving and row.during != "any":
            draft.complain("FEE_LEAVING_WHOLE", fee, "during")


def fees_make_sense(draft: Draft) -> None:
    """FEE_ONCE_ONLY: half, in advance and free months are of fees of every cycle alone. CYCLES_TOO_MANY."""
    for fee in draft.of(t.Fee):
        if fee.row.charged != "cycle":
            if fee.row.proration == "half":
                draft.complain("FEE_ONCE_ONLY", fee, "proration")
            if fee.row.billed == "advance":
                draft.complain("FEE_ONCE_ONLY", fee, "billed")
            if fee.row.free_cycles:
                draft.complain("FEE_ONCE_ONLY", fee, "free_cycles")
        if fee.row.free_cycles > MOST_CYCLES:
            draft.complain("CYCLES_TOO_MANY", fee, "free_cycles", most=MOST_CYCLES)
    for least in draft.of(t.Minimum):
        if least.row.free_cycles > MOST_CYCLES:
            draft.complain("CYCLES_TOO_MANY", least, "free_cycles", most=MOST_CYCLES)
    for cut in draft.of(t.Discount):
        if cut.row.cycles > MOST_CYCLES:
            draft.complain("CYCLES_TOO_MANY", cut, "cycles", most=MOST_CYCLES)


def parts_belong_to_a_fee(draft: Draft) -> None:
    """PART_WITHOUT_FEE, PART_PRICE, PART_ITEM_UNKNOWN: a part is of a fee of its offer, has a price and an item."""
    fees = {(fee.row.offer, fee.row.item) for fee in draft.of(t.Fee)}
    items = draft.items()
    for part in draft.of(t.Part):
        row = part.row
        if (row.offer, row.item) not in fees:
            draft.complain("PART_WITHOUT_FEE", part, "item", row.item, offer=row.offer)
        if row.part_item not in items or items[row.part_item].kind not in ("recurring", "once"):
            draft.complain("PART_ITEM_UNKNOWN", part, "part_item", row.part_item)
        if row.price_micro <= 0:
            draft.complain("PART_PRICE", part, "price")


def bundles_name_offers(draft: Draft) -> None:
    """BUNDLE_OFFER_UNKNOWN; DISCOUNT_SCOPES_DISAGREE: rows of one code reach one and the same circle."""
    offers = {offer.row.code for offer in draft.of(t.Offer)}
    scopes: dict[str, tuple[str, int]] = {}
    for cut in draft.of(t.Discount):
        for code in cut.row.requires:
            if code not in offers:
                draft.complain("BUNDLE_OFFER_UNKNOWN", cut, "requires", code)
        scope, line = scopes.setdefault(cut.row.code, (cut.row.scope, cut.line))
        if scope != cut.row.scope:
            draft.complain("DISCOUNT_SCOPES_DISAGREE", cut, "scope", first_line=line)
