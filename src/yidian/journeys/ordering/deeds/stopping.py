"""停机保号, 挂失, 解挂, 停机, 复机, 预拆机, 复装: a line rests, and goes on, reason by reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yidian.domains.product_inventory.types import Change, ResumeFrom, SetLife, StopFor
from yidian.domains.product_order.types import CREDIT
from yidian.journeys.ordering.barred import ENDING
from yidian.journeys.ordering.deeds.bars import barring
from yidian.journeys.ordering.deeds.offers import stands
from yidian.journeys.ordering.doing import Doing, Move, UnableToDo, fees, nothing, steps
from yidian.journeys.ordering.situation import Situation

ON_REQUEST: Final = "on_request"
ARREARS: Final = "arrears"
OWN: Final = (ON_REQUEST, "keep_number")  # reasons that the customer gave and may take back


def _stop(of: str) -> Doing:
    def why(s: Situation) -> str:
        return ARREARS if s.order.channel == CREDIT else of

    def check(s: Situation) -> None:
        reason = why(s)
        had = next((one.ways for one in stands(s).reasons if one.reason == reason), "")
        if had and (reason != ARREARS or had in (ways(s), "two")):
            raise UnableToDo("ORDER_STOPPED_SO", subscriber=s.item.subscriber, reason=reason)

    def ways(s: Situation) -> str:
        return s.told("way") or "two"

    def changes(s: Situation, at_ms: int) -> Sequence[Change]:
        me = s.item.subscriber
        paid = [] if why(s) == ARREARS else fees(s, me, at_ms)
        return [StopFor(subscriber=me, reason=why(s), ways=ways(s), at_ms=at_ms), *paid]

    def moves(s: Situation) -> list[Move]:
        cards = [one.id for one in s.had if one.kind == "card"] if of == "loss" else []
        return [Move("lose", "card", card) for card in cards]

    return Doing(
        check=check, steps=lambda s: steps(before=(barring(s, why(s), ways(s)),)), changes=changes, moves=moves
    )


def _reason(s: Situation) -> str:
    """What is to be resumed from: as told, else the customer's own stop."""
    own = [one.reason for one in stands(s).reasons if one.reason in OWN]
    return s.told("reason") or (own[0] if own else "")


def _check_resume(s: Situation) -> None:
    stands(s)
    reason = _reason(s)
    own = (ARREARS,) if s.order.channel == CREDIT else OWN
    if reason not in own or not any(one.reason == reason for one in stands(s).reasons):
        raise UnableToDo("ORDER_NOT_STOPPED_SO", subscriber=s.item.subscriber, reason=reason)


def _resume(s: Situation, at_ms: int) -> Sequence[Change]:
    me = s.item.subscriber
    paid = [] if _reason(s) == ARREARS else fees(s, me, at_ms)
    return [ResumeFrom(subscriber=me, reason=_reason(s), at_ms=at_ms), *paid]


def _check_found(s: Situation) -> None:
    if not any(one.reason == "loss" for one in stands(s).reasons):
        raise UnableToDo("ORDER_NOT_STOPPED_SO", subscriber=s.item.subscriber, reason="loss")


def _found(s: Situation, at_ms: int) -> Sequence[Change]:
    return [ResumeFrom(subscriber=s.item.subscriber, reason="loss", at_ms=at_ms)]


def _found_moves(s: Situation) -> list[Move]:
    return [Move("find", "card", one.id) for one in s.had if one.kind == "card" and one.state == "lost"]


def _live(life: str) -> Doing:
    """From in use to waiting for its end, and back."""

    def check(s: Situation) -> None:
        if stands(s).life == life:
            raise UnableToDo("ORDER_LIFE_SO", subscriber=s.item.subscriber, life=life)

    def changes(s: Situation, at_ms: int) -> Sequence[Change]:
        me = s.item.subscriber
        return [SetLife(subscriber=me, life=life, at_ms=at_ms), *fees(s, me, at_ms)]

    ways = "two" if life == ENDING else ""
    return Doing(check=check, steps=lambda s: steps(before=(barring(s, ENDING, ways),)), changes=changes, moves=nothing)


STOP: Final = _stop(ON_REQUEST)
KEEP_NUMBER: Final = _stop("keep_number")
LOSS: Final = _stop("loss")
FOUND: Final = Doing(
    check=_check_found, steps=lambda s: steps(before=(barring(s, "loss", ""),)), changes=_found,
    moves=_found_moves,
)  # fmt: skip
RESUME: Final = Doing(
    check=_check_resume, steps=lambda s: steps(before=(barring(s, _reason(s), ""),)), changes=_resume,
    moves=nothing,
)  # fmt: skip
PRE_TERMINATE: Final = _live("pre_terminated")
UN_TERMINATE: Final = _live("in_use")
