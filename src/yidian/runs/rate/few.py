"""What a rating of a few people asks of the lake and of tables that are large: their usage, what the cycle before left
them, ported numbers, circles. Found once and kept, as far as it is little."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
import pyarrow as pa

from yidian.domains.customer_bill.types import Cycle
from yidian.domains.product_inventory.bulk import load_circles, load_ported
from yidian.domains.product_inventory.queries import versions
from yidian.domains.product_inventory.types import CircleRows, PortedRows
from yidian.kernel.rating.classifier import Classifier
from yidian.kernel.rating.engine import fast
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.lake.queries import Stored, files, whole
from yidian.platform.lake.rows import rows_of
from yidian.platform.tenancy.models import Tenant
from yidian.runs.rate import left
from yidian.runs.rate.by_number import found_usage
from yidian.runs.rate.others import Known, Ported, ported

KEPT_USAGE: Final = 300  # months of somebody's usage that a process keeps
MOST_KEPT: Final = 20_000  # events; one with more is read again


def left_to(*, tenant: Tenant, lake: Path, cycle: Cycle, tariff: Tariff, units: Any) -> pa.Table | None:
    """What the cycle before left some units (ids); None: no allowance asks for it."""
    if not left.asks_for(tariff):
        return None
    wanted = set(np.asarray(units, np.int64).tolist())
    tables = [left.EMPTY]
    for file, without in left.left_files(tenant=tenant, cycle=cycle, tariff=tariff):
        names = (*left.NUMBERS, *left.TEXTS)
        found = rows_of(whole(file, lake), names, key="unit", values=wanted - without)
        tables.append(pa.table({name: found[name].cast(left.EMPTY.schema.field(name).type) for name in names}))
    return pa.concat_tables([table.select(left.EMPTY.column_names) for table in tables]).combine_chunks()


class _Whose:
    """A tenant as part of a key."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Whose) and self.tenant.pk == other.tenant.pk and self.tenant.code == other.tenant.code

    def __hash__(self) -> int:
        return hash((self.tenant.pk, self.tenant.code))


@lru_cache(maxsize=4)
def _circle_rows(whose: _Whose, version: int, from_ms: int, to_ms: int) -> CircleRows:
    del version  # rows of another version are other rows
    return load_circles(tenant=whose.tenant, period_start_ms=from_ms, period_end_ms=to_ms)


def circle_rows(*, tenant: Tenant, cycle: Cycle) -> CircleRows:
    """Friends and closed groups of a cycle."""
    return _circle_rows(_Whose(tenant), versions(tenant=tenant).circles, cycle.from_ms, cycle.to_ms)


@lru_cache(maxsize=4)
def _ported_rows(whose: _Whose, version: int, from_ms: int, to_ms: int) -> PortedRows:
    del version
    return load_ported(tenant=whose.tenant, period_start_ms=from_ms, period_end_ms=to_ms)


_ported_tables: OrderedDict[tuple[int, int], tuple[object, Ported]] = OrderedDict()
_guard: Final = Lock()


def ported_table(*, tenant: Tenant, cycle: Cycle, classifier: Classifier) -> Ported:
    """The networks and the table of ported numbers, entered once for a classifier."""
    rows = _ported_rows(_Whose(tenant), versions(tenant=tenant).ported, cycle.from_ms, cycle.to_ms)
    key = id(classifier), id(rows)
    with _guard:
        if key not in _ported_tables:
            made = ported(classifier, Known(rows, None), fast())
            _ported_tables[key] = (classifier, rows), made  # both are held: no other object has their number
            while len(_ported_tables) > 4:
                _ported_tables.popitem(last=False)
        return _ported_tables[key][1]


_kept: OrderedDict[tuple[tuple[str, ...], frozenset[str]], pa.Table] = OrderedDict()


def usage_files(*, tenant: Tenant, cycle: Cycle) -> list[Stored]:
    """The usage files that may hold events of a cycle, in their order."""
    return files(tenant=tenant, kind="usage", overlaps=(cycle.from_ms, cycle.to_ms))


def usage_of(
    *, lake: Path, stored: Sequence[Stored], wanted: frozenset[str], copies: Path | None = None
) -> pa.Table:  # fmt: skip
    """The usage of some identifiers in some files, in the order of the files: found once, kept if little.

    `copies`: where by_number.keep_by_number has put copies in which it is found sooner.
    """
    key = tuple(file.sha256 for file in stored), wanted
    with _guard:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = found_usage(lake=lake, stored=stored, wanted=wanted, copies=copies)
    if found.num_rows <= MOST_KEPT:
        with _guard:
            _kept[key] = found
            while len(_kept) > KEPT_USAGE:
                _kept.popitem(last=False)
    return found


def forget_usage() -> None:
    """Read everything from the lake again: for measuring."""
    with _guard:
        _kept.clear()
