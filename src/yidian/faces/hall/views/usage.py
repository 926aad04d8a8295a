"""Itemised usage of the customer's own numbers, with a filter, and the same as a file."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpResponse
from django.urls import reverse

from yidian.faces.hall.answers import attached
from yidian.faces.hall.events_words import event_rows, sums_words
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.sign_in import step_up
from yidian.faces.shell.words import words_of
from yidian.kernel.faults import BadInput
from yidian.kernel.money import parse_micro
from yidian.runs.explain.usage import AskedUsage, UnableToFindUsage, usage_file, usage_page

ENDINGS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
CLEANED: Final = {ord("０") + n: str(n) for n in range(10)} | {ord("．"): "."} | dict.fromkeys(map(ord, "，,¥￥ "), "")


def usage(asked: Asked) -> HttpResponse:
    which, faults = _asked_for(asked)
    try:
        found = usage_page(tenant=asked.tenant, lake=asked.places.lake, now=asked.now, which=which)
    except UnableToFindUsage as error:
        raise Http404 from error
    words = words_of(asked)
    context = {
        "found": found, "rows": event_rows(words, found.page.events), "sums": sums_words(words, found.page),
        "query": _query(asked, "before"), "query_without_others": _query(asked, "before", "others"),
        "services": [(code, words.known(f"HALL_SERVICE_{code.upper()}", code)) for code in found.services],
        "directions": [(code, words.say(f"HALL_DIRECTION_{code.upper()}")) for code in found.directions],
        "typed": asked.request.GET.dict(), "others": which.others, "prove": step_up.where(asked),
    }  # fmt: skip
    return asked.page(
        "hall/usage.html", fragment="hall/_usage.html", status=422 if faults else 200, faults=faults, **context
    )


def export(asked: Asked) -> HttpResponse:
    """The same rows as csv or xlsx; formulas are made harmless, amounts exact. It takes a fresh proof of who asks."""
    ending = asked.request.GET.get("as", "csv")
    which, faults = _asked_for(asked)
    if ending not in ENDINGS or faults:
        raise Http404
    if step_up.needed(asked):
        return step_up.first(asked, back=f"{reverse('hall:usage')}?{_query(asked, 'as')}")
    words = words_of(asked)
    try:
        name, body = usage_file(
            tenant=asked.tenant, places=asked.places, now=asked.now, which=which, ending=ending, lang=asked.lang
        )
    except UnableToFindUsage as error:
        raise Http404 from error
    return attached(
        body,
        kind=ENDINGS[ending],
        name=f"{words.say('HALL_USAGE_FILE', name=name)}.{ending}",
        plain=f"usage-{name}.{ending}",
    )


def _asked_for(asked: Asked) -> tuple[AskedUsage, list[FaultTold]]:
    told = asked.request.GET
    least, faults = 0, list[FaultTold]()
    try:
        least = parse_micro(told.get("least", "").translate(CLEANED).strip() or "0")
    except BadInput:
        faults.append(("least", "HALL_LEAST_WRONG", {}))
    return AskedUsage(
        customer=asked.customer, cycle=told.get("month", ""), number=told.get("n", ""),
        service=told.get("service", ""), direction=told.get("direction", ""), least_micro=max(least, 0),
        before=told.get("before", ""), others=told.get("others") == "1",
    ), faults  # fmt: skip


def _query(asked: Asked, *without: str) -> str:
    query = asked.request.GET.copy()
    for name in without:
        query.pop(name, None)
    return query.urlencode()
