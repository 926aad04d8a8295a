"""Disputes on the desk: what waits by its promise, one beside the line it is about, and what can be decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.urls import reverse

from yidian.domains.dispute import operations
from yidian.domains.dispute.operations import UnableToChangeDispute, UnableToDispute
from yidian.domains.dispute.queries import ended_page, open_counts, open_page, terms_on
from yidian.domains.dispute.types import EXAMINED, RAISED, RIGHT, DisputeFacts
from yidian.faces.shell.amounts import typed_amount
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.sign_in import step_up
from yidian.faces.shell.slip_words import slip_context
from yidian.faces.shell.telling import told
from yidian.faces.shell.words import words_of
from yidian.kernel.calendar import from_ms, local_date, to_ms
from yidian.kernel.faults import BadInput
from yidian.platform.access.queries import within
from yidian.platform.access.types import UnableToAct
from yidian.runs.disputes import settling
from yidian.runs.disputes.raising import charge_of, dispute
from yidian.runs.disputes.reading import listed as with_names
from yidian.runs.disputes.reading import read
from yidian.runs.explain.found import UnableToFindBill
from yidian.runs.explain.slip import UnableToFindLine

READ: Final = "dispute.read"
PAGE: Final = 50
ACTS: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {  # what can be done in which states, and the field it takes
    "examine": ((RAISED, EXAMINED), "findings"),
    "uphold": ((EXAMINED,), "answer"),
    "reject": ((EXAMINED,), "answer"),
    "settle": (RIGHT, ""),
    "reconsider": (RIGHT, "reason"),
    "withdraw": ((RAISED, EXAMINED), "reason"),
}
RIGHTS: Final[Mapping[str, str]] = {
    act: operations.ACTION if act in ("uphold", "settle", "reconsider") else "dispute.handle" for act in ACTS
}
OPTIONAL: Final = ("withdraw",)
PAYS_OUT: Final = ("uphold", "settle")  # who lets money out proves themselves first (E22)
FIELDS: Final = {
    "DISPUTE_AMOUNT": "amount", "DISPUTE_SAYS": "says", "DISPUTE_OVER": "amount", "DISPUTE_ITEM": "item",
    "ADJUSTMENT_ITEM": "item",
}  # fmt: skip


def listed(asked: Asked) -> HttpResponse:
    """Those that wait, the earliest promise first, or those that are over; where the right reaches."""
    nodes = within(tenant=asked.tenant, actor=asked.actor, action=READ, now=asked.now)
    ended = asked.request.GET.get("tab") == "ended"
    pages = ended_page if ended else open_page
    rows = pages(tenant=asked.tenant, nodes=nodes, after=_after(asked), limit=PAGE + 1)
    shown = with_names(tenant=asked.tenant, disputes=rows[:PAGE])
    waiting, late = open_counts(tenant=asked.tenant, nodes=nodes, now=asked.now)
    return asked.page(
        "desk/disputes.html", ended=ended, rows=[(one, one.late(now=asked.now)) for one in shown.rows],
        items=shown.items, more=_place(rows[PAGE - 1], ended) if rows[PAGE:] else "", waiting=waiting, overdue=late,
    )  # fmt: skip


def one(asked: Asked, *, dispute: str) -> HttpResponse:
    return asked.page("desk/dispute.html", **_shown(asked, dispute))


def decided(asked: Asked, *, dispute: str, act: str) -> HttpResponse:
    """A step: what was written is kept where it cannot be taken; of two at once the second sees what the first did."""
    if act in PAYS_OUT and step_up.needed(asked):
        return step_up.first(asked, back=_page(dispute))
    written, faults = _written(asked, act)
    if faults:
        return _refused(asked, dispute, faults, 422)
    try:
        done = _do(asked, dispute, act, written)
    except UnableToAct as error:
        if error.code != "SECOND_PERSON_NEEDED":
            return _refused(asked, dispute, [("", error.code, told(asked, error.params))], 409)
        asked.say_later("DESK_SECOND_ASKED", approval=error.params["approval"])
        return asked.go("desk:dispute", dispute=dispute)
    except UnableToChangeDispute:
        return _refused(asked, dispute, [("", "DISPUTE_SOMEBODY_FIRST", {})], 409)
    except BadInput as error:
        return _refused(asked, dispute, _faults(asked, error, act), 422)
    asked.say_later(f"DISPUTE_NOW_{done.state.upper()}", dispute=done.number)
    return asked.go("desk:dispute", dispute=dispute)


def form(asked: Asked, *, account: str, cycle: str) -> HttpResponse:
    """The form of a dispute that a customer brings to the counter, about a line (`?line=`) or the bill."""
    return asked.page("desk/dispute_form.html", **_form(asked, account, cycle))


def raised(asked: Asked, *, account: str, cycle: str) -> HttpResponse:
    context = _form(asked, account, cycle)
    amount, faults = typed_amount(asked)
    if not asked.form.get("says"):
        faults.append(("says", "FORM_NEEDED", {}))
    if faults:
        return asked.refuse("desk/dispute_form.html", faults, **context)
    try:
        made = dispute(
            tenant=asked.tenant, lake=asked.places.lake, actor=asked.actor, key=asked.key, now=asked.now,
            account=account, cycle=cycle, place=context["charge"].place, amount_minor=amount, says=asked.form["says"],
        )  # fmt: skip
    except UnableToDispute as error:
        params = {name: date.fromisoformat(str(one)) if name == "until" else one for name, one in error.params.items()}
        return asked.refuse("desk/dispute_form.html", [("", error.code, told(asked, params))], **context)
    except BadInput as error:
        return asked.refuse("desk/dispute_form.html", _faults(asked, error), **context)
    asked.say_later("DISPUTE_NOW_RAISED", dispute=made.number)
    return asked.go("desk:dispute", dispute=made.number)


def _do(asked: Asked, number: str, act: str, written: dict[str, Any]) -> DisputeFacts:
    given: dict[str, Any] = {"tenant": asked.tenant, "actor": asked.actor, "now": asked.now, "number": number}
    if act == "settle":
        return settling.settle(**given)
    change: Callable[..., DisputeFacts] = settling.uphold if act == "uphold" else getattr(operations, act)
    return change(**given, key=asked.key, **written)


def _written(asked: Asked, act: str) -> tuple[dict[str, Any], list[FaultTold]]:
    """What the form of an act says, by the names of its operation; a field of a page has the act's name before it."""
    name = ACTS[act][1]
    note = asked.form.get(f"{act}_{name}", "") if name else ""
    if name and not note and act not in OPTIONAL:
        return {}, [(f"{act}_{name}", "FORM_NEEDED", {})]
    if act != "uphold":
        return ({name: note} if name else {}), []
    amount, faults = typed_amount(asked)
    return {"over_minor": amount, "answer": note, "item": asked.form.get("item", "")}, faults


def _shown(asked: Asked, number: str) -> dict[str, Any]:
    found = read(tenant=asked.tenant, lake=asked.places.lake, number=number, opened=True)
    facts = found.facts
    acts = [act for act, (states, _) in ACTS.items() if facts.state in states and asked.holds(RIGHTS[act])]
    pays = any(act in PAYS_OUT for act in acts)
    opened = slip_context(words_of(asked), found.slip) if found.slip else {}
    return opened | {
        "shown": found, "facts": facts, "acts": acts, "late": facts.late(now=asked.now),
        "prove": step_up.where(asked, back=_page(number)) if pays else "",
        "whole_minor": facts.amount_minor * facts.multiple,
        "compensation_minor": facts.compensation_minor or (facts.over_minor or 0) * (facts.multiple - 1),
    }  # fmt: skip


def _refused(asked: Asked, number: str, faults: list[FaultTold], status: int) -> HttpResponse:
    context = _shown(asked, number) | {"faults": faults, "typed": asked.form}
    return asked.page("desk/dispute.html", status=status, **context)


def _faults(asked: Asked, error: BadInput, act: str = "") -> list[FaultTold]:
    own = f"{act}_{ACTS[act][1]}" if act else ""
    where = FIELDS | {"DISPUTE_NOTE": own}
    return [
        (where.get(one.code, ""), one.code, told(asked, {"value": one.value, **one.params})) for one in error.faults
    ]


def _form(asked: Asked, account: str, cycle: str) -> dict[str, Any]:
    place = asked.request.GET.get("line", "0")
    try:
        charge, line = charge_of(
            tenant=asked.tenant, lake=asked.places.lake, account=account, cycle=cycle,
            place=int(place) if place.isascii() and place.isdecimal() and len(place) < 9 else -1,
        )  # fmt: skip
    except (UnableToFindBill, UnableToFindLine) as error:
        raise Http404 from error
    owner = asked.reach("account", account, action="dispute.handle")
    today = local_date(to_ms(asked.now), asked.zone)
    return {
        "charge": charge, "line": line, "customer": owner.customer, "terms": terms_on(tenant=asked.tenant, on=today)
    }  # fmt: skip


def _after(asked: Asked) -> tuple[datetime, int] | None:
    """Where the page before ended: instant and id."""
    at, _, id_ = asked.request.GET.get("after", "").partition("-")
    if not (at.isdecimal() and id_.isdecimal() and len(at) < 16 and len(id_) < 19):
        return None
    return from_ms(int(at)), int(id_)


def _place(last: DisputeFacts, ended: bool) -> str:
    at = last.ended_at if ended and last.ended_at else last.promised_at
    return f"{to_ms(at)}-{last.id}"


def _page(number: str) -> str:
    return reverse("desk:dispute", kwargs={"dispute": number})
