"""靓号: what a premium number brings along, so that the bill knows what was agreed (G1, G2)."""

from __future__ import annotations

from yidian.domains.product_inventory.types import Change, EndOffer, GiveOffer
from yidian.journeys.ordering.doing import UnableToDo
from yidian.journeys.ordering.situation import Situation


def expect_billed(s: Situation) -> None:
    """ORDER_LEVEL_UNBILLED: the number's level asks for something that no offer would ever bill."""
    terms = s.level
    if terms is None:
        return
    asks = bool(terms.min_spend_minor or terms.months)
    if (asks and not terms.offer) or (terms.offer and terms.offer not in s.offers):
        raise UnableToDo("ORDER_LEVEL_UNBILLED", "number", level=terms.level, number=s.told("number"))


def given(s: Situation, subscriber: str, at_ms: int) -> list[Change]:
    """The offer of the level of the number that comes."""
    code = s.level.offer if s.level else ""
    return [GiveOffer(subscriber=subscriber, offer=code, at_ms=at_ms)] if code else []


def taken(s: Situation, at_ms: int) -> list[Change]:
    """The offer of the level of the number that goes; leaving before its months are over costs what it says."""
    held = {one.offer: one.from_ms for one in s.standing.holdings} if s.standing else {}
    code = s.had_level.offer if s.had_level else ""
    if code not in held:
        return []
    return [EndOffer(subscriber=s.item.subscriber, offer=code, at_ms=at_ms, began_ms=held[code])]
