"""A payment at the counter, and its reversal: each one write of its own with a key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from yidian.domains.party.queries import accounts_by_code
from yidian.domains.payment.operations.taking import take
from yidian.domains.payment.operations.undoing import reverse
from yidian.domains.payment.queries import receipt
from yidian.domains.payment.types import NewPayment
from yidian.kernel.calendar import local_date, to_ms
from yidian.kernel.money import AMOUNT_LIMIT
from yidian.platform.numbering.operations import next_number
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor, Outcome

Use = Callable[[Frame], object]


class UnableToPay(Exception):
    """ACCOUNT_UNKNOWN, or PAYMENT_AMOUNT_WRONG (not above 0, or absurd)."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def pay(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, account: str, amount_minor: int, channel: str = "counter",
    channel_txn: str = "", method: str = "", named: Sequence[int] = (), paid_at: datetime | None = None,
) -> Outcome:  # fmt: skip
    """Take a payment for an account and number its receipt without a gap. The answer is the receipt as told.

    `channel_txn` is the channel's own id, else the key. UnableToPay, UnableToTakePayment.
    """
    if not 0 < amount_minor < AMOUNT_LIMIT:
        raise UnableToPay("PAYMENT_AMOUNT_WRONG", amount_minor=amount_minor)
    if account not in accounts_by_code(tenant=tenant, codes=[account]):
        raise UnableToPay("ACCOUNT_UNKNOWN", account=account)
    payment = NewPayment(
        channel=channel, channel_txn=channel_txn or key, account=account, amount_minor=amount_minor,
        paid_at=paid_at or now, payer=account, method=method, named=tuple(named),
    )  # fmt: skip
    request = {
        "account": account, "amount_minor": amount_minor, "channel": channel, "channel_txn": channel_txn,
        "method": method, "named": list(named),
    }  # fmt: skip

    def work(frame: Frame) -> dict[str, Any]:
        taken, again = take(frame=frame, payment=payment, number=receipt_number)
        point("payment.take")
        return {"payment": taken.id, "number": taken.number, "cleared_minor": taken.cleared_minor,
                "credited_minor": taken.credited_minor, "again": again}  # fmt: skip

    return perform(tenant=tenant, actor=actor, operation="payment.take", key=key, request=request, now=now, work=work)


def receipt_number(frame: Frame) -> str:
    """A receipt's number: no gap within a month, as books of receipts are kept."""
    month = f"{local_date(to_ms(frame.now), frame.tenant.zone):%Y%m}"
    return next_number(frame=frame, series=f"receipt/{month}", form=f"R{month}-{{:06d}}")


def reverse_payment(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, payment: str, reason: str, use: Use | None = None
) -> Outcome:
    """Undo a receipt (its number, or channel:id) on its own business day; `use` uses an approval in the same write.

    UnableToFindPayment and as `reverse`.
    """
    found = receipt(tenant=tenant, named=payment)

    def work(frame: Frame) -> dict[str, Any]:
        if use is not None:
            use(frame)
        undone = reverse(frame=frame, payment=found.id, reason=reason)
        return {"payment": undone.id, "number": undone.number, "amount_minor": undone.amount_minor}

    return perform(
        tenant=tenant, actor=actor, operation="payment.reverse", key=key, request={"payment": found.id}, now=now,
        work=work, reason=reason,
    )  # fmt: skip
