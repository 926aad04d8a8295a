"""What becomes of an account's books on removal (K8)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from yidian.domains.charging.models import Book
from yidian.domains.charging.operations._credit import GIFT_COST
from yidian.domains.charging.operations._moves import held
from yidian.domains.charging.operations._refund import take_out
from yidian.domains.charging.queries import deposits_held
from yidian.domains.charging.types import Closing
from yidian.domains.ledger.types import AccountKey

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame


def close_books(*, frame: Frame, account: str, to: AccountKey, on: date) -> Closing:
    """Pay principal that may be paid out to `to`, let gifts lapse; what is reserved or principal of another kind stays.

    `kept_minor` counts what stays held, deposits not returned yet included. Again: nothing is left to do.
    """
    rows = held(Book.objects.filter(tenant=frame.tenant, account__code=account, balance_minor__gt=0))
    free = [(row, row.balance_minor - row.reserved_minor) for row in rows if row.balance_minor > row.reserved_minor]
    out = [(row, amount) for row, amount in free if row.type.principal and row.type.refundable]
    gone = [(row, amount) for row, amount in free if not row.type.principal]
    refers = f"account/{account}"
    refunded = take_out(frame=frame, parts=out, to=to, on=on, kind="refund", refers=refers)
    lapsed = take_out(frame=frame, parts=gone, to=GIFT_COST, on=on, kind="lapse", refers=refers)
    left = sum(row.balance_minor for row in rows) - sum(amount for _, amount in [*out, *gone])
    kept_minor = left + deposits_held(tenant=frame.tenant, account=account)
    return Closing(tuple(refunded), tuple(lapsed), kept_minor)
