"""Rows whose key is among many, in few queries however many they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

import pyarrow as pa

from yidian.platform.columns import columns_of
from yidian.platform.database.kept import Reading
from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 500  # values in one IN list
FEW: Final = 8  # with as many a text of its own is kept
WHOLE: Final = 10_000  # with more values than this one pass over all rows is quicker


def where(
    rows: Any, key: str, wanted: Collection[Any], *columns: str, tenant: Tenant | None = None
) -> Iterator[tuple[Any, ...]]:
    """(key, *columns) of the rows (a queryset of one tenant) whose key is among `wanted`.

    Of a model and its `tenant`: of all its rows, a few by a statement that is kept.
    """
    if tenant is not None:
        if len(wanted) <= FEW:
            yield from _kept(rows, key, columns).rows(tenant=tenant, wanted=sorted(wanted))
            return
        rows = rows.objects.filter(tenant=tenant)
    if len(wanted) > WHOLE:
        among = frozenset(wanted)
        yield from (row for row in rows.values_list(key, *columns).iterator(chunk_size=10_000) if row[0] in among)
        return
    ordered = sorted(wanted)
    for start in range(0, len(ordered), CHUNK):
        yield from rows.filter(**{f"{key}__in": ordered[start : start + CHUNK]}).values_list(key, *columns)


@cache
def _kept(model: Any, key: str, columns: tuple[str, ...]) -> Reading:
    return Reading(lambda wanted: model.objects.filter(**{f"{key}__in": wanted}).values_list(key, *columns))


def table_among(
    *, names: Mapping[str, pa.DataType], source: str, params: Sequence[int | str], key: str,
    ids: Collection[int] | None,
) -> pa.Table:  # fmt: skip
    """As columns_of, of the rows whose `key` is among the ids; None: of all."""
    plain = [name.partition(".")[2] or name for name in names]
    if ids is None:
        return pa.table(columns_of(names=names, source=source, params=params)).rename_columns(plain)
    ordered = sorted(ids)
    found = [pa.table({name: pa.array([], kind) for name, kind in names.items()})]
    for start in range(0, len(ordered), CHUNK):
        some = ordered[start : start + CHUNK]
        among = f"{source} AND {key} IN ({', '.join(['%s'] * len(some))})"
        found.append(pa.table(columns_of(names=names, source=among, params=[*params, *some])))
    return pa.concat_tables(found).rename_columns(plain)
