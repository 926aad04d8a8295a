"""携出: the code (授权码) a number goes with: for whoever may go, for an hour, for one order, and not by guessing."""

from __future__ import annotations

from typing import Any

import pytest
from tests.orders.hall import CLERK, NUMBERS, PEOPLE, Hall
from tests.orders.test_command import line as line
from tests.typed import Type

from yidian.domains.product_order.models import PortOutCode
from yidian.journeys.ordering import at_once, porting, submitting
from yidian.journeys.ordering.at_once import Wish
from yidian.journeys.ordering.doing import UnableToDo
from yidian.platform.audit.models import AuditEntry
from yidian.platform.writing.types import system

SMS = system("sms")


def given(hall: Hall, me: str) -> str:
    return porting.give_code(**hall.by, subscriber=me, channel="desk").code


def refused(hall: Hall, me: str, code: str) -> str:
    with pytest.raises(UnableToDo) as why:
        hall.cart(("port_out", {"recipient": "cmcc", "code": code}, me))
    assert why.value.field == "code"
    return why.value.code


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_a_number_goes_with_the_newest_code_within_the_hour_and_once(hall: Hall) -> None:
    me = hall.line()
    with pytest.raises(UnableToDo) as soon:
        given(hall, me)
    assert soon.value.code == "PORT_TOO_SOON"
    hall.later(days=120)
    assert refused(hall, me, "") == "PORT_CODE_NEEDED"
    assert refused(hall, me, "123456") == "PORT_CODE_NONE"
    first, second = given(hall, me), given(hall, me)
    if first != second:
        assert refused(hall, me, first) == "PORT_CODE_WRONG", "only the newest counts"
    hall.later(minutes=60)
    assert refused(hall, me, second) == "PORT_CODE_OLD"
    code = given(hall, me)
    gone = hall.submitted(hall.cart(("port_out", {"recipient": "cmcc", "code": code}, me)))
    hall.cancelled(gone)
    assert refused(hall, me, code) == "PORT_CODE_USED", "a code is for one order, whatever becomes of it"
    last = given(hall, me)
    slow = hall.cart(("port_out", {"recipient": "cmcc", "code": last}, me))
    revision = hall.agreed(slow)
    hall.later(minutes=61)
    hall.recheck(slow)
    with pytest.raises(UnableToDo) as late:
        submitting.submit(**hall.by, order=slow, revision=revision)
    assert late.value.code == "PORT_CODE_OLD", "looked at once more when it is submitted"
    hall.ordered(("port_out", {"recipient": "cmcc", "code": given(hall, me)}, me))
    assert hall.resource("number", NUMBERS[0])[0] == "away"


def test_a_code_is_not_guessed_each_try_is_audited_and_the_code_stands_nowhere(hall: Hall) -> None:
    me = hall.line()
    hall.later(days=120)
    code = given(hall, me)
    for _ in range(4):
        assert refused(hall, me, other_than(code)) == "PORT_CODE_WRONG"
    wish = Wish(hall.customer("li"), "port_out", {"recipient": "cmcc", "code": other_than(code)}, me)
    with pytest.raises(UnableToDo):
        at_once.take(**hall.by, wish=wish, channel="file", price=lambda _: {}, only_try=True)  # a row of a file, tried
    assert refused(hall, me, code) == "PORT_CODE_GUESSED", "the right one is too late"
    row = PortOutCode.objects.get()
    assert row.wrong == 5
    told = list(AuditEntry.objects.filter(operation="port.code.refused"))
    assert len(told) == 6
    assert {one.actor_id for one in told} == {CLERK.id}
    kept = [str(one.__dict__) for model in (PortOutCode, AuditEntry) for one in model.objects.all()]
    assert not any(code in one for one in kept), "not even in the audit"
    by: dict[str, Any] = hall.by
    assert len(porting.give_code(**by, subscriber=me, channel="desk").code) == 6
    with pytest.raises(UnableToDo) as twice:
        porting.give_code(**by, subscriber=me, channel="desk")
    assert twice.value.code == "PORT_CODE_TOLD"


def test_a_text_from_the_line_asks_and_is_answered(hall: Hall, line: Type) -> None:
    me = hall.line()
    name, document = PEOPLE["li"]

    def text(words: str) -> porting.Reply:
        told = {"tenant": hall.tenant, "actor": SMS, "key": hall.key(), "now": hall.now}
        return porting.by_text(**told, number=NUMBERS[0], text=words)

    assert text("hello").codes == ("PORT_TEXT_FORM",)
    assert text(f"SQXZ#{PEOPLE['gao'][0]}#{document}").codes == ("PORT_TEXT_OTHERS",)
    assert text(f"CXXZ#{name}#{document}").codes == ("PORT_TOO_SOON",)
    hall.later(days=120)
    assert text(f"CXXZ＃{name}＃{document}").codes == ("PORT_TEXT_MAY",)
    reply = text(f"sqxz#{name}#{document}")
    assert reply.codes == ("PORT_TEXT_CODE",)
    typed = line("port-code", NUMBERS[0], "--text", f"SQXZ#{name}#{document}", "--key", "sms-1")
    assert (typed.code, "Your authorisation code is " in typed.said) == (0, True)
    code = typed.said.split("code is ")[1][:6]
    hall.ordered(("port_out", {"recipient": "cmcc", "code": code}, me))
    assert line("port-code", NUMBERS[0]).code == 3
