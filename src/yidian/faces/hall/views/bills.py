"""Bills: every month, one of them, one of its lines with the way it came about, the events of that line."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from yidian.faces.hall import bill_words
from yidian.faces.hall.events_words import event_rows, sums_words
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.slip_words import line_words, slip_context
from yidian.faces.shell.words import words_of
from yidian.runs.explain import bill as reading
from yidian.runs.explain.found import UnableToFindBill
from yidian.runs.explain.line_events import line_events
from yidian.runs.explain.slip import UnableToFindLine
from yidian.runs.explain.slip import slip as read_slip


def bills(asked: Asked) -> HttpResponse:
    found = reading.bills_of_customer(tenant=asked.tenant, customer=asked.customer)
    today = words_of(asked).today
    rows = [(one, one.open_minor > 0 and one.due_on is not None and one.due_on < today) for one in found]
    return asked.page("hall/bills.html", bills=rows, several=len({one.account for one in found}) > 1)


def bill(asked: Asked, account: str, cycle: str) -> HttpResponse:
    try:
        found = reading.account_bill(tenant=asked.tenant, lake=asked.places.lake, account=account, cycle=cycle)
    except UnableToFindBill as error:
        raise Http404 from error
    words = words_of(asked)
    overdue = found.due is not None and found.open_minor > 0 and found.due.due_on < words.today
    return asked.page(
        "hall/bill.html", bill=found, groups=bill_words.groups_of(words, found), whys=bill_words.whys_of(words, found),
        columns=bill_words.columns_of(words, found.months), spoken=bill_words.months_spoken(words, found.months),
        taxes=bill_words.taxes_of(words, found), paid=bill_words.paid_of(words, found),
        less_minor=-found.difference_minor, overdue=overdue,
    )  # fmt: skip


def line(asked: Asked, account: str, cycle: str, place: int) -> HttpResponse:
    """A slip: the fragment that opens below its line, or a page of its own."""
    try:
        found = read_slip(tenant=asked.tenant, lake=asked.places.lake, account=account, cycle=cycle, place=place)
    except (UnableToFindBill, UnableToFindLine) as error:
        raise Http404 from error
    words = words_of(asked)
    return asked.page(
        "hall/line.html", fragment="hall/_slip.html", line=line_words(words, found.line), **slip_context(words, found)
    )


def events(asked: Asked, account: str, cycle: str, place: int) -> HttpResponse:
    """The events of a usage line, newest first; only of the customer's own numbers."""
    try:
        found, page = line_events(
            tenant=asked.tenant, lake=asked.places.lake, customer=asked.customer, account=account, cycle=cycle,
            place=place, before=asked.request.GET.get("before", ""),
        )  # fmt: skip
    except (UnableToFindBill, UnableToFindLine) as error:
        raise Http404 from error
    words = words_of(asked)
    return asked.page(
        "hall/events.html", fragment="hall/_events.html", line=line_words(words, found), account=account, cycle=cycle,
        place=place, page=page, rows=event_rows(words, page.events) if page else [],
        sums=sums_words(words, page) if page else "",
    )  # fmt: skip
