"""Putting a receipt right, alone or by two: given to an account, given back, undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from yidian.domains.payment.operations.counter import Use, reverse_payment
from yidian.domains.payment.operations.suspense import assign_payment, return_payment
from yidian.domains.payment.operations.undoing import refuse_of_order
from yidian.domains.payment.queries import UnableToFindPayment, receipt_numbered
from yidian.domains.payment.types import Receipt
from yidian.platform.access import gate
from yidian.platform.access.approvals import consume
from yidian.platform.access.queries import allowed
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor, Outcome

RIGHTS: Final[Mapping[str, str]] = {
    "assign": "payment.claim", "return": "payment.refund", "reverse": "payment.reverse"
}  # fmt: skip


def put_right(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, act: str, payment: int, account: str = "",
    reason: str = "", organisation: str = "",
) -> Outcome:  # fmt: skip
    """Do one of RIGHTS to a receipt (its id); `organisation` is the node of its customer.

    Where the actor may not alone, a second person is asked for (UnableToAct SECOND_PERSON_NEEDED); once somebody has
    agreed, the same again does it and uses the approval in the same write. As the three operations too.
    """
    found = receipt_numbered(tenant=tenant, id=payment)
    if found is None:
        raise UnableToFindPayment(payment=str(payment))
    refuse_of_order(found)  # nobody is asked for what cannot be
    action, node = RIGHTS[act], organisation or None
    alone = allowed(
        tenant=tenant, actor=actor, action=action, organisation=node, amount_minor=found.amount_minor, now=now
    ).allowed
    told = {"act": act, "payment": payment, "account": account, "reason": reason}
    if not alone:
        gate.expect(
            tenant=tenant, actor=actor, action=action, now=now, subject=f"payment/{payment}", params=told,
            organisation=node, amount_minor=found.amount_minor,
        )  # fmt: skip
    return _do(tenant, actor, key, now, found, told, None if alone else _use(action, payment, told))


def _use(action: str, payment: int, told: dict[str, Any]) -> Use:
    return lambda frame: consume(frame=frame, action=action, subject=f"payment/{payment}", params=told)


def _do(
    tenant: Tenant, actor: Actor, key: str, now: datetime, found: Receipt, told: dict[str, Any], use: Use | None
) -> Outcome:
    named = found.number or f"{found.channel}:{found.channel_txn}"
    if told["act"] == "assign":
        return assign_payment(
            tenant=tenant, actor=actor, key=key, now=now, payment=named, account=told["account"], reason=told["reason"]
        )
    change = return_payment if told["act"] == "return" else reverse_payment
    return change(tenant=tenant, actor=actor, key=key, now=now, payment=named, reason=told["reason"], use=use)
