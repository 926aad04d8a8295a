"""What can be asked of the usage room: lake files of a period, suspense, files taken, and whether its laws hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from django.db.models import Count, Min, Q, Sum
from django_scopes import scope

from yidian.domains.usage.intake.duplicates import read_columns
from yidian.domains.usage.intake.rowlaw import hash_sum
from yidian.domains.usage.models import SuspenseRecord, UsageFile, UsageSource
from yidian.domains.usage.types import LAKE_KIND, FileFacts, LawBreak, SuspenseFacts, SuspenseGroup
from yidian.kernel.rowlaw import signed
from yidian.platform.lake import queries as lake_queries
from yidian.platform.lake.queries import Stored
from yidian.platform.tenancy.models import Tenant

MOST: Final = 1000
LONG_NUMBER: Final = re.compile(r"[0-9]{7,}")


def lake_files(*, tenant: Tenant, period: tuple[int, int] | None = None, source: str | None = None) -> list[Stored]:
    """Usage lake files that may hold events starting in the half-open period of UTC ms; without one, all."""
    with scope(tenant=tenant):
        return lake_queries.files(tenant=tenant, kind=LAKE_KIND, subject=source, overlaps=period)


def files(*, tenant: Tenant, source: str | None = None) -> list[FileFacts]:
    """Files that were taken, in the order they were."""
    with scope(tenant=tenant):
        rows = UsageFile.objects.filter(tenant=tenant).select_related("source")
        if source is not None:
            rows = rows.filter(source__name=source)
        return [_file_facts(row) for row in rows.order_by("collected_at", "id")]


def _file_facts(row: UsageFile) -> FileFacts:
    return FileFacts(
        row.pk, row.source.name, row.name, row.sha256, row.records, row.good, row.rejected, row.ignored,
        row.duplicates, dict(row.reasons), row.sequence, tuple(row.warnings), row.collected_at,
    )  # fmt: skip


def mapping_of(*, tenant: Tenant, source: str) -> str:
    """The mapping text last used for a source, "" when nothing was ever taken from it."""
    with scope(tenant=tenant):
        row = UsageSource.objects.filter(tenant=tenant, name=source).first()
        return row.mapping if row else ""


def sources(*, tenant: Tenant) -> list[str]:
    """Sources from which something was taken, by name."""
    with scope(tenant=tenant):
        return list(UsageSource.objects.filter(tenant=tenant).order_by("name").values_list("name", flat=True))


def names_taken(*, tenant: Tenant, source: str, names: Collection[str]) -> set[str]:
    """Those of the names under which a file of a source was taken."""
    found: set[str] = set()
    ordered = sorted(names)
    with scope(tenant=tenant):
        for start in range(0, len(ordered), 500):
            rows = UsageFile.objects.filter(tenant=tenant, source__name=source, name__in=ordered[start : start + 500])
            found |= set(rows.values_list("name", flat=True))
    return found


def taken_between(*, tenant: Tenant, after: datetime | None, until: datetime | None) -> dict[str, int]:
    """files, records, good, rejected (ignored ones too) and duplicates of files taken in (after, until]; None: open."""
    names = ("records", "good", "rejected", "duplicates")
    with scope(tenant=tenant):
        rows = UsageFile.objects.filter(tenant=tenant)
        if after is not None:
            rows = rows.filter(collected_at__gt=after)
        if until is not None:
            rows = rows.filter(collected_at__lte=until)
        found = rows.aggregate(files=Count("id"), **{name: Sum(name) for name in names})
    return {name: found[name] or 0 for name in ("files", *names)}


def suspense_groups(*, tenant: Tenant) -> list[SuspenseGroup]:
    """Open suspense by source and reason, the largest group first."""
    with scope(tenant=tenant):
        rows = SuspenseRecord.objects.filter(tenant=tenant, state=SuspenseRecord.State.OPEN)
        found = rows.values_list("file__source__name", "code").annotate(n=Count("id"), oldest=Min("at"))
        return sorted((SuspenseGroup(*row) for row in found), key=lambda one: (-one.records, one.source, one.code))


def suspense_page(*, tenant: Tenant, source: str, code: str, after: int = 0, limit: int = 50) -> list[SuspenseFacts]:
    """Open records of a source and reason with ids above `after`, by id. Long numbers in them are masked."""
    with scope(tenant=tenant):
        rows = SuspenseRecord.objects.filter(
            tenant=tenant, file__source__name=source, code=code, state=SuspenseRecord.State.OPEN, pk__gt=after
        )
        return [
            SuspenseFacts(
                row.pk, source, row.file.name, row.record_no, row.line, row.code,
                {name: mask_numbers(str(value)) for name, value in row.params.items()}, mask_numbers(row.raw),
                row.state, row.at,
            )
            for row in rows.select_related("file").order_by("id")[:limit]
        ]  # fmt: skip


def mask_numbers(text: str) -> str:
    """Runs of seven digits and more keep their first three and last two: they may be numbers of people."""
    return LONG_NUMBER.sub(lambda found: f"{found[0][:3]}{'*' * (len(found[0]) - 5)}{found[0][-2:]}", text)


def suspense_counts(*, tenant: Tenant) -> list[tuple[str, str, str, int]]:
    """(source, reason code, state, records), sorted."""
    with scope(tenant=tenant):
        rows = SuspenseRecord.objects.filter(tenant=tenant).values_list("file__source__name", "code", "state")
        return sorted(rows.annotate(records=Count("id")))


def suspense(
    *, tenant: Tenant, source: str | None = None, code: str | None = None, state: str | None = "open"
) -> Iterator[SuspenseFacts]:
    """Records in suspense by source, file and place; state None for all states. Read in bounded memory."""
    with scope(tenant=tenant):
        rows = SuspenseRecord.objects.filter(tenant=tenant)
        for name, value in (("file__source__name", source), ("code", code), ("state", state)):
            if value is not None:
                rows = rows.filter(**{name: value})
        ordered = rows.select_related("file__source").order_by("file__source__name", "file_id", "record_no")
        for row in ordered.iterator(chunk_size=MOST):
            yield SuspenseFacts(
                row.pk, row.file.source.name, row.file.name, row.record_no, row.line, row.code, row.params,
                row.raw, row.state, row.at,
            )  # fmt: skip


def sequence_gaps(*, tenant: Tenant, source: str) -> list[tuple[int, int]]:
    """Running numbers of files that are missing between those that came, as (first, last); at most 1,000 gaps."""
    with scope(tenant=tenant):
        told = UsageFile.objects.filter(tenant=tenant, source__name=source).values_list("sequence", flat=True)
        numbers = sorted({int(text) for text in told if text.isascii() and text.isdecimal()})
    return [(before + 1, after - 1) for before, after in pairwise(numbers) if after > before + 1][:MOST]


def row_law_breaks(*, tenant: Tenant, lake: Path, deep: bool = True) -> list[LawBreak]:
    """Law I1 for every file taken: counts and order-free sums; `deep` recomputes the sums from lake and suspense."""
    with scope(tenant=tenant):
        breaks = [found for row in UsageFile.objects.filter(tenant=tenant).order_by("id") for found in _arithmetic(row)]
        breaks += _suspense_breaks(tenant)
        if deep:
            breaks += _lake_breaks(tenant, lake)
    return breaks[:MOST]


def _arithmetic(row: UsageFile) -> Iterator[LawBreak]:
    where: dict[str, str | int] = {"file": row.name, "id": row.pk}
    if row.records != row.good + row.rejected + row.duplicates or row.rejected != sum(row.reasons.values()):
        yield LawBreak("I1", "ROW_LAW_COUNT", where)
    parts = row.hash_good + row.hash_rejected + row.hash_ignored + row.hash_duplicates
    if signed(parts) != row.hash_in:
        yield LawBreak("I1", "ROW_LAW_SUM", where)


def _suspense_breaks(tenant: Tenant) -> list[LawBreak]:
    rows = UsageFile.objects.filter(tenant=tenant).annotate(kept=Count("suspense"))
    kept = rows.values_list("id", "name", "rejected", "ignored", "kept")
    return [
        LawBreak("I1", "SUSPENSE_COUNT", {"file": name, "id": pk, "expected": rejected - ignored, "found": found})
        for pk, name, rejected, ignored, found in kept
        if rejected - ignored != found
    ]


def _lake_breaks(tenant: Tenant, lake: Path) -> list[LawBreak]:
    """The sums again, from the record numbers that are in the lake and in suspense."""
    import numpy as np

    settled: dict[int, list[int]] = {}
    kept: dict[int, list[int]] = {}
    refed = Q(state=SuspenseRecord.State.REFED)
    for file_id, number in SuspenseRecord.objects.filter(refed, tenant=tenant).values_list("file_id", "record_no"):
        settled.setdefault(file_id, []).append(number)
    for file_id, number in SuspenseRecord.objects.filter(tenant=tenant).values_list("file_id", "record_no"):
        kept.setdefault(file_id, []).append(number)
    sums: dict[int, int] = {}
    for file in lake_queries.files(tenant=tenant, kind=LAKE_KIND):
        ids, numbers = read_columns(file, lake, "file_id", "record_no")
        for file_id in np.unique(ids).tolist():
            sums[file_id] = sums.get(file_id, 0) + hash_sum(numbers[ids == file_id], file_id)
    breaks = []
    for row in UsageFile.objects.filter(tenant=tenant).order_by("id"):
        where: dict[str, Any] = {"file": row.name, "id": row.pk}
        good = sums.pop(row.pk, 0) - (hash_sum(settled[row.pk], row.pk) if row.pk in settled else 0)
        if signed(good) != row.hash_good:
            breaks.append(LawBreak("I1", "LAKE_SUM", where))
        if signed(hash_sum(kept[row.pk], row.pk) if row.pk in kept else 0) != row.hash_rejected:
            breaks.append(LawBreak("I1", "SUSPENSE_SUM", where))
    return breaks + [LawBreak("I1", "LAKE_ROWS_OF_NO_FILE", {"id": file_id}) for file_id in sums]


def file_once_breaks(*, tenant: Tenant) -> list[LawBreak]:
    """Law I4: no content twice in a source; alarms for a name with other content and for gaps in a sequence."""
    with scope(tenant=tenant):
        rows = UsageFile.objects.filter(tenant=tenant)
        twice = rows.values("source__name", "sha256").annotate(times=Count("id")).filter(times__gt=1)
        breaks = [
            LawBreak("I4", "FILE_TWICE", {"source": row["source__name"], "sha256": row["sha256"]})
            for row in twice[:MOST]
        ]
        for row in rows.select_related("source").order_by("id"):
            breaks += [LawBreak("I4", code, {"source": row.source.name, "file": row.name}) for code in row.warnings]
        sources = sorted(UsageSource.objects.filter(tenant=tenant).values_list("name", flat=True))
    for source in sources:
        breaks += [
            LawBreak("I4", "SEQUENCE_GAP", {"source": source, "first": first, "last": last})
            for first, last in sequence_gaps(tenant=tenant, source=source)
        ]
    return breaks[:MOST]


def totals(*, tenant: Tenant) -> dict[str, int]:
    """records, good, rejected, ignored and duplicates over all files taken."""
    names = ("records", "good", "rejected", "ignored", "duplicates")
    with scope(tenant=tenant):
        found = UsageFile.objects.filter(tenant=tenant).aggregate(**{name: Sum(name) for name in names})
    return {name: found[name] or 0 for name in names}
