"""变更套餐, 订购, 退订, 合约机: what a subscription holds changes, now or with the next month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yidian.domains.product_inventory.types import Change, EndOffer, GiveOffer, Standing
from yidian.domains.product_order.types import StepPlan
from yidian.journeys.ordering.doing import Doing, Move, UnableToDo, fees, nothing, steps, tell
from yidian.journeys.ordering.situation import Situation


def stands(s: Situation) -> Standing:
    """The subscription; ORDER_SUBSCRIBER_UNKNOWN where there is none of this customer."""
    if s.standing is None or s.standing.customer != s.order.customer:
        raise UnableToDo("ORDER_SUBSCRIBER_UNKNOWN", subscriber=s.item.subscriber)
    return s.standing


def expect_sold(s: Situation, field: str, role: str) -> str:
    """The offer that was told, on sale now and of that role."""
    code = s.told(field)
    if code not in s.offers:
        raise UnableToDo("ORDER_OFFER_UNKNOWN", field, offer=code)
    offer = s.offers[code]
    if not offer.on_sale(s.on):
        raise UnableToDo("ORDER_OFFER_NOT_ON_SALE", field, offer=code)
    if offer.role != role:
        raise UnableToDo("ORDER_OFFER_NO_PLAN" if role == "main" else "ORDER_OFFER_IS_PLAN", field, offer=code)
    if offer.line_of_business not in ("", s.line):
        raise UnableToDo("ORDER_OFFER_OTHER_LINE", field, offer=code, line=s.line)
    return code


def mains(s: Situation) -> list[str]:
    """Main offers held, of the line of business of the new one."""
    return [held.offer for held in stands(s).holdings if s.is_main(held.offer)]


def _from_ms(s: Situation, at_ms: int) -> int:
    return max(at_ms, s.next_cycle_ms) if s.told("when") == "next_cycle" else at_ms


def _serve(s: Situation, add: str, drop: str) -> list[StepPlan]:
    """The network gives and takes services: at once before completion, or when the month begins, after it."""
    step = tell(
        "modify", s.item.subscriber, {"add": add, "drop": drop}, back=("modify", {"add": drop, "drop": add}),
        due_ms=s.next_cycle_ms if s.told("when") == "next_cycle" else 0,
    )  # fmt: skip
    return steps(after=(step,)) if step.due_ms else steps(before=(step,))


def _check_plan(s: Situation) -> None:
    plan = expect_sold(s, "plan", "main")
    if plan in mains(s):
        raise UnableToDo("ORDER_PLAN_HELD", "plan", offer=plan)


def _change_plan(s: Situation, at_ms: int) -> Sequence[Change]:
    me, from_ms = s.item.subscriber, _from_ms(s, at_ms)
    ended = [EndOffer(subscriber=me, offer=code, at_ms=from_ms) for code in mains(s)]
    return [*ended, GiveOffer(subscriber=me, offer=s.told("plan"), at_ms=from_ms), *fees(s, me, at_ms)]


def _check_add(s: Situation) -> None:
    code = expect_sold(s, "offer", "addon")
    held = {one.offer for one in stands(s).holdings}
    if code in held and not s.offers[code].terms.stacks:
        raise UnableToDo("ORDER_OFFER_HELD", "offer", offer=code)


def _add(s: Situation, at_ms: int) -> Sequence[Change]:
    me = s.item.subscriber
    return [GiveOffer(subscriber=me, offer=s.told("offer"), at_ms=_from_ms(s, at_ms)), *fees(s, me, at_ms)]


def _check_drop(s: Situation) -> None:
    code = s.told("offer")
    if code not in {one.offer for one in stands(s).holdings}:
        raise UnableToDo("ORDER_OFFER_NOT_HELD", "offer", offer=code)
    if s.is_main(code):
        raise UnableToDo("ORDER_OFFER_IS_PLAN", "offer", offer=code)
    if s.had_level and s.had_level.offer == code:
        raise UnableToDo("ORDER_OFFER_OF_NUMBER", "offer", offer=code)


def _drop(s: Situation, at_ms: int) -> Sequence[Change]:
    me = s.item.subscriber
    began = min(one.from_ms for one in stands(s).holdings if one.offer == s.told("offer"))
    ended = EndOffer(subscriber=me, offer=s.told("offer"), at_ms=_from_ms(s, at_ms), began_ms=began)
    return [ended, *fees(s, me, at_ms)]


def _check_contract(s: Situation) -> None:
    _check_add(s)
    if bool(s.told("deposit")) != bool(s.told("months")):
        raise UnableToDo("ORDER_FIELD_MISSING", "months" if s.told("deposit") else "deposit")


def _contract_moves(s: Situation) -> list[Move]:
    return [Move("use", "device", s.told("device"))] if s.told("device") else []


PLAN_CHANGE: Final = Doing(
    check=_check_plan, steps=lambda s: _serve(s, s.told("plan"), " ".join(mains(s))), changes=_change_plan,
    moves=nothing,
)  # fmt: skip
ADD_ON: Final = Doing(check=_check_add, steps=lambda s: _serve(s, s.told("offer"), ""), changes=_add, moves=nothing)
DROP_ON: Final = Doing(check=_check_drop, steps=lambda s: _serve(s, "", s.told("offer")), changes=_drop, moves=nothing)
CONTRACT: Final = Doing(
    check=_check_contract, steps=lambda s: _serve(s, s.told("offer"), ""), changes=_add, moves=_contract_moves
)
