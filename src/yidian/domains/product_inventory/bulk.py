"""Whole tables in and out, by hand-written SQL that SQLite and PostgreSQL both understand. Runs read through here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress
from operator import itemgetter
from typing import Any, Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from yidian.domains.product_inventory.types import Reference as Reference
from yidian.platform.identity import BUCKETS
from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 500  # ids in one IN list
FETCHED: Final = 5_000  # rows taken from a cursor at once
WHOLE: Final = 20_000  # with more units than this the tenant's whole tables are read and sifted
TABLES: Final = {
    "identifiers": "product_inventory_accessidentifier",
    "holdings": "product_inventory_offerholding",
    "payers": "product_inventory_accountofsubscriber",
    "memberships": "product_inventory_unitmembership",
}
WHAT: Final = {"holdings": "offer", "payers": "account_id", "memberships": "unit_id"}

Ids = NDArray[np.int64]
Columns = list[list[Any]]


def load_reference(
    *, tenant: Tenant, period_start_ms: int, period_end_ms: int, unit_ids: Sequence[int] | None = None
) -> Reference:
    """Everything rating asks of the inventory about a period (UTC ms, half-open): see types.Reference.

    Subscribers are those in one of the units (None: in any) at some instant of the period; of them every row that
    overlaps the period, but memberships only of the units asked for.
    """
    reading = _Reading(tenant, period_start_ms, period_end_ms)
    members = reading.members(unit_ids)
    ids = np.unique(_int64(members[0]))
    only = None if unit_ids is None or len(unit_ids) > WHOLE else ids
    subscribers = _in_order(*reading.rows("product_inventory_subscriber", "id, code, home_area", only, ids))
    sub_of = _Index(subscribers[0])
    numbers = _History(sub_of, reading.dated("identifiers", "value, kind", only, ids))
    holdings = _History(sub_of, reading.dated("holdings", "offer", only, ids))
    payers = _History(sub_of, reading.dated("payers", "account_id", only, ids))
    memberships = _History(sub_of, members)
    offers = sorted(set(holdings.what))
    place = {offer: n for n, offer in enumerate(offers)}
    accounts = reading.named("party_billingaccount", payers.what)
    units = reading.named("product_inventory_ratingunit", memberships.what)
    return Reference(
        subscriber_id=subscribers[0], subscriber_code=subscribers[1], home_area=subscribers[2],
        id_kind=numbers.kind, id_value=numbers.what, id_sub=numbers.sub, id_from=numbers.from_ms, id_to=numbers.to_ms,
        offer_codes=offers, hold_offer=np.fromiter(map(place.__getitem__, holdings.what), np.int32, len(holdings.what)),
        hold_sub=holdings.sub, hold_from=holdings.from_ms, hold_to=holdings.to_ms,
        account_id=accounts[0], account_code=accounts[1], acc_sub=payers.sub,
        acc_index=_Index(accounts[0]).at(_int64(payers.what)), acc_from=payers.from_ms, acc_to=payers.to_ms,
        unit_id=units[0], unit_code=units[1], mem_sub=memberships.sub,
        mem_unit=_Index(units[0]).at(_int64(memberships.what)), mem_from=memberships.from_ms, mem_to=memberships.to_ms,
    )  # fmt: skip


class _Reading:
    """Selects on one tenant and period; answers are columns."""

    def __init__(self, tenant: Tenant, start_ms: int, end_ms: int) -> None:
        self.tenant_id, self.start_ms, self.end_ms = tenant.pk, start_ms, end_ms

    def members(self, unit_ids: Sequence[int] | None) -> Columns:
        if unit_ids is None:
            return self._dated("memberships", "unit_id", "unit_id", None)
        wanted = np.unique(_int64(unit_ids))
        columns = self._dated("memberships", "unit_id", "unit_id", wanted if len(unit_ids) <= WHOLE else None)
        return _among(columns, wanted, at=3)

    def dated(self, table: str, what: str, only: Ids | None, ids: Ids) -> Columns:
        """subscriber_id, from_ms, to_ms, what… of the rows of these subscribers that overlap the period."""
        return _among(self._dated(table, what, "subscriber_id", only), ids)

    def rows(self, table: str, columns: str, only: Ids | None, ids: Ids) -> Columns:
        """Columns (the id first) of the rows with these ids."""
        sql = f"SELECT {columns} FROM {table} WHERE tenant_id = %s"
        return _among(_select(sql, [self.tenant_id], "id", only, columns.count(",") + 1), ids)

    def named(self, table: str, keys: Sequence[int]) -> tuple[Ids, list[str], list[str]]:
        """Ids and codes of the rows with these ids, in the order (bucket, code)."""
        ids = np.unique(_int64(keys))
        found = self.rows(table, "id, code", ids if len(ids) <= WHOLE else None, ids)
        return _in_order(found[0], found[1], found[1])

    def _dated(self, table: str, what: str, key: str, only: Ids | None) -> Columns:
        sql = (
            f"SELECT subscriber_id, from_ms, to_ms, {what} FROM {TABLES[table]}"
            " WHERE tenant_id = %s AND from_ms < %s AND to_ms > %s"
        )
        return _select(sql, [self.tenant_id, self.end_ms, self.start_ms], key, only, 4 + what.count(","))


def _select(sql: str, params: list[int], key: str, only: Ids | None, width: int) -> Columns:
    """All rows of a query, as `width` columns; with `only`, those whose `key` is among the ids."""
    columns: Columns = [[] for _ in range(width)]
    with connection.cursor() as cursor:
        if only is None:
            cursor.execute(sql, params)
            _drain(cursor, columns)
            return columns
        # The plus keeps SQLite, which has no statistics, from walking all of the tenant's rows once per chunk.
        sql = sql.replace("tenant_id = %s", "+tenant_id = %s")
        for start in range(0, len(only), CHUNK):
            chunk = only[start : start + CHUNK].tolist()
            cursor.execute(f"{sql} AND {key} IN ({', '.join(['%s'] * len(chunk))})", [*params, *chunk])
            _drain(cursor, columns)
    return columns


def _drain(cursor: Any, columns: Columns) -> None:
    """Append the rows of a cursor to the columns. In small lots: rows that die young cost the collector nothing."""
    while rows := cursor.fetchmany(FETCHED):
        for at, column in enumerate(columns):
            column.extend(map(itemgetter(at), rows))


class _Index:
    """Ids → their places in a list of ids that are not in ascending order."""

    def __init__(self, ids: Ids) -> None:
        self._order = np.argsort(ids)
        self._ascending = ids[self._order]

    def at(self, wanted: Ids) -> NDArray[np.int32]:
        return self._order[np.searchsorted(self._ascending, wanted)].astype(np.int32)


class _History:
    """Columns of one history, sorted by (subscriber, from, value)."""

    def __init__(self, subscribers: _Index, columns: Columns) -> None:
        sub, from_ms, values = subscribers.at(_int64(columns[0])), _int64(columns[1]), columns[3:]
        order = np.lexsort((from_ms, sub))
        self.sub, self.from_ms = sub[order], from_ms[order]
        self._order_equals(order, list(zip(*values, strict=True)) if len(values) > 1 else values[0])
        self.to_ms = _int64(columns[2])[order]
        self.what = _taken(values[0], order)
        self.kind = _taken(values[1], order) if len(values) > 1 else []

    def _order_equals(self, order: NDArray[np.intp], values: Sequence[Any]) -> None:
        """Put rows of one subscriber that begin together in the order of their values."""
        same = (self.sub[1:] == self.sub[:-1]) & (self.from_ms[1:] == self.from_ms[:-1])
        edges = np.flatnonzero(np.diff(np.concatenate(([False], same, [False])).astype(np.int8)))
        for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            order[first : last + 1] = sorted(order[first : last + 1].tolist(), key=values.__getitem__)


def _in_order(id_: Sequence[int], code: Sequence[str], area: Sequence[str]) -> tuple[Ids, list[str], list[str]]:
    """The three columns by (bucket of the id, code)."""
    ids = _int64(id_)
    by_code = np.asarray(sorted(range(len(ids)), key=code.__getitem__), np.intp)
    order = by_code[np.argsort((ids[by_code] % BUCKETS).astype(np.int16), kind="stable")]
    return ids[order], _taken(code, order), _taken(area, order)


def _among(columns: Columns, ids: Ids, *, at: int = 0) -> Columns:
    """The rows whose column `at` is one of the ids (ascending)."""
    key = _int64(columns[at])
    if not len(ids):
        return [[] for _ in columns]
    kept = ids[np.minimum(np.searchsorted(ids, key), len(ids) - 1)] == key
    return columns if kept.all() else [list(compress(column, kept.tolist())) for column in columns]


def _taken(column: Sequence[Any], order: NDArray[np.intp]) -> list[Any]:
    return list(map(column.__getitem__, order.tolist()))


def _int64(values: Sequence[int] | Ids) -> Ids:
    return np.asarray(values, np.int64)


def add_subscribers(*, tenant: Tenant, rows: Iterable[tuple[int, str, int, str]]) -> None:
    """(id, code, id of the customer, home area); this and the following inside a transaction of the caller."""
    columns = "(tenant_id, id, code, customer_id, home_area) VALUES (%s, %s, %s, %s, %s)"
    _insert(f"INSERT INTO product_inventory_subscriber {columns}", tenant, rows)


def add_units(*, tenant: Tenant, rows: Iterable[tuple[int, str]]) -> None:
    """(id, code)"""
    _insert("INSERT INTO product_inventory_ratingunit (tenant_id, id, code) VALUES (%s, %s, %s)", tenant, rows)


def add_identifiers(*, tenant: Tenant, rows: Iterable[tuple[int, str, str, int, int]]) -> None:
    """(id of the subscriber, kind, value, from_ms, to_ms)"""
    columns = "(tenant_id, subscriber_id, kind, value, from_ms, to_ms) VALUES (%s, %s, %s, %s, %s, %s)"
    _insert(f"INSERT INTO {TABLES['identifiers']} {columns}", tenant, rows)


def add_histories(*, tenant: Tenant, table: str, rows: Iterable[tuple[int, str | int, int, int]]) -> None:
    """(id of the subscriber, offer code or id of account or unit, from_ms, to_ms); `table`: a key of WHAT."""
    columns = f"(tenant_id, subscriber_id, {WHAT[table]}, from_ms, to_ms) VALUES (%s, %s, %s, %s, %s)"
    _insert(f"INSERT INTO {TABLES[table]} {columns}", tenant, rows)


def end_rows(*, tenant: Tenant, table: str, ends: Iterable[tuple[int, int]]) -> None:
    """Give rows (id, to_ms) their end; `table`: a key of TABLES."""
    rows = [(to_ms, tenant.pk, pk) for pk, to_ms in ends]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {TABLES[table]} SET to_ms = %s WHERE tenant_id = %s AND id = %s", rows)


def _insert(sql: str, tenant: Tenant, rows: Iterable[tuple[Any, ...]]) -> None:
    values = [(tenant.pk, *row) for row in rows]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(sql, values)
