"""What came of a file: how far it is, then every row's result, and the file of them."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpResponse

from yidian.faces.desk.views.imports import sheets
from yidian.faces.desk.views.imports.look import table_of
from yidian.faces.desk.views.imports.which import TONES, seen_by, shelf_of
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.telling import left, reason_words, shown, who
from yidian.journeys.imports.kinds import KINDS, TAKES
from yidian.journeys.imports.shelf import result_name
from yidian.platform.jobs.queries import job
from yidian.platform.jobs.types import STALE_S, JobFacts

SLOW_AFTER_S: Final = 300


def one(asked: Asked, *, file: int) -> HttpResponse:
    found = _seen(asked, file)
    shelf, name = shelf_of(asked), result_name(job=file)
    head = shelf.head(name) if found.state == "done" else None
    told = table_of(asked, head, shelf, name) if head is not None else {"head": None}
    return asked.page(
        "desk/imports/done.html", fragment="desk/imports/_done.html", kind=KINDS[str(found.params["import"])],
        upload=str(found.params["upload"]), **progress_of(asked, found), **told,
    )  # fmt: skip


def rows_file(asked: Asked, *, file: int, ending: str) -> HttpResponse:
    """The file with what came of each row beside it."""
    _seen(asked, file)
    shelf, name = shelf_of(asked), result_name(job=file)
    head = shelf.head(name)
    if head is None or not head.header:
        raise Http404
    return sheets.results(asked, head, shelf.rows(name), ending)


def progress_of(asked: Asked, found: JobFacts) -> dict[str, Any]:
    """How far a job is, for a page that shows it by itself."""
    slow = (found.worked_s or 0) > SLOW_AFTER_S
    return {
        "job": found, "tone": TONES[found.state], "state_words": f"JOB_STATE_{found.state.upper()}",
        "every": "" if not found.goes_on else "every 10s" if slow else "every 2s", "who": who(found.actor),
        "left": left(found.left_s, asked.lang), "why": reason_words(asked, found.reason),
        "nobody": found.state == "queued" and (asked.now - found.scheduled_for).total_seconds() > STALE_S,
        "came_to": [
            (f"IMPORT_CAME_{name.upper()}", shown(asked, name, count)) for name, count in found.result.items()
        ],
    }  # fmt: skip


def _seen(asked: Asked, id_: int) -> JobFacts:
    found = job(tenant=asked.tenant, id=id_) if id_ < 1 << 62 else None
    if found is None or found.kind not in TAKES or not seen_by(asked, found):
        raise Http404
    return found
