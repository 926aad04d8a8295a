"""Receipts: the list, one, putting it right; files of payments: uploaded, previewed, applied as a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from yidian.domains.charging.operations import UnableToUndo
from yidian.domains.payment.operations import (
    RIGHTS,
    UnableToChangePayment,
    UnableToPay,
    UnableToReversePayment,
    put_right,
)
from yidian.domains.payment.queries import orders_paid, payment_files, receipt_numbered, receipt_page, suspended_sum
from yidian.domains.payment.types import Receipt
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.sign_in import step_up
from yidian.faces.shell.telling import told
from yidian.platform.access.types import UnableToAct

PAGE = 50
STATES = ("suspended", "taken", "for_order", "assigned", "returned", "reversed")
PAYS_OUT = ("return", "reverse")  # money leaves: who does it proves themselves first (E22)
OFFERED: Mapping[str, tuple[str, ...]] = {
    "suspended": ("assign", "return"), "taken": ("reverse",), "assigned": ("reverse",)
}  # fmt: skip


def listed(asked: Asked) -> HttpResponse:
    """Receipts newest first, by state or account."""
    state, account = asked.request.GET.get("state", ""), asked.request.GET.get("account", "").strip()
    before = asked.request.GET.get("before", "")
    rows = receipt_page(
        tenant=asked.tenant, account=account, state=state, before=int(before) if before.isdecimal() else 0,
        limit=PAGE + 1,
    )  # fmt: skip
    count, sum_minor = suspended_sum(tenant=asked.tenant)
    return asked.page(
        "desk/payments.html", rows=rows[:PAGE], more=rows[PAGE - 1].id if rows[PAGE:] else 0, state=state,
        account=account, states=STATES, suspended=count, suspended_minor=sum_minor,
    )  # fmt: skip


def one(asked: Asked, *, payment: int) -> HttpResponse:
    return asked.page("desk/payment.html", **_shown(asked, payment))


def righted(asked: Asked, *, payment: int, act: str) -> HttpResponse:
    """A receipt is given to an account, given back, or undone."""
    if act in PAYS_OUT and step_up.needed(asked):
        return step_up.first(asked, back=_page(payment))
    typed = asked.form
    faults: list[FaultTold] = []
    if act == "assign" and not typed.get("account"):
        faults.append(("account", "FORM_NEEDED", {}))
    if act != "assign" and not typed.get("reason"):
        faults.append((f"reason_{act}", "FORM_NEEDED", {}))
    if faults:
        return asked.refuse("desk/payment.html", faults, **_shown(asked, payment))
    if act == "assign":
        asked.reach("account", typed["account"], action=RIGHTS[act])
    whose = asked.reach("payment", str(payment))
    try:
        put_right(
            tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, act=act, payment=payment,
            account=typed.get("account", "") if act == "assign" else "", reason=typed.get("reason", ""),
            organisation=whose.organisation,
        )  # fmt: skip
    except UnableToAct as error:
        if error.code != "SECOND_PERSON_NEEDED":
            return _refused(asked, payment, error.code, error.params)
        asked.say_later("DESK_SECOND_ASKED", approval=error.params["approval"])
        return asked.go("desk:payment", payment=payment)
    except (UnableToPay, UnableToReversePayment, UnableToChangePayment, UnableToUndo) as error:
        return _refused(asked, payment, error.code, error.params)
    asked.say_later(f"PAYMENT_NOW_{act.upper()}")
    return asked.go("desk:payment", payment=payment)


def _refused(asked: Asked, payment: int, code: str, params: Mapping[str, object]) -> HttpResponse:
    context = _shown(asked, payment) | {"faults": [("", code, told(asked, params))], "typed": asked.form}
    return asked.page("desk/payment.html", status=409, **context)


def _shown(asked: Asked, payment: int) -> dict[str, Any]:
    row = receipt_numbered(tenant=asked.tenant, id=payment)
    if row is None:
        raise Http404
    paid = orders_paid(tenant=asked.tenant, orders=[row.order]).get(row.order) if row.order else None
    return {
        "row": row,
        "paid": paid,
        "acts": [_act(asked, row, act) for act in OFFERED.get(row.state, ()) if asked.holds(RIGHTS[act])],
    }


def _act(asked: Asked, row: Receipt, act: str) -> dict[str, Any]:
    alone = asked.may(RIGHTS[act], amount_minor=row.amount_minor).allowed
    suffix = "" if alone else "_TWO"
    return {
        "act": act, "words": f"PAYMENT_DO_{act.upper()}{suffix}", "name": f"desk:payment_{act}",
        "reason": f"reason_{act}", "prove": step_up.where(asked, back=_page(row.id)) if act in PAYS_OUT else "",
    }  # fmt: skip


def _page(payment: int) -> str:
    return reverse("desk:payment", kwargs={"payment": payment})


def files(asked: Asked) -> HttpResponse:
    """Imported files, newest first."""
    before = asked.request.GET.get("before", "")
    rows = payment_files(tenant=asked.tenant, limit=PAGE + 1, before=int(before) if before.isdecimal() else 0)
    return asked.page("desk/payment_files.html", rows=rows[:PAGE], more=rows[PAGE - 1].id if rows[PAGE:] else 0)
