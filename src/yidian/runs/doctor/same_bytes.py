"""I13 of rating: the same inputs give the same bytes. Parts of a cycle are rated again, beside the lake."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from yidian.domains.customer_bill.types import Cycle
from yidian.kernel.rating.programs import Programs
from yidian.platform.jobs.models import Run, RunTask
from yidian.platform.lake.operations import write_file
from yidian.platform.lake.queries import Stored, files, read_stored, read_table, verify
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.inputs_again import PART, inputs_again
from yidian.runs.doctor.visit import Visit
from yidian.runs.rate import results
from yidian.runs.rate.classify import classify_file
from yidian.runs.rate.inputs import Inputs, Places
from yidian.runs.rate.left import read_left
from yidian.runs.rate.rate_part import rate_part
from yidian.runs.rate.run import prepare, store_part
from yidian.runs.rate.spill import read_part

CLASSIFIED = "-classify"  # ends the name of the file of what classification rejected


def same_bytes(on: Visit) -> Finding:
    """A sample of the parts of each cycle, and the whole list of what classification rejected."""
    look = Look("I13", "SAME_BYTES")
    for cycle in on.rated_cycles():
        again = inputs_again(on, look, cycle)
        if again is not None:
            run, inputs = again
            on.places.work.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(dir=on.places.work, prefix="doctor-") as folder:
                _compare(on, look, cycle, run, inputs, Path(folder))
    return look.finding()


def _compare(on: Visit, look: Look, cycle: Cycle, run: Run, inputs: Inputs, folder: Path) -> None:
    aside = Places(folder / "lake", folder / "work")
    ready, programs = prepare(on.tenant, aside, inputs)
    spilled = [
        classify_file(ready, verify(file, on.places.lake), f"{n:06d}", file.id) for n, file in enumerate(inputs.files)
    ]
    told = dict(RunTask.objects.filter(run=run).values_list("name", "result"))
    chosen = on.sample(inputs.parts, on.parts, f"run {run.pk}")
    for part in chosen:
        made = rate_part(
            compiled=programs.compiled, programs=Programs(programs.compiled, like=programs), people=ready.people,
            records=read_part(ready.scratch, spilled, part), part=part, fast=ready.engine,
            before=read_left(inputs.left, on.places.lake) if inputs.left else None,
        )  # fmt: skip
        result = store_part(on.tenant, aside, cycle.name, run.pk, part, made)
        visible = {path: f for path, f in _visible(on, run).items() if f.part == part and not _classified(path)}
        _files(on, look, aside, visible, result["files"])
        before = {name: value for name, value in told[f"{PART}{part}"].items() if name != "files"}
        if before != {name: value for name, value in result.items() if name != "files"}:
            look.violation("TERMS_DIFFER", cycle=cycle.name, run=run.pk, part=part)
    table = results.spilled_rejects(ready.scratch, spilled)
    name = f"{run.pk:06d}{CLASSIFIED}"
    kind = "reject"
    written = write_file(tenant=on.tenant, kind=kind, subject=cycle.name, table=table, name=name, lake=aside.lake)
    rejects = [written.to_json()] if table.num_rows else []
    _files(on, look, aside, {p: f for p, f in _visible(on, run).items() if _classified(p)}, rejects)
    parts = ", ".join(map(str, chosen))
    look.note("PARTS_AGAIN", cycle=cycle.name, parts=parts, of=inputs.parts)


def _visible(on: Visit, run: Run) -> dict[str, Stored]:
    return {
        file.path: file
        for kind in results.KINDS
        for file in files(tenant=on.tenant, kind=kind, subject=run.subject, run_id=run.pk)
    }


def _classified(path: str) -> bool:
    return path.endswith(f"{CLASSIFIED}.parquet")


def _files(on: Visit, look: Look, aside: Places, visible: dict[str, Stored], made: list[dict[str, Any]]) -> None:
    """The bytes; where they differ, the rows: another version of the file format's library writes other bytes."""
    for path in sorted(visible.keys() - {file["path"] for file in made}):
        look.violation("FILE_NOT_MADE_AGAIN", path=path)
    for file in made:
        look.checked += 1
        path = file["path"]
        stored = visible.get(path)
        if stored is None:
            look.violation("FILE_NOT_VISIBLE", path=path)
        elif stored.sha256 != file["sha256"]:
            if read_stored(stored, on.places.lake).equals(read_table(aside.lake / path)):
                look.alarm("BYTES_DIFFER_ROWS_NOT", path=path)
            else:
                look.violation("ROWS_DIFFER", path=path)
