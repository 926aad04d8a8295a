"""One order: who, what, what it costs as quoted, its steps, its promise, what happened, and what may be done now."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse

from yidian.domains.product_order.queries import forms_of
from yidian.domains.product_order.types import ItemFacts, OrderFacts, StepFacts, lifecycle
from yidian.faces.desk.views.order_work.words import happened, reason_said, told_of
from yidian.faces.desk.views.orders.till import till_of
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.ordering.renewing import every
from yidian.faces.shell.telling import left
from yidian.journeys.ordering.looking import look
from yidian.journeys.ordering.paying import due_now, paid_with, waits
from yidian.journeys.ordering.working import CANNOT
from yidian.runs.first_bill.types import FirstBill

PAGE: Final = "desk/order_work/order.html"
WORK, CANCEL, REVERSE, TAKE = "order.work", "order.cancel", "order.reverse", "order.take"
SEE_RECEIPT: Final = "bill.read"
BEFORE: Final = (lifecycle.WAITING, lifecycle.SENT)
MARKS: Final = {  # state of a step → how it looks on the line
    lifecycle.DONE: "done", lifecycle.FALLEN: "stuck", lifecycle.STUCK: "stuck", lifecycle.SENT: "now",
    lifecycle.UNDOING: "now",
}  # fmt: skip


def shown(asked: Asked, order: str) -> HttpResponse:
    return asked.page(PAGE, **context_of(asked, order))


def refused(asked: Asked, order: str, faults: list[FaultTold], status: int) -> HttpResponse:
    """The page as it stands now, with what is wrong and what was typed."""
    context = context_of(asked, order) | {"faults": faults, "typed": asked.form, "every": ""}
    return asked.page(PAGE, status=status, **context)


def context_of(asked: Asked, order: str) -> dict[str, Any]:
    looked = look(tenant=asked.tenant, order=order, now=asked.now)
    facts, node = looked.facts, looked.customer.organisation
    may = {action for action in (WORK, CANCEL, REVERSE, TAKE) if asked.holds(action) and asked.reaches(action, node)}
    until = abs(facts.promised_at - asked.now) if looked.in_flight and facts.promised_at else None
    quote = _quote(facts)
    return _money(asked, facts, node) | {
        "looked": looked, "facts": facts, "every": every(facts), "taker": facts.actor.replace(":", "/", 1),
        "customer": looked.customer, "may": may,
        "items": [(item, told_of(asked, item, looked), steps_of(asked, item)) for item in facts.items],
        "left": left(int(until.total_seconds()), asked.lang) if until is not None else "",
        "quote": quote, "months": [(one, quote.next.of(one.account)) for one in quote.this.accounts] if quote else [],
        "work": [_work(asked, one) for one in looked.work] if WORK in may else [],
        "cannot": CANNOT, "taking": facts.state == lifecycle.CART and TAKE in may,
        "may_cancel": looked.may_cancel and CANCEL in may,
        "may_reverse": looked.may_reverse and REVERSE in may and looked.asked is None,
        "forms": [(form, form.printed_by.replace(":", "/", 1)) for form in forms_of(tenant=asked.tenant, order=order)],
        "happened": [happened(asked, event, looked) for event in reversed(looked.events)],
    }  # fmt: skip


def _money(asked: Asked, facts: OrderFacts, node: str) -> dict[str, Any]:
    """What was paid with it and where that stands; while it waits for it, the form of the till."""
    paid = paid_with(tenant=asked.tenant, order=facts)
    if paid is not None:
        see = asked.holds(SEE_RECEIPT) and asked.reaches(SEE_RECEIPT, node)
        return {"paid": paid, "see_receipt": see, "due_minor": 0}
    if not waits(facts):
        return {"paid": None, "due_minor": 0}
    due = due_now(tenant=asked.tenant, order=facts, now=asked.now)
    return {"paid": None} | till_of(asked, facts, due, node)


def steps_of(asked: Asked, item: ItemFacts) -> list[dict[str, Any]]:
    """The steps as a line: where it stands, and under a step that fell out why."""
    return [
        {
            "name": step.name, "state": step.state, "mark": _mark(step), "at_ms": step.done_ms, "kind": step.kind,
            "attempts": step.attempts if step.state in (*BEFORE, lifecycle.UNDOING) and step.attempts > 1 else 0,
            "why": reason_said(asked, step.reason, step.params), "note": str(step.params.get("note", "")),
        }
        for step in item.steps
    ]  # fmt: skip


def _mark(step: StepFacts) -> str:
    ready = step.state == lifecycle.WAITING and step.ready
    return "now" if ready else MARKS.get(step.state, "")


def _work(asked: Asked, work: Any) -> dict[str, Any]:
    return {
        "item": work.item, "step": work.step, "again": work.again, "by_hand": work.by_hand, "cannot": work.cannot,
        "why": reason_said(asked, work.step.reason, work.step.params), "note": str(work.step.params.get("note", "")),
        "back": work.step.state == lifecycle.STUCK, "field": f"{work.item.place}-{work.step.place}",
    }  # fmt: skip


def _quote(facts: OrderFacts) -> FirstBill | None:
    """As it was read to the customer; None where it was not priced, or is no more what is in the cart."""
    return FirstBill.from_json(facts.quote) if facts.quoted and "this" in facts.quote else None
