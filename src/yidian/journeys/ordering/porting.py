"""携出 begins with a code (授权码): at the desk or by text message from the line, whoever may go is given one (N4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from yidian.domains.party.queries import customers_by_code, customers_with_document
from yidian.domains.product_inventory.queries import standing, who_has
from yidian.domains.product_order import operations as orders
from yidian.journeys.ordering.doing import UnableToDo
from yidian.journeys.ordering.portability import reasons_to_stay
from yidian.kernel.calendar import to_ms
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

ASKS: Final = "CXXZ"  # 查询携转: may it go
WANTS: Final = "SQXZ"  # 申请携转: the code
NOTED: Final = frozenset({"PORT_CODE_NONE", "PORT_CODE_OLD", "PORT_CODE_USED", "PORT_CODE_WRONG", "PORT_CODE_GUESSED"})


class Given(NamedTuple):
    """A code and until when it is good."""

    code: str
    until: datetime


class Reply(NamedTuple):
    """What is answered to a text message: codes of sentences, with the parameters of all."""

    codes: tuple[str, ...]
    params: dict[str, object]


def give_code(*, tenant: Tenant, actor: Actor, key: str, now: datetime, subscriber: str, channel: str) -> Given:
    """A code for whoever was checked at the desk, or wrote from the line. UnableToDo with the first of all reasons why
    the number may not go."""
    stands = standing(tenant=tenant, subscriber=subscriber, at_ms=to_ms(now))
    staying = reasons_to_stay(tenant=tenant, subscriber=subscriber, now=now)
    if staying or stands is None:
        raise UnableToDo(staying[0], subscriber=subscriber, reasons=" ".join(staying))
    number = stands.identifiers["msisdn"][0]
    given: list[Given] = []

    def work(frame: Frame) -> dict[str, Any]:
        given[:] = [Given(*orders.give_port_code(frame=frame, subscriber=subscriber, number=number, channel=channel))]
        return {}  # never the code: answers are kept

    request = {"subscriber": subscriber, "channel": channel}
    perform(tenant=tenant, actor=actor, operation="port.code", key=key, request=request, now=now, work=work)
    if not given:  # the same was asked before: what was given then is not told twice
        raise UnableToDo("PORT_CODE_TOLD", subscriber=subscriber)
    return given[0]


def note_guess(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, refused: BaseException | None, order: str = ""
) -> None:
    """Where a code that is not good was told: counted and audited, though nothing else of what told it is written."""
    if not isinstance(refused, UnableToDo) or refused.code not in NOTED:
        return
    subscriber, fault = str(refused.params.get("subscriber", "")), refused.code

    def work(frame: Frame) -> dict[str, Any]:
        orders.note_wrong_code(frame=frame, subscriber=subscriber, order=order, fault=fault)
        return {}

    perform(
        tenant=tenant, actor=actor, operation="port.code.refused", key=f"{key[-190:]}/code", request={"order": order},
        now=now, work=work,
    )  # fmt: skip


def by_text(*, tenant: Tenant, actor: Actor, key: str, now: datetime, number: str, text: str) -> Reply:
    """A text message from a line: CXXZ#name#document asks whether its number may go, SQXZ#name#document for a code."""
    parts = [part.strip() for part in text.replace("＃", "#").split("#")]
    subscriber = who_has(tenant=tenant, kind="msisdn", value=number, at=now)
    if len(parts) != 3 or parts[0].upper() not in (ASKS, WANTS):
        return Reply(("PORT_TEXT_FORM",), {})
    if subscriber is None or not _theirs(tenant, subscriber, name=parts[1], document=parts[2], now=now):
        return Reply(("PORT_TEXT_OTHERS",), {})
    staying = reasons_to_stay(tenant=tenant, subscriber=subscriber, now=now)
    if staying:
        return Reply(staying, {"subscriber": number})
    if parts[0].upper() == ASKS:
        return Reply(("PORT_TEXT_MAY",), {"number": number})
    try:
        given = give_code(tenant=tenant, actor=actor, key=key, now=now, subscriber=subscriber, channel="sms")
    except UnableToDo as refused:
        return Reply((refused.code,), dict(refused.params))
    return Reply(("PORT_TEXT_CODE",), {"code": given.code, "until": given.until})


def _theirs(tenant: Tenant, subscriber: str, *, name: str, document: str, now: datetime) -> bool:
    """Whether the line is of a customer with that name and document."""
    stands = standing(tenant=tenant, subscriber=subscriber, at_ms=to_ms(now))
    if stands is None:
        return False
    known = {one.code for one in customers_with_document(tenant=tenant, number=document)}
    owner = customers_by_code(tenant=tenant, codes=[stands.customer]).get(stands.customer)
    return stands.customer in known and owner is not None and owner.name == name
