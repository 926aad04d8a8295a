"""Money whose payer nobody knew: given to an account later, or back to whoever paid it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from yidian.domains.ledger import operations as ledger
from yidian.domains.ledger.bulk import post_many
from yidian.domains.ledger.types import AccountKey, Leg
from yidian.domains.party.queries import accounts_by_code
from yidian.domains.payment import lifecycle
from yidian.domains.payment.models import Payment
from yidian.domains.payment.operations.counter import UnableToPay, Use
from yidian.domains.payment.operations.holding import hold_open
from yidian.domains.payment.operations.taking import (
    UNKNOWN_PAYER,
    allocate,
    business_day,
    entry,
    to_principal,
    told,
)
from yidian.domains.payment.operations.undoing import held, named
from yidian.domains.payment.queries import receipt
from yidian.kernel.ledger.clearing import Open, clear
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor, Outcome

SUSPENSE = AccountKey("suspense", code=UNKNOWN_PAYER)


def assign_payment(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, payment: str, account: str, reason: str = ""
) -> Outcome:
    """Give a suspended receipt to an account: it clears what is open, the rest is principal.

    UnableToPay ACCOUNT_UNKNOWN, UnableToFindPayment, UnableToChangePayment.
    """
    if account not in accounts_by_code(tenant=tenant, codes=[account]):
        raise UnableToPay("ACCOUNT_UNKNOWN", account=account)
    found = receipt(tenant=tenant, named=payment)

    def work(frame: Frame) -> dict[str, Any]:
        row = held(payment=found.id)
        before = told(row)
        row.state = lifecycle.after(payment=named(row), state=row.state, event="assign")
        _assign(frame, row, account)
        frame.changed("payment", row.pk, before=before, after=told(row))
        frame.emit("payment.assigned", aggregate=f"account/{account}", payload=told(row))
        return {"payment": row.pk, "cleared_minor": row.cleared_minor, "credited_minor": row.credited_minor}

    return perform(
        tenant=tenant, actor=actor, operation="payment.assign", key=key,
        request={"payment": found.id, "account": account}, now=now, work=work, reason=reason,
    )  # fmt: skip


def _assign(frame: Frame, row: Payment, account: str) -> None:
    on = business_day(frame)
    openings = [Open(one.id, one.due_on, one.open_minor) for one in hold_open(accounts=[account]).get(account, [])]
    parts, rest = clear(amount_minor=row.amount_minor, owed=openings)
    row.account, row.suspense_minor = account, 0
    row.cleared_minor, row.credited_minor = row.amount_minor - rest, rest
    row.save()
    allocate(tenant=frame.tenant, on=on, parts=[(row, part) for part in parts])
    if row.cleared_minor:
        posted = entry(row, kind="payment_assigned", against=SUSPENSE, on=on)
        post_many(frame=frame, entries=[posted])
    if row.credited_minor:
        to_principal(frame=frame, rows=[(row, SUSPENSE)], on=on)
        row.save(update_fields=["book"])


def return_payment(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, payment: str, reason: str, use: Use | None = None
) -> Outcome:
    """Give a suspended receipt back through its channel; `use` uses an approval in the same write.

    UnableToFindPayment, UnableToChangePayment.
    """
    found = receipt(tenant=tenant, named=payment)

    def work(frame: Frame) -> dict[str, Any]:
        if use is not None:
            use(frame)
        row = held(payment=found.id)
        before, amount = told(row), row.suspense_minor
        row.state = lifecycle.after(payment=named(row), state=row.state, event="return")
        legs = [Leg(SUSPENSE, amount), Leg(AccountKey("cash", code=row.channel), -amount)]
        ledger.post(frame=frame, kind="payment_returned", legs=legs, refers=f"payment/{row.pk}", on=business_day(frame))
        row.suspense_minor, row.returned_minor = 0, amount
        row.save(update_fields=["state", "suspense_minor", "returned_minor"])
        frame.changed("payment", row.pk, before=before, after=told(row))
        frame.emit("payment.returned", aggregate="account/-", payload=told(row))
        return {"payment": row.pk, "returned_minor": amount}

    return perform(
        tenant=tenant, actor=actor, operation="payment.return", key=key, request={"payment": found.id}, now=now,
        work=work, reason=reason,
    )  # fmt: skip
