"""What a customer paid, what the balance books did, and what was adjusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from yidian.domains.charging.queries import books_of, changes
from yidian.domains.charging.types import HeldBook
from yidian.domains.customer_bill.queries import adjustments_of
from yidian.domains.customer_bill.types import Adjusted
from yidian.domains.ledger.types import Line
from yidian.domains.party.queries import accounts_of
from yidian.domains.payment.queries import receipts_of, refunds_of
from yidian.domains.payment.types import Receipt, RefundFacts
from yidian.domains.product_catalog.queries import item_names
from yidian.platform.access.queries import names_of
from yidian.platform.tenancy.models import Tenant

PAGE: Final = 50
BOOKS: Final = 20  # with their changes on one page
CHANGES: Final = 10  # of a book, the newest


@dataclass(frozen=True, slots=True)
class Payments:
    """Receipts, newest first; `following`: give it as `before` for the next page, 0: there is none."""

    receipts: tuple[Receipt, ...]
    following: int
    refunds: tuple[RefundFacts, ...]


@dataclass(frozen=True, slots=True)
class Adjustments:
    """What was adjusted; `items`: what its charge items are called, (zh, en); `people`: names by login."""

    rows: tuple[Adjusted, ...]
    items: Mapping[str, tuple[str, str]]
    people: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Book:
    """A balance book and its newest changes, told from its own side: money in is positive."""

    book: HeldBook
    changes: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Books:
    """Books with money first. `more`: how many are not shown."""

    shown: tuple[Book, ...]
    more: int


def payments(*, tenant: Tenant, customer: str, before: int = 0) -> Payments:
    """A page of receipts; with the first page, the newest refunds."""
    codes = _accounts(tenant, customer)
    found = receipts_of(tenant=tenant, accounts=codes, before=before, limit=PAGE + 1)
    following = found[PAGE - 1].id if len(found) > PAGE else 0
    refunds = refunds_of(tenant=tenant, accounts=codes, limit=PAGE) if not before else []
    return Payments(tuple(found[:PAGE]), following, tuple(refunds))


def books(*, tenant: Tenant, customer: str) -> Books:
    found = books_of(tenant=tenant, accounts=_accounts(tenant, customer))
    ordered = sorted(found, key=lambda one: (one.balance_minor == 0, one.account, one.id))
    return Books(
        tuple(Book(one, _newest(tenant, one)) for one in ordered[:BOOKS]),
        max(0, len(ordered) - BOOKS),
    )


def adjustments(*, tenant: Tenant, customer: str) -> Adjustments:
    """The newest first, PAGE at most."""
    found = adjustments_of(tenant=tenant, accounts=_accounts(tenant, customer), limit=PAGE)
    codes, logins = {one.item for one in found}, {one.actor.partition("/")[2] for one in found}
    return Adjustments(tuple(found), item_names(tenant=tenant, codes=codes), names_of(tenant=tenant, logins=logins))


def _newest(tenant: Tenant, book: HeldBook) -> tuple[Line, ...]:
    return tuple(list(changes(tenant=tenant, account=book.account, book=book))[-CHANGES:][::-1])


def _accounts(tenant: Tenant, customer: str) -> list[str]:
    return [row.code for row in accounts_of(tenant=tenant, customer=customer)]
