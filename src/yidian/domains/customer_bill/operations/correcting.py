"""Corrections: kept with what their preview found, asked for, agreed on by a second person, withdrawn.

What two people agree on is the correction: its month, its edition, whom it is about. What it comes to is worked out
anew by every bill run, until the bills that bear it are fixed.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from django.db.models import Max

from yidian.domains.customer_bill import correction_lifecycle as lifecycle
from yidian.domains.customer_bill.correction_lifecycle import UnableToCorrect
from yidian.domains.customer_bill.corrections import correction
from yidian.domains.customer_bill.models import BillingCycle, Correction
from yidian.domains.customer_bill.queries import UnableToFindCycle
from yidian.domains.customer_bill.types import FIXED, CorrectionRow, Proposal
from yidian.kernel.faults import refuse
from yidian.platform.access.approvals import ask, consume
from yidian.platform.access.queries import allowed
from yidian.platform.access.types import UnableToAct
from yidian.platform.locks import hold_until_commit
from yidian.platform.numbering.operations import next_number
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

CORRECT: Final = "bill.correct"
CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")


def keep_correction(*, tenant: Tenant, actor: Actor, key: str, now: datetime, proposal: Proposal) -> CorrectionRow:
    """Keep a preview as a correction that can be asked for. The same key again answers the same one.

    UnableToFindCycle; UnableToCorrect CORRECTION_MONTH_OPEN; BadInput CORRECTION_REASON.
    """
    if not CODE.fullmatch(proposal.reason):
        raise refuse("CORRECTION_REASON", value=proposal.reason[:40])
    told = asdict(proposal)
    chosen = told.pop("chosen")
    digest = hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()

    def work(frame: Frame) -> dict[str, Any]:
        origin = BillingCycle.objects.filter(name=proposal.cycle).first()
        if origin is None:
            raise UnableToFindCycle(cycle=proposal.cycle)
        if origin.state not in FIXED:
            raise UnableToCorrect("CORRECTION_MONTH_OPEN", cycle=proposal.cycle, state=origin.state)
        number = next_number(frame=frame, series=f"correction/{now:%Y}", form=f"C{now:%Y}-{{:05d}}")
        row = Correction.objects.create(
            tenant=tenant, number=number, origin=origin, chosen=chosen, sha256=digest,
            units=len(proposal.chosen.units), accounts=len(proposal.chosen.accounts), made_at=now,
            made_by=_person(actor), **{name: told[name] for name in told if name not in ("cycle", "comment")},
            comment=proposal.comment.strip()[:500],
        )  # fmt: skip
        frame.changed("correction", number, before=None, after=_facts(row))
        frame.emit("correction.previewed", aggregate=f"correction/{number}", payload={"correction": number})
        return {"correction": number}

    request = {name: told[name] for name in ("cycle", "edition", "criteria", "reason", "comment")}
    request |= {"as_of": proposal.as_of.isoformat() if proposal.as_of else ""}
    outcome = perform(
        tenant=tenant, actor=actor, operation="correction.preview", key=key, request=request, now=now, work=work,
        reason=proposal.reason,
    )  # fmt: skip
    return correction(tenant=tenant, number=str(outcome.answer["correction"]))


def ask_correction(*, tenant: Tenant, actor: Actor, key: str, now: datetime, number: str) -> int:
    """Ask a second person to agree to a correction; the approval's id. Asked again while it waits: the same one.

    UnableToAct NOT_ALLOWED; UnableToCorrect CORRECTION_UNKNOWN, CORRECTION_NOT_IN_STATE, CORRECTION_COMES_TO_NOTHING.
    """
    _expect_right(tenant, actor, now, correction(tenant=tenant, number=number).moved_minor)

    def work(frame: Frame) -> dict[str, Any]:
        row = _held(tenant, number)
        before = row.state
        row.state = lifecycle.after(number=number, state=row.state, event="ask")
        if not row.told.get("lines"):
            raise UnableToCorrect("CORRECTION_COMES_TO_NOTHING", cycle=row.origin.name)
        found = _ask(frame, row, "agree")
        row.asked_at, row.asked_by = now, _person(actor)
        _moved(frame, row, before, "asked", ["state", "asked_at", "asked_by"])
        return {"approval": found}

    outcome = perform(
        tenant=tenant, actor=actor, operation="correction.ask", key=key, request={"correction": number}, now=now,
        work=work,
    )  # fmt: skip
    return int(outcome.answer["approval"])


def agree_correction(*, tenant: Tenant, actor: Actor, now: datetime, number: str) -> CorrectionRow:
    """Let it count, with the approval that a second person has given; agreed on before it stays so.

    UnableToAct SECOND_PERSON_NEEDED, NOT_ALLOWED; UnableToCorrect CORRECTION_UNKNOWN, CORRECTION_NOT_IN_STATE.
    """
    _expect_right(tenant, actor, now, correction(tenant=tenant, number=number).moved_minor)

    def work(frame: Frame) -> dict[str, Any]:
        row = _held(tenant, number)
        before = row.state
        row.state = lifecycle.after(number=number, state=row.state, event="agree")
        row.approval = _consume(frame, row, "agree")
        hold_until_commit(f"correction {tenant.pk}")
        row.rank = (Correction.objects.filter(tenant=tenant).aggregate(last=Max("rank"))["last"] or 0) + 1
        row.agreed_at = now
        _moved(frame, row, before, "agreed", ["state", "approval", "rank", "agreed_at"])
        return {"correction": number}

    perform(
        tenant=tenant, actor=actor, operation="correction.agree", key=f"correction/{number}/agree",
        request={"correction": number}, now=now, work=work,
    )  # fmt: skip
    return correction(tenant=tenant, number=number)


def withdraw_correction(
    *, tenant: Tenant, actor: Actor, now: datetime, number: str, comment: str = ""
) -> CorrectionRow:
    """Let it count no more. One that was agreed on moves money back, which a second person has to agree to: without
    that it is asked for, and UnableToCorrect CORRECTION_NOT_APPROVED names the approval.

    UnableToAct NOT_ALLOWED; UnableToCorrect CORRECTION_UNKNOWN, CORRECTION_NOT_IN_STATE.
    """
    _expect_right(tenant, actor, now, correction(tenant=tenant, number=number).moved_minor)

    def work(frame: Frame) -> dict[str, Any]:
        row = _held(tenant, number)
        before = row.state
        row.state = lifecycle.after(number=number, state=row.state, event="withdraw")
        if before == lifecycle.AGREED:
            _consume(frame, row, "withdraw")
        row.withdrawn_at, row.withdrawn_by = now, _person(actor)
        _moved(frame, row, before, "withdrawn", ["state", "withdrawn_at", "withdrawn_by"])
        return {"correction": number}

    def asked(frame: Frame) -> dict[str, Any]:
        row = _held(tenant, number)
        lifecycle.after(number=number, state=row.state, event="withdraw")
        return {"approval": _ask(frame, row, "withdraw")}

    try:
        perform(
            tenant=tenant, actor=actor, operation="correction.withdraw", key=f"correction/{number}/withdraw",
            request={"correction": number}, now=now, work=work, reason=comment[:200],
        )  # fmt: skip
    except UnableToAct as error:
        wanted = perform(
            tenant=tenant, actor=actor, operation="correction.withdraw.ask",
            key=f"correction/{number} {now.isoformat()}", request={"correction": number}, now=now, work=asked,
            reason=comment[:200],
        )  # fmt: skip
        approval = int(wanted.answer["approval"])
        raise UnableToCorrect("CORRECTION_NOT_APPROVED", number=number, approval=approval) from error
    return correction(tenant=tenant, number=number)


def _expect_right(tenant: Tenant, actor: Actor, now: datetime, amount_minor: int) -> None:
    mine = allowed(tenant=tenant, actor=actor, action=CORRECT, amount_minor=amount_minor, now=now)
    if not (mine.allowed or mine.second):
        raise UnableToAct("NOT_ALLOWED", action=CORRECT, actor=_person(actor))


def _held(tenant: Tenant, number: str) -> Correction:
    """The row, held until the transaction ends."""
    rows = Correction.objects.select_for_update(no_key=True).filter(tenant=tenant, number=number)
    row: Correction | None = rows.defer("chosen", "told", "rows").first()
    if row is None:
        raise UnableToCorrect("CORRECTION_UNKNOWN", number=number)
    return row


def _ask(frame: Frame, row: Correction, event: str) -> int:
    return ask(
        frame=frame, action=CORRECT, subject=_subject(row, event), params=_agreed(row, event),
        amount_minor=row.moved_minor,
    )  # fmt: skip


def _consume(frame: Frame, row: Correction, event: str) -> int:
    return consume(frame=frame, action=CORRECT, subject=_subject(row, event), params=_agreed(row, event))


def _subject(row: Correction, event: str) -> str:
    return f"correction/{row.number}/{event}"


def _agreed(row: Correction, event: str) -> dict[str, Any]:
    """What two people agree on."""
    return {
        "correction": row.number, "act": event, "cycle": row.origin.name, "edition": row.edition,
        "as_of": row.as_of.isoformat() if row.as_of else "", "chosen": row.sha256, "units": row.units,
        "difference_minor": row.difference_minor, "reason": row.reason,
    }  # fmt: skip


def _moved(frame: Frame, row: Correction, before: str, how: str, fields: list[str]) -> None:
    row.save(update_fields=fields)
    frame.changed("correction", row.number, before={"state": before}, after={"state": row.state})
    frame.emit(
        f"correction.{how}", aggregate=f"correction/{row.number}",
        payload={"correction": row.number, "cycle": row.origin.name, "state": row.state},
    )  # fmt: skip


def _facts(row: Correction) -> dict[str, Any]:
    names = ("edition", "criteria", "sha256", "units", "accounts", "difference_minor", "moved_minor", "reason", "state")
    return {"cycle": row.origin.name, "as_of": str(row.as_of or "")} | {name: getattr(row, name) for name in names}


def _person(actor: Actor) -> str:
    return f"{actor.kind}:{actor.id}"[:200]
