"""A dispute that was upheld goes into the books: the over-charge back on the next bill, the rest as the customer's own.

Both are written in one frame with the use of the second person's agreement: nothing comes twice, and never one alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from yidian.domains.charging.operations import credit
from yidian.domains.customer_bill.operations import adjust_in
from yidian.domains.dispute import lifecycle
from yidian.domains.dispute.models import Dispute
from yidian.domains.dispute.operations._steps import held, step
from yidian.domains.dispute.queries import dispute_named, steps
from yidian.domains.dispute.types import DisputeFacts
from yidian.domains.ledger.types import AccountKey
from yidian.domains.payment.operations.taking import PRINCIPAL
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.access import gate
from yidian.platform.access.approvals import consume
from yidian.platform.access.queries import allowed
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

ACTION: Final = "dispute.uphold"
REASON: Final = "disputed"  # of the adjustment
COST: Final = AccountKey("compensation", code="over_charge")


def settle(
    *, tenant: Tenant, actor: Actor, now: datetime, number: str, tax_class: str, rate_ppm: int
) -> DisputeFacts:  # fmt: skip
    """Book what was upheld, once: an adjustment of -over on the disputed item under the law of its month, and
    (multiple - 1) × over into the account's principal, against the cost of over-charges: no revenue, no tax.

    The amount that has to be allowed is the whole, multiple × over. Where the actor may not alone, a second person is
    asked for (UnableToAct SECOND_PERSON_NEEDED names the approval); once they agree, the same again does it and uses
    the approval in the same write. UnableToAct NOT_ALLOWED, UnableToFindDispute, UnableToChangeDispute.
    """
    found = dispute_named(tenant=tenant, number=number)
    over = found.over_minor or 0
    whole, node = over * found.multiple, found.organisation or None
    agreed = _agreed(tenant, found)
    key = f"dispute/{number}/settle"
    alone = found.state in lifecycle.RIGHT and _alone(tenant, actor, now, number, agreed, node, whole)

    def work(frame: Frame) -> dict[str, Any]:
        row = held(frame, number)
        lifecycle.after(dispute=number, state=row.state, event="settle")
        approval = None
        if not alone:
            approval = consume(frame=frame, action=ACTION, subject=f"dispute/{number}", params=agreed)
        _book(frame, row, tax_class=tax_class, rate_ppm=rate_ppm, approval=approval)
        return {"dispute": number, "adjustment": row.adjustment, "compensation_minor": row.compensation_minor}

    request = {"dispute": number}
    perform(tenant=tenant, actor=actor, operation="dispute.settle", key=key, request=request, now=now, work=work)
    return dispute_named(tenant=tenant, number=number)


def _alone(
    tenant: Tenant, actor: Actor, now: datetime, number: str, agreed: dict[str, Any], node: str | None, whole: int
) -> bool:
    """Whether the actor may without anybody; else somebody has agreed by now, or is asked (UnableToAct)."""
    mine = allowed(tenant=tenant, actor=actor, action=ACTION, organisation=node, amount_minor=whole, now=now)
    if not mine.allowed:
        gate.expect(
            tenant=tenant, actor=actor, action=ACTION, now=now, subject=f"dispute/{number}", params=agreed,
            organisation=node, amount_minor=whole,
        )  # fmt: skip
    return mine.allowed


def _agreed(tenant: Tenant, found: DisputeFacts) -> dict[str, Any]:
    """What exactly the second person agrees to; `step`: this decision, and not one that is taken again later."""
    return {
        "dispute": found.number, "account": found.account, "cycle": found.cycle, "item": found.item,
        "over_minor": found.over_minor, "multiple": found.multiple,
        "step": max((one.sequence for one in steps(tenant=tenant, number=found.number)), default=0),
    }  # fmt: skip


def _book(frame: Frame, row: Dispute, *, tax_class: str, rate_ppm: int, approval: int | None) -> None:
    over = row.over_minor or 0
    adjustment = adjust_in(
        frame=frame, account=row.account_id, cycle=row.origin, item=row.item, tax_class=tax_class, rate_ppm=rate_ppm,
        amount_minor=-over, reason=REASON, approval=approval,
    )  # fmt: skip
    compensation = over * (row.multiple - 1)
    if compensation:
        credit(
            frame=frame, account=row.account.code, type=PRINCIPAL, amount_minor=compensation, against=COST,
            on=local_date(to_ms(frame.now), frame.tenant.zone), kind="over_charge", refers=f"dispute/{row.number}",
        )  # fmt: skip
    step(
        frame, row, "settle", adjustment=adjustment, compensation_minor=compensation, approval=approval
    )  # fmt: skip
