"""I14: no file of the lake without a row, no row without its file."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote, unquote

from yidian.platform.jobs.models import Run
from yidian.platform.lake import queries
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit

GRACE_S: Final = 3600  # a younger file may belong to somebody who is at work


def lake_census(on: Visit) -> Finding:
    """Files of the tenant against the manifest, both ways. What an unfinished run has written belongs to that run."""
    look = Look("I14", "LAKE_CENSUS")
    found = queries.census(tenant=on.tenant, lake=on.places.lake, deep=False)
    look.checked = found.files
    for path in found.holes:
        look.violation("LAKE_HOLE", path=path)
    runs = {run.pk: run for run in Run.objects.filter(tenant=on.tenant)}
    mine = quote(on.tenant.code, safe="") + "/"
    for path in found.orphans:
        if path.startswith(mine):
            _orphan(on, look, path, runs)
    return look.finding()


def _orphan(on: Visit, look: Look, path: str, runs: dict[int, Run]) -> None:
    run = _writer(path, runs)
    if run is not None and run.state == Run.State.WORKING:
        look.alarm("FILE_OF_UNFINISHED_RUN", path=path, run=run.pk, kind=run.kind)
    elif run is not None and run.state in (Run.State.SUPERSEDED, Run.State.ABANDONED):
        look.alarm("FILE_LEFT_OVER", path=path, run=run.pk, kind=run.kind)
    elif on.now.timestamp() - (on.places.lake / path).stat().st_mtime < GRACE_S:
        look.alarm("FILE_YOUNG", path=path)
    else:
        look.violation("LAKE_ORPHAN", path=path)


def _writer(path: str, runs: dict[int, Run]) -> Run | None:
    """The run that a file's name begins with, if it worked on that subject: `…/<subject>/<run>-<part>.parquet`."""
    steps = PurePosixPath(path).parts
    number = steps[-1].partition("-")[0]
    run = runs.get(int(number)) if number.isascii() and number.isdecimal() and len(number) < 19 else None
    return run if run is not None and len(steps) == 4 and run.subject == unquote(steps[2]) else None
