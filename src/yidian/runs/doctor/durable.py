"""I6: what was acknowledged is there. Done runs have their files, files their bytes, cycles a run to point at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from yidian.domains.customer_bill.queries import cycles
from yidian.platform.jobs.models import Run, RunTask
from yidian.platform.lake.models import LakeFile
from yidian.platform.lake.queries import FIELDS, Stored, UnableToUseFile, verify
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit

WITHOUT_FILES = frozenset({"classify"})  # its results are scratch, which may be lost and is then made again
MAY_BE_EMPTY = frozenset({"post", "clear", "dun", "payments"})  # nobody may owe, be overdue or have paid


def done_runs(on: Visit) -> Finding:
    """Every run that is done: each file its tasks told of is registered, as it was told."""
    look = Look("I6", "DONE_RUNS")
    registered = _registered(on)
    for run in Run.objects.filter(tenant=on.tenant, state=Run.State.DONE).order_by("id"):
        look.checked += 1
        where: dict[str, Any] = {"run": run.pk, "kind": run.kind, "subject": run.subject}
        if run.finished_at is None or not run.counts:
            look.violation("DONE_WITHOUT_RESULT", **where)
        results = list(RunTask.objects.filter(run=run).order_by("id").values_list("result", flat=True))
        if not results and run.kind not in WITHOUT_FILES | MAY_BE_EMPTY:
            look.violation("DONE_WITHOUT_TASKS", **where)
        for told in _files_told(results):
            stored = registered.get(told["path"])
            if stored is None or stored.run_id != run.pk:
                look.violation("TASK_FILE_NOT_REGISTERED", **where, path=told["path"])
            elif any(getattr(stored, name) != told[name] for name in ("rows", "bytes", "sha256")):
                look.violation("TASK_FILE_OTHERWISE", **where, path=told["path"])
    return look.finding()


def _files_told(results: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for result in results:
        if isinstance(result.get("file"), dict):
            yield result["file"]
        found = result.get("files")
        if isinstance(found, list):
            yield from found


def _registered(on: Visit) -> dict[str, Stored]:
    rows = LakeFile.objects.filter(tenant=on.tenant).order_by("id").values_list(*FIELDS)
    return {stored.path: stored for stored in (Stored(*row) for row in rows)}


def lake_bytes(on: Visit) -> Finding:
    """Every file of the manifest is there with its size; `deep`: with its bytes."""
    look = Look("I6", "LAKE_BYTES")
    for stored in _registered(on).values():
        look.checked += 1
        path = on.places.lake / stored.path
        if not path.is_file():
            look.violation("LAKE_FILE_MISSING", path=stored.path)
        elif path.stat().st_size != stored.bytes:
            look.violation("LAKE_FILE_SIZE", path=stored.path)
        elif on.deep:
            try:
                verify(stored, on.places.lake)
            except UnableToUseFile as error:
                look.violation(error.code, **error.params)
    return look.finding()


def pointers(on: Visit) -> Finding:
    """What a cycle points at is a finished run of the right kind on that cycle; a closed one points at both."""
    look = Look("I6", "POINTERS")
    runs = {run.pk: run for run in Run.objects.filter(tenant=on.tenant)}
    for cycle in cycles(tenant=on.tenant):
        look.checked += 1
        for kind, number in (("rate", cycle.rate_run), ("bill", cycle.bill_run)):
            run = runs.get(number) if number is not None else None
            where: dict[str, Any] = {"cycle": cycle.name, "kind": kind}
            if number is None:
                if cycle.state == "closed":
                    look.violation("CLOSED_WITHOUT_RUN", **where)
            elif run is None or (run.kind, run.subject, run.state) != (kind, cycle.name, Run.State.DONE):
                look.violation("POINTER_TO_OTHER", **where, run=number)
    return look.finding()


def database(on: Visit) -> Finding:
    """SQLite's own look at its file; `deep`: at every index too."""
    look = Look("I6", "DATABASE")
    if connection.vendor != "sqlite":
        return look.finding()
    connection.ensure_connection()
    for (said,) in connection.connection.execute("PRAGMA integrity_check" if on.deep else "PRAGMA quick_check"):
        look.checked += 1
        if said != "ok":
            look.violation("DATABASE_DAMAGED", said=str(said))
    for table, *_ in connection.connection.execute("PRAGMA foreign_key_check"):
        look.violation("DATABASE_DANGLING", table=str(table))
    return look.finding()
