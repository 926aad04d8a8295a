"""What is done with an order: a step begun again, done by hand, not to be done; the whole paid, cancelled, reversed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import HttpResponse

from yidian.domains.charging.operations import UnableToTakeDeposit
from yidian.domains.payment.operations import UnableToMoveOrderMoney, UnableToPay
from yidian.domains.product_inventory.types import UnableToChange
from yidian.domains.product_order.operations import UnableToOrder
from yidian.domains.product_order.queries import order_named
from yidian.domains.product_order.types import UnableToChangeOrder
from yidian.domains.resource_inventory.operations import UnableToHold
from yidian.faces.desk.views.order_work.one import refused
from yidian.faces.desk.views.orders.till import may_take, tender_of
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.telling import told
from yidian.journeys.ordering import going_back, reversing, working
from yidian.journeys.ordering.doing import UnableToDo
from yidian.journeys.ordering.paying import RIGHT, due_now, pay
from yidian.kernel.faults import BadInput
from yidian.platform.access.types import UnableToAct

ON_STEPS: Final[Mapping[str, str]] = {"again": "", "by_hand": "note", "cannot": "cannot"}  # act → its field
ON_ORDERS: Final[Mapping[str, str]] = {"cancel": "order.cancel", "reverse": reversing.ACTION}
REFUSED: Final = (
    UnableToDo, UnableToOrder, UnableToChange, UnableToHold, UnableToTakeDeposit, UnableToMoveOrderMoney
)  # fmt: skip


def worked(asked: Asked, order: str, place: int, step: int, *, act: str) -> HttpResponse:
    """An act on one step; of two at once the second sees what the first did."""
    form, field = asked.form, f"{ON_STEPS[act]}-{place}-{step}"
    given = _given(asked, order) | {"item": place, "step": step}
    seen, note, why = form.get("seen", ""), form.get(field, ""), form.get(f"why-{place}-{step}", "")

    def done() -> None:
        if act == "again":
            working.again(**given, seen=seen)
        elif act == "by_hand":
            working.by_hand(**given, seen=seen, note=note)
        else:
            working.cannot(**given, reason=why, note=note)

    return _answer(asked, order, act, done, {"ORDER_NOTE": field, "ORDER_CANNOT_WHY": f"why-{place}-{step}"})


def taken_back(asked: Asked, order: str, *, act: str) -> HttpResponse:
    """撤单 and 返销, each with its reason; the second by two people."""
    why = asked.form.get(f"{act}_reason", "")

    def done() -> None:
        if act == "cancel":
            going_back.cancel(**_given(asked, order), reason=working.noted(why))
        else:
            reversing.reverse(**_given(asked, order), reason=why)

    return _answer(asked, order, act, done, {"ORDER_NOTE": f"{act}_reason"})


def paid(asked: Asked, order: str) -> HttpResponse:
    """What an order waits for is taken, and it begins: the amount typed twice, one receipt."""
    node = asked.reach("order", order, action=RIGHT).organisation
    facts = order_named(tenant=asked.tenant, number=order)
    due = due_now(tenant=asked.tenant, order=facts, now=asked.now)
    if due.total_minor and not may_take(asked, due, node):
        return refused(asked, order, [("", "DUE_NOT_YOURS", told(asked, {"amount_minor": due.total_minor}))], 409)
    tender, faults = tender_of(asked)
    if faults:
        return refused(asked, order, faults, 422)
    try:
        answer = pay(**_given(asked, order), tender=tender)
    except UnableToChangeOrder:
        return refused(asked, order, [("", "ORDER_SOMEBODY_FIRST", {})], 409)
    except (UnableToDo, UnableToMoveOrderMoney, UnableToPay) as error:
        return refused(asked, order, [(getattr(error, "field", ""), error.code, told(asked, error.params))], 409)
    params = {"number": answer["number"], "amount_minor": answer["amount_minor"], "order": order}
    asked.say_later("DUE_TAKEN", **told(asked, params))
    return asked.go("desk:order", order=order)


def _given(asked: Asked, order: str) -> dict[str, Any]:
    return {"tenant": asked.tenant, "actor": asked.actor, "key": asked.key, "now": asked.now, "order": order}


def _answer(asked: Asked, order: str, act: str, done: Callable[[], None], fields: Mapping[str, str]) -> HttpResponse:
    try:
        done()
    except UnableToAct as error:
        if error.code != "SECOND_PERSON_NEEDED":
            return refused(asked, order, [("", error.code, told(asked, error.params))], 409)
        asked.say_later("DESK_SECOND_ASKED", approval=error.params["approval"])
        return asked.go("desk:order", order=order)
    except UnableToChangeOrder:
        return refused(asked, order, [("", "ORDER_SOMEBODY_FIRST", {})], 409)
    except REFUSED as error:
        return refused(asked, order, [("", error.code, told(asked, error.params))], 409)
    except BadInput as error:
        wrong: list[FaultTold] = [
            (fields.get(one.code, ""), one.code, told(asked, {"value": one.value, **one.params}))
            for one in error.faults
        ]
        return refused(asked, order, wrong, 422)
    asked.say_later(f"ORDER_NOW_{act}".upper(), order=order)
    return asked.go("desk:order", order=order)
