"""The classify run of a cycle: its tasks' results are references to scratch files.

They are used again as long as nothing they depend on has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from django.db import transaction

from yidian.platform.jobs.engine import Result, Task, finish, open_run, run_tasks
from yidian.platform.jobs.operations import forget_tasks
from yidian.platform.jobs.queries import task_results
from yidian.platform.lake.queries import Stored, whole
from yidian.platform.tenancy.models import Tenant
from yidian.runs.rate.ahead import ReadAhead
from yidian.runs.rate.classify import Stage, classify_usage, read_usage
from yidian.runs.rate.inputs import Inputs, Places
from yidian.runs.rate.spill import Spilled, intact, people_name, write_people

KIND = "classify"


def classify(
    *,
    tenant: Tenant,
    places: Places,
    inputs: Inputs,
    on: Stage,
    now: datetime,
    threads: int,
    advance: Callable[[int], None] | None,
    ahead: ReadAhead | None = None,
) -> list[Spilled]:
    """Classify the usage files that are not classified yet; answers what each gave, in the order of the files.

    `ahead`: where some of them may be read already.
    """
    names = {file.id: name_of(inputs, file) for file in inputs.files}
    known = _known(tenant, inputs.cycle.name, on.scratch)
    _sweep(on, {*names.values(), people_name(inputs.reference_digest)})
    todo = [file for file in inputs.files if names[file.id] not in known]
    if not todo:
        if advance is not None:
            advance(len(inputs.files))
        return [known[names[file.id]] for file in inputs.files]
    write_people(on.scratch, inputs.reference_digest, on.people.ids)
    run = open_run(tenant=tenant, kind=KIND, subject=inputs.cycle.name, input_digest=inputs.reference_digest, now=now)

    def work(file: Stored) -> Result:
        table = ahead.read(file) if ahead else read_usage(whole(file, places.lake))
        return classify_usage(on, table, names[file.id], file.id).to_json()

    tasks = [Task(names[file.id], partial(work, file)) for file in todo]
    for task, result in zip(tasks, run_tasks(run, tasks, threads=threads, advance=advance), strict=True):
        known[task.name] = Spilled(**result)
    with transaction.atomic():
        finish(run, counts={"files": len(tasks)}, now=now)
    return [known[names[file.id]] for file in inputs.files]


def missing(*, tenant: Tenant, places: Places, inputs: Inputs) -> list[Stored]:
    """The usage files that are not classified yet."""
    known = _known(tenant, inputs.cycle.name, places.scratch(tenant, inputs.cycle))
    return [file for file in inputs.files if name_of(inputs, file) not in known]


def name_of(inputs: Inputs, file: Stored) -> str:
    """The name of a usage file's task and of its scratch: what its classification depends on."""
    return f"{inputs.reference_digest[:16]}-{file.sha256[:24]}"


def _known(tenant: Tenant, cycle: str, scratch: Path) -> dict[str, Spilled]:
    """What earlier runs classified and whose scratch is still there. Lost scratch is forgotten."""
    results = task_results(tenant=tenant, kind=KIND, subject=cycle)
    found = {name: Spilled(**result) for name, result in results.items()}
    lost = [name for name, spilled in found.items() if not intact(scratch, spilled)]
    forget_tasks(tenant=tenant, kind=KIND, subject=cycle, names=lost)
    return {name: found[name] for name in found.keys() - set(lost)}


def _sweep(on: Stage, wanted: set[str]) -> None:
    """Remove scratch that no file of this run will ask for."""
    if on.scratch.is_dir():
        for path in on.scratch.iterdir():
            if path.is_file() and path.name.removesuffix(".rejects") not in wanted:
                path.unlink(missing_ok=True)


def forget(*, tenant: Tenant, cycle: str) -> None:
    """Let everything be classified again: some scratch was not what its task said."""
    forget_tasks(tenant=tenant, kind=KIND, subject=cycle)
