"""Prefixes of an edition, which may be 100,000: read as columns, and kept so."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from yidian.kernel.rating.arrays import I64, array
from yidian.kernel.rating.prefixes import ALWAYS, OPEN, Prefixes
from yidian.platform.columns import columns_of

COLUMNS: Final = (
    "prefix",
    "zone",
    "area",
    "coalesce(cast(valid_from AS varchar(10)), '')",
    "coalesce(cast(valid_to AS varchar(10)), '')",
)
SOURCE: Final = "product_catalog_tariffprefix WHERE tenant_id = %s AND edition_id = %s"


def prefixes(*, tenant_id: int, edition: int) -> Prefixes:
    """The prefixes of an edition (its row's id), in the canonical order, which their ids keep."""
    kinds = {"id": pa.int64(), **dict.fromkeys(COLUMNS, pa.string())}
    found = columns_of(names=kinds, source=SOURCE, params=[tenant_id, edition], by="id")
    ids = found["id"].to_numpy()
    order = None if (ids[1:] > ids[:-1]).all() else pa.array(np.argsort(ids))
    prefix, zone, area, since, until = (_one(found[name], order) for name in COLUMNS)
    zones, zone_of = _numbered(zone)
    areas, area_of = _numbered(area)
    return Prefixes(
        digits=_digits(prefix), zones=zones, zone=zone_of, areas=areas, area=area_of,
        since=_ordinals(since, ALWAYS), until=_ordinals(until, OPEN),
    )  # fmt: skip


def _one(column: pa.ChunkedArray, order: pa.Array | None) -> pa.StringArray:
    """A column as one array of Arrow's, in an order."""
    whole = pa.concat_arrays(column.chunks or [pa.array([], pa.string())])
    return whole if order is None else whole.take(order)


def _digits(texts: pa.StringArray) -> NDArray[np.bytes_]:
    """Texts of any lengths as one array of bytes, the shorter ones filled up with zeros."""
    width = pc.max(pc.binary_length(texts)).as_py() or 1
    filled = pc.utf8_rpad(texts, width, padding="\0")
    if pc.sum(pc.binary_length(filled)).as_py() != width * len(texts):  # not all of them ASCII
        return np.array([text.encode() for text in texts.to_pylist()] or [], "S")
    data = filled.buffers()[2]
    return np.frombuffer(data, f"S{width}", len(texts)) if len(texts) else np.zeros(0, "S1")


def _numbered(names: pa.StringArray) -> tuple[tuple[str, ...], I64]:
    coded = names.dictionary_encode()
    numbers: I64 = array(coded.indices.to_numpy())
    return tuple(coded.dictionary.to_pylist()), numbers


def _ordinals(days: pa.StringArray, none: int) -> I64:
    """Days as they are written, "" where there is none."""
    written, number = _numbered(days)
    ordinals = [date.fromisoformat(day).toordinal() if day else none for day in written]
    found: I64 = array(ordinals)[number]
    return found
