"""The late run of a cycle: what late usage and corrections change of months in the books, as lines for its bills.

A result is remembered by the digest of all it depends on: asked again nothing is done, and until the cycle's bills are
fixed another late file or correction replaces the result. What stands on bills that are fixed is never counted twice:
it is read back from them and subtracted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import pyarrow as pa
from django.db import transaction

from yidian.domains.customer_bill import queries
from yidian.domains.customer_bill.types import FIXED, Cycle
from yidian.domains.product_inventory.queries import versions
from yidian.kernel.compiling import sources_hash
from yidian.platform.jobs import operations as jobs
from yidian.platform.jobs.engine import Result, Task, alone, finish, open_run, run_tasks
from yidian.platform.jobs.models import Run
from yidian.platform.jobs.queries import done
from yidian.platform.lake import operations as lake
from yidian.platform.lake.operations import PendingFile
from yidian.platform.lake.queries import files, read_stored
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill.facts import facts
from yidian.runs.differences.difference import difference
from yidian.runs.differences.lines import LATE_ITEMS, LATE_TAXES, LINES, TAXES, with_corrections
from yidian.runs.differences.sources import KIND, Source, sources
from yidian.runs.rate.inputs import Places, digest_of


def differences(*, tenant: Tenant, places: Places, cycle: Cycle, now: datetime, threads: int) -> Run | None:
    """Bring the differences of months before that this cycle's bills bear up to date; None: there are none.

    The caller works on the cycle alone. Only the oldest cycle whose bills are not fixed bears any. UnableToRun:
    somebody works on the month it is of.
    """
    earlier = bearing_before(tenant=tenant)
    bears = queries.takes_late_usage(tenant=tenant, cycle=cycle)
    found = sources(tenant=tenant, lake=places.lake, cycle=cycle, earlier=earlier) if bears else []
    before = done(tenant=tenant, kind=KIND, subject=cycle.name)
    if not found:
        _forget(tenant, places, cycle)
        return None
    digest = digest_of_sources(tenant=tenant, found=found, earlier=earlier)
    for run in before:
        if run.input_digest == digest:
            return run
    run = open_run(tenant=tenant, kind=KIND, subject=cycle.name, input_digest=digest, now=now)
    _sweep(tenant, places, cycle, run)
    tasks = [
        Task(one.origin.name, partial(_work, tenant, places, cycle, run.pk, one, earlier, now, threads))
        for one in found
    ]
    results = run_tasks(run, tasks, threads=1)
    point("run.publish")
    with transaction.atomic():
        stale = _superseded(tenant, cycle)
        made = [PendingFile(**f) for result in results for f in result["files"]]
        lake.register(tenant=tenant, files=made, run=run)
        finish(run, counts=_counts(found, results), now=now)
    point("run.published")
    lake.delete_files(places.lake, stale)
    return run


def read(*, tenant: Tenant, places: Places, run: Run | None) -> tuple[pa.Table, pa.Table]:
    """Lines and taxes that a late run found."""
    if run is None:
        return LINES.empty_table(), TAXES.empty_table()
    return _read(tenant, places.lake, run, LATE_ITEMS, LINES), _read(tenant, places.lake, run, LATE_TAXES, TAXES)


def _read(tenant: Tenant, folder: Path, run: Run, kind: str, schema: pa.Schema) -> pa.Table:
    found = files(tenant=tenant, kind=kind, subject=run.subject, run_id=run.pk)
    tables = [with_corrections(read_stored(file, folder)).cast(schema) for file in found]
    return pa.concat_tables([schema.empty_table(), *tables])


def bearing_before(*, tenant: Tenant) -> list[str]:
    """Cycles whose bills are fixed, oldest first: what these have borne is not borne again."""
    return [c.name for c in queries.cycles(tenant=tenant) if c.state in FIXED and c.bill_run is not None]


def digest_of_sources(*, tenant: Tenant, found: Sequence[Source], earlier: Sequence[str]) -> str:
    """Everything that a late run depends on."""
    now = versions(tenant=tenant)
    told = [
        [one.origin.name, one.origin.rate_run, one.origin.bill_run, *one.told,
         facts(tenant=tenant, cycle=one.origin).told]
        for one in found
    ]  # fmt: skip
    return digest_of([told, list(earlier), *now, sources_hash()])


def _work(
    tenant: Tenant, places: Places, cycle: Cycle, run: int, source: Source, earlier: list[str], now: datetime,
    threads: int,
) -> Result:  # fmt: skip
    origin = source.origin
    with alone(tenant=tenant, subject=f"cycle {origin.name}", folder=places.locks):
        found = difference(
            tenant=tenant, places=places, source=source, now=now, threads=threads,
            earlier=[name for name in earlier if name != origin.name],
        )  # fmt: skip
    written = [
        lake.write_file(
            tenant=tenant, kind=kind, subject=cycle.name, table=table, name=f"{run:06d}-{origin.name}",
            lake=places.lake,
        ).to_json()
        for kind, table in ((LATE_ITEMS, found.lines), (LATE_TAXES, found.taxes))
    ]  # fmt: skip
    return {
        "files": written, "taken": found.taken, "rejected": found.rejected, "parked_units": found.parked_units,
        "lines": found.lines.num_rows, "amount_minor": sum(found.lines["amount_minor"].to_pylist()),
    }  # fmt: skip


def _counts(found: Sequence[Source], results: Sequence[Result]) -> Result:
    names = ("taken", "rejected", "parked_units", "lines", "amount_minor")
    return {
        "months": {
            one.origin.name: {
                **{name: result[name] for name in names}, "files": [file.id for file in one.late],
                "corrections": [row.number for row in one.agreed], "withdrawn": list(one.withdrawn),
            }
            for one, result in zip(found, results, strict=True)
        }
    }  # fmt: skip


def _superseded(tenant: Tenant, cycle: Cycle) -> list[str]:
    return lake.forget(tenant=tenant, run_ids=jobs.supersede(tenant=tenant, kinds=(KIND,), subject=cycle.name))


def _forget(tenant: Tenant, places: Places, cycle: Cycle) -> None:
    """No differences any more (the cut excludes them, or an older cycle bears them): what was found does not count."""
    if cycle.state in FIXED or not done(tenant=tenant, kind=KIND, subject=cycle.name):
        return
    with transaction.atomic():
        stale = _superseded(tenant, cycle)
    lake.delete_files(places.lake, stale)


def _sweep(tenant: Tenant, places: Places, cycle: Cycle, run: Run) -> None:
    """Remove what interrupted runs left."""
    mine = {f["path"] for result in run.tasks.values_list("result", flat=True) for f in result.get("files", ())}
    for kind in (LATE_ITEMS, LATE_TAXES):
        known = {f.path for f in files(tenant=tenant, kind=kind, subject=cycle.name)} | mine
        folder = places.lake / lake.folder_of(tenant=tenant, kind=kind, subject=cycle.name)
        for path in folder.glob("*") if folder.is_dir() else ():
            if path.relative_to(places.lake).as_posix() not in known:
                path.unlink(missing_ok=True)
