"""Taking money at the counter: the amount is typed twice, and what was taken today stands beside it."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpResponse

from yidian.domains.payment.operations import UnableToPay, pay
from yidian.faces.shell.amounts import typed_amount
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.telling import told
from yidian.journeys.ordering.paying import METHODS
from yidian.journeys.till import till

PAGE: Final = "desk/payment_take.html"


def form(asked: Asked, *, account: str) -> HttpResponse:
    return asked.page(PAGE, **_shown(asked, account))


def taken(asked: Asked, *, account: str) -> HttpResponse:
    """The money is taken and the receipt shown; where the two amounts differ, nothing is."""
    amount, faults = read(asked)
    if faults:
        return asked.refuse(PAGE, faults, **_shown(asked, account))
    try:
        outcome = pay(
            tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, account=account,
            amount_minor=amount, method=asked.form["method"],
        )  # fmt: skip
    except UnableToPay as error:
        return asked.refuse(PAGE, [("amount", error.code, told(asked, error.params))], **_shown(asked, account))
    answer = outcome.answer
    asked.say_later("TILL_TAKEN", **told(asked, {"number": answer["number"], "amount_minor": amount}))
    return asked.go("desk:payment", payment=answer["payment"])


def read(asked: Asked) -> tuple[int, list[FaultTold]]:
    """The amount, typed twice (BH-19), and what is wrong with the form."""
    amount, faults = typed_amount(asked)
    if asked.form.get("method") not in METHODS:
        faults.append(("method", "FORM_CHOOSE", {}))
    if not asked.form.get("again"):
        return amount, [*faults, ("again", "FORM_NEEDED", {})]
    again, wrong = typed_amount(asked, "again")
    if not faults and not wrong and again != amount:
        wrong = [("again", "TILL_AMOUNTS_DIFFER", told(asked, {"first_minor": amount, "second_minor": again}))]
    return amount, [*faults, *wrong]


def _shown(asked: Asked, account: str) -> dict[str, Any]:
    found = till(tenant=asked.tenant, account=account, now=asked.now)
    if found is None:
        raise Http404
    return {"till": found, "methods": METHODS}
