"""新装 and 携入: a subscription begins, on any line of business, alone or beside others of its family."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yidian.domains.product_inventory.types import Change, GiveIdentifier, GiveOffer, OpenSubscription
from yidian.domains.product_order.types import StepPlan
from yidian.journeys.ordering.deeds.moving import expect_reached
from yidian.journeys.ordering.deeds.premium import expect_billed, given
from yidian.journeys.ordering.doing import Doing, Move, UnableToDo, fees, steps, tell, work
from yidian.journeys.ordering.situation import Situation

ASKED: Final = {  # line of business → fields that a new one cannot do without
    "mobile": ("number", "card"),
    "fixed": ("number", "address", "port"),
    "broadband": ("login", "address", "port"),
    "iptv": ("login", "address", "port"),
}
INSTALLED: Final = ("fixed", "broadband", "iptv")  # somebody goes there


def _check(s: Situation) -> None:
    for name in ASKED[s.line] if s.item.deed == "new" else ("card",):
        if not s.told(name):
            raise UnableToDo("ORDER_FIELD_MISSING", name)
    plan = s.told("plan")
    _expect_sold(s, plan, "plan")
    if not s.is_main(plan):
        raise UnableToDo("ORDER_OFFER_NO_PLAN", "plan", offer=plan)
    if s.offers[plan].line_of_business not in ("", s.line):
        raise UnableToDo("ORDER_OFFER_OTHER_LINE", "plan", offer=plan, line=s.line)
    for code in s.many("add_ons"):
        _expect_sold(s, code, "add_ons")
    if s.told("account") and s.told("account") not in s.accounts:
        raise UnableToDo("ORDER_ACCOUNT_FOREIGN", "account", account=s.told("account"))
    if not s.accounts:
        raise UnableToDo("ORDER_ACCOUNT_NONE", "account")
    if s.login_taken:
        raise UnableToDo("ORDER_LOGIN_TAKEN", "login", login=s.told("login"))
    expect_billed(s)
    if "port" in ASKED[s.line]:
        expect_reached(s)
    unit_of(s)


def _expect_sold(s: Situation, code: str, field: str) -> None:
    if code not in s.offers:
        raise UnableToDo("ORDER_OFFER_UNKNOWN", field, offer=code)
    if not s.offers[code].on_sale(s.on):
        raise UnableToDo("ORDER_OFFER_NOT_ON_SALE", field, offer=code)


def account_of(s: Situation) -> str:
    """Who pays: the account that was told, else the customer's first."""
    return s.told("account") or s.accounts[0]


def unit_of(s: Situation) -> str:
    """The rating unit: that of the subscription it is to share with, else the account's."""
    beside = s.told("with")
    if not beside:
        return account_of(s)
    if beside.startswith("#"):
        place = beside.removeprefix("#")
        mate = s.mates.get(int(place)) if place.isdigit() else None
        if mate is None or mate.place >= s.item.place:
            raise UnableToDo("ORDER_MEMBER_UNKNOWN", "with", member=beside)
        told = mate.told.get("account")
        return told if isinstance(told, str) and told else s.accounts[0]
    other = s.others.get(beside)
    if other is None or other.customer != s.order.customer or not other.unit:
        raise UnableToDo("ORDER_MEMBER_UNKNOWN", "with", member=beside)
    return other.unit


def _steps(s: Situation) -> list[StepPlan]:
    number = s.told("login") or s.told("number")
    card = s.chosen.get("card")
    told = {
        "number": number, "imsi": card.imsi if card else "", "iccid": s.told("card"),
        "services": " ".join((s.told("plan"), *s.many("add_ons"))), "line_of_business": s.line,
        "port": s.told("port"), "address": s.told("address"),
        "donor": s.told("donor"), "authorisation": s.told("code"),  # the donor's network is asked with it (N4)
    }  # fmt: skip
    opened = tell("open", s.item.subscriber, told, back=("close", {}))
    return steps(before=(work("install"), opened) if s.line in INSTALLED else (opened,))


def _changes(s: Situation, at_ms: int) -> Sequence[Change]:
    me = s.item.subscriber
    card = s.chosen.get("card")
    made: list[Change] = [
        OpenSubscription(
            subscriber=me, customer=s.order.customer, account=account_of(s), unit=unit_of(s),
            home_area=s.told("area"), at_ms=at_ms,
        )
    ]  # fmt: skip
    had = {
        "msisdn": s.told("number"), "login": s.told("login"), "imsi": card.imsi if card else "",
        "iccid": s.told("card"),
    }  # fmt: skip
    made += [GiveIdentifier(subscriber=me, kind=kind, value=had[kind], at_ms=at_ms) for kind in had if had[kind]]
    made += [GiveOffer(subscriber=me, offer=code, at_ms=at_ms) for code in (s.told("plan"), *s.many("add_ons"))]
    return [*made, *given(s, me, at_ms), *fees(s, me, at_ms)]


def _moves(s: Situation) -> list[Move]:
    entering = s.item.deed == "port_in"
    found = [Move("use", kind, s.told(kind)) for kind in ("card", "port") if s.told(kind)]
    if s.told("number"):
        found.append(Move("enter" if entering else "use", "number", s.told("number")))
    if entering and s.own_network:  # what is dialled to it is within the network from now on (N5)
        found.append(Move("ported", "number", s.told("number"), s.own_network))
    return found


NEW: Final = Doing(check=_check, steps=_steps, changes=_changes, moves=_moves)
PORT_IN: Final = Doing(check=_check, steps=_steps, changes=_changes, moves=_moves)
