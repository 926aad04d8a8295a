"""Which events are in the lake already: by both halves of their key, within the window of the source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from yidian.platform.lake.queries import Stored, UnableToUseFile
from yidian.platform.lake.wall import expect_own

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]

REMEMBERED_ROWS: Final = 32_000_000  # 8 bytes each


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a batch of events: both halves and the start in UTC ms, in the same order."""

    ids: Ints
    checks: Ints
    starts: Ints


class EarlierBatches:
    """The keys of the batches of one file so far. Sorted runs are merged as they grow, so that there are ever few."""

    def __init__(self) -> None:
        self._runs: list[Ints] = []
        self._batches: list[Keys] = []

    def add(self, keys: Keys) -> None:
        import numpy as np

        self._batches.append(keys)
        self._runs.append(np.sort(keys.ids))
        while len(self._runs) > 1 and len(self._runs[-2]) <= 2 * len(self._runs[-1]):
            last = self._runs.pop()
            self._runs[-1] = np.sort(np.concatenate([self._runs[-1], last]), kind="stable")

    def mark(self, keys: Keys, found: Flags, window_ms: int) -> None:
        """Set the flags of the events that repeat one of these."""
        hits = [_any_of(run, keys.ids) for run in self._runs]
        if any(hit.any() for hit in hits):
            for batch in self._batches:
                for hit in hits:
                    _mark_within(keys, hit, batch, found, window_ms)


class KnownEvents:
    """The keys of lake files, sorted, remembered over the files of one command within a bound of memory."""

    def __init__(self) -> None:
        self._ids: dict[str, Ints] = {}
        self._rows = 0

    def mark(self, keys: Keys, found: Flags, *, files: Iterable[Stored], lake: Path, window_ms: int) -> None:
        """Set the flags of the events whose key is in one of the lake files, at most window_ms away."""
        for file in files:
            hits = _any_of(self._sorted_ids(file, lake), keys.ids)
            if hits.any():
                _mark_within(keys, hits, read_keys(file, lake), found, window_ms)

    def _sorted_ids(self, file: Stored, lake: Path) -> Ints:
        import numpy as np

        known = self._ids.get(file.sha256)
        if known is None:
            known = np.sort(read_columns(file, lake, "event_id")[0])
            if self._rows + len(known) <= REMEMBERED_ROWS:
                self._ids[file.sha256] = known
                self._rows += len(known)
        return known


def read_keys(file: Stored, lake: Path) -> Keys:
    return Keys(*read_columns(file, lake, "event_id", "event_check", "start_ms"))


def read_columns(file: Stored, lake: Path, *names: str) -> list[Ints]:
    """Whole-number columns of a lake file. UnableToUseFile when it is missing or is no Parquet file any more."""
    import pyarrow.parquet as pq

    expect_own(file.path)
    try:
        table = pq.ParquetFile(lake / file.path).read(columns=list(names))
    except FileNotFoundError as error:
        raise UnableToUseFile("LAKE_FILE_MISSING", file.path) from error
    except (OSError, ValueError) as error:  # pyarrow's own errors are ValueErrors
        raise UnableToUseFile("LAKE_FILE_CHANGED", file.path) from error
    return [table[name].to_numpy() for name in names]


def near(keys: Keys, window_ms: int) -> tuple[int, int]:
    """The half-open period of UTC ms in which a repeat of one of these may start."""
    return int(keys.starts.min()) - window_ms, int(keys.starts.max()) + window_ms + 1


def _any_of(known: Ints, ids: Ints) -> Flags:
    """Flags of the ids that are among `known`, which is sorted."""
    import numpy as np

    if not len(known):
        return np.zeros(len(ids), dtype=np.bool_)
    places = np.minimum(np.searchsorted(known, ids), len(known) - 1)
    hits: Flags = known[places] == ids
    return hits


def _mark_within(keys: Keys, hits: Flags, others: Keys, found: Flags, window_ms: int) -> None:
    """Exactly: both halves equal and the starts no further apart than the window. Only the hits are looked at."""
    import numpy as np

    mine = np.flatnonzero(hits)
    theirs = np.flatnonzero(_any_of(np.sort(keys.ids[mine]), others.ids))
    starts: dict[tuple[int, int], list[int]] = {}
    rows = zip(others.ids[theirs].tolist(), others.checks[theirs].tolist(), others.starts[theirs].tolist(), strict=True)
    for identity, check, start in rows:
        starts.setdefault((identity, check), []).append(start)
    if not starts:
        return
    columns = (mine, keys.ids[mine], keys.checks[mine], keys.starts[mine])
    for place, identity, check, start in zip(*(column.tolist() for column in columns), strict=True):
        if any(abs(start - other) <= window_ms for other in starts.get((identity, check), ())):
            found[place] = True
