"""Best plans on the desk: of a customer's number; and of everybody, made by a job, with flows, chart and list."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.urls import reverse

from yidian.domains.product_catalog.queries import offer_names
from yidian.faces.desk.views.starting import start_job
from yidian.faces.desk.views.tariffs import as_file
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.best import context
from yidian.faces.shell.sign_in import step_up
from yidian.kernel.money import currency
from yidian.platform.jobs.kinds import RIGHTS
from yidian.platform.wording import text
from yidian.runs.best.customer import UnableToFindLine, best_of_customer
from yidian.runs.best.many import Kept, kept, plan_list
from yidian.runs.best.workbook import step_words, write_workbook
from yidian.runs.rate.inputs import Places

KIND: Final = "best.plans"
SHOWN: Final = 20
DRAWN: Final = 8
MOST_MONTHS: Final = 13


def of_customer(asked: Asked, *, customer: str, subscriber: str) -> HttpResponse:
    """What the customer sees in the hall."""
    try:
        told = best_of_customer(
            tenant=asked.tenant, places=_places(asked), customer=customer, number=subscriber, now=asked.now, own=False
        )
    except UnableToFindLine as error:
        raise Http404 from error
    return asked.page("desk/best.html", customer=customer, **context(asked.lang, told))


def listed(asked: Asked) -> HttpResponse:
    """The comparisons that were made; POST: one more is asked for, as a job."""
    if asked.method == "POST":
        months = asked.form.get("months", "3")
        if not months.isdecimal() or not 1 <= int(months) <= MOST_MONTHS:
            faults: list[Any] = [("months", "BEST_MONTHS_WRONG", {"value": months, "most": MOST_MONTHS})]
            return asked.refuse("desk/best_plans.html", faults, **_shown(asked))
        return start_job(asked, kind=KIND, params={"months": months}, back="desk:best_plans", ids={})
    return asked.page("desk/best_plans.html", **_shown(asked))


def _shown(asked: Asked) -> dict[str, Any]:
    return {"rows": kept(tenant=asked.tenant), "may_ask": asked.holds(RIGHTS[KIND])}


def one(asked: Asked, *, run: int) -> HttpResponse:
    """Who would go where, and what the operator would lose."""
    found = _kept(asked, run)
    told, at = found.told, 0 if asked.lang == "zh" else 1
    codes = {code for flow in told.flows for code in (flow.from_offer, flow.to_offer)}
    names = offer_names(tenant=asked.tenant, codes=codes)

    def named(code: str) -> str:
        return names.get(code, ("", ""))[at] or code

    unit = currency(told.currency)
    flows = [(named(flow.from_offer), named(flow.to_offer), flow) for flow in told.flows[:SHOWN]]
    steps = [(step_words(step, asked.lang, unit.minor_digits), step) for step in told.steps]
    return asked.page(
        "desk/best_plans_run.html", kept=found, told=told, flows=flows, more=max(len(told.flows) - SHOWN, 0),
        steps=steps, charts=_charts(asked, flows, steps, unit.minor_digits), may_list=asked.holds("marketing.list"),
        prove=step_up.where(asked, back=reverse("desk:best_plans_file", kwargs={"run": run})),
        unanswered=sorted(told.unanswered.items()),
    )  # fmt: skip


def file(asked: Asked, *, run: int) -> HttpResponse:
    """The list for marketing: whose number, which offer, what is saved. It takes a fresh proof of who asks."""
    found = _kept(asked, run)
    if not found.listed:
        raise Http404
    if step_up.needed(asked):
        return step_up.first(asked)
    table = plan_list(tenant=asked.tenant, places=_places(asked), run=run)
    with TemporaryDirectory(prefix="yidian-best-") as folder:
        path = Path(folder) / "best.xlsx"
        write_workbook(path, found.told, table, lang=asked.lang)
        return as_file(path.read_bytes(), f"best-plans-{run}.xlsx")


def _kept(asked: Asked, run: int) -> Kept:
    found = kept(tenant=asked.tenant, run=run)
    if not found:
        raise Http404
    return found[0]


def _places(asked: Asked) -> Places:
    return Places(asked.places.lake, asked.places.work)


def _charts(asked: Asked, flows: Any, steps: Any, digits: int) -> dict[str, str]:
    """What charts.js draws: how many would save how much, and the offers that would lose most."""
    filled = [(words, step) for words, step in steps if step.subscribers]
    drawn = flows[:DRAWN][::-1]
    told: dict[str, dict[str, Any]] = {
        "steps": {"kind": "spread", "labels": [words for words, _ in filled],
                  "names": [text("BEST_COLUMN_SUBSCRIBERS", asked.lang)],
                  "series": [[step.subscribers for _, step in filled]], "tones": [-1 for _ in filled]},
        "flows": {"kind": "bridge", "labels": [f"{old} → {new}" for old, new, _ in drawn],
                  "names": [text("BEST_COLUMN_SAVING", asked.lang)],
                  "series": [[-flow.saving_minor for _, _, flow in drawn]]},
    }  # fmt: skip
    return {name: json.dumps(one | {"digits": digits}, ensure_ascii=False) for name, one in told.items()}
