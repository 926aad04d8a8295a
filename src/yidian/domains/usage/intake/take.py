"""One file through its mapping: bounded batches, lake files written on the way, counts and sums of everything."""

from __future__ import annotations

import gc
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from yidian.domains.usage.intake.batch import SeenInBatch, keys_of, table_of
from yidian.domains.usage.intake.duplicates import EarlierBatches, Keys, KnownEvents, near
from yidian.domains.usage.intake.rowlaw import hash_sum
from yidian.domains.usage.mapping.rows import Mapping
from yidian.domains.usage.normalise.event import Event, Normaliser
from yidian.domains.usage.readers.open import open_reader
from yidian.domains.usage.readers.source_file import SourceFile
from yidian.domains.usage.types import LAKE_KIND, Ignore, Record, Reject
from yidian.kernel.faults import refuse
from yidian.kernel.rowlaw import signed
from yidian.platform.lake import operations as lake_operations
from yidian.platform.lake import queries as lake_queries
from yidian.platform.lake.operations import PendingFile
from yidian.platform.tenancy.models import Tenant

if TYPE_CHECKING:
    import pyarrow as pa

    from yidian.domains.usage.intake.duplicates import Flags

BATCH: Final = 100_000
ROWS_PER_FILE: Final = 2_000_000
RAW_KEPT: Final = 65_536
SUSPENSE_BYTES: Final = 1 << 28
OFTEN: Final = 4096


class UnableToKeepRowLaw(Exception):
    """What came out of a file is not what went in. A fault of ours, never of the file: nothing of it is committed."""


@dataclass(slots=True)
class Suspended:
    """A rejected record on its way into suspense."""

    number: int
    line: int
    code: str
    params: dict[str, str | int]
    raw: str
    whole: bool


@dataclass(slots=True)
class Taken:
    """Everything a file came to, before it is committed."""

    file_id: int
    source: str
    records: int = 0
    good: int = 0
    duplicates: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    ignored: int = 0
    suspended: list[Suspended] = field(default_factory=list)
    lake_files: list[PendingFile] = field(default_factory=list)
    sums: Counter[str] = field(default_factory=Counter)
    columns: list[str] | None = None
    sequence: str = ""

    def add_sum(self, name: str, numbers: list[int]) -> None:
        if numbers:
            self.sums[name] += hash_sum(numbers, self.file_id)

    def sum_of(self, name: str) -> int:
        return signed(self.sums[name])

    def check_row_law(self) -> None:
        rejected = sum(self.reasons.values())
        parts = sum(self.sums[name] for name in ("good", "rejected", "ignored", "duplicates"))
        in_lake = sum(file.rows for file in self.lake_files)
        if (
            self.records != self.good + rejected + self.duplicates
            or self.good != in_lake
            or rejected != self.ignored + len(self.suspended)
            or signed(parts) != self.sum_of("in")
        ):
            raise UnableToKeepRowLaw


class Intake:
    """Takes one file. What it wrote is in `taken.lake_files` even when it raises, so that it can be discarded."""

    def __init__(
        self,
        *,
        tenant: Tenant,
        lake: Path,
        mapping: Mapping,
        file_id: int,
        known: KnownEvents,
        advance: Callable[[int], None],
    ) -> None:
        self._tenant, self._lake, self._mapping, self._known = tenant, lake, mapping, known
        self._advance = advance
        self.taken = Taken(file_id, mapping.source)
        self._name = self._file = ""
        self._seen = SeenInBatch(mapping.window_ms)
        self._events: list[Event] = []
        self._numbers: list[int] = []
        self._dropped: dict[str, list[int]] = {"in": [], "rejected": [], "ignored": [], "duplicates": []}
        self._rejected_texts: set[bytes] = set()
        self._suspense_bytes = 0
        self._earlier = EarlierBatches()
        self._tables: list[pa.Table] = []

    def run(self, source: SourceFile) -> Taken:
        """Read the whole file. BadInput refuses it as a whole; the caller then discards what was written."""
        self._name, self._file = source.sha256, source.name
        reader = open_reader(source.stream(), self._mapping.reader, file=source.name)
        columns = reader.columns
        self.taken.columns = None if columns is None else list(columns)
        normaliser = Normaliser(self._mapping, columns, file=source.name)
        position = 0
        with _garbage_waits():
            for record in reader:
                self._take(record, normaliser)
                if not record.number % OFTEN:
                    position = self._tell(source, position)
            self._flush()
        self._write_tables(part_rows=1)
        source.check_unchanged()
        self._tell(source, position)
        self.taken.check_row_law()
        return self.taken

    def _tell(self, source: SourceFile, before: int) -> int:
        position = source.position()
        self._advance(position - before)
        return position

    def _take(self, record: Record, normaliser: Normaliser) -> None:
        self._dropped["in"].append(record.number)
        values = record.values
        if isinstance(values, Reject):
            self._suspend(record, values)
            return
        if record.number == 1:
            self.taken.sequence = normaliser.sequence(values)
        try:
            event = normaliser.event(values)
        except Ignore as why:
            self.taken.reasons[why.code] += 1
            self.taken.ignored += 1
            self._dropped["ignored"].append(record.number)
        except Reject as why:
            self._reject(record, why)
        else:
            if self._seen.repeats(event.key, event.start_ms):
                self._dropped["duplicates"].append(record.number)
            else:
                self._events.append(event)
                self._numbers.append(record.number)
        if len(self._dropped["in"]) >= BATCH:
            self._flush()

    def _reject(self, record: Record, why: Reject) -> None:
        """A record rejected before in this file, word for word, is a duplicate: it need not wait in suspense twice."""
        text = hashlib.blake2b(record.raw.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if text in self._rejected_texts:
            self._dropped["duplicates"].append(record.number)
            return
        self._rejected_texts.add(text)
        self._suspend(record, why)

    def _suspend(self, record: Record, why: Reject) -> None:
        raw, clean = storable(record.raw)
        whole = record.whole and clean and len(raw) <= RAW_KEPT
        params = {name: storable(value)[0] if isinstance(value, str) else value for name, value in why.params.items()}
        self.taken.suspended.append(Suspended(record.number, record.line, why.code, params, raw[:RAW_KEPT], whole))
        self.taken.reasons[why.code] += 1
        self._dropped["rejected"].append(record.number)
        self._suspense_bytes += len(raw)
        limit = self._mapping.max_suspense
        if len(self.taken.suspended) > limit or self._suspense_bytes > SUSPENSE_BYTES:
            most = self.taken.reasons.most_common(1)[0][0]
            raise refuse("TOO_MANY_REJECTED", file=self._file, line=record.line, limit=limit, reason=most)

    def _flush(self) -> None:
        events, numbers = self._events, self._numbers
        if events:
            keys = keys_of(events)
            repeated = self._repeated(keys)
            if repeated.any():
                self._dropped["duplicates"] += [n for n, again in zip(numbers, repeated, strict=True) if again]
                kept = [place for place, again in enumerate(repeated) if not again]
                events, numbers = [events[place] for place in kept], [numbers[place] for place in kept]
                keys = Keys(keys.ids[~repeated], keys.checks[~repeated], keys.starts[~repeated])
            if events:
                self._earlier.add(keys)
                self._tables.append(table_of(events, keys, [self.taken.file_id] * len(events), numbers))
        self._count(numbers)
        self._events, self._numbers = [], []
        self._seen.clear()
        self._write_tables(part_rows=ROWS_PER_FILE)

    def _repeated(self, keys: Keys) -> Flags:
        import numpy as np

        found = np.zeros(len(keys.ids), dtype=np.bool_)
        window_ms = self._mapping.window_ms
        self._earlier.mark(keys, found, window_ms)
        files = lake_queries.files(
            tenant=self._tenant, kind=LAKE_KIND, subject=self._mapping.source, overlaps=near(keys, window_ms)
        )
        self._known.mark(keys, found, files=files, lake=self._lake, window_ms=window_ms)
        return found

    def _count(self, good: list[int]) -> None:
        taken, dropped = self.taken, self._dropped
        taken.records += len(dropped["in"])
        taken.good += len(good)
        taken.duplicates += len(dropped["duplicates"])
        taken.add_sum("good", good)
        for name, numbers in dropped.items():
            taken.add_sum(name, numbers)
            numbers.clear()

    def _write_tables(self, *, part_rows: int) -> None:
        import pyarrow as pa

        if sum(table.num_rows for table in self._tables) < part_rows:
            return
        part = len(self.taken.lake_files)
        table = pa.concat_tables(self._tables).unify_dictionaries().combine_chunks()
        file = lake_operations.write_file(
            tenant=self._tenant, kind=LAKE_KIND, subject=self._mapping.source, table=table,
            name=f"{self._name}-{part:04d}", lake=self._lake, part=part,
        )  # fmt: skip
        self.taken.lake_files.append(file)
        self._tables = []


@contextmanager
def _garbage_waits() -> Iterator[None]:
    """No cycle is made per record, and a quarter of the time would go into looking for them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def storable(text: str) -> tuple[str, bool]:
    """A text any database keeps (no NUL, no lone surrogate), and whether it is still the text that was given."""
    kept = text.replace("\0", "␀").encode("utf-8", "backslashreplace").decode("utf-8")
    return kept, kept == text
