"""待办: what waits for a second person; agreeing with the amount on the button, or refusing with a reason."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from yidian.faces.shell import figures
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.sign_in import step_up
from yidian.faces.shell.telling import code_words, left, reason_words, shown, told
from yidian.journeys import approvals as journey
from yidian.journeys.approvals import Shown, Waiting
from yidian.journeys.ordering import reversing
from yidian.kernel.calendar import to_ms
from yidian.platform.access.approvals import UnableToApprove
from yidian.platform.access.lifecycle import UnableToMoveApproval
from yidian.runs.approved.agree import Done, carry_out, decide_and_do

TABS = ("me", "mine", "over")
# Who lets money out proves themselves first (E22).
PAYS_OUT = ("payment.refund", "payment.reverse", "dispute.uphold", "bill.correct", reversing.ACTION)
OTHERS = {reversing.ACTION: reversing.carry_out}  # what is done over several rooms when somebody has agreed


def listed(asked: Asked) -> HttpResponse:
    """What waits, by tab. For htmx, which asks every half minute, only how many: no row moves under a hand."""
    return asked.page("desk/approvals.html", fragment="desk/_approval_tabs.html", **_list(asked), one=None)


def one(asked: Asked, *, approval: int) -> HttpResponse:
    """One beside the list; for htmx only the one."""
    detail = _detail(asked, approval)
    if asked.is_fragment:
        return asked.page("desk/_approval.html", one=detail)
    tab = "mine" if detail["mine"] and detail["is_open"] else "me" if detail["is_open"] else "over"
    return asked.page("desk/approvals.html", **_list(asked, tab), one=detail)


def decided(asked: Asked, *, approval: int) -> HttpResponse:
    """Agree or refuse: or, of one that was agreed on and could not be done, try to do it again."""
    found = _detail(asked, approval)
    answer, reason = asked.form.get("answer", ""), asked.form.get("reason", "")
    if answer == "no" and not reason:
        return _refused(asked, approval, [("reason", "APPROVAL_WHY_NEEDED", {})])
    if answer not in ("yes", "no", "do"):
        raise Http404
    if answer != "no" and found["prove"]:
        return step_up.first(asked, back=_page(approval))
    try:
        done = _do(asked, approval, answer, reason)
    except UnableToMoveApproval:
        return _somebody_was_first(asked, approval, answer, reason)
    except UnableToApprove as error:
        return _refused(asked, approval, [("", error.code, told(asked, error.params))], status=409)
    return _went(asked, approval, answer, done)


def _do(asked: Asked, approval: int, answer: str, reason: str) -> Done:
    if answer == "do":
        return carry_out(tenant=asked.tenant, id=approval, now=asked.now, others=OTHERS)
    return decide_and_do(
        tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, id=approval, yes=answer == "yes",
        reason=reason, others=OTHERS,
    )  # fmt: skip


def _went(asked: Asked, approval: int, answer: str, done: Done) -> HttpResponse:
    if done.failed is not None:
        asked.say_later("APPROVAL_NOT_DONE", why=reason_words(asked, done.failed))
        return asked.go("desk:approval", approval=approval)
    if done.job is not None:
        asked.say_later("APPROVAL_AT_WORK")
        return asked.go("desk:job", job=done.job)
    said = "APPROVAL_REFUSED" if answer == "no" else "APPROVAL_DONE" if done.state == "used" else "APPROVAL_GIVEN"
    asked.say_later(said)
    return asked.go("desk:approvals")


def _somebody_was_first(asked: Asked, approval: int, answer: str, reason: str) -> HttpResponse:
    """It was decided meanwhile: what they meant to do, what stands now, what stood there before, side by side."""
    now = _detail(asked, approval)
    mine = asked.person.name or asked.person.login if asked.person else ""
    at = shown(asked, "at_ms", now["decided_ms"])
    faults = [("", "APPROVAL_SOMEBODY_FIRST", {"who": now["decider"] or figures.NONE, "at": at})]
    rows = [
        ("APPROVAL_CONFLICT_WHAT", code_words(f"APPROVAL_ANSWER_{answer}", asked.lang), now["state"]),
        ("APPROVAL_DECIDED", mine, now["decider"]),
        ("APPROVAL_FACT_BECAUSE", reason, now["reason"]),
    ]
    return _refused(asked, approval, faults, status=409, conflict=rows)


def _refused(
    asked: Asked, approval: int, faults: list[tuple[str, str, dict[str, str]]], *, status: int = 422, **more: object
) -> HttpResponse:
    context = {"faults": faults, "typed": asked.form, "one": _detail(asked, approval), **_list(asked), **more}
    return asked.page("desk/approvals.html", status=status, **context)


def _list(asked: Asked, otherwise: str = "me") -> dict[str, Any]:
    tab = asked.request.GET.get("tab", otherwise)
    tab = tab if tab in TABS else "me"
    waiting = journey.waiting(tenant=asked.tenant, actor=asked.actor, now=asked.now)
    rows = {
        "me": [one for one in waiting if one.may],
        "mine": [one for one in waiting if one.mine],
        "over": journey.decided(tenant=asked.tenant, actor=asked.actor, now=asked.now) if tab == "over" else [],
    }
    return {
        "tab": tab, "rows": [_row(asked, one) for one in rows[tab]],
        "counts": {"me": len(rows["me"]), "mine": len(rows["mine"])},
    }  # fmt: skip


def _row(asked: Asked, one: Waiting) -> dict[str, Any]:
    facts = one.facts
    return {
        "id": facts.id, "what": _what(asked, one), "asker": one.asker, "mine": one.mine, "may": one.may,
        "state": f"APPROVAL_STATE_{facts.state.upper()}", "is_open": facts.state in ("asked", "approved"),
        "amount_minor": facts.amount_minor, "asked_ms": facts.asked_ms,
        "left": left((one.ends_ms - to_ms(asked.now)) // 1000, asked.lang),
        "tone": {"asked": "wait", "approved": "act", "used": "ok", "refused": "bad"}.get(facts.state, ""),
    }  # fmt: skip


def _what(asked: Asked, one: Waiting) -> str:
    """What is wanted, in two or three words."""
    params = one.facts.params
    if "job" in params:
        return code_words(f"JOB_KIND_{params['job']}", asked.lang)
    act = f"_{params['act']}" if params.get("act") else ""
    if one.facts.action == "bill.adjust":
        act = "_BACK" if int(params.get("amount_minor", 0)) < 0 else "_CHARGE"
    return code_words(f"APPROVAL_DOES_{one.facts.action}{act}", asked.lang)


def _detail(asked: Asked, approval: int) -> dict[str, Any]:
    found: Shown | None = journey.shown(tenant=asked.tenant, actor=asked.actor, id=approval, now=asked.now)
    if found is None:
        raise Http404
    facts = found.waiting.facts
    return _row(asked, found.waiting) | {
        "facts": [
            (f"APPROVAL_FACT_{name.upper()}", shown(asked, name, value)) for name, value in found.facts if value != ""
        ],
        "changes": [
            (code, shown(asked, was[0], was[1]), shown(asked, will[0], will[1])) for code, was, will in found.changes
        ],
        "why": _why(asked, found), "decider": found.decider, "decided_ms": facts.decided_ms, "reason": facts.reason,
        "can_do": facts.state == "approved",
        "order": facts.params.get("order", "") if asked.holds("order.read") else "",
        "prove": step_up.where(asked, back=_page(approval)) if facts.action in PAYS_OUT else "",
    }  # fmt: skip


def _page(approval: int) -> str:
    return reverse("desk:approval", kwargs={"approval": approval})


def _why(asked: Asked, found: Shown) -> tuple[str, dict[str, str]]:
    """Why it takes a second person."""
    params: dict[str, Any] = {"asker": found.waiting.asker, "limit_minor": found.limit_minor}
    if found.disputed:
        code = "APPROVAL_WHY_DISPUTED"
    else:
        code = "APPROVAL_WHY_LIMIT" if found.limit_minor else "APPROVAL_WHY_ALWAYS"
    return code, told(asked, params)
