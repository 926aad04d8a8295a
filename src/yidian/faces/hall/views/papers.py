"""A bill as PDF, and the page that tells whether a printed bill is ours."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse

from yidian.faces.hall.answers import attached
from yidian.faces.hall.paper_words import CODE, bill_paper
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.words import words_of
from yidian.platform.papers import UnableToPrint, paper
from yidian.platform.papers.fonts import REMEDY
from yidian.runs.explain.bill import account_bill
from yidian.runs.explain.check import bill_is_ours
from yidian.runs.explain.found import UnableToFindBill


def bill_pdf(asked: Asked, account: str, cycle: str) -> HttpResponse:
    try:
        found = account_bill(tenant=asked.tenant, lake=asked.places.lake, account=account, cycle=cycle)
    except UnableToFindBill as error:
        raise Http404 from error
    words = words_of(asked)
    installation = settings.INSTALLATION
    told = bill_paper(
        words, found, operator=words.say("SHELL_HALL"), test=bool(installation and installation.profile),
        check=asked.request.build_absolute_uri(reverse("hall:check")),
    )  # fmt: skip
    try:
        body = paper("bill", told, lang=asked.lang, at=asked.now)
    except UnableToPrint as error:
        if error.code != "PAPER_NO_FONT":
            raise
        return asked.page("hall/no_font.html", status=503, line=REMEDY, account=account, cycle=cycle)
    name = words.say("HALL_PAPER_FILE", month=cycle, account=account)
    return attached(body, kind="application/pdf", name=f"{name}.pdf", plain=f"bill-{cycle}-{account}.pdf", shown=True)


def check(asked: Asked) -> HttpResponse:
    """Answers yes or no, never more than what was asked with."""
    told = asked.request.GET.dict()
    number, total, code = (str(told.get(name, "")).strip() for name in ("no", "total", "code"))
    code = "".join(code.split()).lower()
    good = None
    if number and total and len(code) == CODE:
        good = bill_is_ours(tenant=asked.tenant, lake=asked.places.lake, number=number, total=total, code=code)
    return asked.page(
        "hall/check.html", typed=told, asked_for=bool(number or total or code), good=good is not None, number=number,
        total_minor=good,
    )  # fmt: skip
