"""Adjusting a bill, and disputing a line of it: a form, entered at once or after a second person has agreed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse

from yidian.domains.customer_bill.operations import UnableToAdjust
from yidian.faces.shell.amounts import typed_amount
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.telling import told
from yidian.journeys.limits import adjusts_alone_up_to
from yidian.kernel.faults import BadInput
from yidian.platform.access.types import UnableToAct
from yidian.runs.bill.adjust import adjust
from yidian.runs.explain.bill import account_bill
from yidian.runs.explain.found import UnableToFindBill

REASONS = ("billing_error", "service_failure", "goodwill", "late_correction", "missed_charge")
WAYS = {"back": -1, "charge": 1}


def form(asked: Asked, *, account: str, cycle: str) -> HttpResponse:
    """The form, about a line where one is named (`?item=`)."""
    return asked.page("desk/adjust.html", **_form(asked, account, cycle))


def entered(asked: Asked, *, account: str, cycle: str) -> HttpResponse:
    """It is entered; or somebody else is asked, and nothing is entered yet."""
    context, typed = _form(asked, account, cycle), asked.form
    amount, faults = _read(asked, typed)
    if faults:
        return asked.refuse("desk/adjust.html", faults, **context)
    disputed = typed.get("reason") == "disputed"
    try:
        made = adjust(
            tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, account=account, cycle=cycle,
            item=typed["item"], amount_minor=amount, reason=typed["reason"], disputed=disputed,
        )  # fmt: skip
    except UnableToAdjust as error:
        asked.say_later("ADJUST_ASKED", approval=error.params["approval"])
        return asked.go("desk:approval", approval=error.params["approval"])
    except UnableToAct as error:
        return asked.refuse("desk/adjust.html", [("", error.code, told(asked, error.params))], **context)
    except BadInput as error:
        faults = [("", one.code, {"value": one.value, **one.params}) for one in error.faults]
        return asked.refuse("desk/adjust.html", faults, **context)
    asked.say_later("ADJUST_ENTERED", **told(asked, {"amount_minor": made.amount_minor, "account": account}))
    return asked.go("desk:customer_bill", customer=context["bill"].customer, account=account, cycle=cycle)


def _form(asked: Asked, account: str, cycle: str) -> dict[str, Any]:
    try:
        bill = account_bill(tenant=asked.tenant, lake=asked.places.lake, account=account, cycle=cycle)
    except UnableToFindBill as error:
        raise Http404 from error
    items: dict[str, list[Any]] = {}
    for line in bill.lines:
        if line.item.code:
            items.setdefault(line.item.code, [line.item, 0])[1] += line.amount_minor
    chosen = asked.form.get("item") or asked.request.GET.get("item", "")
    disputed = bool(asked.request.GET.get("dispute")) or asked.form.get("reason") == "disputed"
    return {
        "account": account, "cycle": cycle, "bill": bill, "items": list(items.values()), "chosen": chosen,
        "reasons": ["disputed", *REASONS], "disputed": disputed, "limit_minor": _limit(asked, account),
    }  # fmt: skip


def _limit(asked: Asked, account: str) -> int:
    return adjusts_alone_up_to(tenant=asked.tenant, actor=asked.actor, account=account, now=asked.now)


def _read(asked: Asked, typed: dict[str, str]) -> tuple[int, list[FaultTold]]:
    """The amount with its sign, and what is wrong with the form."""
    faults: list[FaultTold] = [(name, "FORM_CHOOSE", {}) for name in ("item", "reason", "way") if not typed.get(name)]
    if typed.get("reason") and typed["reason"] not in (*REASONS, "disputed"):
        faults.append(("reason", "FORM_CHOOSE", {}))
    if typed.get("way") and typed["way"] not in WAYS:
        faults.append(("way", "FORM_CHOOSE", {}))
    amount, wrong = typed_amount(asked)
    if wrong:
        return 0, faults + wrong
    if amount <= 0:
        faults.append(("amount", "FORM_ABOVE_NOTHING", {}))
    return amount * WAYS.get(typed.get("way", ""), 1), faults
