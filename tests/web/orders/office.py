"""Carts for the sweep over all addresses: with an item, priced, read back and printed, by a clerk who checked first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django_scopes import scope
from tests.orders.book import PAPER
from tests.web.town import ALPHA, BETA, NORTH, SOUTH, Town, named

from yidian.domains.party.operations import check_identity
from yidian.domains.product_order import operations as orders
from yidian.kernel.calendar import month_period
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor
from yidian.runs.first_bill.types import FirstBill, MonthOfBills


def carts(town: Town) -> Iterator[tuple[str, str | None, str]]:
    """(number, node, customer) of one in the north and one in the south; and one of BETA that has no like in ALPHA."""
    yield cart(town, ALPHA, "c1", "s1", "clerk-north"), NORTH, "c1"
    yield cart(town, ALPHA, "c5", "s5", "clerk-south"), SOUTH, "c5"
    for customer in ("c1", "c2", "c5"):
        theirs = cart(town, BETA, customer, customer.replace("c", "s"), "clerk-north")
    yield theirs, None, ""


def cart(town: Town, tenant: str, customer: str, subscriber: str, clerk: str) -> str:
    row, now = town.tenant(tenant), town.worlds[tenant].now
    kept: list[str] = []

    def work(frame: Any) -> dict[str, Any]:
        code = named(customer, tenant)
        check = check_identity(frame=frame, customer=code, how="password")
        order = orders.open_order(frame=frame, customer=code, organisation="", channel="desk", check=check)
        orders.add_item(frame=frame, order=order, deed="loss", told={}, subscriber=named(subscriber, tenant))
        orders.record_quote(frame=frame, order=order, revision=1, quote=_quote(row.zone).to_json())
        orders.read_back(frame=frame, order=order, revision=1)
        orders.print_form(frame=frame, order=order, content=PAPER)
        kept[:] = [order]
        return {}

    with scope(tenant=row):
        perform(
            tenant=row, actor=Actor("staff", clerk), operation="test", key=f"cart {customer}", request={}, now=now,
            work=work,
        )  # fmt: skip
    return kept[0]


def _quote(zone: str) -> FirstBill:
    months = []
    for name in ("2026-11", "2026-12"):
        period = month_period(name, zone)
        months.append(MonthOfBills(cycle=name, from_ms=period.start_ms, to_ms=period.end_ms, accounts=()))
    return FirstBill(currency="CNY", edition=1, at_ms=months[0].from_ms, this=months[0], next=months[1])
