"""更正: months in the books that were billed wrongly: the list, whom it is about, what it comes to, asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse

from yidian.domains.customer_bill.operations import ask_correction, withdraw_correction
from yidian.domains.customer_bill.queries import correction, corrections, cycles
from yidian.domains.customer_bill.types import FIXED, CorrectionRow, UnableToCorrect, correction_lifecycle
from yidian.domains.product_catalog.queries import editions, item_names
from yidian.faces.desk.views.starting import start_job
from yidian.faces.desk.views.tariffs import as_file
from yidian.faces.shell import figures
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.sign_in import step_up
from yidian.faces.shell.telling import code_words, told, who
from yidian.kernel.faults import BadInput
from yidian.platform.access.approvals import approvals_about
from yidian.platform.wording import entries, text
from yidian.runs.correct.criteria import LISTS, TIMES, Criteria
from yidian.runs.correct.kept import kept_preview
from yidian.runs.trial.types import Sample
from yidian.runs.trial.workbook import write_workbook

PAGE: Final = 50
SHOWN: Final = 12
TONES: Final = {"previewed": "draft", "asked": "wait", "agreed": "ok", "withdrawn": "end"}
BETWEEN: Final = str.maketrans(",，、;；", "     ")  # codes are told with any of these between
REASONS: Final = ("wrong_price", "late_change", "reversal", "wrong_usage")


def listed(asked: Asked) -> HttpResponse:
    """Corrections, the newest first, by state."""
    state, before = asked.request.GET.get("state", ""), asked.request.GET.get("before", "")
    rows = corrections(tenant=asked.tenant, state=state, before=before[:32], limit=PAGE + 1)
    return asked.page(
        "desk/corrections.html", rows=[_row(asked, row) for row in rows[:PAGE]], state=state,
        states=correction_lifecycle.STATES, more=rows[PAGE - 1].number if rows[PAGE:] else "",
    )  # fmt: skip


def form(asked: Asked) -> HttpResponse:
    return asked.page("desk/correction_new.html", **_choices(asked))


def sent(asked: Asked) -> HttpResponse:
    """What it would come to, as a job; then its page."""
    params, faults = _params(asked)
    if faults:
        return asked.refuse("desk/correction_new.html", faults, **_choices(asked))
    return start_job(asked, kind="correct.preview", params=params, back="desk:corrections", ids={})


def one(asked: Asked, *, correction: str) -> HttpResponse:
    """What it would come to, what became of it, and what may be done now."""
    return asked.page("desk/correction.html", **_shown(asked, correction))


def file(asked: Asked, *, correction: str) -> HttpResponse:
    """What its preview found as a workbook; who may not read bills gets no accounts."""
    tried, _, _ = kept_preview(tenant=asked.tenant, number=correction)
    if not asked.holds("bill.read"):
        tried = type(tried)(tried.trial, tried.accounts.slice(0, 0))
    with TemporaryDirectory(prefix="yidian-correction-") as folder:
        path = Path(folder) / "correction.xlsx"
        write_workbook(path, tried, lang=asked.lang)
        return as_file(path.read_bytes(), f"{correction}.xlsx")


def asked_for(asked: Asked, *, correction: str) -> HttpResponse:
    """A second person is asked."""
    try:
        approval = ask_correction(
            tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, number=correction
        )  # fmt: skip
    except UnableToCorrect as error:
        return _refused(asked, correction, error)
    asked.say_later("DESK_SECOND_ASKED", approval=approval)
    return asked.go("desk:correction", correction=correction)


def withdrawn(asked: Asked, *, correction: str) -> HttpResponse:
    """It counts no more; of one that was agreed on somebody else is asked first."""
    if step_up.needed(asked):
        return step_up.first(asked, back=reverse("desk:correction", kwargs={"correction": correction}))
    try:
        withdraw_correction(tenant=asked.tenant, actor=asked.actor, now=asked.now, number=correction)
    except UnableToCorrect as error:
        if error.code != "CORRECTION_NOT_APPROVED":
            return _refused(asked, correction, error)
        asked.say_later("DESK_SECOND_ASKED", approval=error.params["approval"])
    else:
        asked.say_later("CORRECTION_NOW_WITHDRAWN")
    return asked.go("desk:correction", correction=correction)


def _refused(asked: Asked, number: str, error: UnableToCorrect) -> HttpResponse:
    words = told(asked, error.params)
    for name, prefix in (("event", "CORRECTION_EVENT_"), ("state", "CORRECTION_STATE_")):
        if name in error.params:
            words[name] = code_words(f"{prefix}{error.params[name]}", asked.lang)
    context = _shown(asked, number) | {"faults": [("", error.code, words)], "typed": asked.form}
    return asked.page("desk/correction.html", status=409, **context)


def _choices(asked: Asked) -> dict[str, Any]:
    """What the form offers: months in the books, editions, reasons."""
    months = [one.name for one in cycles(tenant=asked.tenant) if one.state in FIXED][::-1]
    return {
        "months": months, "editions": editions(tenant=asked.tenant)[:PAGE], "reasons": REASONS, "lists": LISTS,
        "chosen": asked.form.get("cycle") or asked.request.GET.get("cycle", ""),
        "edition": asked.form.get("edition", ""), "reason": asked.form.get("reason", ""),
    }  # fmt: skip


def _params(asked: Asked) -> tuple[dict[str, str], list[FaultTold]]:
    """The parameters of the job, or what is wrong with the form."""
    typed, faults = asked.form, list[FaultTold]()
    params = {name: typed[name] for name in ("cycle", "reason", "comment") if typed.get(name)}
    faults += [(name, "FORM_CHOOSE", {}) for name in ("cycle", "reason") if name not in params]
    if typed.get("edition"):
        params["edition"] = typed["edition"]
        if not typed["edition"].isdecimal() or len(typed["edition"]) > 9:
            faults.append(("edition", "CORRECTION_EDITION", {"value": typed["edition"]}))
    if typed.get("on"):
        try:
            params["on"] = date.fromisoformat(typed["on"]).isoformat()
        except ValueError:
            faults.append(("on", "CORRECTION_DAY", {"value": typed["on"]}))
    lists: dict[str, Any] = {name: tuple(typed.get(name, "").translate(BETWEEN).split()) for name in LISTS}
    times: dict[str, Any] = {name: typed.get(name, "").strip().replace(" ", "T") for name in TIMES}
    criteria = Criteria(everybody=bool(typed.get("everybody")), **lists, **times)
    try:
        criteria.expect(asked.tenant.zone)
    except BadInput as error:
        faults += [(_field(one.code), one.code, {"value": one.value, **one.params}) for one in error.faults]
    params["criteria"] = json.dumps(criteria.to_json(), ensure_ascii=False)
    return params, faults


def _field(code: str) -> str:
    return {"CORRECTION_INSTANT": "since", "CORRECTION_DESTINATION": "destinations"}.get(code, "everybody")


def _row(asked: Asked, row: CorrectionRow) -> dict[str, Any]:
    return {
        "row": row, "tone": TONES[row.state], "criteria": criteria_words(row.criteria),
        "because": because(asked, row.reason), "maker": who(row.made_by),
    }  # fmt: skip


def _shown(asked: Asked, number: str) -> dict[str, Any]:
    row = correction(tenant=asked.tenant, number=number)
    tried, before, after = kept_preview(tenant=asked.tenant, number=number)
    trial = tried.trial
    names = item_names(tenant=asked.tenant, codes={one.code for one in trial.items} | _items(trial))
    at = 0 if asked.lang == "zh" else 1

    def named(code: str) -> str:
        return names.get(code, ("", ""))[at] or code

    waits = [
        one for act in ("agree", "withdraw")
        for one in approvals_about(tenant=asked.tenant, subject=f"correction/{number}/{act}")
    ]  # fmt: skip
    return _row(asked, row) | {
        "number": number, "trial": trial, "events_before": before, "events_after": after, "waits": waits,
        "items": [(named(one.code), one) for one in trial.items[:SHOWN]],
        "samples": [_sample(asked, one, named) for one in (*trial.rises, *trial.falls)],
        "open_to": correction_lifecycle.open_to(row.state), "asker": who(row.asked_by) if row.asked_by else "",
        "withdrawer": who(row.withdrawn_by) if row.withdrawn_by else "",
        "rejected": sorted(trial.rejected_after.items()),
    }  # fmt: skip


def _items(trial: Any) -> set[str]:
    return {line.item for sample in (*trial.rises, *trial.falls) for line in sample.lines}


def _sample(asked: Asked, one: Sample, named: Any) -> dict[str, Any]:
    """A bill that changes much. Who may not read bills is not told whose it is."""
    open_ = asked.holds("bill.read")
    return {
        "account": one.account if open_ else figures.masked(one.account), "one": one,
        "difference_minor": one.after_minor - one.before_minor,
        "lines": [
            (line, named(line.item), line.after_minor - line.before_minor,
             line.subscriber if open_ else figures.masked(line.subscriber))
            for line in one.lines
        ],
    }  # fmt: skip


def because(asked: Asked, reason: str) -> str:
    """The words of a reason; an operator's own as they are."""
    code = f"CORRECTION_BECAUSE_{reason.upper()}"
    return text(code, asked.lang) if code in entries() else reason


def criteria_words(criteria: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(what, which) of what was told."""
    return [
        (f"CORRECTION_CRITERION_{name.upper()}", " ".join(value) if isinstance(value, list) else
         "" if value is True else str(value))
        for name, value in criteria.items()
    ]  # fmt: skip
