"""Whole tables in and out, by hand-written SQL that SQLite and PostgreSQL both understand. Runs read through here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import F
from django_scopes import scope
from numpy.typing import NDArray

from yidian.domains.product_inventory.circles.bulk import load_circles as load_circles
from yidian.domains.product_inventory.models import InventoryVersion
from yidian.domains.product_inventory.ported.bulk import load_ported as load_ported
from yidian.domains.product_inventory.responsibilities.bulk import load_responsibilities as load_responsibilities
from yidian.domains.product_inventory.responsibilities.bulk import subscribers_taken as subscribers_taken
from yidian.domains.product_inventory.states.bulk import load_states as load_states
from yidian.domains.product_inventory.types import Reference as Reference
from yidian.platform.columns import columns_of
from yidian.platform.database.loading import add_rows, change_rows
from yidian.platform.identity import BUCKETS
from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 500  # ids in one IN list
WHOLE: Final = 4_000  # with more units than this the tenant's whole tables are read and sifted
SUBSCRIBERS: Final = "product_inventory_subscriber"
UNITS: Final = "product_inventory_ratingunit"
TABLES: Final = {
    "identifiers": "product_inventory_accessidentifier",
    "holdings": "product_inventory_offerholding",
    "payers": "product_inventory_accountofsubscriber",
    "memberships": "product_inventory_unitmembership",
}
WRITTEN: Final = (SUBSCRIBERS, UNITS, *TABLES.values())
WHAT: Final = {"holdings": "offer", "payers": "account_id", "memberships": "unit_id"}

Ids = NDArray[np.int64]
Columns = list[Any]  # numbers: NDArray[np.int64], texts: pa.StringArray
Kinds = Mapping[str, pa.DataType]
NUMBER: Final = pa.int64()
TEXT: Final = pa.string()


def load_reference(
    *, tenant: Tenant, period_start_ms: int, period_end_ms: int, unit_ids: Sequence[int] | None = None
) -> Reference:
    """Everything rating asks of the inventory about a period (UTC ms, half-open): see types.Reference.

    Subscribers are those in one of the units (None: in any) at some instant of the period; of them every row that
    overlaps the period, but memberships only of the units asked for.
    """
    reading = _Reading(tenant, period_start_ms, period_end_ms)
    members = reading.members(unit_ids)
    ids = np.unique(members[0])
    only = None if unit_ids is None or len(unit_ids) > WHOLE else ids
    subscribers = _in_order(reading.rows("product_inventory_subscriber", {"code": TEXT, "home_area": TEXT}, only, ids))
    sub_of = _Index(subscribers[0])
    numbers = _History(sub_of, reading.dated("identifiers", {"value": TEXT, "kind": TEXT}, only, ids))
    holdings = _History(sub_of, reading.dated("holdings", {"offer": TEXT}, only, ids))
    payers = _History(sub_of, reading.dated("payers", {"account_id": NUMBER}, only, ids))
    memberships = _History(sub_of, members)
    held = pc.dictionary_encode(holdings.values[0])
    offers = sorted(held.dictionary.to_pylist())
    place = np.array([offers.index(code) for code in held.dictionary.to_pylist()] or [0], np.int32)
    accounts = reading.named("party_billingaccount", payers.values[0])
    units = reading.named("product_inventory_ratingunit", memberships.values[0])
    return Reference(
        subscriber_id=subscribers[0],
        subscriber_code=subscribers[1].to_pylist(), home_area=subscribers[2].to_pylist(),
        id_kind=numbers.values[1].to_pylist(), id_value=numbers.values[0].to_pylist(), id_sub=numbers.sub,
        id_from=numbers.from_ms, id_to=numbers.to_ms,
        offer_codes=offers, hold_offer=place[held.indices.to_numpy()],
        hold_sub=holdings.sub, hold_from=holdings.from_ms, hold_to=holdings.to_ms,
        account_id=accounts[0], account_code=accounts[1].to_pylist(), acc_sub=payers.sub,
        acc_index=_Index(accounts[0]).at(payers.values[0]), acc_from=payers.from_ms, acc_to=payers.to_ms,
        unit_id=units[0], unit_code=units[1].to_pylist(), mem_sub=memberships.sub,
        mem_unit=_Index(units[0]).at(memberships.values[0]), mem_from=memberships.from_ms, mem_to=memberships.to_ms,
    )  # fmt: skip


class _Reading:
    """Selects on one tenant and period; answers are columns."""

    def __init__(self, tenant: Tenant, start_ms: int, end_ms: int) -> None:
        self.tenant, self.start_ms, self.end_ms = tenant, start_ms, end_ms

    def members(self, unit_ids: Sequence[int] | None) -> Columns:
        what = {"unit_id": NUMBER}
        if unit_ids is None:
            return self._dated("memberships", what, "unit_id", None)
        wanted = np.unique(_int64(unit_ids))
        columns = self._dated("memberships", what, "unit_id", wanted if len(unit_ids) <= WHOLE else None)
        return _among(columns, wanted, at=3)

    def dated(self, table: str, what: Kinds, only: Ids | None, ids: Ids) -> Columns:
        """subscriber_id, from_ms, to_ms, what… of the rows of these subscribers that overlap the period."""
        return _among(self._dated(table, what, "subscriber_id", only), ids)

    def rows(self, table: str, what: Kinds, only: Ids | None, ids: Ids) -> Columns:
        """The id and `what` of the rows with these ids."""
        source = f"{table} WHERE tenant_id = %s"
        with scope(tenant=self.tenant):
            return _among(_select({"id": NUMBER, **what}, source, [self.tenant.pk], "id", only), ids)

    def named(self, table: str, keys: Ids) -> Columns:
        """Ids and codes of the rows with these ids, in the order (bucket, code)."""
        ids = np.unique(keys)
        return _in_order(self.rows(table, {"code": TEXT}, ids if len(ids) <= WHOLE else None, ids))

    def _dated(self, table: str, what: Kinds, key: str, only: Ids | None) -> Columns:
        source = f"{TABLES[table]} WHERE tenant_id = %s AND from_ms < %s AND to_ms > %s"
        kinds = {"subscriber_id": NUMBER, "from_ms": NUMBER, "to_ms": NUMBER, **what}
        with scope(tenant=self.tenant):
            return _select(kinds, source, [self.tenant.pk, self.end_ms, self.start_ms], key, only)


def _select(kinds: Kinds, source: str, params: list[int], key: str, only: Ids | None) -> Columns:
    """The columns of all rows; with `only`, of those whose `key` is among the ids."""
    if only is None:
        return _columns([columns_of(names=kinds, source=source, params=params, by="id")], kinds)
    # The plus keeps SQLite, which has no statistics, from walking all of the tenant's rows once per chunk.
    source = source.replace("tenant_id = %s", "+tenant_id = %s")
    found = []
    for start in range(0, len(only), CHUNK):
        chunk = only[start : start + CHUNK].tolist()
        among = f"{source} AND {key} IN ({', '.join(['%s'] * len(chunk))})"
        found.append(columns_of(names=kinds, source=among, params=[*params, *chunk]))
    return _columns(found, kinds)


def _columns(found: Sequence[Mapping[str, pa.ChunkedArray]], kinds: Kinds) -> Columns:
    """Numbers as NumPy arrays, texts as Arrow's."""
    whole = [
        pa.concat_arrays([chunk for part in found for chunk in part[name].chunks] or [pa.array([], kind)])
        for name, kind in kinds.items()
    ]
    return [
        column.to_numpy(zero_copy_only=False) if kind == NUMBER else column
        for column, kind in zip(whole, kinds.values(), strict=True)
    ]


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
        sub, from_ms, values = subscribers.at(columns[0]), columns[1], columns[3:]
        order = np.lexsort((from_ms, sub))
        self.sub, self.from_ms = sub[order], from_ms[order]
        self._order_equals(order, values)
        self.to_ms = columns[2][order]
        self.values = [_taken(column, order) for column in values]

    def _order_equals(self, order: NDArray[np.intp], values: Columns) -> None:
        """Put rows of one subscriber that begin together in the order of their values."""
        same = (self.sub[1:] == self.sub[:-1]) & (self.from_ms[1:] == self.from_ms[:-1])
        edges = np.flatnonzero(np.diff(np.concatenate(([False], same, [False])).astype(np.int8)))
        for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            rows = order[first : last + 1]
            keys = list(zip(*(_taken(column, rows).tolist() for column in values), strict=True))
            order[first : last + 1] = rows[sorted(range(len(rows)), key=keys.__getitem__)]


def _in_order(columns: Columns) -> Columns:
    """Columns id, code … by (bucket of the id, code)."""
    by_code = pc.sort_indices(columns[1]).to_numpy()
    order = by_code[np.argsort((columns[0][by_code] % BUCKETS).astype(np.int16), kind="stable")]
    return [_taken(column, order) for column in columns]


def _among(columns: Columns, ids: Ids, *, at: int = 0) -> Columns:
    """The rows whose column `at` is one of the ids (ascending)."""
    if not len(ids):
        return [column[:0] for column in columns]
    key = columns[at]
    kept = ids[np.minimum(np.searchsorted(ids, key), len(ids) - 1)] == key
    return columns if kept.all() else [_taken(column, np.flatnonzero(kept)) for column in columns]


def _taken(column: Any, rows: NDArray[np.integer[Any]]) -> Any:
    return column[rows] if isinstance(column, np.ndarray) else column.take(pa.array(rows))


def _int64(values: Sequence[int] | Ids) -> Ids:
    return np.asarray(values, np.int64)


def customers_of(*, tenant: Tenant, subscribers: Sequence[int] | None = None) -> tuple[Ids, Ids]:
    """(ids of all subscribers or of these, the id of the customer of each)."""
    kinds = {"id": NUMBER, "customer_id": NUMBER}
    only = None if subscribers is None else np.unique(_int64(subscribers))
    with scope(tenant=tenant):
        ids, customers = _select(kinds, f"{SUBSCRIBERS} WHERE tenant_id = %s", [tenant.pk], "id", only)
    return ids, customers


def units_paid_by(*, tenant: Tenant, accounts: Sequence[int]) -> Ids:
    """Ids, ascending, of the rating units of every subscriber that one of the accounts (ids) ever paid for."""
    with scope(tenant=tenant):
        paid = _matching(tenant, "payers", "subscriber_id", "account_id", np.unique(_int64(accounts)))
        return _matching(tenant, "memberships", "unit_id", "subscriber_id", paid)


def units_beside(*, tenant: Tenant, units: Sequence[int]) -> Ids:
    """Ids, ascending, of the units that members of these units (ids) ever belonged to; these among them."""
    with scope(tenant=tenant):
        members = _matching(tenant, "memberships", "subscriber_id", "unit_id", np.unique(_int64(units)))
        return _matching(tenant, "memberships", "unit_id", "subscriber_id", members)


def _matching(tenant: Tenant, table: str, what: str, key: str, only: Ids) -> Ids:
    """The distinct values of a column in the rows whose `key` is among the ids."""
    source = f"{TABLES[table]} WHERE tenant_id = %s"
    return np.unique(_int64(_select({what: NUMBER}, source, [tenant.pk], key, only)[0]))


def add_subscribers(*, tenant: Tenant, rows: Iterable[tuple[int, str, int, str]]) -> None:
    """(id, code, id of the customer, home area); this and the following inside a transaction of the caller."""
    add_rows(tenant=tenant, table=SUBSCRIBERS, columns=("id", "code", "customer_id", "home_area"), rows=rows)


def add_units(*, tenant: Tenant, rows: Iterable[tuple[int, str]]) -> None:
    """(id, code)"""
    add_rows(tenant=tenant, table=UNITS, columns=("id", "code"), rows=rows)


def add_identifiers(*, tenant: Tenant, rows: Iterable[tuple[int, str, str, int, int]]) -> None:
    """(id of the subscriber, kind, value, from_ms, to_ms)"""
    columns = ("subscriber_id", "kind", "value", "from_ms", "to_ms")
    add_rows(tenant=tenant, table=TABLES["identifiers"], columns=columns, rows=rows)


def add_histories(*, tenant: Tenant, table: str, rows: Iterable[tuple[int, str | int, int, int]]) -> None:
    """(id of the subscriber, offer code or id of account or unit, from_ms, to_ms); `table`: a key of WHAT."""
    columns = ("subscriber_id", WHAT[table], "from_ms", "to_ms")
    add_rows(tenant=tenant, table=TABLES[table], columns=columns, rows=rows)


def end_rows(*, tenant: Tenant, table: str, ends: Iterable[tuple[int, int]]) -> None:
    """Give rows (id, to_ms) their end; `table`: a key of TABLES."""
    change_rows(tenant=tenant, table=TABLES[table], columns={"to_ms": "bigint"}, rows=ends)


def move_versions(*, tenant: Tenant, identifiers: bool, holdings: bool) -> None:
    """Move the counters of what has changed, so that runs notice."""
    if identifiers or holdings:
        InventoryVersion.objects.get_or_create(tenant=tenant)
        InventoryVersion.objects.filter(tenant=tenant).update(
            identifiers=F("identifiers") + int(identifiers), holdings=F("holdings") + int(holdings)
        )


def set_home_areas(*, tenant: Tenant, areas: Iterable[tuple[int, str]]) -> None:
    """Give subscribers (id, home area) theirs."""
    change_rows(tenant=tenant, table=SUBSCRIBERS, columns={"home_area": "text"}, rows=areas)
