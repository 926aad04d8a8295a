"""Find anybody: the box on every page, and a page of its own. By POST: what was looked for stands in no address."""

from __future__ import annotations

from django.http import HttpResponse

from yidian.faces.shell.asked import Asked, new_key
from yidian.journeys.find import cleaned, find, is_enough
from yidian.platform.access.queries import within


def found(asked: Asked) -> HttpResponse:
    text = cleaned(asked.form.get("q", ""))
    reach = within(tenant=asked.tenant, actor=asked.actor, action="customer.read", now=asked.now)
    orders = within(tenant=asked.tenant, actor=asked.actor, action="order.read", now=asked.now)
    rows = find(
        tenant=asked.tenant, actor=asked.actor, asked=text, within=reach, now=asked.now, key=f"find/{new_key()}",
        orders=orders,
    )  # fmt: skip
    return asked.page(
        "desk/find.html", fragment="desk/_found.html", rows=rows, text=text, enough=is_enough(text),
        looked=asked.method == "POST",
    )  # fmt: skip
