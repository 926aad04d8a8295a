"""A bill of a customer, as the desk reads it: what there is to pay, why it differs, and how each line came about."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from yidian.faces.shell.asked import Asked
from yidian.faces.shell.slip_words import line_words, slip_context
from yidian.faces.shell.words import words_of
from yidian.runs.explain.bill import account_bill
from yidian.runs.explain.found import UnableToFindBill
from yidian.runs.explain.slip import UnableToFindLine, slip

GROUPS = ("month", "beyond", "within", "discount", "before")


def bill(asked: Asked, customer: str, account: str, cycle: str) -> HttpResponse:
    try:
        told = account_bill(tenant=asked.tenant, lake=asked.places.lake, account=account, cycle=cycle)
    except UnableToFindBill as unknown:
        raise Http404 from unknown
    if told.customer != customer:
        raise Http404
    words = words_of(asked)
    groups = [(name, [line_words(words, line) for line in told.lines if line.group == name]) for name in GROUPS]
    return asked.page(
        "desk/customer_bill.html", customer=customer, told=told, groups=[one for one in groups if one[1]],
        less_minor=-told.difference_minor,
    )  # fmt: skip


def line(asked: Asked, customer: str, account: str, cycle: str, place: int) -> HttpResponse:
    """A slip: the fragment that opens below its line, or a page of its own."""
    try:
        found = slip(tenant=asked.tenant, lake=asked.places.lake, account=account, cycle=cycle, place=place)
    except (UnableToFindBill, UnableToFindLine) as unknown:
        raise Http404 from unknown
    if found.customer != customer:
        raise Http404
    words = words_of(asked)
    return asked.page(
        "desk/bill_line.html", fragment="desk/_bill_slip.html", line=line_words(words, found.line),
        **slip_context(words, found),
    )  # fmt: skip
