"""我的订单: what the customer ordered and how far it is. Why something is late stays between staff until it is told."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpResponse
from django.urls import reverse

from yidian.domains.party.queries import customers
from yidian.domains.product_order.queries import order_named
from yidian.domains.product_order.types import ItemFacts, OrderFacts, UnableToChangeOrder, lifecycle
from yidian.faces.hall.answers import attached
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.ordering.due import due_said
from yidian.faces.shell.ordering.held import quote_of
from yidian.faces.shell.ordering.paper import REMEDY, order_paper
from yidian.faces.shell.ordering.renewing import every
from yidian.faces.shell.ordering.words import Told
from yidian.journeys.customer.orders import orders
from yidian.journeys.ordering.accepting import ACCEPT, WEB
from yidian.journeys.ordering.paying import paid_with
from yidian.journeys.web_orders import signing

PAGE: Final = "hall/order.html"
MARKS: Final = {
    lifecycle.DONE: "done", lifecycle.SENT: "now", lifecycle.FALLEN: "now", lifecycle.STUCK: "now",
    lifecycle.UNDOING: "now",
}  # fmt: skip
NOT_YET: Final = (lifecycle.CART, lifecycle.ABANDONED)  # what was never submitted is no order of theirs


def listed(asked: Asked) -> HttpResponse:
    """The newest first, page by page (`?before=`)."""
    before = asked.request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else 0
    found = orders(tenant=asked.tenant, customer=asked.customer, before=number)
    rows = [(one, _late(asked, one)) for one in found.shown if one.state not in NOT_YET]
    return asked.page("hall/orders.html", rows=rows, following=found.following)


def one(asked: Asked, order: str) -> HttpResponse:
    return asked.page(PAGE, **_context(asked, _theirs(asked, order)))


def cancel(asked: Asked, order: str) -> HttpResponse:
    """Taken back by the customer, before it is done."""
    facts = _theirs(asked, order)
    if asked.method == "GET":
        return asked.go("hall:order", order=order)
    try:
        signing.take_back(
            tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, customer=asked.customer, order=order
        )
    except UnableToChangeOrder:
        late: list[FaultTold] = [("", "WEB_TOO_LATE", {})]
        return asked.page(PAGE, status=409, **(_context(asked, facts) | {"every": ""}), faults=late, typed={})
    asked.say_later("WEB_TAKEN_BACK", order=order)
    return asked.go("hall:order", order=order)


def form(asked: Asked, order: str) -> HttpResponse:
    """What was signed on the web, as paper."""
    facts = _theirs(asked, order)
    bill = quote_of(facts) if facts.channel == WEB else None
    if facts.form is None or bill is None:
        raise Http404
    told, number = Told(asked, facts), facts.form[1]
    words, signed = told.words, told.words.instant(facts.submitted_at or facts.taken_at)
    [customer] = customers(tenant=asked.tenant, codes=[facts.customer])
    said = [told.item(item) for item in facts.items] + [*told.terms(bill), told.money(bill), *due_said(told, facts)]
    body = order_paper(
        asked, number=number, lines=[(part.heading, part.plain(asked.lang)) for part in said],
        facts=[
            (words.say("TAKING_PAPER_NUMBER"), number), (words.say("TAKING_PAPER_CUSTOMER"), customer.name),
            (words.say("TAKING_PAPER_AT"), signed), (words.say("TAKING_PAPER_BY"), words.say("SHELL_HALL")),
        ],
        where=asked.request.build_absolute_uri(reverse("hall:order", kwargs={"order": order})),
        sign=words.say("WEB_PAPER_SIGNED", name=customer.name), date=signed,
    )  # fmt: skip
    if body is None:
        return asked.page("hall/ordering/no_font.html", status=503, line=REMEDY, order=order)
    name = f"{words.say('TAKING_PAPER_TITLE')} {number}.pdf"
    return attached(body, kind="application/pdf", name=name, plain=f"order-{number}.pdf", shown=True)


def _theirs(asked: Asked, order: str) -> OrderFacts:
    """An order that was submitted; the address has settled whose it is."""
    facts = order_named(tenant=asked.tenant, number=order)
    if facts.state in NOT_YET:
        raise Http404
    return facts


def _context(asked: Asked, facts: OrderFacts) -> dict[str, Any]:
    return {
        "facts": facts, "every": every(facts), "late": _late(asked, facts),
        "items": [(item, _steps(item)) for item in facts.items],
        "in_flight": facts.state in lifecycle.IN_FLIGHT, "may_cancel": signing.may_take_back(facts),
        "looked_at": any(step.name == ACCEPT and step.ready for item in facts.items for step in item.steps),
        "due_minor": facts.due.total_minor if facts.due is not None and facts.waits_for_payment else 0,
        "paid": paid_with(tenant=asked.tenant, order=facts),
        "refused": _refused(facts), "signed": facts.channel == WEB and facts.form is not None,
    }  # fmt: skip


def _refused(facts: OrderFacts) -> tuple[str, str] | None:
    """Why what was asked for was not accepted: a code, and what the clerk wrote to the customer."""
    looks = [step for item in facts.items for step in item.steps if step.name == ACCEPT and step.reason]
    return (looks[0].reason, str(looks[0].params.get("note", ""))) if looks else None


def _steps(item: ItemFacts) -> list[dict[str, Any]]:
    return [
        {
            "name": step.name, "state": step.state, "at_ms": step.done_ms,
            "mark": "now" if step.state == lifecycle.WAITING and step.ready else MARKS.get(step.state, ""),
        }
        for step in item.steps
    ]  # fmt: skip


def _late(asked: Asked, order: Any) -> bool:
    return order.state in lifecycle.IN_FLIGHT and order.promised_at is not None and order.promised_at < asked.now
