"""The customer's page: a head that says what matters, and blocks that each come by themselves and may fail alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from django.http import HttpResponse

from yidian.domains.party.queries import accounts_of
from yidian.faces.desk.views.drawing import bars_of
from yidian.faces.shell.asked import Asked
from yidian.journeys.customer import accounts, money, orders, products, summary, trail
from yidian.runs.explain.bill import bills
from yidian.runs.explain.customer_months import customer_months
from yidian.runs.explain.customer_usage import customer_usage


class Block(NamedTuple):
    """A block of the page: its name (also of its address and template), the right that it takes, its words.

    `aside`: beside the others where the screen is wide.
    """

    name: str
    reads: str
    title: str
    aside: bool = False


BLOCKS: Final = (
    Block("products", "customer.read", "CUST_PRODUCTS"),
    Block("orders", "order.read", "CUST_ORDERS"),
    Block("accounts", "bill.read", "CUST_ACCOUNTS"),
    Block("bills", "bill.read", "CUST_BILLS"),
    Block("payments", "bill.read", "CUST_PAYMENTS"),
    Block("books", "bill.read", "CUST_BOOKS", aside=True),
    Block("usage", "usage.read", "CUST_USAGE"),
    Block("adjustments", "bill.read", "CUST_ADJUSTMENTS"),
    Block("trail", "customer.read", "CUST_TRAIL", aside=True),
)


IN_BLOCK, ON_PAGE = 15, 50  # rows of usage
OWN: Final = ("identity.unmask", "order.take")
RIGHTS: Final = frozenset({*OWN, *(one.reads for one in BLOCKS)})  # that this page shows or hides by
SERVICES: Final = (("voice", "SERVICE_VOICE"), ("sms", "SERVICE_SMS"), ("data", "SERVICE_DATA"))


def one(asked: Asked, customer: str) -> HttpResponse:
    told = summary.summary(tenant=asked.tenant, customer=customer, now=asked.now)
    node = told.facts.organisation
    may = {action for action in RIGHTS & asked.actions if asked.reaches(action, node)}
    sides = [[one for one in BLOCKS if one.reads in may and one.aside == aside] for aside in (False, True)]
    return asked.page("desk/customer.html", customer=customer, told=told, may=may, sides=sides)


def months(asked: Asked, customer: str) -> HttpResponse:
    told = customer_months(tenant=asked.tenant, lake=asked.places.lake, customer=customer, now=asked.now)
    return _block(asked, customer, "months", "CUST_MONTHS", told=told, bars=bars_of(told.totals))


def block(name: str) -> Callable[..., HttpResponse]:
    """The view of a block that reads one thing of a customer."""
    title = next(b.title for b in BLOCKS if b.name == name)

    def view(asked: Asked, customer: str) -> HttpResponse:
        return _block(asked, customer, name, title, told=READS[name](asked, customer))

    return view


def _block(asked: Asked, customer: str, name: str, title: str, **told: Any) -> HttpResponse:
    fragment = f"desk/_customer_{name}.html"
    return asked.page(
        "desk/customer_block.html", fragment=fragment, customer=customer, part=fragment, title=title,
        services=SERVICES, **told,
    )  # fmt: skip


def _bills(asked: Asked, customer: str) -> Any:
    codes = [row.code for row in accounts_of(tenant=asked.tenant, customer=customer)]
    return bills(tenant=asked.tenant, accounts=codes)


def _usage(asked: Asked, customer: str) -> Any:
    told = asked.request.GET
    return customer_usage(
        tenant=asked.tenant, lake=asked.places.lake, customer=customer, now=asked.now,
        cycle=told.get("cycle", ""), before=told.get("before", ""), service=told.get("service", ""),
        limit=IN_BLOCK if asked.is_fragment else ON_PAGE,
    )  # fmt: skip


def _payments(asked: Asked, customer: str) -> Any:
    before = asked.request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else 0
    return money.payments(tenant=asked.tenant, customer=customer, before=number)


def _orders(asked: Asked, customer: str) -> Any:
    before = asked.request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else 0
    return orders.orders(tenant=asked.tenant, customer=customer, before=number)


READS: Final[dict[str, Callable[[Asked, str], Any]]] = {
    "products": lambda asked, who: products.products(tenant=asked.tenant, customer=who, now=asked.now),
    "orders": _orders,
    "accounts": lambda asked, who: accounts.accounts(tenant=asked.tenant, customer=who, now=asked.now),
    "bills": _bills,
    "payments": _payments,
    "books": lambda asked, who: money.books(tenant=asked.tenant, customer=who),
    "usage": _usage,
    "adjustments": lambda asked, who: money.adjustments(tenant=asked.tenant, customer=who),
    "trail": lambda asked, who: trail.trail(tenant=asked.tenant, customer=who),
}
