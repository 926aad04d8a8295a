"""Drafts of tariffs: the list, one with all that is known of it, a workbook sent and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.urls import reverse

from yidian.domains.customer_bill.queries import cycles
from yidian.domains.product_catalog.operations import UnableToLaunch, draft_tariff, revise_draft
from yidian.domains.product_catalog.queries import (
    drafts,
    offer_names,
    tariff_draft,
    trials_of_draft,
    workbook_of_draft,
)
from yidian.domains.product_catalog.types import DraftFacts, lifecycle
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.sign_in import step_up
from yidian.faces.shell.telling import told, who
from yidian.kernel.faults import BadInput, Fault
from yidian.platform.access.rights import defaults
from yidian.platform.uploads.operations import LARGEST, clean_name
from yidian.platform.wording import remedy, text

PAGE: Final = 50
CHANGES_SHOWN: Final = 100
RATED: Final = ("rated", "billed", "posted", "closed")
WAY: Final = ("draft", "confirmed", "configured", "published", "tested", "on_sale")
TONES: Final = {
    "draft": "draft", "confirmed": "act", "configured": "act", "published": "wait", "tested": "act", "on_sale": "ok",
    "suspended": "wait", "withdrawn": "end", "cancelled": "end",
}  # fmt: skip
BEHIND_PROOF: Final = ("publish", "launch", "suspend", "resume", "withdraw")  # who sells proves themselves first (E22)
NOT_BUTTONS: Final = ("revise", "comment", "test_passed", "test_failed")


def listed(asked: Asked) -> HttpResponse:
    """Drafts newest first, by state."""
    state, before = asked.request.GET.get("state", ""), asked.request.GET.get("before", "")
    rows = drafts(
        tenant=asked.tenant, state=state, before=int(before) if before.isdecimal() else 0, limit=PAGE + 1
    )  # fmt: skip
    return asked.page(
        "desk/tariffs.html", rows=[(row, TONES[row.state]) for row in rows[:PAGE]], state=state,
        states=lifecycle.STATES, more=rows[PAGE - 1].number if rows[PAGE:] else 0,
    )  # fmt: skip


def one(asked: Asked, *, draft: int) -> HttpResponse:
    return asked.page("desk/tariff.html", **shown(asked, draft))


def form(asked: Asked) -> HttpResponse:
    return asked.page("desk/tariff_new.html", draft=None)


def revision(asked: Asked, *, draft: int) -> HttpResponse:
    return asked.page("desk/tariff_new.html", draft=_found(asked, draft))


def sent(asked: Asked) -> HttpResponse:
    """A workbook becomes a draft; or the form again, with each fault and what to do about it."""
    typed, file = asked.form, asked.request.FILES.get("file")
    faults: list[FaultTold] = [(name, "FORM_NEEDED", {}) for name in ("title", "policy") if not typed.get(name)]
    faults += _unusable(file)
    if faults or file is None:
        return asked.refuse("desk/tariff_new.html", faults, draft=None)
    try:
        outcome = draft_tariff(
            tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, title=typed["title"],
            policy=typed["policy"], source=clean_name(str(file.name)), content=file.read(),
        )  # fmt: skip
    except (BadInput, UnableToLaunch) as error:
        return _refused(asked, error, None)
    asked.say_later("TARIFF_DRAFT_MADE")
    return asked.go("desk:tariff", draft=outcome.answer["draft"])


def resent(asked: Asked, *, draft: int) -> HttpResponse:
    """Another workbook for it: what was confirmed is void."""
    found, file = _found(asked, draft), asked.request.FILES.get("file")
    if (faults := _unusable(file)) or file is None:
        return asked.refuse("desk/tariff_new.html", faults, draft=found)
    try:
        revise_draft(
            tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, number=draft,
            policy=asked.form.get("policy", ""), comment=asked.form.get("comment", ""),
            source=clean_name(str(file.name)), content=file.read(),
        )  # fmt: skip
    except (BadInput, UnableToLaunch) as error:
        return _refused(asked, error, found)
    asked.say_later("TARIFF_DRAFT_REVISED")
    return asked.go("desk:tariff", draft=draft)


def workbook(asked: Asked, *, draft: int) -> HttpResponse:
    """The workbook as it was sent."""
    name, content = workbook_of_draft(tenant=asked.tenant, number=draft)
    return as_file(content, name)


def as_file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def _unusable(file: Any) -> list[FaultTold]:
    if file is None:
        return [("file", "FORM_NEEDED", {})]
    return [("file", "UPLOAD_TOO_LARGE", {"most": LARGEST})] if file.size > LARGEST else []


def _refused(asked: Asked, error: BadInput | UnableToLaunch, draft: DraftFacts | None) -> HttpResponse:
    if isinstance(error, UnableToLaunch):
        faults: list[FaultTold] = [("", error.code, told(asked, error.params))]
        return asked.refuse("desk/tariff_new.html", faults, draft=draft)
    rows = [_row(asked, fault) for fault in error.faults]
    faults = [("file", "TARIFF_FILE_REFUSED", {"count": len(rows)})]
    return asked.refuse("desk/tariff_new.html", faults, draft=draft, rows=rows)


def _row(asked: Asked, fault: Fault) -> dict[str, Any]:
    where, params = fault.where, _params(fault)
    return {
        "sheet": where.sheet or where.file, "line": where.line, "column": where.column, "value": fault.value,
        "why": text(fault.code, asked.lang, **params), "code": fault.code,
        "remedy": remedy(fault.code, asked.lang, **params),
    }  # fmt: skip


def _params(fault: Fault) -> dict[str, object]:
    where = fault.where
    return {"value": fault.value, "file": where.file, "line": where.line, "column": where.column, **fault.params}


def shown(asked: Asked, number: int) -> dict[str, Any]:
    """All that a draft's page shows."""
    found = _found(asked, number)
    names = offer_names(tenant=asked.tenant, codes=found.offers)
    lang = 0 if asked.lang == "zh" else 1
    return {
        "draft": found, "tone": TONES[found.state], "path": _path(found),
        "offers": [(code, names.get(code, ("", ""))[lang]) for code in found.offers],
        "steps": [_step(asked, step) for step in reversed(found.steps)], "acts": _acts(asked, found),
        "others": _others(asked, found), "findings": [_finding(asked, one) for one in found.findings],
        "changes": found.changes[:CHANGES_SHOWN], "more_changes": max(0, found.change_count - CHANGES_SHOWN),
        "trials": trials_of_draft(tenant=asked.tenant, number=number),
        "months": [cycle.name for cycle in reversed(cycles(tenant=asked.tenant)) if cycle.state in RATED],
        "may_try": asked.holds("tariff.draft"), "may_revise": "revise" in found.open_to and asked.holds("tariff.draft"),
        "may_test": "test_passed" in found.open_to and asked.holds("tariff.configure"),
        "may_comment": "comment" in found.open_to,
    }  # fmt: skip


def _found(asked: Asked, number: int) -> DraftFacts:
    try:
        return tariff_draft(tenant=asked.tenant, number=number)
    except UnableToLaunch as error:
        raise Http404 from error


def _path(found: DraftFacts) -> list[tuple[str, str]]:
    """The way, each state with its look: done, now, or nothing."""
    if found.state not in WAY:
        return []
    here = WAY.index(found.state)
    return [(state, "done" if n < here else "now" if n == here else "") for n, state in enumerate(WAY)]


def _step(asked: Asked, step: Any) -> dict[str, Any]:
    evidence = step.evidence
    told_of = [
        (f"TARIFF_TOLD_{name.upper()}", value)
        for name, value in evidence.items()
        if name in ("source", "version", "edition", "cycle", "cases", "passed_cases") and value
    ]
    wrong = [(text(code, asked.lang), count) for code, count in (evidence.get("reasons") or {}).items()]
    return {"step": step, "who": who(step.actor), "told": told_of, "wrong": wrong}


def _acts(asked: Asked, found: DraftFacts) -> list[dict[str, Any]]:
    """What this person may do with it now."""
    back = reverse("desk:tariff", kwargs={"draft": found.number})
    return [
        {
            "event": event, "name": f"desk:tariff_{event}", "words": f"TARIFF_DO_{event.upper()}",
            "why": event in ("suspend", "withdraw", "cancel"), "version": event in lifecycle.CONFIGURES,
            "main": event not in ("suspend", "withdraw", "cancel"),
            "prove": step_up.where(asked, back=back) if event in BEHIND_PROOF else "",
        }
        for event in found.open_to
        if event not in NOT_BUTTONS and asked.holds(lifecycle.RIGHTS[event])
    ]  # fmt: skip


def _others(asked: Asked, found: DraftFacts) -> list[tuple[str, list[str]]]:
    """What comes next that this person may not do, and the roles that may."""
    missing = [
        event for event in found.open_to
        if event not in NOT_BUTTONS and event != "cancel" and not asked.holds(lifecycle.RIGHTS[event])
    ]  # fmt: skip
    return [
        (event, [role for role, row in defaults().items() if lifecycle.RIGHTS[event] in row.rights])
        for event in missing
    ]


def _finding(asked: Asked, one: Mapping[str, Any]) -> dict[str, Any]:
    params = {"value": one["value"], "line": one["line"], "column": one["column"], "file": "", **one["params"]}
    return {
        "warns": one["severity"] == "warns", "sheet": one["sheet"], "line": one["line"], "column": one["column"],
        "words": text(one["code"], asked.lang, **params), "remedy": remedy(one["code"], asked.lang, **params),
    }  # fmt: skip
