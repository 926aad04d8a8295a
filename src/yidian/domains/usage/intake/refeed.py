"""Open suspense run again: read from the kept text, normalised by today's mapping, held against the lake."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from yidian.domains.usage.intake.batch import SeenInBatch, keys_of, table_of
from yidian.domains.usage.intake.duplicates import Keys, KnownEvents, near
from yidian.domains.usage.intake.take import storable
from yidian.domains.usage.mapping.rows import Mapping
from yidian.domains.usage.models import SuspenseRecord, UsageSource
from yidian.domains.usage.normalise.event import Event, Normaliser
from yidian.domains.usage.readers.open import reread
from yidian.domains.usage.types import LAKE_KIND, Ignore, Refed, Reject
from yidian.kernel.faults import BadInput
from yidian.platform.lake import operations as lake_operations
from yidian.platform.lake import queries as lake_queries
from yidian.platform.lake.operations import PendingFile
from yidian.platform.tenancy.models import Tenant

BATCH: Final = 20_000
State = SuspenseRecord.State


@dataclass(slots=True)
class Settled:
    """What became of a batch of suspense rows. `write` makes the good ones a durable lake file, not yet registered."""

    tenant: Tenant
    lake: Path
    source: str
    rows: dict[str, list[int]] = field(
        default_factory=lambda: {State.REFED: [], State.DUPLICATE: [], State.IGNORED: []}
    )
    still_open: list[SuspenseRecord] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    of: list[SuspenseRecord] = field(default_factory=list)

    def write(self) -> list[PendingFile]:
        if not self.events:
            return []
        keys = keys_of(self.events)
        file_ids, numbers = [row.file_id for row in self.of], [row.record_no for row in self.of]
        name = hashlib.sha256(repr(list(zip(file_ids, numbers, strict=True))).encode()).hexdigest()
        table = table_of(self.events, keys, file_ids, numbers)
        return [
            lake_operations.write_file(
                tenant=self.tenant,
                kind=LAKE_KIND,
                subject=self.source,
                table=table,
                name=f"refeed-{name}",
                lake=self.lake,
            )
        ]

    def added_to(self, total: Refed) -> Refed:
        good, duplicates, ignored = (len(self.rows[state]) for state in (State.REFED, State.DUPLICATE, State.IGNORED))
        still_open = len(self.still_open)
        return Refed(
            total.records + good + duplicates + ignored + still_open,
            total.good + good,
            total.duplicates + duplicates,
            total.ignored + ignored,
            total.still_open + still_open,
        )


class Refeeding:
    def __init__(self, *, tenant: Tenant, lake: Path, mapping: Mapping, source: UsageSource) -> None:
        self._tenant, self._lake, self._mapping, self._source = tenant, lake, mapping, source
        self._known = KnownEvents()
        self._normalisers: dict[tuple[str, ...] | None, Normaliser | Reject] = {}

    def batches(self) -> Iterator[Settled]:
        """Open records in the order they came; each batch must be committed before the next is asked for."""
        last = 0
        while rows := self._open_after(last):
            last = rows[-1].pk
            yield self._settle(rows)

    def _open_after(self, last: int) -> list[SuspenseRecord]:
        found = SuspenseRecord.objects.filter(
            tenant=self._tenant, file__source=self._source, state=State.OPEN, pk__gt=last
        )
        return list(found.select_related("file").order_by("pk")[:BATCH])

    def _settle(self, rows: Sequence[SuspenseRecord]) -> Settled:
        settled = Settled(self._tenant, self._lake, self._mapping.source)
        seen = SeenInBatch(self._mapping.window_ms)
        for row in rows:
            try:
                event = self._event(row)
            except Ignore:
                settled.rows[State.IGNORED].append(row.pk)
            except Reject as why:
                self._leave_open(row, why, settled)
            else:
                if seen.repeats(event.key, event.start_ms):
                    settled.rows[State.DUPLICATE].append(row.pk)
                else:
                    settled.events.append(event)
                    settled.of.append(row)
        self._drop_known(settled)
        settled.rows[State.REFED] = [row.pk for row in settled.of]
        return settled

    def _event(self, row: SuspenseRecord) -> Event:
        if not row.whole:
            raise Reject(row.code, **row.params)
        columns = None if row.file.columns is None else self._mapping.reader.columns or tuple(row.file.columns)
        normaliser = self._normaliser(columns)
        values = reread(row.raw, columns, self._mapping.reader)
        if isinstance(values, Reject):
            raise values
        return normaliser.event(values)

    def _normaliser(self, columns: tuple[str, ...] | None) -> Normaliser:
        """Made once per layout; a layout the mapping does not fit leaves its records open with that reason."""
        made = self._normalisers.get(columns)
        if made is None:
            try:
                made = Normaliser(self._mapping, columns)
            except BadInput as misfit:
                made = Reject(misfit.faults[0].code, column=misfit.faults[0].where.column)
            self._normalisers[columns] = made
        if isinstance(made, Reject):
            raise Reject(made.code, **made.params)  # a new one: an exception raised again and again grows its trace
        return made

    def _leave_open(self, row: SuspenseRecord, why: Reject, settled: Settled) -> None:
        row.code = why.code
        row.params = {key: storable(value)[0] if isinstance(value, str) else value for key, value in why.params.items()}
        settled.still_open.append(row)

    def _drop_known(self, settled: Settled) -> None:
        """Events that the lake has by now are duplicates."""
        import numpy as np

        if not settled.events:
            return
        keys: Keys = keys_of(settled.events)
        found = np.zeros(len(settled.events), dtype=np.bool_)
        window_ms = self._mapping.window_ms
        files = lake_queries.files(
            tenant=self._tenant, kind=LAKE_KIND, subject=self._mapping.source, overlaps=near(keys, window_ms)
        )
        self._known.mark(keys, found, files=files, lake=self._lake, window_ms=window_ms)
        settled.rows[State.DUPLICATE] += [row.pk for row, again in zip(settled.of, found, strict=True) if again]
        settled.events = [event for event, again in zip(settled.events, found, strict=True) if not again]
        settled.of = [row for row, again in zip(settled.of, found, strict=True) if not again]
