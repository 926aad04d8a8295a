"""The late run of a cycle: usage of months in the books that came since, as lines for this cycle's bills.

A result is remembered by the digest of all it depends on: asked again nothing is done, and until the cycle's bills are
fixed another late file replaces the result. What stands on bills that are fixed is never counted twice: it is read
back from them and subtracted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
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
from yidian.platform.lake.queries import Stored, files, verify
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill.facts import facts
from yidian.runs.late_charges.lines import LATE_ITEMS, LATE_TAXES, LINES, TAXES
from yidian.runs.late_charges.shadow import difference
from yidian.runs.rate.inputs import Places, digest_of

KIND = "late"


def late_charges(*, tenant: Tenant, places: Places, cycle: Cycle, now: datetime, threads: int) -> Run | None:
    """Bring the late usage that this cycle's bills bear up to date; None: there is none.

    The caller works on the cycle alone. Only the oldest cycle whose bills are not fixed bears any. UnableToRun:
    somebody works on the month it is of.
    """
    sources = _sources(tenant, places, cycle)
    earlier = [c.name for c in queries.cycles(tenant=tenant) if c.state in FIXED and c.bill_run is not None]
    before = done(tenant=tenant, kind=KIND, subject=cycle.name)
    if not sources:
        _forget(tenant, places, cycle)
        return None
    digest = _digest(tenant, sources, earlier)
    for run in before:
        if run.input_digest == digest:
            return run
    run = open_run(tenant=tenant, kind=KIND, subject=cycle.name, input_digest=digest, now=now)
    _sweep(tenant, places, cycle, run)
    tasks = [
        Task(origin.name, partial(_work, tenant, places, cycle, run.pk, origin, late, earlier, now, threads))
        for origin, late in sources
    ]
    results = run_tasks(run, tasks, threads=1)
    point("run.publish")
    with transaction.atomic():
        stale = _superseded(tenant, cycle)
        found = [PendingFile(**f) for result in results for f in result["files"]]
        lake.register(tenant=tenant, files=found, run=run)
        finish(run, counts=_counts(sources, results), now=now)
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
    tables = [pq.read_table(verify(file, folder)).cast(schema) for file in found]
    return pa.concat_tables([schema.empty_table(), *tables])


def _sources(tenant: Tenant, places: Places, cycle: Cycle) -> list[tuple[Cycle, list[Stored]]]:
    """Months in the books, oldest first, with the usage files that came after their cut and hold events of them."""
    if not queries.takes_late_usage(tenant=tenant, cycle=cycle):
        return []
    found = []
    for origin in queries.cycles(tenant=tenant):
        if origin.state not in FIXED:
            continue
        within = files(tenant=tenant, kind="usage", overlaps=(origin.from_ms, origin.to_ms))
        late = [f for f in within if f.id > origin.cutoff_file and not (cycle.cut_fixed and f.id > cycle.cutoff_file)]
        late = [f for f in late if events_of(f, places.lake, origin)]
        if late:
            found.append((origin, late))
    return found


def events_of(file: Stored, folder: Path, cycle: Cycle) -> int:
    """How many events of a cycle a usage file holds."""
    start = pq.read_table(verify(file, folder), columns=["start_ms"])["start_ms"].to_numpy()
    return int(((start >= cycle.from_ms) & (start < cycle.to_ms)).sum())


def _digest(tenant: Tenant, sources: Sequence[tuple[Cycle, list[Stored]]], earlier: Sequence[str]) -> str:
    now = versions(tenant=tenant)
    told = [
        [origin.name, origin.rate_run, origin.bill_run, [file.sha256 for file in late],
         facts(tenant=tenant, cycle=origin).told]
        for origin, late in sources
    ]  # fmt: skip
    return digest_of([told, list(earlier), *now, sources_hash()])


def _work(
    tenant: Tenant, places: Places, cycle: Cycle, run: int, origin: Cycle, late: list[Stored], earlier: list[str],
    now: datetime, threads: int,
) -> Result:  # fmt: skip
    with alone(tenant=tenant, subject=f"cycle {origin.name}", folder=places.locks):
        found = difference(
            tenant=tenant, places=places, origin=origin, late=late, now=now, threads=threads,
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


def _counts(sources: Sequence[tuple[Cycle, list[Stored]]], results: Sequence[Result]) -> Result:
    names = ("taken", "rejected", "parked_units", "lines", "amount_minor")
    return {
        "months": {
            origin.name: {**{name: result[name] for name in names}, "files": [file.id for file in late]}
            for (origin, late), result in zip(sources, results, strict=True)
        }
    }


def _superseded(tenant: Tenant, cycle: Cycle) -> list[str]:
    return lake.forget(tenant=tenant, run_ids=jobs.supersede(tenant=tenant, kinds=(KIND,), subject=cycle.name))


def _forget(tenant: Tenant, places: Places, cycle: Cycle) -> None:
    """No late usage any more (the cut excludes it, or an older cycle bears it): what was found does not count."""
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
