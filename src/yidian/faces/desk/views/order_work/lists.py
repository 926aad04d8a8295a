"""待办: orders that wait for somebody, that are promised soon, that are in flight, and one's own carts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.http import HttpResponse

from yidian.domains.product_order.queries import SOON, WHICH, deeds_listed, order_counts, orders_page
from yidian.domains.product_order.types import OrderRow
from yidian.faces.desk.views.order_work.words import reason_said
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.telling import left
from yidian.kernel.calendar import from_ms, to_ms
from yidian.platform.access.queries import within

READ: Final = "order.read"
PAGE: Final = 50
NOWHERE: Final = timedelta(0)


def listed(asked: Asked) -> HttpResponse:
    """One list by its tab (`?tab=`), of one deed (`?deed=`), page by page (`?after=`); where the right reaches."""
    told = asked.request.GET
    tab = told.get("tab", "")
    tab = tab if tab in WHICH else WHICH[0]
    nodes = within(tenant=asked.tenant, actor=asked.actor, action=READ, now=asked.now)
    me = f"{asked.actor.kind}:{asked.actor.id}"
    deeds = deeds_listed(tenant=asked.tenant, which=tab, within=nodes, now=asked.now, actor=me)
    deed = told.get("deed", "") if told.get("deed", "") in deeds else ""
    rows = orders_page(
        tenant=asked.tenant, which=tab, within=nodes, now=asked.now, actor=me, deed=deed, after=_after(asked),
        limit=PAGE + 1,
    )  # fmt: skip
    more = urlencode({"tab": tab, "deed": deed, "after": _place(rows[PAGE - 1])}) if rows[PAGE:] else ""
    return asked.page(
        "desk/order_work/orders.html", tab=tab, tabs=WHICH, deed=deed, deeds=deeds if len(deeds) > 1 or deed else [],
        rows=[(one, _hurry(asked, one), reason_said(asked, one.reason, one.params)) for one in rows[:PAGE]], more=more,
        counts=order_counts(tenant=asked.tenant, within=nodes, now=asked.now, actor=me),
    )  # fmt: skip


def _hurry(asked: Asked, row: OrderRow) -> tuple[str, str]:
    """How long until the promise, or since it: a tone and a span; nothing of a cart."""
    if row.promised_at is None:
        return "", ""
    span = row.promised_at - asked.now
    tone = "bad" if span < NOWHERE else "wait" if span < SOON else ""
    return tone, left(int(abs(span).total_seconds()), asked.lang)


def _after(asked: Asked) -> tuple[datetime | None, int] | None:
    """Where the page before ended: the promise and the id."""
    at, _, id_ = asked.request.GET.get("after", "").partition("-")
    if not (at.isdecimal() and id_.isdecimal() and at.isascii() and id_.isascii() and len(at) < 16 and len(id_) < 19):
        return None
    return from_ms(int(at)), int(id_)


def _place(last: OrderRow) -> str:
    return f"{to_ms(last.promised_at) if last.promised_at else 0}-{last.id}"
