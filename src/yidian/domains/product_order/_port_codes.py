"""Whether the code that a number goes to another network with is good (operations/porting.py gives it out)."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Final

from django_scopes import scope

from yidian.domains.product_order.models import PortOutCode
from yidian.platform.secrets.sealing import blind_indexes
from yidian.platform.tenancy.models import Tenant

MOST_WRONG: Final = 5  # guesses; a million codes are not tried in an hour
PURPOSE: Final = "port_out_code"
DIGITS: Final = 6


def port_code_fault(*, tenant: Tenant, subscriber: str, code: str, order: str, now: datetime) -> str:
    """Why a code is not good for an order; "": it is."""
    with scope(tenant=tenant):
        row = PortOutCode.objects.filter(tenant=tenant, subscriber=subscriber).order_by("-id").first()
    return fault_of(tenant, row, code, order, now)


def fault_of(tenant: Tenant, row: PortOutCode | None, code: str, order: str, now: datetime) -> str:
    if not code:
        return "PORT_CODE_NEEDED"
    if row is None:
        return "PORT_CODE_NONE"
    if row.wrong >= MOST_WRONG:
        return "PORT_CODE_GUESSED"
    known = [digits_of(one) for one in blind_indexes(tenant=tenant, purpose=PURPOSE, plain=str(row.pk))]
    if not any(hmac.compare_digest(one.encode(), code.encode()) for one in known):
        return "PORT_CODE_WRONG"
    if row.order:
        return "" if row.order == order else "PORT_CODE_USED"
    return "PORT_CODE_OLD" if now >= row.until_at else ""


def digits_of(index: str) -> str:
    return f"{int(index, 16) % 10**DIGITS:0{DIGITS}}"
