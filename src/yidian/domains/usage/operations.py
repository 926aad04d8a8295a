"""Writes of the usage room: take a file, run suspense again, write suspense off."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import F
from django_scopes import scope

from yidian.domains.usage.intake.duplicates import KnownEvents as KnownEvents
from yidian.domains.usage.intake.lock import alone_with
from yidian.domains.usage.intake.refeed import Refeeding, Settled
from yidian.domains.usage.intake.take import Intake, Taken
from yidian.domains.usage.mapping.load import load_mapping as load_mapping
from yidian.domains.usage.mapping.load import read_mapping as read_mapping
from yidian.domains.usage.mapping.rows import Mapping as Mapping
from yidian.domains.usage.models import SuspenseRecord, UsageFile, UsageSource
from yidian.domains.usage.queries import mapping_of
from yidian.domains.usage.readers.source_file import SourceFile
from yidian.domains.usage.types import LAKE_KIND, Refed, TakenFile
from yidian.kernel.faults import refuse
from yidian.platform.access.approvals import consume
from yidian.platform.lake import operations as lake_operations
from yidian.platform.lake import queries as lake_queries
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor, Outcome

WRITE_OFF: Final = "suspense.write_off"
ROWS_AT_ONCE: Final = 1000
TRIES: Final = 5
LONGEST_NAME: Final = 255


class UnableToTakeFile(Exception):
    """Other collectors took files of the same source again and again; `code` is SOURCE_BUSY. Nothing was taken."""

    def __init__(self, source: str) -> None:
        super().__init__(f"SOURCE_BUSY: {source}")
        self.code = "SOURCE_BUSY"
        self.params = {"source": source}


class UnableToRefeed(Exception):
    """The mapping is not of a source from which anything was taken; `code` is SOURCE_UNKNOWN."""

    def __init__(self, source: str) -> None:
        super().__init__(f"SOURCE_UNKNOWN: {source}")
        self.code = "SOURCE_UNKNOWN"
        self.params = {"source": source}


def nobody_watches(count: int) -> None:
    """Progress that is shown to nobody."""


class _Overtaken(Exception):
    """Another collector committed into the source since we looked: what is a duplicate must be found again."""


def take_file(
    *,
    tenant: Tenant,
    lake: Path,
    mapping: Mapping,
    path: Path,
    now: datetime,
    known: KnownEvents | None = None,
    advance: Callable[[int], None] = nobody_watches,
) -> TakenFile:
    """Take one file: its events into the lake, its rejected records into suspense, all or nothing.

    The same content again, under whatever name, adds nothing (outcome ALREADY_COLLECTED). BadInput refuses the file as
    a whole and leaves nothing behind. `advance` is told bytes as they are read; `known` serves one command's files.
    """
    with scope(tenant=tenant), SourceFile(path) as source:
        folder = lake_operations.folder_of(tenant=tenant, kind=LAKE_KIND, subject=mapping.source)
        with alone_with(lake / folder):
            for attempt in range(TRIES):
                found = _already(tenant, mapping, source)
                if found is not None:
                    advance(source.size)
                    return found
                _sweep(tenant, lake, folder, mapping.source, source.sha256)
                try:
                    return _take(tenant, lake, mapping, source, now, known or KnownEvents(), advance)
                except (_Overtaken, IntegrityError) as error:
                    if attempt == TRIES - 1 and isinstance(error, IntegrityError):
                        raise
    raise UnableToTakeFile(mapping.source)


def _take(
    tenant: Tenant, lake: Path, mapping: Mapping, source: SourceFile, now: datetime, known: KnownEvents,
    advance: Callable[[int], None],
) -> TakenFile:  # fmt: skip
    generation = _generation(tenant, mapping)
    file_id = _file_id(tenant, mapping, source.sha256)
    intake = Intake(tenant=tenant, lake=lake, mapping=mapping, file_id=file_id, known=known, advance=advance)
    point("collect.intent")
    try:
        taken = intake.run(source)
        point("collect.read")
    except BaseException:
        # No transaction has begun: nothing can point at these files.
        _discard(tenant, lake, intake.taken)
        raise
    try:
        with transaction.atomic():
            row = _source_row(tenant, mapping, generation)
            file = _insert(tenant, row, mapping, source, taken, now)
            lake_operations.register(tenant=tenant, files=taken.lake_files)
            point("collect.commit")
    except (_Overtaken, IntegrityError):  # surely rolled back; after any other error the end may be unknown
        _discard(tenant, lake, taken)
        raise
    point("collect.committed")
    return _result(file, mapping.source, "COLLECTED")


def _sweep(tenant: Tenant, lake: Path, folder: str, source: str, sha256: str) -> None:
    """Remove what a killed collector left: temporary files, and lake files of this content without a row."""
    lake_operations.sweep(lake, folder)
    left = {path.relative_to(lake).as_posix() for path in (lake / folder).glob(f"{sha256}-*.parquet")}
    if left:
        known = {file.path for file in lake_queries.files(tenant=tenant, kind=LAKE_KIND, subject=source)}
        lake_operations.delete_files(lake, sorted(left - known))


def _discard(tenant: Tenant, lake: Path, taken: Taken) -> None:
    """Delete what was written for a file that is not taken, unless somebody else's rows point at it by now."""
    known = {file.path for file in lake_queries.files(tenant=tenant, kind=LAKE_KIND, subject=taken.source)}
    lake_operations.delete_files(lake, [file.path for file in taken.lake_files if file.path not in known])


def _already(tenant: Tenant, mapping: Mapping, source: SourceFile) -> TakenFile | None:
    file = UsageFile.objects.filter(tenant=tenant, source__name=mapping.source, sha256=source.sha256).first()
    return None if file is None else TakenFile(
        name=source.name, outcome="ALREADY_COLLECTED", source=mapping.source, file_id=file.pk, sha256=source.sha256
    )  # fmt: skip


def _file_id(tenant: Tenant, mapping: Mapping, sha256: str) -> int:
    """60 bits of tenant, source and content: known before the row is, and the same wherever the file is taken."""
    text = f"{tenant.code}\0{mapping.source}\0{sha256}"
    return int(hashlib.sha256(text.encode()).hexdigest()[:15], 16)


def _generation(tenant: Tenant, mapping: Mapping) -> int:
    row = UsageSource.objects.filter(tenant=tenant, name=mapping.source).first()
    return row.generation if row else 0


def _source_row(tenant: Tenant, mapping: Mapping, generation: int) -> UsageSource:
    """The source's row, moved on by one generation. _Overtaken when it is not of the generation we read."""
    row: UsageSource
    row, _ = UsageSource.objects.get_or_create(
        tenant=tenant, name=mapping.source, defaults={"mapping": mapping.text, "mapping_sha256": mapping.sha256}
    )
    moved = UsageSource.objects.filter(pk=row.pk, generation=generation).update(
        generation=F("generation") + 1, mapping=mapping.text, mapping_sha256=mapping.sha256
    )
    if moved != 1:
        raise _Overtaken
    return row


def _insert(
    tenant: Tenant, row: UsageSource, mapping: Mapping, source: SourceFile, taken: Taken, now: datetime
) -> UsageFile:
    name = source.path.name.encode("utf-8", "backslashreplace").decode()[:LONGEST_NAME]
    again = UsageFile.objects.filter(tenant=tenant, source=row, name=name).exists()
    rejected = sum(taken.reasons.values())
    file: UsageFile = UsageFile.objects.create(
        id=taken.file_id, tenant=tenant, source=row, sha256=source.sha256, name=name, bytes=source.size,
        columns=taken.columns, mapping_sha256=mapping.sha256, records=taken.records, good=taken.good,
        rejected=rejected, ignored=taken.ignored, duplicates=taken.duplicates,
        reasons=dict(sorted(taken.reasons.items())),
        hash_in=taken.sum_of("in"), hash_good=taken.sum_of("good"), hash_rejected=taken.sum_of("rejected"),
        hash_ignored=taken.sum_of("ignored"), hash_duplicates=taken.sum_of("duplicates"),
        sequence=_sequence(mapping, source.path.name, taken.sequence),
        warnings=["NAME_WITH_OTHER_CONTENT"] if again else [], collected_at=now,
    )  # fmt: skip
    SuspenseRecord.objects.bulk_create(
        (
            SuspenseRecord(
                tenant=tenant, file=file, record_no=s.number, line=s.line, code=s.code, params=s.params,
                raw=s.raw, whole=s.whole, at=now,
            )
            for s in taken.suspended
        ),
        batch_size=ROWS_AT_ONCE,
    )  # fmt: skip
    return file


def _sequence(mapping: Mapping, name: str, told: str) -> str:
    """The file's running number: as its records tell it, or the last run of digits of its name."""
    if not mapping.sequence_in_name:
        return told
    runs = "".join(c if c in "0123456789" else " " for c in name).split()
    return runs[-1][-32:] if runs else ""


def _result(file: UsageFile, source: str, outcome: str) -> TakenFile:
    return TakenFile(
        name=file.name, outcome=outcome, source=source, file_id=file.pk, sha256=file.sha256, records=file.records,
        good=file.good, duplicates=file.duplicates, rejected=dict(file.reasons), warnings=tuple(file.warnings),
    )  # fmt: skip


def refeed(*, tenant: Tenant, lake: Path, mapping: Mapping, now: datetime) -> Refed:
    """Run the open suspense of the mapping's source through the mapping. What is good now becomes events of its file.

    One transaction per batch of records; a repeat after a crash goes on where it ended. UnableToRefeed SOURCE_UNKNOWN.
    """
    folder = lake / lake_operations.folder_of(tenant=tenant, kind=LAKE_KIND, subject=mapping.source)
    with scope(tenant=tenant), alone_with(folder):
        source = UsageSource.objects.filter(tenant=tenant, name=mapping.source).first()
        if source is None:
            raise UnableToRefeed(mapping.source)
        work = Refeeding(tenant=tenant, lake=lake, mapping=mapping, source=source)
        total = Refed(0, 0, 0, 0, 0)
        for settled in work.batches():
            _commit_refed(tenant, mapping, settled, now)
            total = settled.added_to(total)
        return total


def _commit_refed(tenant: Tenant, mapping: Mapping, settled: Settled, now: datetime) -> None:
    generation = _generation(tenant, mapping)
    files = settled.write()
    point("collect.read")
    with transaction.atomic():
        _source_row(tenant, mapping, generation)
        lake_operations.register(tenant=tenant, files=files)
        for state, rows in settled.rows.items():
            _settle(rows, state, now)
        SuspenseRecord.objects.bulk_update(settled.still_open, ["code", "params"], batch_size=ROWS_AT_ONCE)
        point("collect.commit")
    point("collect.committed")


def _settle(rows: list[int], state: str, now: datetime) -> None:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        chunk = rows[start : start + ROWS_AT_ONCE]
        SuspenseRecord.objects.filter(pk__in=chunk).update(state=state, settled_at=now)


def mapping_in_use(*, tenant: Tenant, source: str) -> Mapping:
    """The mapping last used for a source. UnableToRefeed SOURCE_UNKNOWN where nothing was ever taken from it."""
    text = mapping_of(tenant=tenant, source=source)
    if not text:
        raise UnableToRefeed(source)
    return read_mapping(text=text)


def write_off(
    *, tenant: Tenant, actor: Actor, key: str, source: str, code: str, now: datetime, second: bool = False
) -> Outcome:
    """Give up the open suspense records of one source and reason; answers {"records": how many}. They stay to be seen.

    `second`: the approval of just this is used in the same transaction (UnableToAct SECOND_PERSON_NEEDED).
    """
    told = {"source": source, "code": code}

    def work(frame: Frame) -> dict[str, Any]:
        if second:
            consume(frame=frame, action=WRITE_OFF, subject=f"suspense/{source}/{code}", params=told)
        found = SuspenseRecord.objects.filter(
            tenant=tenant, file__source__name=source, code=code, state=SuspenseRecord.State.OPEN
        )
        count = found.update(state=SuspenseRecord.State.WRITTEN_OFF, settled_at=now)
        if not count:
            raise refuse("SUSPENSE_NOTHING_OPEN", value=code, source=source)
        frame.changed("suspense", f"{source}/{code}", before={"open": count}, after={"written_off": count})
        return {"records": count}

    return perform(tenant=tenant, actor=actor, operation=WRITE_OFF, key=key, request=told, now=now, work=work)
