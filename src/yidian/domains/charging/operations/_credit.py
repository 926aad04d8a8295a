"""Money into books: one, or thousands in a few statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from yidian.domains.charging.bulk import move
from yidian.domains.charging.defaults import COMPENSATION
from yidian.domains.charging.models import BalanceType, Book, UseItem
from yidian.domains.charging.operations._moves import CHANGED, books_with, event_of, key_of
from yidian.domains.charging.operations._rules import seed
from yidian.domains.charging.types import Credit, Terms
from yidian.domains.ledger.bulk import post_many
from yidian.domains.ledger.operations import told
from yidian.domains.ledger.types import AccountKey, Entry, Leg
from yidian.domains.party.queries import accounts_by_code
from yidian.domains.party.types import KnownAccount
from yidian.platform.tenancy.models import Tenant

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame

GIFT_COST = AccountKey("gift_cost")


class UnableToCredit(Exception):
    """CREDIT_NOTHING (amount ≤ 0), CREDIT_ACCOUNT_UNKNOWN, BALANCE_TYPE_UNKNOWN (or not active), BALANCE_TYPE_NO_ITEMS,
    CREDIT_GIFT_AS_PRINCIPAL, CREDIT_MONEY_AS_GIFT, CREDIT_FROM_BOOK, CREDIT_TERMS (dates or limits cross)."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def credit(
    *, frame: Frame, account: str, type: str, amount_minor: int, against: AccountKey, on: date,
    expires_on: date | None = None, subscriber: str | None = None, cycle_upper_minor: int | None = None,
    cycle_lower_minor: int | None = None, effective_on: date | None = None, lower_minor: int = 0,
    upper_minor: int | None = None, kind: str = "credit", refers: str = "", cycle: str = "",
) -> int:  # fmt: skip
    """Put money into a book of the account: Dr `against`, Cr book. The book's id. UnableToCredit.

    Without dates and limits it joins the plain book of its kind, else it gets a book of its own. Gifts come from
    AccountKey("gift_cost") and go into types that are not principal; all other money is principal and stays so.
    """
    terms = Terms(
        subscriber or "", effective_on, expires_on, lower_minor, upper_minor, cycle_lower_minor or 0,
        cycle_upper_minor,
    )  # fmt: skip
    one = Credit(account, type, amount_minor, against, terms, refers, cycle)
    return credit_many(frame=frame, credits=[one], on=on, kind=kind)[0]


def credit_many(*, frame: Frame, credits: Sequence[Credit], on: date, kind: str = "credit") -> list[int]:
    """`credit` for many, in their order, by as many statements as for one: the same transactions, audit and events.

    Their books' ids. UnableToCredit of the first that cannot be; nothing of any is written then.
    """
    if not credits:
        return []
    tenant = frame.tenant
    seed(tenant=tenant)
    types, accounts = _expect_right(tenant, credits)
    books = books_with(
        tenant=tenant, wanted=[(accounts[one.account].id, types[one.type].pk, one.terms) for one in credits]
    )
    entries = [
        Entry(
            kind=kind, legs=(Leg(one.against, one.amount_minor), Leg(key_of(book), -one.amount_minor)),
            refers=one.refers or f"book/{book.pk}", on=on, cycle=one.cycle,
        )
        for one, book in zip(credits, books, strict=True)
    ]  # fmt: skip
    booked = post_many(frame=frame, entries=entries)
    moved = _tell(frame, kind, credits, books, list(zip(booked, entries, strict=True)))
    move(tenant=tenant, by_minor=moved)
    return [book.pk for book in books]


def compensate(*, frame: Frame, account: str, amount_minor: int, on: date, refers: str = "") -> int:
    """Make something good (K9): a gift that pays everything and is never paid out. The book's id. UnableToCredit."""
    return credit(
        frame=frame, account=account, type=COMPENSATION, amount_minor=amount_minor, against=GIFT_COST, on=on,
        kind="compensation", refers=refers,
    )  # fmt: skip


def _tell(
    frame: Frame, kind: str, credits: Sequence[Credit], books: Sequence[Book], booked: Sequence[tuple[int, Entry]]
) -> dict[int, int]:
    """Every credit as if it had come alone, each with the balance that the ones before it left; book → sum."""
    moved: defaultdict[int, int] = defaultdict(int)
    events = []
    for one, book, (transaction, entry) in zip(credits, books, booked, strict=True):
        frame.changed("ledger_transaction", transaction, before=None, after=told(entry))
        stood = book.balance_minor + moved[book.pk]
        before = {"account": one.account, "type": one.type, "balance_minor": stood}
        frame.changed("book", book.pk, before=before, after=before | {"balance_minor": stood + one.amount_minor})
        events.append(event_of(book, kind, stood, one.amount_minor))
        moved[book.pk] += one.amount_minor
    frame.emit_many(CHANGED, told=events)
    return moved


def _expect_right(
    tenant: Tenant, credits: Sequence[Credit]
) -> tuple[Mapping[str, BalanceType], Mapping[str, KnownAccount]]:
    """Types and accounts by code. UnableToCredit of the first credit that is wrong."""
    codes = {one.type for one in credits}
    rows = {row.code: row for row in BalanceType.objects.filter(tenant=tenant, code__in=sorted(codes), active=True)}
    items = UseItem.objects.filter(tenant=tenant, type__in=[row.pk for row in rows.values()])
    paying = set(items.values_list("type__code", flat=True))
    accounts = accounts_by_code(tenant=tenant, codes={one.account for one in credits})
    for one in credits:
        _refuse_wrong(one)
        _refuse_type(one, rows.get(one.type), paying=one.type in paying)
        if one.account not in accounts:
            raise UnableToCredit("CREDIT_ACCOUNT_UNKNOWN", account=one.account)
    return rows, accounts


def _refuse_wrong(one: Credit) -> None:
    if one.amount_minor <= 0:
        raise UnableToCredit("CREDIT_NOTHING", account=one.account, amount=one.amount_minor)
    if one.against.kind in ("book", "deposit"):
        raise UnableToCredit("CREDIT_FROM_BOOK", account=one.account)
    terms = one.terms
    ends = terms.expires_on is not None and terms.effective_on is not None and terms.expires_on <= terms.effective_on
    limits = ((terms.lower_minor, terms.upper_minor), (terms.cycle_lower_minor, terms.cycle_upper_minor))
    if ends or any(low < 0 or (high is not None and high < low) for low, high in limits):
        raise UnableToCredit("CREDIT_TERMS", account=one.account, type=one.type)


def _refuse_type(one: Credit, row: BalanceType | None, *, paying: bool) -> None:
    if row is None:
        raise UnableToCredit("BALANCE_TYPE_UNKNOWN", type=one.type)
    if not paying:
        raise UnableToCredit("BALANCE_TYPE_NO_ITEMS", type=one.type)
    if row.principal and one.against == GIFT_COST:
        raise UnableToCredit("CREDIT_GIFT_AS_PRINCIPAL", type=one.type)
    if not row.principal and one.against != GIFT_COST:
        raise UnableToCredit("CREDIT_MONEY_AS_GIFT", type=one.type)
