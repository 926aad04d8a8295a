"""Looking into a dispute and deciding it. Of two who decide at once the second is told what the first has done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from yidian.domains.dispute.models import Dispute
from yidian.domains.dispute.operations._steps import held, step, written
from yidian.domains.dispute.queries import dispute_named
from yidian.domains.dispute.types import DisputeFacts
from yidian.kernel.faults import refuse
from yidian.kernel.money import currency, format_minor
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

Change = Callable[[Frame, Dispute], None]


def examine(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, number: str, findings: str
) -> DisputeFacts:  # fmt: skip
    """Write down what was found; as often as something is. UnableToFindDispute, UnableToChangeDispute; BadInput
    DISPUTE_NOTE."""
    note = written(findings, "DISPUTE_NOTE")
    return _change(tenant, actor, key, now, number, "examine", note, lambda f, row: step(f, row, "examine", note=note))


def uphold(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, number: str, over_minor: int, answer: str, item: str = ""
) -> DisputeFacts:
    """Say that the customer is right, by `over_minor` of what is disputed. Nothing is booked by it: `settle` does.

    `item`: where a whole bill is disputed, the charge item that was wrong. BadInput DISPUTE_OVER (not within what is
    disputed), DISPUTE_ITEM (not named, or another than the line's), DISPUTE_NOTE; UnableToFindDispute,
    UnableToChangeDispute.
    """
    note = written(answer, "DISPUTE_NOTE")

    def change(frame: Frame, row: Dispute) -> None:
        if not 0 < over_minor <= row.amount_minor:
            unit = currency(tenant.currency)
            told = format_minor(row.amount_minor, unit)
            raise refuse("DISPUTE_OVER", value=format_minor(over_minor, unit), up_to=told)
        of = row.item if row.place else item
        if not of or (item and item != of):
            raise refuse("DISPUTE_ITEM", value=item)
        event = "uphold" if over_minor == row.amount_minor else "uphold_part"
        step(frame, row, event, note=note, over_minor=over_minor, item=of)

    return _change(tenant, actor, key, now, number, "uphold", note, change, over_minor=over_minor, item=item)


def reconsider(*, tenant: Tenant, actor: Actor, key: str, now: datetime, number: str, reason: str) -> DisputeFacts:
    """Take back what was decided and is not in the books: the second person sees it otherwise.

    UnableToFindDispute, UnableToChangeDispute; BadInput DISPUTE_NOTE.
    """
    note = written(reason, "DISPUTE_NOTE")

    def change(frame: Frame, row: Dispute) -> None:
        step(frame, row, "reconsider", note=note, over_minor=None)

    return _change(tenant, actor, key, now, number, "reconsider", note, change)


def reject(*, tenant: Tenant, actor: Actor, key: str, now: datetime, number: str, answer: str) -> DisputeFacts:
    """Say that the bill is right, and why: the customer reads it. As `examine` refuses."""
    note = written(answer, "DISPUTE_NOTE")
    return _change(tenant, actor, key, now, number, "reject", note, lambda f, row: step(f, row, "reject", note=note))


def withdraw(*, tenant: Tenant, actor: Actor, key: str, now: datetime, number: str, reason: str = "") -> DisputeFacts:
    """The customer lets it go, while nothing is decided. UnableToFindDispute, UnableToChangeDispute."""
    note = reason.strip()[:200]
    return _change(
        tenant, actor, key, now, number, "withdraw", note, lambda f, row: step(f, row, "withdraw", note=note)
    )


def _change(
    tenant: Tenant, actor: Actor, key: str, now: datetime, number: str, what: str, note: str, change: Change,
    **more: str | int,
) -> DisputeFacts:  # fmt: skip
    def work(frame: Frame) -> dict[str, Any]:
        row = held(frame, number)
        change(frame, row)
        return {"dispute": number, "state": row.state}

    perform(
        tenant=tenant, actor=actor, operation=f"dispute.{what}", key=key,
        request={"dispute": number, "note": note, **more}, now=now, work=work, reason=note[:200],
    )  # fmt: skip
    return dispute_named(tenant=tenant, number=number)
