"""Prefixes of an edition, which may be 100,000: read as columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Final

import pyarrow as pa

from yidian.kernel.rating.tariff import Prefix
from yidian.platform.columns import columns_of

COLUMNS: Final = (
    "prefix",
    "zone",
    "area",
    "coalesce(cast(valid_from AS varchar(10)), '')",
    "coalesce(cast(valid_to AS varchar(10)), '~')",
)
SOURCE: Final = "product_catalog_tariffprefix WHERE tenant_id = %s AND edition_id = %s"


def prefixes(*, tenant_id: int, edition: int) -> Iterator[Prefix]:
    """The prefixes of an edition (its row's id), in the canonical order."""
    found = columns_of(names=dict.fromkeys(COLUMNS, pa.string()), source=SOURCE, params=[tenant_id, edition])
    rows = sorted(zip(*(column.to_pylist() for column in found.values()), strict=True))
    for prefix, zone, area, since, until in rows:
        yield Prefix(prefix=prefix, zone=zone, area=area, valid_from=_day(since), valid_to=_day(until))


@cache
def _day(written: str) -> date | None:  # "" sorts before every day, "~" after
    return date.fromisoformat(written) if written[:1].isdigit() else None
