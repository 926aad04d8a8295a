"""对账单有疑问: a customer disputes a line or a bill, follows what becomes of it, and may let it go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.http import Http404, HttpResponse

from yidian.domains.dispute.operations import UnableToChangeDispute, UnableToDispute, withdraw
from yidian.domains.dispute.queries import terms_on
from yidian.domains.dispute.types import ENDED
from yidian.faces.shell import figures
from yidian.faces.shell.amounts import typed_amount
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.slip_words import line_words
from yidian.faces.shell.words import words_of
from yidian.kernel.faults import BadInput
from yidian.runs.disputes.raising import charge_of, dispute
from yidian.runs.disputes.reading import of_customer, read
from yidian.runs.explain.found import UnableToFindBill
from yidian.runs.explain.slip import UnableToFindLine

FORM: Final = "hall/dispute_form.html"
HIDDEN: Final = ("examine", "uphold", "uphold_part", "reconsider")  # what is between staff until it is certain


def listed(asked: Asked) -> HttpResponse:
    found = of_customer(tenant=asked.tenant, customer=asked.customer)
    return asked.page("hall/disputes.html", rows=found.rows, items=found.items)


def raised(asked: Asked, account: str, cycle: str, place: int = 0) -> HttpResponse:
    """The form about a line (place 0: the bill); sent, the dispute is taken."""
    context = _form(asked, account, cycle, place)
    if asked.method == "GET":
        return asked.page(FORM, **context)
    amount, faults = typed_amount(asked)
    if not asked.form.get("says"):
        faults.append(("says", "FORM_NEEDED", {}))
    if faults:
        return asked.refuse(FORM, faults, **context)
    try:
        made = dispute(
            tenant=asked.tenant, lake=asked.places.lake, actor=asked.actor, key=asked.key, now=asked.now,
            account=account, cycle=cycle, place=place, amount_minor=amount, says=asked.form["says"],
        )  # fmt: skip
    except UnableToDispute as error:
        return asked.refuse(FORM, [("", error.code, _told(asked, error.params))], **context)
    except BadInput as error:
        where = {"DISPUTE_AMOUNT": "amount", "DISPUTE_SAYS": "says"}
        told = [(where.get(one.code, ""), one.code, _told(asked, one.params)) for one in error.faults]
        return asked.refuse(FORM, told, **context)
    asked.say_later("HALL_DISPUTE_TAKEN", dispute=made.number)
    return asked.go("hall:dispute", dispute=made.number)


def one(asked: Asked, dispute: str) -> HttpResponse:
    """A dispute with its steps; sent, the customer lets it go."""
    if asked.method == "GET":
        return _page(asked, dispute)
    try:
        withdraw(tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, number=dispute)
    except UnableToChangeDispute:
        return _page(asked, dispute, status=409, faults=[("", "HALL_DISPUTE_DECIDED", {})], typed={})
    asked.say_later("HALL_DISPUTE_WITHDRAWN")
    return asked.go("hall:dispute", dispute=dispute)


def _page(asked: Asked, number: str, *, status: int = 200, **more: Any) -> HttpResponse:
    found = read(tenant=asked.tenant, lake=asked.places.lake, number=number)
    words = words_of(asked)
    # Who decides, and that a second person is asked, is told when it is certain.
    seen = [step for step in found.steps if step.event not in HIDDEN]
    answer = [step for step in found.steps if step.event in ("uphold", "uphold_part", "reject")]
    return asked.page(
        "hall/dispute.html", status=status, shown=found, facts=found.facts, steps=seen,
        examined=any(step.event == "examine" for step in found.steps), ended=found.facts.state in ENDED,
        answer=answer[-1].note if answer and found.facts.state in ("settled", "rejected") else "",
        line=line_words(words, found.line) if found.line else None, whole_minor=found.whole_minor,
        late=found.facts.late(now=asked.now), may_withdraw=found.facts.state in ("raised", "examined"), **more,
    )  # fmt: skip


def _form(asked: Asked, account: str, cycle: str, place: int) -> dict[str, Any]:
    try:
        charge, line = charge_of(tenant=asked.tenant, lake=asked.places.lake, account=account, cycle=cycle, place=place)
    except (UnableToFindBill, UnableToFindLine) as error:
        raise Http404 from error
    if charge.amount_minor <= 0:
        raise Http404
    words = words_of(asked)
    return {
        "charge": charge, "line": line_words(words, line) if line else None,
        "terms": terms_on(tenant=asked.tenant, on=words.today),
    }  # fmt: skip


def _told(asked: Asked, params: Mapping[str, Any]) -> dict[str, object]:
    """Parameters as the customer reads them."""
    words = words_of(asked)
    read: dict[str, Callable[[Any], str]] = {
        "most": figures.count, "cycle": words.month,
        "until": lambda told: words.day(date.fromisoformat(told)),
    }  # fmt: skip
    return {name: read.get(name, str)(value) for name, value in params.items()}
