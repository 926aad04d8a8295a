"""One step in the life of a dispute: the row held, the table asked, the step remembered, the audit and outbox told."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Max

from yidian.domains.dispute import lifecycle
from yidian.domains.dispute.models import Dispute, DisputeStep
from yidian.domains.dispute.queries import UnableToFindDispute
from yidian.kernel.faults import refuse
from yidian.platform.writing.frame import Frame

LONGEST: Final = 1000  # characters of anything that somebody writes
PAST: Final = {
    "examine": "examined", "uphold": "upheld", "uphold_part": "upheld", "reconsider": "reconsidered",
    "settle": "settled", "reject": "rejected", "withdraw": "withdrawn",
}  # fmt: skip


def held(frame: Frame, number: str) -> Dispute:
    """A dispute's row, held until the transaction ends: of two who decide at once one comes first."""
    row: Dispute | None = (
        Dispute.objects.select_for_update(no_key=True).filter(tenant=frame.tenant, number=number).first()
    )
    if row is None:
        raise UnableToFindDispute(dispute=number)
    return row


def step(frame: Frame, row: Dispute, event: str, *, note: str = "", **fields: Any) -> None:
    """Let an event happen to a held dispute. UnableToChangeDispute."""
    before = {"state": row.state, **{name: getattr(row, name) for name in fields}}
    row.state = lifecycle.after(dispute=row.number, state=row.state, event=event)
    if row.state in lifecycle.ENDED:
        row.ended_at = frame.now
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "ended_at", *fields])
    remember(frame, row, event, note)
    after = {"account": row.account.code, "state": row.state, "note": note, **fields}
    frame.changed("dispute", row.number, before=before, after=after)
    frame.emit(
        f"dispute.{PAST[event]}", aggregate=f"dispute/{row.number}",
        payload={"dispute": row.number, "state": row.state, "over_minor": row.over_minor},
    )  # fmt: skip


def remember(frame: Frame, row: Dispute, event: str, note: str) -> None:
    """The next step of a dispute."""
    last = DisputeStep.objects.filter(dispute=row).aggregate(last=Max("sequence"))["last"] or 0
    DisputeStep.objects.create(
        tenant=frame.tenant, dispute=row, sequence=last + 1, event=event, state=row.state, at=frame.now,
        actor_kind=frame.actor.kind, actor_id=frame.actor.id, note=note,
    )  # fmt: skip


def written(text: str, code: str) -> str:
    """What somebody wrote, without the blanks around it; refused with `code` where it says nothing or too much."""
    told = text.strip()
    if not told or len(told) > LONGEST:
        raise refuse(code, value=told[:40], most=LONGEST)
    return told
