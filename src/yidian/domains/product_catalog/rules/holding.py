"""Rules about how an offer may be held: several times at one time, until when, and beside which others."""

from __future__ import annotations

from yidian.domains.product_catalog.rules.bills import MOST_CYCLES
from yidian.domains.product_catalog.rules.draft import Draft
from yidian.kernel.rating.tariff import Offer


def holdings_make_sense(draft: Draft) -> None:
    """STACKS_NOT_PACK: nobody has two main plans. OFFER_END_UNCLEAR: `month` without `months`. CYCLES_TOO_MANY."""
    for offer in draft.of(Offer):
        if offer.row.stacks and offer.row.kind != "pack":
            draft.complain("STACKS_NOT_PACK", offer, "stacks")
        if offer.row.ends_with != "day" and not offer.row.months:
            draft.complain("OFFER_END_UNCLEAR", offer, "ends_with")
        if offer.row.months > MOST_CYCLES:
            draft.complain("CYCLES_TOO_MANY", offer, "months", most=MOST_CYCLES)


def needs_name_offers(draft: Draft) -> None:
    """OFFER_NEEDS_UNKNOWN; OFFER_NEEDS_ITSELF: nobody could ever be the first to hold it."""
    offers = {offer.row.code for offer in draft.of(Offer)}
    for offer in draft.of(Offer):
        for code in offer.row.needs:
            if code == offer.row.code:
                draft.complain("OFFER_NEEDS_ITSELF", offer, "needs", code)
            elif code not in offers:
                draft.complain("OFFER_NEEDS_UNKNOWN", offer, "needs", code)
