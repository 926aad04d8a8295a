"""Reading types, books and deposits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Final

from django.db.models import F, Q, Sum
from django_scopes import scope

from yidian.domains.charging.defaults import TYPES
from yidian.domains.charging.models import BalanceType as TypeRow
from yidian.domains.charging.models import Book, Deposit, OrderRule, UseItem
from yidian.domains.charging.types import ALL_ITEMS, BalanceType, HeldBook, HeldDeposit, Terms
from yidian.domains.ledger import queries as ledger
from yidian.domains.ledger.types import AccountKey, Line
from yidian.kernel.ledger import DEFAULT_ORDER
from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 500


def types(*, tenant: Tenant) -> dict[str, BalanceType]:
    """Types of books by code; the default ones while the tenant has none of its own."""
    with scope(tenant=tenant):
        items: defaultdict[int, list[str]] = defaultdict(list)
        for type_id, item in UseItem.objects.order_by("item").values_list("type_id", "item"):
            items[type_id].append(item)
        found = {
            row.code: BalanceType(
                code=row.code, priority=row.priority, items=tuple(items[row.pk]), refundable=row.refundable,
                invoiceable=row.invoiceable, revenue=row.revenue, may_pay_arrears=row.may_pay_arrears,
                carries_over=row.carries_over, principal=row.principal, active=row.active,
            )
            for row in TypeRow.objects.order_by("priority", "code")
        }  # fmt: skip
    return found or {type_.code: type_ for type_ in TYPES}


def deduction_order(*, tenant: Tenant) -> tuple[str, ...]:
    """The operator's rules, first to last; K6 while there are none."""
    with scope(tenant=tenant):
        return tuple(OrderRule.objects.order_by("place").values_list("rule", flat=True)) or DEFAULT_ORDER


def books(*, tenant: Tenant, account: str) -> list[HeldBook]:
    """All books of an account, oldest first; spent ones too."""
    with scope(tenant=tenant):
        rows = Book.objects.filter(account__tenant=tenant, account__code=account).order_by("id")
        return [_held(row) for row in rows.select_related("account", "type")]


def available(*, tenant: Tenant, accounts: Collection[str]) -> dict[str, int]:
    """What the books of each account hold together and is not reserved; whatever items they may pay."""
    found = dict.fromkeys(accounts, 0)
    ordered = sorted(found)
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            codes = ordered[start : start + CHUNK]
            rows = Book.objects.filter(account__tenant=tenant, account__code__in=codes, balance_minor__gt=0)
            sums = rows.values("account__code").annotate(free=Sum(F("balance_minor") - F("reserved_minor")))
            found |= {row["account__code"]: int(row["free"]) for row in sums}
    return found


def choosy(*, tenant: Tenant, accounts: Collection[str]) -> frozenset[str]:
    """Those accounts with money in a book that pays some items only, or for one subscriber only."""
    special = [code for code, type_ in types(tenant=tenant).items() if ALL_ITEMS not in type_.items]
    found: set[str] = set()
    ordered = sorted(accounts)
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            codes = ordered[start : start + CHUNK]
            rows = Book.objects.filter(account__tenant=tenant, account__code__in=codes, balance_minor__gt=0)
            rows = rows.filter(Q(type__code__in=special) | ~Q(subscriber=""))
            found.update(rows.values_list("account__code", flat=True))
    return frozenset(found)


def held_of(*, tenant: Tenant, accounts: Collection[str]) -> dict[str, tuple[int, int]]:
    """What the books of each account (code) hold: (principal, gifts and all else)."""
    found = dict.fromkeys(accounts, (0, 0))
    ordered = sorted(found)
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            codes = ordered[start : start + CHUNK]
            rows = Book.objects.filter(account__tenant=tenant, account__code__in=codes, balance_minor__gt=0)
            sums = rows.values_list("account__code", "type__principal").annotate(sum=Sum("balance_minor"))
            for account, principal, held in sums:
                own, other = found[account]
                found[account] = (own + held, other) if principal else (own, other + held)
    return found


def books_of(*, tenant: Tenant, accounts: Collection[str]) -> list[HeldBook]:
    """All books of some accounts (codes), by id; spent ones too."""
    found: list[HeldBook] = []
    ordered = sorted(accounts)
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            rows = Book.objects.filter(account__tenant=tenant, account__code__in=ordered[start : start + CHUNK])
            found += [_held(row) for row in rows.select_related("account", "type").order_by("id")]
    return found


def principal_held(*, tenant: Tenant, account: str) -> int:
    """Principal that may be paid out and is not reserved."""
    with scope(tenant=tenant):
        rows = Book.objects.filter(account__tenant=tenant, account__code=account)
        rows = rows.filter(type__principal=True, type__refundable=True)
        return int(rows.aggregate(free=Sum(F("balance_minor") - F("reserved_minor")))["free"] or 0)


def book_accounts(*, tenant: Tenant, ids: Collection[int]) -> dict[int, str]:
    """The account (code) of books by id."""
    with scope(tenant=tenant):
        rows = Book.objects.filter(tenant=tenant, id__in=sorted(ids))
        return dict(rows.values_list("id", "account__code"))


def changes(*, tenant: Tenant, account: str, book: HeldBook) -> Iterator[Line]:
    """Every change of a book (K5), oldest first, told from the book's side: money in is positive."""
    key = AccountKey("book", account, book.key)
    for line in ledger.statement(tenant=tenant, key=key):
        yield line.seen_from_other_side()


def deposits(*, tenant: Tenant, account: str) -> list[HeldDeposit]:
    """Deposits of an account, oldest first."""
    with scope(tenant=tenant):
        rows = Deposit.objects.filter(account__tenant=tenant, account__code=account).select_related("type")
        return [
            HeldDeposit(
                id=row.pk, account=account, type=row.type.code, amount_minor=row.amount_minor, months=row.months,
                returned=row.returned, returned_minor=row.returned_minor, next_on=row.next_on,
            )
            for row in rows.order_by("id")
        ]  # fmt: skip


def deposits_held(*, tenant: Tenant, account: str) -> int:
    """What an account's deposits have not returned yet."""
    return sum(row.amount_minor - row.returned_minor for row in deposits(tenant=tenant, account=account))


def book_balances(*, tenant: Tenant) -> Iterator[tuple[AccountKey, int, int, int]]:
    """(account in the ledger, id, balance, reserved) of every book: what the doctor holds against the ledger."""
    with scope(tenant=tenant):
        columns = ("account__code", "type__code", "id", "balance_minor", "reserved_minor")
        rows = list(Book.objects.order_by("id").values_list(*columns))
    for account, type_, id_, balance, reserved in rows:
        yield AccountKey("book", account, f"{type_}/{id_}"), id_, balance, reserved


def deposit_balances(*, tenant: Tenant) -> Iterator[tuple[AccountKey, int]]:
    """(account in the ledger, what is not returned) of every deposit."""
    with scope(tenant=tenant):
        rows = list(Deposit.objects.values_list("account__code", "id", "amount_minor", "returned_minor"))
    for account, id_, amount, returned in rows:
        yield AccountKey("deposit", account, str(id_)), amount - returned


def deposit_amounts(*, tenant: Tenant, ids: Collection[int]) -> dict[int, int]:
    """How much was taken with some deposits (ids)."""
    with scope(tenant=tenant):
        return dict(Deposit.objects.filter(tenant=tenant, pk__in=sorted(ids)).values_list("id", "amount_minor"))


def principal_types(*, tenant: Tenant) -> frozenset[str]:
    """Codes of the types whose money is the customer's own."""
    return frozenset(code for code, type_ in types(tenant=tenant).items() if type_.principal)


def _held(row: Book) -> HeldBook:
    terms = Terms(
        row.subscriber, row.effective_on, row.expires_on, row.lower_minor, row.upper_minor, row.cycle_lower_minor,
        row.cycle_upper_minor,
    )  # fmt: skip
    return HeldBook(
        id=row.pk, account=row.account.code, type=row.type.code, principal=row.type.principal,
        refundable=row.type.refundable, terms=terms, balance_minor=row.balance_minor,
        reserved_minor=row.reserved_minor, key=f"{row.type.code}/{row.pk}",
    )  # fmt: skip
