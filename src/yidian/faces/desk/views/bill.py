"""A bill of a customer, as the desk reads it: what there is to pay, why it differs, its lines."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from yidian.faces.shell.asked import Asked
from yidian.runs.explain.bill import account_bill
from yidian.runs.explain.found import UnableToFindBill

GROUPS = ("month", "beyond", "within", "discount", "before")


def bill(asked: Asked, customer: str, account: str, cycle: str) -> HttpResponse:
    try:
        told = account_bill(tenant=asked.tenant, lake=asked.places.lake, account=account, cycle=cycle)
    except UnableToFindBill as unknown:
        raise Http404 from unknown
    if told.customer != customer:
        raise Http404
    groups = [(name, [line for line in told.lines if line.group == name]) for name in GROUPS]
    return asked.page(
        "desk/customer_bill.html", customer=customer, told=told, groups=[one for one in groups if one[1]],
        less_minor=-told.difference_minor,
    )  # fmt: skip
