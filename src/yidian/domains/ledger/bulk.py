"""Transactions by the thousand: accounts are found or made, legs written, balances moved in the order of their ids.

Works on the connection of the caller's frame, by a few statements whatever their number; the triggers of the
migrations look at every transaction as its row arrives, so a half-booked one cannot be committed by anybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Final

from django.db import connection
from django_scopes import scope, scopes_disabled

from yidian.domains.ledger.models import LedgerAccount, LedgerPosting, LedgerTransaction
from yidian.domains.ledger.types import KINDS, AccountKey, Entry, Leg, Lot
from yidian.kernel.money import AMOUNT_LIMIT
from yidian.platform.database.keys import next_keys
from yidian.platform.database.rows import add, bring

if TYPE_CHECKING:
    from yidian.platform.tenancy.models import Tenant
    from yidian.platform.writing.frame import Frame

LEG_BITS: Final = 10
MOST_LEGS: Final = 1 << LEG_BITS
STORED: Final = frozenset(name for name, kind in KINDS.items() if kind.stored)
OWNERS: Final = 500  # in one list of a statement

_KNOWN: Final = """
SELECT owner, code, id FROM ledger_ledgeraccount WHERE tenant_id = %s AND currency = %s AND kind = %s AND owner
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


@dataclass(frozen=True, slots=True)
class _Heads:
    """Columns of transactions: one value for all of them, or one each."""

    same: Mapping[str, object]
    each: Mapping[str, Sequence[object]]


def post_many(*, frame: Frame, entries: Sequence[Entry]) -> list[int]:
    """Book transactions in the caller's frame; their ids, in order. UnableToPost before anything is written.

    Nothing is audited here one by one: a run's frame (`chunk`) carries digest and count.
    """
    return _book(frame, entries, {"reverses_id": None, "reason": ""})


def post_reversal(*, frame: Frame, entry: Entry, reverses: int, reason: str) -> int:
    """Book one transaction that undoes another: `operations.reverse` has asked whether it may."""
    return _book(frame, [entry], {"reverses_id": reverses, "reason": reason[:200]})[0]


def post_lot(*, frame: Frame, lot: Lot, known: Mapping[AccountKey, int]) -> list[int]:
    """`post_many` for columns: the same rows. `known`: ids of accounts that were read before the write began, so that
    nobody waits for it meanwhile (an account never goes); those it does not have are looked for, then made."""
    refuse_unbalanced_lot(lot)
    same = {"kind": lot.kind, "business_date": _day(lot.on), "cycle": lot.cycle, "reverses_id": None, "reason": ""}
    heads = _Heads(same, {"refers": lot.refers})
    return _write(frame, heads, lot.legs, lot.accounts, lot.amounts_minor, known)


def _book(frame: Frame, entries: Sequence[Entry], undoing: Mapping[str, object]) -> list[int]:
    for entry in entries:
        refuse_unbalanced(entry)
    heads = _Heads(undoing, {
        "kind": [entry.kind for entry in entries], "refers": [entry.refers for entry in entries],
        "business_date": [_day(entry.on) for entry in entries], "cycle": [entry.cycle for entry in entries],
    })  # fmt: skip
    legs = [leg for entry in entries for leg in entry.legs]
    accounts, amounts = [leg.account for leg in legs], [leg.amount_minor for leg in legs]
    return _write(frame, heads, [len(entry.legs) for entry in entries], accounts, amounts, {})


def _write(
    frame: Frame, heads: _Heads, legs: Sequence[int], accounts: Sequence[AccountKey], amounts: Sequence[int],
    known: Mapping[AccountKey, int],
) -> list[int]:  # fmt: skip
    """Accounts, then legs, then transactions (at which the triggers look), then balances."""
    if not legs:
        return []
    tenant = frame.tenant
    moved = _moved(accounts, amounts)
    ids = _numbers(len(legs))
    account_of, left = _accounts(tenant, dict.fromkeys(accounts), moved, known)
    bring(
        LedgerPosting, count=len(amounts), same={"tenant_id": tenant.pk, "currency": tenant.currency},
        each={
            "id": [id_ << LEG_BITS | n for id_, count in zip(ids, legs, strict=True) for n in range(count)],
            "transaction_id": [id_ for id_, count in zip(ids, legs, strict=True) for _ in range(count)],
            "account_id": [account_of[key] for key in accounts],
            "amount_minor": amounts,
        },
    )  # fmt: skip
    bring(
        LedgerTransaction, count=len(ids), each={"id": ids, **heads.each},
        same={"tenant_id": tenant.pk, "posted_at": connection.ops.adapt_datetimefield_value(frame.now), **heads.same},
    )  # fmt: skip
    add(LedgerAccount, "balance_minor", tenant=tenant.pk, by_id={account_of[key]: moved[key] for key in left})
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


def refuse_unbalanced_lot(lot: Lot) -> None:
    """`refuse_unbalanced` of the first transaction that is wrong; whether there is one is asked of the columns."""
    if not len(lot.amounts_minor) == len(lot.accounts) == sum(lot.legs) or len(lot.refers) != len(lot.legs):
        raise ValueError(f"{len(lot.amounts_minor)} amounts, {len(lot.accounts)} accounts, {sum(lot.legs)} legs")
    if not lot.legs:
        return
    sums = list(accumulate(lot.amounts_minor, initial=0))
    if not (
        min(lot.legs) >= 2 and max(lot.legs) <= MOST_LEGS
        and all(lot.amounts_minor) and max(map(abs, lot.amounts_minor)) < AMOUNT_LIMIT
        and not any(sums[end] for end in accumulate(lot.legs))
        and {account.kind for account in lot.accounts} <= KINDS.keys()
    ):  # fmt: skip
        for entry in _entries(lot):
            refuse_unbalanced(entry)


def _entries(lot: Lot) -> Iterator[Entry]:
    legs = map(Leg, lot.accounts, lot.amounts_minor)
    for refers, count in zip(lot.refers, lot.legs, strict=True):
        yield Entry(lot.kind, tuple(islice(legs, count)), refers, lot.on, lot.cycle)


def _day(on: date) -> object:
    return connection.ops.adapt_datefield_value(on)


def _moved(accounts: Sequence[AccountKey], amounts: Sequence[int]) -> Mapping[AccountKey, int]:
    """By how much each stored balance moves."""
    moved: defaultdict[AccountKey, int] = defaultdict(int)
    for account, amount in zip(accounts, amounts, strict=True):
        if account.kind in STORED:
            moved[account] += amount
    return moved


def _accounts(
    tenant: Tenant, keys: Collection[AccountKey], moved: Mapping[AccountKey, int], known: Mapping[AccountKey, int]
) -> tuple[dict[AccountKey, int], Collection[AccountKey]]:
    """Ids of the accounts, and those whose balance is still to be moved: a new one is made with what it moves to."""
    found = {key: known[key] for key in keys if key in known}
    found |= known_accounts(tenant=tenant, keys=[key for key in keys if key not in found])
    missing = sorted(key for key in keys if key not in found)
    ids = next_keys(LedgerAccount, count=len(missing))
    kinds = [KINDS[key.kind] for key in missing]
    made = bring(
        LedgerAccount, count=len(missing), or_leave=True, same={"tenant_id": tenant.pk, "currency": tenant.currency},
        each={
            "id": ids, "kind": [key.kind for key in missing], "owner": [key.owner for key in missing],
            "code": [key.code for key in missing], "side": [kind.side for kind in kinds],
            "floor_minor": [kind.floor_minor for kind in kinds],
            "balance_minor": [moved[key] if key.kind in STORED else None for key in missing],
        },
    )  # fmt: skip
    new = dict(zip(missing, ids, strict=True))
    if made < len(missing):  # somebody else has made one of the same meanwhile: first wins
        there = known_accounts(tenant=tenant, keys=missing)
        new, found = {key: id_ for key, id_ in new.items() if there[key] == id_}, found | there
    return found | new, [key for key in moved if key not in new]


def known_accounts(*, tenant: Tenant, keys: Collection[AccountKey]) -> dict[AccountKey, int]:
    """Ids of those of the accounts that exist. They never go, so they may be read before the write."""
    asked: defaultdict[str, set[str]] = defaultdict(set)
    for key in keys:
        asked[key.kind].add(key.owner)
    found: dict[AccountKey, int] = {}
    with scope(tenant=tenant), connection.cursor() as cursor:
        for kind, owners in sorted(asked.items()):
            for part in _parts(sorted(owners)):
                marks = ", ".join(["%s"] * len(part))
                cursor.execute(f"{_KNOWN} IN ({marks})", [tenant.pk, tenant.currency, kind, *part])
                found |= {AccountKey(kind, owner, code): id_ for owner, code, id_ in cursor.fetchall()}
    return {key: found[key] for key in keys if key in found}


def _parts(ordered: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ordered[start : start + OWNERS] for start in range(0, len(ordered), OWNERS))


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
