"""Reading the ledger. Balances are signed like postings: debit positive, credit negative."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BigIntegerField, Count, F, Max, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django_scopes import scope

from yidian.domains.ledger.migrations._guards import SQLITE
from yidian.domains.ledger.models import LedgerAccount, LedgerPosting, LedgerTransaction
from yidian.domains.ledger.types import KINDS, AccountKey, Difference, Leg, Line, TrialLine
from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 500  # owners in one IN list
MOST_DIFFERENCES: Final = 500  # that are told with their amounts
GUARDS: Final = frozenset(SQLITE)  # the same names on both databases
_ZERO: Final = Value(0, output_field=BigIntegerField())


@dataclass(frozen=True, slots=True)
class Booked:
    """A transaction as it was booked."""

    kind: str
    refers: str
    cycle: str
    reverses: int | None
    reversed_by: int | None
    legs: tuple[Leg, ...]


def balance(*, tenant: Tenant, key: AccountKey) -> int:
    """The balance of one account; 0 where nothing was ever posted. Stored for owners' accounts, summed for others."""
    with scope(tenant=tenant):
        rows = LedgerAccount.objects.filter(kind=key.kind, owner=key.owner, code=key.code, currency=tenant.currency)
        if KINDS[key.kind].stored:
            return int(rows.values_list("balance_minor", flat=True).first() or 0)
        postings = LedgerPosting.objects.filter(account__in=rows)
        return int(postings.aggregate(total=Sum("amount_minor"))["total"] or 0)


def balances(*, tenant: Tenant, kind: str, owners: Collection[str] | None = None) -> dict[AccountKey, int]:
    """Balances of all accounts of a kind, or of those of some owners."""
    with scope(tenant=tenant):
        rows = LedgerAccount.objects.filter(kind=kind, currency=tenant.currency)
        if not KINDS[kind].stored:
            rows = rows.annotate(total=Coalesce(_posted_sum(), _ZERO))
        column = "balance_minor" if KINDS[kind].stored else "total"
        found: dict[AccountKey, int] = {}
        for part in _parts(owners):
            these = rows if part is None else rows.filter(owner__in=part)
            for owner, code, amount in these.values_list("owner", "code", column).iterator(chunk_size=10_000):
                found[AccountKey(kind, owner, code)] = int(amount)
        return found


def trial_balance(*, tenant: Tenant, cycle: str | None = None) -> list[TrialLine]:
    """Turnover by kind and code, owners' accounts by kind only; of one cycle's transactions, or of all."""
    with scope(tenant=tenant):
        postings = LedgerPosting.objects.all()
        if cycle is not None:
            postings = postings.filter(transaction__tenant=tenant, transaction__cycle=cycle)
        rows = (
            postings.values("account__kind", "account__code", "currency")
            .annotate(debit=Sum("amount_minor", filter=Q(amount_minor__gt=0), default=0),
                      credit=Sum("amount_minor", filter=Q(amount_minor__lt=0), default=0))
        )  # fmt: skip
        sums: dict[tuple[str, str, str], list[int]] = {}
        for row in rows.iterator():
            kind = row["account__kind"]
            key = (kind, "" if KINDS[kind].stored else row["account__code"], row["currency"])
            line = sums.setdefault(key, [0, 0])
            line[0] += int(row["debit"])
            line[1] -= int(row["credit"])
    order = list(KINDS)
    return [
        TrialLine(kind, code, currency, debit, credit)
        for (kind, code, currency), (debit, credit) in sorted(
            sums.items(), key=lambda item: (order.index(item[0][0]), item[0])
        )
    ]


def which_booked(*, tenant: Tenant, cycle: str) -> tuple[int, int, int]:
    """What tells whether anything was booked into a cycle since: how many transactions, the newest, the sum of ids."""
    with scope(tenant=tenant):
        rows = LedgerTransaction.objects.filter(tenant=tenant, cycle=cycle)
        found = rows.aggregate(count=Count("id"), newest=Max("id"), ids=Sum("id"))
    return found["count"], int(found["newest"] or 0), int(found["ids"] or 0)


def statement(*, tenant: Tenant, key: AccountKey) -> Iterator[Line]:
    """Every line of an account, oldest first, with the balance before and after it."""
    columns = (
        "id", "transaction_id", "transaction__kind", "transaction__refers", "transaction__business_date",
        "transaction__cycle", "transaction__posted_at", "transaction__reverses_id", "amount_minor",
    )  # fmt: skip
    with scope(tenant=tenant):
        rows = LedgerPosting.objects.filter(
            account__kind=key.kind, account__owner=key.owner, account__code=key.code,
            account__currency=tenant.currency,
        ).order_by("id")  # fmt: skip
        lines = list(rows.values_list(*columns))
    before = 0
    for posting, transaction, kind, refers, on, cycle, posted_at, reverses, amount in lines:
        yield Line(posting, transaction, kind, refers, on, cycle, posted_at, reverses, amount, before, before + amount)
        before += amount


def legs_of(*, tenant: Tenant, transaction: int) -> Booked | None:
    """A transaction with its legs, in the order they were given; None where there is none."""
    with scope(tenant=tenant):
        row = LedgerTransaction.objects.filter(pk=transaction).first()
        if row is None:
            return None
        undone = LedgerTransaction.objects.filter(reverses=row).values_list("id", flat=True).first()
        columns = ("account__kind", "account__owner", "account__code", "amount_minor")
        legs = LedgerPosting.objects.filter(transaction=row).order_by("id").values_list(*columns)
        return Booked(
            kind=row.kind, refers=row.refers, cycle=row.cycle, reverses=row.reverses_id, reversed_by=undone,
            legs=tuple(Leg(AccountKey(kind, owner, code), amount) for kind, owner, code, amount in legs),
        )  # fmt: skip


def rebuild_differences(*, tenant: Tenant) -> list[Difference]:
    """The stored balances that are not the sum of their postings.

    Both sides are read once and taken from each other: a sum per account would be a search per account.
    """
    with scope(tenant=tenant):
        kept = LedgerAccount.objects.filter(balance_minor__isnull=False).exclude(balance_minor=0)
        posted = LedgerPosting.objects.filter(account__balance_minor__isnull=False).values("account_id")
        sums = posted.annotate(total=Sum("amount_minor")).exclude(total=0).order_by()
        one, other = kept.order_by().values_list("id", "balance_minor"), sums.values_list("account_id", "total")
        wrong = {int(row[0]) for row in (*one.difference(other), *other.difference(one))}
        rows = (
            LedgerAccount.objects.filter(pk__in=sorted(wrong)[:MOST_DIFFERENCES])
            .annotate(posted=Coalesce(_posted_sum(), _ZERO))
            .order_by("id")
            .values_list("kind", "owner", "code", "balance_minor", "posted")
        )
        return [Difference(AccountKey(kind, owner, code), s, int(p)) for kind, owner, code, s, p in rows]


def _parts(owners: Collection[str] | None) -> Iterator[list[str] | None]:
    if owners is None:
        yield None
        return
    ordered = sorted(owners)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def _posted_sum() -> Any:
    postings = LedgerPosting.objects.filter(account=OuterRef("pk")).order_by().values("account")
    return Subquery(postings.annotate(total=Sum("amount_minor")).values("total"))


def transaction_count(*, tenant: Tenant) -> int:
    with scope(tenant=tenant):
        return int(LedgerTransaction.objects.count())


def stored_count(*, tenant: Tenant) -> int:
    """How many accounts keep their balance."""
    with scope(tenant=tenant):
        return int(LedgerAccount.objects.filter(balance_minor__isnull=False).count())


def unbalanced(*, tenant: Tenant) -> list[tuple[int, str, int]]:
    """(transaction, currency, sum) where a transaction's postings do not sum to zero."""
    with scope(tenant=tenant):
        sums = LedgerPosting.objects.values("transaction_id", "currency").annotate(total=Sum("amount_minor"))
        wrong = sums.exclude(total=0).order_by("transaction_id", "currency")
        return [(row["transaction_id"], row["currency"], int(row["total"])) for row in wrong]


def postings_astray(*, tenant: Tenant) -> list[int]:
    """Transactions with a posting in another currency than its account's, or on another tenant's account; and
    transactions with fewer than two postings."""
    with scope(tenant=tenant):
        astray = LedgerPosting.objects.filter(~Q(currency=F("account__currency")) | ~Q(account__tenant=tenant))
        several = LedgerPosting.objects.values("transaction_id").annotate(legs=Count("id")).filter(legs__gte=2)
        bare = LedgerTransaction.objects.order_by().values_list("id").difference(
            several.order_by().values_list("transaction_id")
        )  # fmt: skip
        return sorted({*astray.values_list("transaction_id", flat=True), *(row[0] for row in bare)})


def below_floor(*, tenant: Tenant) -> list[tuple[AccountKey, int, int]]:
    """(account, balance from its own side, floor) of accounts below their floor."""
    with scope(tenant=tenant):
        rows = LedgerAccount.objects.filter(floor_minor__isnull=False).order_by("id")
        wrong = rows.annotate(own=F("balance_minor") * F("side")).filter(own__lt=F("floor_minor"))
        columns = ("kind", "owner", "code", "own", "floor_minor")
        return [(AccountKey(kind, o, c), own, floor) for kind, o, c, own, floor in wrong.values_list(*columns)]


def debits_against(*, tenant: Tenant, kind: str, against: str) -> list[tuple[int, AccountKey, int]]:
    """(transaction, account, amount) of every debit of a kind of account in a transaction that credits the other kind.

    Reversals are left out: they bring back what went the other way.
    """
    with scope(tenant=tenant):
        credited = LedgerPosting.objects.filter(
            account__kind=against, amount_minor__lt=0, transaction__reverses__isnull=True
        ).values("transaction_id")
        rows = LedgerPosting.objects.filter(account__kind=kind, amount_minor__gt=0, transaction__in=credited)
        columns = ("transaction_id", "account__owner", "account__code", "amount_minor")
        return [(t, AccountKey(kind, o, c), a) for t, o, c, a in rows.order_by("id").values_list(*columns)]


def guards_missing() -> list[str]:
    """Names of triggers of the migrations that the database does not have."""
    from yidian.domains.ledger.bulk import triggers_there  # bulk reads through this room

    return sorted(GUARDS - triggers_there())
