"""改号 and 补换卡: the same subscription by another number, or with another card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yidian.domains.product_inventory.types import Change, EndIdentifier, GiveIdentifier, ResumeFrom
from yidian.domains.product_order.types import StepPlan
from yidian.journeys.ordering.deeds.bars import barring
from yidian.journeys.ordering.deeds.offers import stands
from yidian.journeys.ordering.deeds.premium import expect_billed, given, taken
from yidian.journeys.ordering.doing import Doing, Move, UnableToDo, fees, steps, tell
from yidian.journeys.ordering.situation import Situation

LOSS: Final = "loss"


def _check_number(s: Situation) -> None:
    stands(s)
    if not s.identifier("msisdn"):
        raise UnableToDo("ORDER_NO_NUMBER", subscriber=s.item.subscriber)
    if "number" not in s.chosen:
        raise UnableToDo("ORDER_NUMBER_UNKNOWN", "number", number=s.told("number"))
    expect_billed(s)


def _number_steps(s: Situation) -> list[StepPlan]:
    back = ("change_number", {"number": s.identifier("msisdn")})
    return steps(before=(tell("change_number", s.item.subscriber, {"number": s.told("number")}, back=back),))


def _number_changes(s: Situation, at_ms: int) -> Sequence[Change]:
    me = s.item.subscriber
    return [
        EndIdentifier(subscriber=me, kind="msisdn", value=s.identifier("msisdn"), at_ms=at_ms),
        GiveIdentifier(subscriber=me, kind="msisdn", value=s.told("number"), at_ms=at_ms),
        *taken(s, at_ms),
        *given(s, me, at_ms),
        *fees(s, me, at_ms),
    ]


def _number_moves(s: Situation) -> list[Move]:
    old = [Move("retire", "number", one.id) for one in s.had if one.kind == "number"]
    return [Move("use", "number", s.told("number")), *old]


def _check_card(s: Situation) -> None:
    stands(s)
    if not s.identifier("imsi"):
        raise UnableToDo("ORDER_NO_CARD", subscriber=s.item.subscriber)
    card = s.chosen.get("card")
    if card is None or not card.imsi:
        raise UnableToDo("ORDER_CARD_UNKNOWN", "card", card=s.told("card"))


def _lost(s: Situation) -> bool:
    return any(one.reason == LOSS for one in stands(s).reasons)


def _card_steps(s: Situation) -> list[StepPlan]:
    back = ("swap_card", {"imsi": s.identifier("imsi"), "iccid": s.identifier("iccid")})
    swap = {"imsi": s.chosen["card"].imsi, "iccid": s.told("card")}
    told = [tell("swap_card", s.item.subscriber, swap, back=back)]
    if _lost(s):  # the new card ends what the lost one was stopped for
        told.append(barring(s, LOSS, ""))
    return steps(before=told)


def _card_changes(s: Situation, at_ms: int) -> Sequence[Change]:
    me = s.item.subscriber
    made: list[Change] = []
    for kind, value in (("imsi", s.chosen["card"].imsi), ("iccid", s.told("card"))):
        if s.identifier(kind):
            made.append(EndIdentifier(subscriber=me, kind=kind, value=s.identifier(kind), at_ms=at_ms))
        made.append(GiveIdentifier(subscriber=me, kind=kind, value=value, at_ms=at_ms))
    if _lost(s):
        made.append(ResumeFrom(subscriber=me, reason=LOSS, at_ms=at_ms))
    return [*made, *fees(s, me, at_ms)]


def _card_moves(s: Situation) -> list[Move]:
    old = [Move("retire", "card", one.id) for one in s.had if one.kind == "card"]
    return [Move("use", "card", s.told("card")), *old]


NUMBER_CHANGE: Final = Doing(check=_check_number, steps=_number_steps, changes=_number_changes, moves=_number_moves)
CARD_SWAP: Final = Doing(check=_check_card, steps=_card_steps, changes=_card_changes, moves=_card_moves)
