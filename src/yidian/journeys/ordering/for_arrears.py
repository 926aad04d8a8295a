"""Credit control acts on its list: a line is stopped for arrears and resumed when they are paid, each by an order.

What the table of rules does not let it do it leaves alone and says why; what another order is at work on, or is refused
otherwise, comes again with the next list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final, NamedTuple

from yidian.domains.credit.queries import dunning_list
from yidian.domains.product_inventory.operations import UnableToChange
from yidian.domains.product_inventory.queries import (
    last_stopped_or_resumed,
    lines_paid_by,
    lines_stopped_for,
    lives_and_reasons,
)
from yidian.domains.product_inventory.types import Verdict, permitted_to_credit
from yidian.domains.product_order.operations import UnableToOrder
from yidian.domains.product_order.types import CREDIT
from yidian.journeys.ordering.at_once import Wish, take
from yidian.journeys.ordering.deeds.stopping import ARREARS
from yidian.journeys.ordering.doing import UnableToDo
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.jobs.queries import done
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor

WAYS: Final = {"single_stop": "one", "double_stop": "two", "removal": "two"}  # stage → how its lines are stopped
IN_USE: Final = "in_use"
DUN: Final = "dun"  # the kind of the run that makes lists


class Wanted(NamedTuple):
    """What credit control wants of a line. `act`: stop or resume; `ways` of a stop. `since_ms`: when it was last
    stopped for arrears or resumed (UTC ms, 0 never)."""

    subscriber: str
    customer: str
    account: str
    act: str
    ways: str
    since_ms: int


class Acted(NamedTuple):
    """What came of it: the number of an order, or the code of why not, with its parameters."""

    wanted: Wanted
    order: str
    code: str
    params: Mapping[str, object]


def wanted(*, tenant: Tenant, on: date, now: datetime) -> Iterator[tuple[Wanted, Verdict]]:
    """What the list of a day asks for, line by line, and what the table says to it. Who is not on it any more is
    resumed."""
    at_ms = to_ms(now)
    listed = {one.account: one.stage for one in dunning_list(tenant=tenant, on=on)}
    asked = {account: WAYS[stage] for account, stage in listed.items() if stage in WAYS}
    lines = lines_paid_by(tenant=tenant, accounts=asked, at_ms=at_ms)
    paid = [one for one in lines_stopped_for(tenant=tenant, reason=ARREARS, at_ms=at_ms) if one.account not in listed]
    ids = {one.id for one in (*lines, *paid)}
    stand = lives_and_reasons(tenant=tenant, subscribers=ids, at_ms=at_ms)
    since = last_stopped_or_resumed(tenant=tenant, subscribers=ids, reason=ARREARS, at_ms=at_ms)
    for one in lines:
        life, stops = stand[one.id]
        had = next((stop.ways for stop in stops if stop.reason == ARREARS), "")
        if had not in (asked[one.account], "two"):
            reasons = [stop.reason for stop in stops]
            verdict = permitted_to_credit(act="stop", life=life or IN_USE, reasons=reasons)
            ways = asked[one.account]
            yield Wanted(one.subscriber, one.customer, one.account, "stop", ways, since[one.id]), verdict
    for one in paid:
        life, stops = stand[one.id]
        verdict = permitted_to_credit(act="resume", life=life or IN_USE, reasons=[stop.reason for stop in stops])
        yield Wanted(one.subscriber, one.customer, one.account, "resume", "", since[one.id]), verdict


def act(*, tenant: Tenant, actor: Actor, on: date, now: datetime) -> list[Acted]:
    """Order what the list of today asks for and the table permits. Typed again it orders nothing twice. UnableToDo
    DUN_LIST_NOT_TODAYS: by another day's list, or none, people would be resumed who owe."""
    if on != local_date(to_ms(now), tenant.zone) or not done(tenant=tenant, kind=DUN, subject=on.isoformat()):
        raise UnableToDo("DUN_LIST_NOT_TODAYS", on=on.isoformat())
    return [
        _ordered(tenant, actor, one, on, now) if verdict.kind == "yes" else Acted(one, "", verdict.code, verdict.params)
        for one, verdict in list(wanted(tenant=tenant, on=on, now=now))
    ]


def _ordered(tenant: Tenant, actor: Actor, one: Wanted, on: date, now: datetime) -> Acted:
    told = {"way": one.ways} if one.act == "stop" else {"reason": ARREARS}
    # Since it was last stopped or resumed it is asked for once a day: typed again it is the same order, and also where
    # somebody cancelled or reversed that one; paid and in arrears again, by a list made anew, it is another.
    key = f"credit/{on.isoformat()}/{one.subscriber}/{one.act}{one.ways}/{one.since_ms}"
    wish = Wish(one.customer, one.act, told, one.subscriber)
    try:
        made = take(tenant=tenant, actor=actor, key=key, now=now, wish=wish, channel=CREDIT, price=lambda _: {})
    except (UnableToDo, UnableToOrder, UnableToChange) as refused:
        return Acted(one, "", refused.code, refused.params)
    return Acted(one, made.order, "", {})
