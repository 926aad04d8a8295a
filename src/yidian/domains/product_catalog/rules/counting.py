"""Rules about how prices count: what is said of a ladder must mean something together."""

from __future__ import annotations

from yidian.domains.product_catalog.rules.draft import Draft
from yidian.kernel.rating.tariff import Item, Price


def blocks_on_a_counter_have_one(draft: Draft) -> None:
    """BLOCK_ON_UNCOUNTED: a block that outlasts its event needs a counter that does."""
    for price in draft.of(Price):
        if price.row.block_on == "counter" and price.row.tier_scope == "event":
            draft.complain("BLOCK_ON_UNCOUNTED", price, "block_on")


def volume_prices_are_clear(draft: Draft) -> None:
    """VOLUME_UNCLEAR: what has one price for everything does not begin again, nor has it blocks on a counter."""
    for price in draft.of(Price):
        if price.row.tier_mode == "volume":
            if price.row.repeat:
                draft.complain("VOLUME_UNCLEAR", price, "repeat")
            if price.row.block_on == "counter":
                draft.complain("VOLUME_UNCLEAR", price, "block_on")


def set_ups_stand_first(draft: Draft) -> None:
    """SETUP_NOT_FIRST: a set-up is asked once for an event, whatever step it reaches."""
    for price in draft.of(Price):
        if price.row.setup_micro and price.row.tier_from:
            draft.complain("SETUP_NOT_FIRST", price, "setup")


def only_usage_is_free_below(draft: Draft) -> None:
    """FREE_NOT_USAGE; UNIT_MISMATCH where the unit is not of the item's measure."""
    for item in draft.of(Item):
        if not item.row.free_below:
            continue
        said = item.measures.get("free_below", "")
        if item.row.kind != "usage":
            draft.complain("FREE_NOT_USAGE", item, "free_below")
        elif said and said != item.row.measure:
            draft.complain("UNIT_MISMATCH", item, "free_below", said=said, expected=item.row.measure)
