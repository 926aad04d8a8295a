"""What deeds bring along from a day on: fees as offers, who pays none, how soon it is promised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from yidian.domains.product_order.deeds import DEEDS, LINES
from yidian.domains.product_order.models import OrderTerm
from yidian.kernel.faults import refuse
from yidian.platform.writing.frame import Frame


def set_order_terms(
    *, frame: Frame, deed: str, line: str, valid_from: date, fees: Sequence[str], free_for: Sequence[str], hours: int
) -> None:
    """From `valid_from` on a deed (of a line of business, "" any) brings this along. Days before are never changed.

    BadInput ORDER_DEED_UNKNOWN, ORDER_LINE_UNKNOWN, ORDER_HOURS. Whether the offers exist is for the caller to say.
    """
    if deed not in DEEDS:
        raise refuse("ORDER_DEED_UNKNOWN", value=deed[:40])
    if line and line not in LINES:
        raise refuse("ORDER_LINE_UNKNOWN", value=line[:40], allowed=", ".join(LINES))
    if not 0 <= hours <= 24 * 366:
        raise refuse("ORDER_HOURS", value=hours)
    told = {"fees": list(fees), "free_for": list(free_for), "hours": hours}
    OrderTerm.objects.update_or_create(tenant=frame.tenant, deed=deed, line=line, valid_from=valid_from, defaults=told)
    name = f"{deed}/{line or '*'}/{valid_from.isoformat()}"
    frame.changed("order_term", name, before=None, after=told)
