"""Principal paid back (K8): never more than there is, gifts never, and a second person above a limit."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from yidian.domains.charging.operations import take_principal
from yidian.domains.ledger.types import AccountKey
from yidian.domains.party.queries import accounts_by_code
from yidian.domains.payment.models import Refund
from yidian.domains.payment.operations.counter import UnableToPay
from yidian.domains.payment.operations.taking import business_day
from yidian.platform.access.approvals import ask, consume
from yidian.platform.access.types import UnableToAct
from yidian.platform.numbering.operations import next_number
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor, Outcome

ACTION: Final = "payment.refund"
LIMIT_MINOR: Final = 50_000  # above it two people agree, whoever they are


class UnableToRefund(Exception):
    """REFUND_NEEDS_APPROVAL: a second person has been asked; `params` name the approval and the limit."""

    code = "REFUND_NEEDS_APPROVAL"

    def __init__(self, *, approval: int, limit_minor: int) -> None:
        self.params = {"approval": approval, "limit_minor": limit_minor}
        super().__init__(f"approval {approval} above {limit_minor}")


def refund(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, account: str, amount_minor: int, channel: str = "counter",
    limit_minor: int = LIMIT_MINOR, reason: str = "",
) -> Outcome:  # fmt: skip
    """Pay principal of an account back through a channel; the answer has the voucher's number.

    Above the limit a second person agrees first; until then it is asked for and nothing is paid (UnableToRefund).
    UnableToPay (ACCOUNT_UNKNOWN, PAYMENT_AMOUNT_WRONG); charging refuses what is not left as principal.
    """
    if amount_minor <= 0:
        raise UnableToPay("PAYMENT_AMOUNT_WRONG", amount_minor=amount_minor)
    if account not in accounts_by_code(tenant=tenant, codes=[account]):
        raise UnableToPay("ACCOUNT_UNKNOWN", account=account)
    request = {"account": account, "amount_minor": amount_minor, "channel": channel}

    subject = f"refund/{account}"

    def work(frame: Frame) -> dict[str, Any]:
        approval = None
        if amount_minor > limit_minor:
            approval = consume(frame=frame, action=ACTION, subject=subject, params=request)
        on = business_day(frame)
        cash = AccountKey("cash", code=channel)
        take_principal(frame=frame, account=account, amount_minor=amount_minor, to=cash, on=on)
        number = next_number(frame=frame, series=f"refund/{on:%Y%m}", form=f"F{on:%Y%m}-{{:06d}}")
        row = Refund.objects.create(
            tenant=tenant, account=account, number=number, channel=channel, amount_minor=amount_minor, business_on=on,
            approval=approval,
        )  # fmt: skip
        after = {"account": account, "number": number, "amount_minor": amount_minor, "approval": approval}
        frame.changed("refund", row.pk, before=None, after=after)
        frame.emit("payment.refunded", aggregate=f"account/{account}", payload=after)
        return {"refund": row.pk, "number": number, "amount_minor": amount_minor}

    def asked(frame: Frame) -> dict[str, Any]:
        found = ask(frame=frame, action=ACTION, subject=subject, params=request, amount_minor=amount_minor)
        return {"approval": found}

    try:
        return perform(
            tenant=tenant, actor=actor, operation=ACTION, key=key, request=request, now=now, work=work, reason=reason
        )
    except UnableToAct as error:
        wanted = perform(
            tenant=tenant, actor=actor, operation="payment.refund.ask",
            key=f"{subject} {amount_minor} {channel} {now.isoformat()}", request=request, now=now, work=asked,
            reason=reason,
        )  # fmt: skip
        raise UnableToRefund(approval=wanted.answer["approval"], limit_minor=limit_minor) from error
