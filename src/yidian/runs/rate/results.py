"""What rating made visible of a cycle: the base run, and the partial runs after it, read as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yidian.domains.customer_bill.queries import cycle_named
from yidian.kernel.rating.quote import REASONS
from yidian.platform.jobs import operations as jobs
from yidian.platform.jobs.models import Run
from yidian.platform.jobs.queries import done
from yidian.platform.lake import operations as lake_operations
from yidian.platform.lake.queries import Stored, files, read_columns, read_stored, whole
from yidian.platform.tenancy.models import Tenant
from yidian.runs.rate.classify import REJECT
from yidian.runs.rate.spill import ScratchLost, Spilled

BASE, PARTIAL = "rate", "rerate"
KINDS = ("rated", "rated_total", "reject", "left", "mark")
CODES = dict(REASONS)
Layers = list[tuple[Run, set[int]]]


def current_run(*, tenant: Tenant, cycle: str) -> Run | None:
    """The full rate run whose result counts."""
    return run_numbered(tenant=tenant, number=cycle_named(tenant=tenant, name=cycle).rate_run)


def run_numbered(*, tenant: Tenant, number: int | None) -> Run | None:
    """A rate run, by what its cycle says."""
    return None if number is None else Run.objects.filter(tenant=tenant, id=number).first()


def has_partials(*, tenant: Tenant, base: Run) -> bool:
    return bool(done(tenant=tenant, kind=PARTIAL, subject=base.subject, after=base.pk))


def layers(*, tenant: Tenant, base: Run | None) -> Layers:
    """Runs of a cycle whose rows count, oldest first, each with the units that later runs took over."""
    if base is None:
        return []
    found: Layers = []
    taken: set[int] = set()
    for run in reversed([base, *done(tenant=tenant, kind=PARTIAL, subject=base.subject, after=base.pk)]):
        found.append((run, set(taken)))
        taken |= set(run.counts.get("units", ()))
    return found[::-1]


def rated_files(
    *, tenant: Tenant, cycle: str, kind: str = "rated", of: Layers | None = None
) -> list[tuple[Stored, set[int]]]:
    """Files of a kind that count, in order of part, each with the units whose rows in it do not. `of`: if known."""
    if of is None:
        of = layers(tenant=tenant, base=current_run(tenant=tenant, cycle=cycle))
    return [
        (file, without)
        for run, without in of
        for file in sorted(
            files(tenant=tenant, kind=kind, subject=cycle, run_id=run.pk), key=lambda f: (f.part, f.path)
        )
    ]


def _read(file: Stored, lake: Path, without: set[int], columns: list[str] | None = None) -> pa.Table:
    table = read_stored(file, lake, columns)
    if without and "unit" in table.column_names:
        table = table.filter(pc.invert(pc.is_in(table["unit"], pa.array(sorted(without), pa.int64()))))
    return table


def rated_tables(*, tenant: Tenant, cycle: str, lake: Path, columns: list[str] | None = None) -> Iterator[pa.Table]:
    """Rated items as they stand in the lake, one table a part."""
    for file, without in rated_files(tenant=tenant, cycle=cycle):
        yield _read(file, lake, without, columns)


def rated_totals(*, tenant: Tenant, cycle: str, lake: Path) -> pa.Table:
    """Sums per (account, subscriber, item).

    Columns: unit, account, subscriber, item, amount_micro, quantity, events, cut_micro.
    """
    parts = [_read(f, lake, without) for f, without in rated_files(tenant=tenant, cycle=cycle, kind="rated_total")]
    return pa.concat_tables(parts).combine_chunks() if parts else EMPTY_TOTALS


def marks_of(*, tenant: Tenant, cycle: str, lake: Path) -> Iterator[pa.Table]:
    """Marks that were reached, as marks.py says, one table a part."""
    for file, without in rated_files(tenant=tenant, cycle=cycle, kind="mark"):
        yield _read(file, lake, without)


EMPTY_TOTALS = pa.table(
    {n: pa.array([], pa.int64()) for n in ("unit", "account", "subscriber")}
    | {"item": pa.array([], pa.string())}
    | {n: pa.array([], pa.int64()) for n in ("amount_micro", "quantity", "events", "cut_micro")}
)
EMPTY_REJECTS = pa.table(
    {n: pa.array([], pa.int64()) for n in ("event_id", "start_ms")}
    | {"reason": pa.array([], pa.string())}
    | {n: pa.array([], pa.int64()) for n in ("usage_file", "usage_row", "unit")}
    | {n: pa.array([], pa.string()) for n in ("identifier", "other_party")}
)
ORIGIN = ("file_id", "record_no")


def rejects(*, tenant: Tenant, cycle: str, lake: Path) -> pa.Table:
    """Events that rating could not take.

    Columns: event_id, start_ms, reason (code), file_id, record_no (0: not known), unit (0: none), identifier and
    other_party as received (empty where pricing, not classification, rejected).
    """
    parts = [_read(f, lake, without) for f, without in rated_files(tenant=tenant, cycle=cycle, kind="reject")]
    usage = {file.id: file for file in files(tenant=tenant, kind="usage")} if parts else {}
    return pa.concat_tables([_with_origin(t, usage, lake) for t in (EMPTY_REJECTS, *parts)]).combine_chunks()


def _with_origin(found: pa.Table, usage: Mapping[int, Stored], lake: Path) -> pa.Table:
    """Rejects with the collected file and record each came from, read from the lake where they stand."""
    if "usage_file" not in found.column_names:  # as runs of version 0.1.0 wrote them
        return found.select(_REJECT_COLUMNS)
    file, row = found["usage_file"].to_numpy(), found["usage_row"].to_numpy()
    origin = {name: np.zeros(len(file), np.int64) for name in ORIGIN}
    for number in np.unique(file[file > 0]).tolist():
        columns = read_columns(whole(usage[number], lake), ORIGIN)
        for name in ORIGIN:
            origin[name][file == number] = columns[name].to_numpy()[row[file == number]]
    for name in ORIGIN:
        found = found.append_column(name, pa.array(origin[name]))
    return found.select(_REJECT_COLUMNS)


_REJECT_COLUMNS = ["event_id", "start_ms", "reason", *ORIGIN, "unit", "identifier", "other_party"]


def worded(found: pa.Table) -> pa.Table:
    """Rejects of pricing in the form in which the lake keeps them."""
    count = found.num_rows
    codes = [CODES[n] for n in found["reason"].to_pylist()]
    nothing, nobody = pa.array(np.zeros(count, np.int64)), pa.array([""] * count, pa.string())
    return pa.table(
        [found["event_id"], found["start_ms"], pa.array(codes, pa.string()), nothing, nothing, found["unit"],
         nobody, nobody],
        names=EMPTY_REJECTS.column_names,
    )  # fmt: skip


def spilled_rejects(scratch: Path, spilled: list[Spilled]) -> pa.Table:
    """Rejects of classification, from scratch; ScratchLost where they are not what was counted."""
    found = []
    for file in spilled:
        if not file.reasons:
            continue
        try:
            rows = np.fromfile(scratch / f"{file.name}.rejects", REJECT)
        except OSError as error:
            raise ScratchLost(file.name) from error
        if len(rows) != sum(file.reasons.values()) or int(rows["event_id"].sum(dtype=np.int64)) != file.rejected_sum:
            raise ScratchLost(file.name)
        found.append(rows)
    if not found:
        return EMPTY_REJECTS
    rows = np.concatenate(found)
    codes = pa.array([CODES[int(n)] for n in rows["reason"]], pa.string())
    numbers = {n: pa.array(np.ascontiguousarray(rows[n])) for n in ("event_id", "start_ms", "usage_file", "usage_row")}
    texts = [
        pa.array([t.decode(errors="replace") for t in rows[n]], pa.string()) for n in ("identifier", "other_party")
    ]
    nobody = pa.array(np.zeros(len(rows), np.int64))
    return pa.table(
        [numbers["event_id"], numbers["start_ms"], codes, numbers["usage_file"], numbers["usage_row"], nobody, *texts],
        names=EMPTY_REJECTS.column_names,
    )


def supersede(*, tenant: Tenant, cycle: str) -> list[str]:
    """Take earlier results of a cycle out of sight, inside the publishing transaction.

    Answers the paths to delete after it.
    """
    ids = jobs.supersede(tenant=tenant, kinds=(BASE, PARTIAL), subject=cycle)
    return lake_operations.forget(tenant=tenant, run_ids=ids)


def sweep(*, tenant: Tenant, lake: Path, cycle: str, run: Run) -> None:
    """Remove files that interrupted runs left: neither registered, nor written by a finished task of this run."""
    mine = {f["path"] for result in run.tasks.values_list("result", flat=True) for f in result.get("files", ())}
    for kind in KINDS:
        known = {f.path for f in files(tenant=tenant, kind=kind, subject=cycle)} | mine
        folder = lake / lake_operations.folder_of(tenant=tenant, kind=kind, subject=cycle)
        for path in folder.glob("*") if folder.is_dir() else ():
            if path.relative_to(lake).as_posix() not in known:
                path.unlink(missing_ok=True)
