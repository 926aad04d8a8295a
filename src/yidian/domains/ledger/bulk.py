"""Transactions by the thousand: accounts are found or made, legs written, balances moved in the order of their ids.

Works on the connection of the caller's frame. Rows go in as `executemany`; the triggers of the migrations look at
every transaction as its row arrives, so a half-booked one cannot be committed by anybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final

from django.db import connection
from django_scopes import scopes_disabled

from yidian.domains.ledger.queries import account_rows
from yidian.domains.ledger.types import KINDS, AccountKey, Entry, Leg
from yidian.kernel.money import AMOUNT_LIMIT

if TYPE_CHECKING:
    from yidian.platform.tenancy.models import Tenant
    from yidian.platform.writing.frame import Frame

LEG_BITS: Final = 10
MOST_LEGS: Final = 1 << LEG_BITS

_ACCOUNT: Final = """
INSERT INTO ledger_ledgeraccount (tenant_id, kind, owner, code, currency, side, floor_minor, balance_minor)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_POSTING: Final = """
INSERT INTO ledger_ledgerposting (tenant_id, id, transaction_id, account_id, amount_minor, currency)
VALUES (%s, %s, %s, %s, %s, %s)
"""
_TRANSACTION: Final = """
INSERT INTO ledger_ledgertransaction
(tenant_id, id, kind, refers, business_date, cycle, posted_at, reverses_id, reason)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_BALANCE: Final = """
UPDATE ledger_ledgeraccount SET balance_minor = balance_minor + %s WHERE tenant_id = %s AND id = %s
"""
# Numbers run over all tenants, so neither statement can be one tenant_id's.
_NEWEST: Final = "SELECT coalesce(max(id), 0) FROM ledger_ledgertransaction -- every tenant_id"
_NUMBERS: Final = "SELECT nextval('ledger_transaction_numbers') FROM generate_series(1, %s) -- every tenant_id"

_TRIGGERS_SQLITE: Final = "SELECT name FROM sqlite_master WHERE type = 'trigger' -- the schema has no tenant_id"
_TRIGGERS_POSTGRESQL: Final = "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' -- the schema has no tenant_id"


class UnableToPost(Exception):
    """The legs are no transaction: LEDGER_UNBALANCED, LEDGER_LEGS (fewer than two, more than 1,024, one of zero or
    beyond 2⁶²) or LEDGER_KIND_UNKNOWN."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def post_many(*, frame: Frame, entries: Sequence[Entry]) -> list[int]:
    """Book transactions in the caller's frame; their ids, in order. UnableToPost before anything is written.

    Nothing is audited here one by one: a run's frame (`chunk`) carries digest and count.
    """
    return _book(frame, entries, [(None, "")] * len(entries))


def post_reversal(*, frame: Frame, entry: Entry, reverses: int, reason: str) -> int:
    """Book one transaction that undoes another: `operations.reverse` has asked whether it may."""
    return _book(frame, [entry], [(reverses, reason[:200])])[0]


def _book(frame: Frame, entries: Sequence[Entry], undoing: Sequence[tuple[int | None, str]]) -> list[int]:
    if not entries:
        return []
    for entry in entries:
        refuse_unbalanced(entry)
    tenant, pk = frame.tenant, frame.tenant.pk
    accounts = _accounts(tenant, {leg.account for entry in entries for leg in entry.legs})
    ids = _numbers(len(entries))
    now = connection.ops.adapt_datetimefield_value(frame.now)
    with connection.cursor() as cursor:
        cursor.executemany(_POSTING, [
            (pk, id_ << LEG_BITS | n, id_, accounts[leg.account], leg.amount_minor, tenant.currency)
            for id_, entry in zip(ids, entries, strict=True)
            for n, leg in enumerate(entry.legs)
        ])  # fmt: skip
        cursor.executemany(_TRANSACTION, [
            (pk, id_, e.kind, e.refers, connection.ops.adapt_datefield_value(e.on), e.cycle, now, reverses, reason)
            for id_, e, (reverses, reason) in zip(ids, entries, undoing, strict=True)
        ])  # fmt: skip
        moved = _moved(chain.from_iterable(entry.legs for entry in entries))
        in_order = sorted((accounts[key], amount) for key, amount in moved.items())
        cursor.executemany(_BALANCE, [(amount, pk, id_) for id_, amount in in_order])
    return ids


def refuse_unbalanced(entry: Entry) -> None:
    """UnableToPost where legs are too few, too many, unknown, zero or do not sum to zero."""
    if not 2 <= len(entry.legs) <= MOST_LEGS:
        raise UnableToPost("LEDGER_LEGS", kind=entry.kind, refers=entry.refers, legs=len(entry.legs))
    total = 0
    for account, amount in entry.legs:
        if account.kind not in KINDS:
            raise UnableToPost("LEDGER_KIND_UNKNOWN", kind=account.kind, refers=entry.refers)
        if amount == 0 or abs(amount) >= AMOUNT_LIMIT:
            raise UnableToPost("LEDGER_LEGS", kind=entry.kind, refers=entry.refers, legs=len(entry.legs))
        total += amount
    if total:
        raise UnableToPost("LEDGER_UNBALANCED", kind=entry.kind, refers=entry.refers, amount=total)


def _moved(legs: Iterable[Leg]) -> Mapping[AccountKey, int]:
    """By how much each stored balance moves."""
    moved: defaultdict[AccountKey, int] = defaultdict(int)
    for account, amount in legs:
        if KINDS[account.kind].stored:
            moved[account] += amount
    return {key: amount for key, amount in moved.items() if amount}


def _accounts(tenant: Tenant, keys: set[AccountKey]) -> dict[AccountKey, int]:
    """Ids of the accounts, made where they are new. Somebody else may make the same one meanwhile: first wins."""
    found = account_rows(tenant=tenant, keys=keys)
    missing = sorted(keys - found.keys())
    if missing:
        with connection.cursor() as cursor:
            cursor.executemany(_ACCOUNT, [
                (tenant.pk, *key, tenant.currency, kind.side, kind.floor_minor, 0 if kind.stored else None)
                for key in missing for kind in (KINDS[key.kind],)
            ])  # fmt: skip
        found |= account_rows(tenant=tenant, keys=set(missing))
    return found


def _numbers(count: int) -> list[int]:
    """Fresh ids of transactions: from a sequence on PostgreSQL; SQLite has one writer, so the next ones are free."""
    with connection.cursor() as cursor, scopes_disabled():
        if connection.vendor == "postgresql":
            cursor.execute(_NUMBERS, [count])
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(_NEWEST)
        newest = int(cursor.fetchone()[0])
    return list(range(newest + 1, newest + 1 + count))


def triggers_there() -> frozenset[str]:
    """Names of the ledger's triggers that the database has."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS_POSTGRESQL if connection.vendor == "postgresql" else _TRIGGERS_SQLITE)
        return frozenset(row[0] for row in cursor.fetchall())
