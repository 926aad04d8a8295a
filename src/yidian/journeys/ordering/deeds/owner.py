"""过户: another customer takes over number, card and plan; one subscription ends where the other begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yidian.domains.product_inventory.types import (
    Change,
    EndIdentifier,
    EndOffer,
    GiveIdentifier,
    GiveOffer,
    OpenSubscription,
    SetLife,
)
from yidian.domains.product_order.types import StepPlan, new_subscription
from yidian.journeys.ordering.deeds.bars import closing
from yidian.journeys.ordering.deeds.offers import stands
from yidian.journeys.ordering.doing import Doing, Move, UnableToDo, fees, steps, tell
from yidian.journeys.ordering.situation import Situation


def heir(s: Situation) -> str:
    """The subscription of the new customer."""
    return new_subscription(order=s.order.number, place=s.item.place)


def _check(s: Situation) -> None:
    stands(s)
    if s.told("customer") == s.order.customer:
        raise UnableToDo("ORDER_OWNER_SAME", "customer", customer=s.order.customer)
    if not s.accounts:
        raise UnableToDo("ORDER_ACCOUNT_NONE", "account")
    if s.told("account") and s.told("account") not in s.accounts:
        raise UnableToDo("ORDER_ACCOUNT_FOREIGN", "account", account=s.told("account"))


def _steps(s: Situation) -> list[StepPlan]:
    told = {
        "number": s.number(), "imsi": s.identifier("imsi"), "iccid": s.identifier("iccid"),
        "services": " ".join(held.offer for held in stands(s).holdings), "line_of_business": s.line,
    }  # fmt: skip
    return steps(before=(closing(s, told), tell("open", heir(s), told, back=("close", {}))))


def _changes(s: Situation, at_ms: int) -> Sequence[Change]:
    me, new, old = s.item.subscriber, heir(s), stands(s)
    account = s.told("account") or s.accounts[0]
    made: list[Change] = [
        OpenSubscription(
            subscriber=new, customer=s.told("customer"), account=account, unit=account, home_area=old.home_area,
            at_ms=at_ms,
        )
    ]  # fmt: skip
    for kind, values in old.identifiers.items():
        for value in values:
            made.append(EndIdentifier(subscriber=me, kind=kind, value=value, at_ms=at_ms))
            made.append(GiveIdentifier(subscriber=new, kind=kind, value=value, at_ms=at_ms))
    for held in old.holdings:
        made.append(EndOffer(subscriber=me, offer=held.offer, at_ms=at_ms, began_ms=held.from_ms))
        if held.offer in s.offers:
            made.append(GiveOffer(subscriber=new, offer=held.offer, at_ms=at_ms))
    made.append(SetLife(subscriber=me, life="terminated", at_ms=at_ms))
    return [*made, *fees(s, new, at_ms)]


def _moves(s: Situation) -> list[Move]:
    return [Move("hand_over", one.kind, one.id, heir(s)) for one in s.had]


TRANSFER: Final = Doing(check=_check, steps=_steps, changes=_changes, moves=_moves)
