"""The months: their list, the board of one, its books, what is parked in it; its steps are started as jobs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.http import HttpResponse

from yidian.domains.customer_bill.operations import open_cycle
from yidian.faces.desk.views.starting import start_job
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.telling import DIFFERING, code_words, left, reason_words, told
from yidian.kernel.faults import BadInput
from yidian.platform.access.types import ApprovalFacts
from yidian.platform.jobs.kinds import RIGHTS
from yidian.platform.wording import remedy, text
from yidian.runs.board.board import board, months
from yidian.runs.board.parked import parked_list
from yidian.runs.board.types import Act, Board, LogLine, StepRow
from yidian.runs.books.month import MINOR, month_books

BY_HAND = ("cycle", "key", "csrfmiddlewaretoken")
STATES = {"done": "ok", "working": "act", "stopped": "bad", "next": "wait", "open": "act", "waits": ""}
SLOW_AFTER_S = 300  # a page that has watched for so long looks less often


def listed(asked: Asked) -> HttpResponse:
    """Every month, newest first; with what may be opened next."""
    lines = months(tenant=asked.tenant)
    return asked.page("desk/months.html", months=lines, following=_following(lines[0].cycle.name if lines else ""))


def opened(asked: Asked) -> HttpResponse:
    """A month is opened."""
    name = asked.form.get("name", "")
    try:
        open_cycle(tenant=asked.tenant, name=name, now=asked.now, actor=asked.actor)
    except BadInput as error:
        faults = [("name", one.code, {"value": one.value, **one.params}) for one in error.faults]
        return asked.refuse("desk/months.html", faults, months=months(tenant=asked.tenant), following=name)
    asked.say_later("MONTH_OPENED", cycle=name)
    return asked.go("desk:month", cycle=name)


def shown(asked: Asked, *, cycle: str) -> HttpResponse:
    """The board of a month; while something works on it the page asks for it again."""
    found = board(tenant=asked.tenant, lake=asked.places.lake, cycle=cycle, now=asked.now)
    return asked.page("desk/month.html", fragment="desk/_month.html", **_board(asked, found))


def started(asked: Asked, *, cycle: str, kind: str) -> HttpResponse:
    """A step is asked for, or first the second person that it takes."""
    params = {"cycle": cycle} | {
        name: text for name, text in asked.form.items() if name in ("leave_parked", "accounts")
    }
    return start_job(asked, kind=kind, params=params, back="desk:month", ids={"cycle": cycle})


def collected(asked: Asked) -> HttpResponse:
    """What waits in the inbox of a source is taken."""
    return start_job(asked, kind="collect", params={"source": asked.form.get("source", "")}, back="desk:months", ids={})


def books(asked: Asked, *, cycle: str) -> HttpResponse:
    """The books of a month: every sum from its own source, and whether they agree."""
    places = asked.places
    found = month_books(tenant=asked.tenant, lake=Path(places.lake), cycle=cycle, work=Path(places.work))
    return asked.page("desk/month_books.html", cycle=cycle, books=found, minor=MINOR)


def parked(asked: Asked, *, cycle: str, code: str) -> HttpResponse:
    """What is parked in a month for one reason, and whom it concerns."""
    found = parked_list(tenant=asked.tenant, cycle=cycle, code=code)
    accounts = sorted({account for one in found for account in one.accounts if account})
    return asked.page("desk/month_parked.html", cycle=cycle, code=code, parked=found, accounts=accounts)


def _board(asked: Asked, found: Board) -> dict[str, Any]:
    code, params = found.says
    at_work = found.at_work
    slow = at_work is not None and (at_work.worked_s or 0) > SLOW_AFTER_S
    return {
        "cycle": found.cycle.name, "board": found, "says": (code, told(asked, params)), "tone": found.tone,
        "steps": [_step(asked, row) for row in found.steps],
        "rejects": [one for row in found.steps if row.name != "bill" for one in _rejects(asked, row)],
        "acts": [_act(asked, one) for one in found.acts if asked.holds(RIGHTS[one.kind])],
        "parked": [(one.code, one.count) for one in found.parked],
        "log": [_log(asked, line, found.people) for line in found.log],
        "approvals": [_asked_for(asked, one, found.people) for one in found.approvals],
        "every": "" if at_work is None else "every 10s" if slow else "every 2s",
        "left": left(at_work.left_s, asked.lang) if at_work else "",
        "at_work_words": code_words(f"JOB_KIND_{at_work.kind}", asked.lang) if at_work else "",
        "state_words": code_words(f"CYCLE_STATE_{found.cycle.state}", asked.lang),
    }  # fmt: skip


def _step(asked: Asked, row: StepRow) -> dict[str, Any]:
    note: tuple[str, Mapping[str, str]] | None = (row.note[0], told(asked, row.note[1])) if row.note else None
    stopped = row.job.reason if row.job is not None and row.state == "stopped" else {}
    return {
        "row": row, "words": code_words(f"MONTH_STEP_{row.name}", asked.lang), "note": note,
        "tone": STATES[row.state], "state": f"MONTH_IS_{row.state.upper()}", "took": left(row.took_s, asked.lang),
        "before": left(row.before_s, asked.lang), "unit": f"MONTH_UNIT_{row.law.unit.upper()}" if row.law else "",
        "why": reason_words(asked, stopped),
    }  # fmt: skip


def _rejects(asked: Asked, row: StepRow) -> list[dict[str, Any]]:
    """What a step has rejected, by reason, with what to do."""
    of = row.law.of_rejected if row.law else {}
    open_ = dict.fromkeys(DIFFERING, "…")
    return [
        {
            "step": code_words(f"MONTH_STEP_{row.name}", asked.lang), "code": code, "count": count,
            "words": text(code, asked.lang, **open_), "remedy": remedy(code, asked.lang, **open_),
        }
        for code, count in of.items() if count
    ]  # fmt: skip


def _act(asked: Asked, one: Act) -> dict[str, Any]:
    """A button. What its person may only do with somebody else's agreement says so."""
    alone = asked.may(RIGHTS[one.kind]).allowed
    suffix = "" if alone else "_TWO"
    return {
        "kind": one.kind, "name": f"desk:start_{one.kind.replace('.', '_')}", "main": one.main, "params": one.params,
        "words": f"MONTH_ACT_{one.kind.upper().replace('.', '_')}{suffix}",
    }  # fmt: skip


def _log(asked: Asked, line: LogLine, people: Mapping[str, str]) -> dict[str, Any]:
    params = told(asked, line.params)
    if "who" in params:
        params["who"] = people.get(params["who"], params["who"])
    return {"at": line.at, "tone": line.tone, "code": line.code, "params": params, "job": line.job}


def _asked_for(asked: Asked, one: ApprovalFacts, people: Mapping[str, str]) -> dict[str, Any]:
    mine = one.asked_by == f"{asked.actor.kind}:{asked.actor.id}"
    asker, decider = (login.partition(":")[2] for login in (one.asked_by, one.decided_by))
    params = {"who": people.get(asker, asker), "action": one.action, "by": people.get(decider, decider)}
    return {
        "id": one.id, "mine": mine, "code": f"MONTH_APPROVAL_{one.state.upper()}", "params": told(asked, params),
    }  # fmt: skip


def _following(name: str) -> str:
    """The month after a month, as its cycle is called."""
    if len(name) != 7:
        return ""
    year, month = int(name[:4]), int(name[5:])
    return f"{year + month // 12:04}-{month % 12 + 1:02}"
