"""A draft tried on a month that was, and tested on a sample of it: asked for as jobs, shown with charts and tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pyarrow as pa
from django.http import Http404, HttpResponse

from yidian.domains.product_catalog.queries import item_names, offer_names, trial_of_draft
from yidian.domains.product_catalog.types import DraftTrialFacts
from yidian.faces.desk.views.starting import start_job
from yidian.faces.desk.views.tariffs import as_file, shown
from yidian.faces.shell import figures
from yidian.faces.shell.amounts import narrow, typed_amount
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.kernel.money import currency
from yidian.platform.wording import text
from yidian.runs.trial.run import Tried
from yidian.runs.trial.types import Pair, Sample, Trial
from yidian.runs.trial.workbook import step_words, write_workbook

SHOWN: Final = 12
PPM_OF_PERCENT: Final = 10_000
ACCOUNTS: Final = pa.table(
    {name: pa.array([], pa.int64() if name.endswith("minor") else pa.string())
     for name in ("account", "before_minor", "after_minor", "difference_minor")}
)  # fmt: skip


def tried(asked: Asked, *, draft: int) -> HttpResponse:
    """It is tried, as a job."""
    params, faults = _month(asked)
    if faults:
        return asked.refuse("desk/tariff.html", faults, **shown(asked, draft))
    return _start(asked, "tariff.trial", draft, params)


def tested(asked: Asked, *, draft: int) -> HttpResponse:
    """A sample is judged, as a job."""
    params, faults = _month(asked)
    typed = asked.form
    for name, most in (("size", 100_000), ("seed", 10**9)):
        told = typed.get(name, "")
        if told and (not told.isdecimal() or not 0 < int(told) <= most):
            faults.append((name, "TARIFF_NUMBER_WRONG", {"value": told, "most": most}))
        elif told:
            params[name] = told
    for name, param in (("threshold", "threshold_ppm"), ("tolerance", "tolerance_ppm")):
        _percent(typed.get(name, ""), name, param, params, faults)
    if typed.get("amount"):
        amount, wrong = typed_amount(asked)
        params["tolerance_minor"] = str(amount)
        faults += wrong
    if faults:
        return asked.refuse("desk/tariff.html", faults, **shown(asked, draft))
    return _start(asked, "tariff.test", draft, params)


def _start(asked: Asked, kind: str, draft: int, params: Mapping[str, str]) -> HttpResponse:
    told = {"draft": str(draft), **params}
    return start_job(asked, kind=kind, params=told, back="desk:tariff", ids={"draft": str(draft)})


def _month(asked: Asked) -> tuple[dict[str, str], list[FaultTold]]:
    """The month, the day, and whose offer is taken to be another."""
    typed, params, faults = asked.form, dict[str, str](), list[FaultTold]()
    if typed.get("cycle"):
        params["cycle"] = typed["cycle"]
    else:
        faults.append(("cycle", "FORM_CHOOSE", {}))
    if typed.get("on"):
        try:
            params["on"] = date.fromisoformat(typed["on"]).isoformat()
        except ValueError:
            faults.append(("on", "TARIFF_DAY_WRONG", {"value": typed["on"]}))
    held, new = typed.get("held", ""), typed.get("new", "")
    if held and new and not {"=", ","} & {*held, *new}:
        params["moves"] = f"{held}={new}"
    elif held or new:
        faults.append(("held", "TARIFF_MOVE_WRONG", {}))
    return params, faults


def _percent(told: str, name: str, param: str, params: dict[str, str], faults: list[FaultTold]) -> None:
    if not told:
        return
    try:
        percent = Decimal(narrow(told).removesuffix("%").strip())
        if not percent.is_finite() or not 0 <= percent <= 1000:
            raise InvalidOperation
    except InvalidOperation:
        faults.append((name, "TARIFF_PERCENT_WRONG", {"value": told}))
    else:
        params[param] = str(int(percent * PPM_OF_PERCENT))


def one(asked: Asked, *, draft: int, trial: int) -> HttpResponse:
    """What a trial found."""
    kept, found = _kept(asked, draft, trial)
    items = item_names(tenant=asked.tenant, codes={one.code for one in found.items} | _items(found))
    offers = offer_names(tenant=asked.tenant, codes={one.code for one in found.offers})
    at = 0 if asked.lang == "zh" else 1

    def named(names: Mapping[str, tuple[str, str]], code: str) -> str:
        return names.get(code, ("", ""))[at] or code or text("TARIFF_TRIAL_NO_OFFER", asked.lang)

    pairs = {
        "items": [(named(items, one.code), one) for one in found.items[:SHOWN]],
        "offers": [(named(offers, one.code), one) for one in found.offers[:SHOWN]],
    }
    unit = currency(found.currency)
    steps = [(step_words(step, asked.lang, unit.minor_digits), step) for step in found.steps]
    return asked.page(
        "desk/tariff_trial.html", kept=kept, trial=found, number=draft, steps=steps,
        items=pairs["items"], offers=pairs["offers"],
        samples=[_sample(asked, one, named, items) for one in (*found.rises, *found.falls)],
        tenths=_tenths(found), charts=_charts(asked, found, steps, pairs, unit.minor_digits),
        unpriced=sorted(found.rejected_after.items()), before=found.rejected_before,
    )  # fmt: skip


def file(asked: Asked, *, draft: int, trial: int) -> HttpResponse:
    """The same as a workbook; the accounts of single customers stay here."""
    _, found = _kept(asked, draft, trial)
    with TemporaryDirectory(prefix="yidian-trial-") as folder:
        path = Path(folder) / "trial.xlsx"
        write_workbook(path, Tried(found, ACCOUNTS), lang=asked.lang)
        return as_file(path.read_bytes(), f"trial-{draft}-{trial}.xlsx")


def _kept(asked: Asked, draft: int, trial: int) -> tuple[DraftTrialFacts, Trial]:
    kept = trial_of_draft(tenant=asked.tenant, number=draft, trial=trial)
    if kept is None:
        raise Http404
    return kept, Trial.from_json(dict(kept.told))


def _items(found: Trial) -> set[str]:
    return {line.item for sample in (*found.rises, *found.falls) for line in sample.lines}


def _sample(asked: Asked, one: Sample, named: Any, items: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """A bill that changes much. Who may not read bills is not told whose it is."""
    account = one.account if asked.holds("bill.read") else figures.masked(one.account)
    return {
        "account": account, "one": one, "difference_minor": one.after_minor - one.before_minor,
        "lines": [
            (line, named(items, line.item), line.after_minor - line.before_minor,
             line.subscriber if asked.holds("bill.read") else figures.masked(line.subscriber))
            for line in one.lines
        ],
    }  # fmt: skip


def _tenths(found: Trial) -> int | None:
    """The change in tenths of a percent."""
    if not found.before_minor:
        return None
    return round(Decimal(found.difference_minor) * 1000 / found.before_minor)


def _charts(asked: Asked, found: Trial, steps: Any, pairs: Mapping[str, Any], digits: int) -> dict[str, str]:
    """What charts.js draws, by name: JSON of labels, series of minor units or counts, and how to write them."""

    def words(code: str) -> str:
        return text(code, asked.lang)

    two = [words("TARIFF_TRIAL_BEFORE"), words("TARIFF_TRIAL_AFTER")]

    def grouped(rows: list[tuple[str, Pair]]) -> dict[str, Any]:
        rows = rows[:6][::-1]
        series = [[one.before_minor for _, one in rows], [one.after_minor for _, one in rows]]
        return {"kind": "grouped", "labels": [name for name, _ in rows], "names": two, "series": series}

    items = [(name, one.difference_minor) for name, one in pairs["items"] if one.difference_minor][:8][::-1]
    filled = [(words_, step) for words_, step in steps if step.accounts]
    told: dict[str, dict[str, Any]] = {
        "revenue": {"kind": "grouped", "labels": [found.cycle], "names": two,
                    "series": [[found.before_minor], [found.after_minor]]},
        "spread": {"kind": "spread", "labels": [words_ for words_, _ in filled],
                   "names": [words("TARIFF_TRIAL_ACCOUNTS")], "series": [[step.accounts for _, step in filled]],
                   "tones": [(step.difference_minor > 0) - (step.difference_minor < 0) for _, step in filled]},
        "items": {"kind": "bridge", "labels": [name for name, _ in items], "names": [words("TARIFF_TRIAL_DIFFERENCE")],
                  "series": [[amount for _, amount in items]]},
        "offers": grouped(pairs["offers"]),
    }  # fmt: skip
    return {name: json.dumps(one | {"digits": digits}, ensure_ascii=False) for name, one in told.items()}
