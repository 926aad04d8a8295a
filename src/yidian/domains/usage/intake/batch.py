"""Events as they come, then as columns: the last step before the lake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from yidian.domains.usage.intake.duplicates import Keys
from yidian.domains.usage.normalise.event import Event
from yidian.domains.usage.types import DICTIONARY_COLUMNS, event_schema

if TYPE_CHECKING:
    import pyarrow as pa

ID_BITS: Final = (1 << 63) - 1
Starts = int | tuple[int, ...]


class SeenInBatch:
    """Keys of the events at hand, with their starts: finds the repeats inside a batch."""

    def __init__(self, window_ms: int) -> None:
        self._window_ms = window_ms
        self._starts: dict[bytes, Starts] = {}

    def repeats(self, key: bytes, start_ms: int) -> bool:
        """Is this a repeat of a kept event? When it is not, it is kept."""
        earlier = self._starts.get(key)
        if earlier is None:
            self._starts[key] = start_ms
            return False
        several = earlier if isinstance(earlier, tuple) else (earlier,)
        if any(abs(start_ms - other) <= self._window_ms for other in several):
            return True
        self._starts[key] = (*several, start_ms)
        return False

    def clear(self) -> None:
        self._starts.clear()


def keys_of(events: Sequence[Event]) -> Keys:
    """The two halves of the keys (the first without its sign bit) and the starts."""
    import numpy as np

    halves = np.frombuffer(b"".join([event.key for event in events]), dtype="<i8").reshape(-1, 2)
    starts = np.fromiter((event.start_ms for event in events), dtype=np.int64, count=len(events))
    return Keys((halves[:, 0] & ID_BITS).astype(np.int64), halves[:, 1].astype(np.int64), starts)


def table_of(events: Sequence[Event], keys: Keys, file_ids: Sequence[int], record_numbers: Sequence[int]) -> pa.Table:
    """The lake's columns of a batch. Dictionaries are sorted, so that they depend on what is there and not on order."""
    import pyarrow as pa

    schema = event_schema()
    columns = dict(zip(Event._fields, zip(*events, strict=True), strict=True))
    columns |= {"count": columns["pieces"], "file_id": tuple(file_ids), "record_no": tuple(record_numbers)}
    arrays = []
    for field in schema:
        if field.name == "event_id":
            arrays.append(pa.array(keys.ids))
        elif field.name == "event_check":
            arrays.append(pa.array(keys.checks))
        elif field.name in DICTIONARY_COLUMNS:
            arrays.append(_coded(columns[field.name]))
        else:
            arrays.append(pa.array(columns[field.name], type=field.type))
    return pa.Table.from_arrays(arrays, schema=schema)


def _coded(values: Sequence[str]) -> pa.Array:
    import pyarrow as pa

    words = sorted(set(values))
    places = {word: place for place, word in enumerate(words)}
    return pa.DictionaryArray.from_arrays(
        pa.array([places[value] for value in values], type=pa.int32()), pa.array(words, type=pa.string())
    )
