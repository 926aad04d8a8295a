"""What a file would do: its counts, its first rows, every row that is wrong; and that it is taken."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Any, Final

from django.http import Http404, HttpResponse

from yidian.faces.desk.views.imports import sheets
from yidian.faces.desk.views.imports.which import kind_of, seen_by, shelf_of
from yidian.faces.desk.views.imports.words import fault_words
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.telling import reason_words, told, who
from yidian.journeys.imports import asking
from yidian.journeys.imports.kinds import ORDERS, Kind
from yidian.journeys.imports.looking import Looking, look
from yidian.journeys.imports.receiving import hush, received
from yidian.journeys.imports.shelf import PAGE, Head, Shelf
from yidian.platform.access.types import UnableToAct
from yidian.platform.jobs.types import JobFacts
from yidian.platform.uploads.operations import UnableToUpload, Upload
from yidian.runs.first_bill.pricing import priced_at
from yidian.runs.rate.inputs import Places

FIRST: Final = 10  # rows that show how the file is read


def one(asked: Asked, *, kind: str, upload: str) -> HttpResponse:
    """The look at a file; a small one is looked at here, a large one by the worker, whose progress is shown."""
    found = kind_of(asked, kind)
    kept = _kept(asked, upload)
    before = next((job for job in asking.imported(tenant=asked.tenant, kind=found, upload=upload)
                   if job.state != "parked"), None)  # fmt: skip
    if before is not None:
        return _was_taken(asked, found, kept, before)
    looking = _looking(asked, found, kept)
    head = looking.shelf.head(looking.name)
    if head is None:
        job = asking.looking(tenant=asked.tenant, actor=asked.actor, kind=found, upload=upload)
        if job is None and kept.bytes <= found.at_once:
            head = look(looking)
        else:
            return _under_way(asked, found, kept, job)
    return _shown(asked, found, kept, head, looking.shelf, looking.name)


def again(asked: Asked, *, kind: str, upload: str) -> HttpResponse:
    """Look once more: things have changed, or nobody has looked yet and it takes a while."""
    found = kind_of(asked, kind)
    kept = _kept(asked, upload)
    if kept.bytes <= found.at_once:
        look(_looking(asked, found, kept))
    else:
        looking = _looking(asked, found, kept)
        looking.shelf.drop(looking.name)
        asking.look_later(
            tenant=asked.tenant, actor=asked.actor, kind=found, upload=upload, key=asked.key[-32:], now=asked.now
        )
    return asked.go("desk:import_look", kind=kind, upload=upload)


def taken(asked: Asked, *, kind: str, upload: str) -> HttpResponse:
    """It is taken as it was seen, by a job."""
    found = kind_of(asked, kind)
    kept = _kept(asked, upload)
    looking = _looking(asked, found, kept)
    head = looking.shelf.head(looking.name)
    if head is None or asked.form.get("seen", "") != head.seen:
        asked.say_later("IMPORT_LOOK_FIRST")
        return asked.go("desk:import_look", kind=kind, upload=upload)
    try:
        job = asking.take_it(tenant=asked.tenant, actor=asked.actor, kind=found, head=head, now=asked.now)
    except asking.UnableToImport as error:
        asked.say_later(error.code, **told(asked, error.params))
        return asked.go("desk:import_look", kind=kind, upload=upload)
    except UnableToAct as error:
        if error.code != "SECOND_PERSON_NEEDED":
            raise Http404 from error
        asked.say_later("DESK_SECOND_ASKED", approval=error.params["approval"])
        return asked.go("desk:import_look", kind=kind, upload=upload)
    return asked.go("desk:import_done", file=job)


def rows_file(asked: Asked, *, kind: str, upload: str, ending: str) -> HttpResponse:
    """The file as it was looked at, with what is wrong beside each row."""
    found = kind_of(asked, kind)
    looking = _looking(asked, found, _kept(asked, upload))
    head = looking.shelf.head(looking.name)
    if head is None or not head.header:
        raise Http404
    return sheets.results(asked, head, looking.shelf.rows(looking.name), ending)


def table_of(asked: Asked, head: Head, shelf: Shelf, name: str) -> dict[str, Any]:
    """Rows of a head: the first ones, and a page of the wrong ones after a line (`?after=`)."""
    after = asked.request.GET.get("after", "")
    line = int(after) if after.isdecimal() and len(after) < 10 else 0
    wrong = list(islice(shelf.rows(name, after=line, wrong=True), PAGE + 1)) if head.refused else []
    return {
        "head": head, "first": list(islice(shelf.rows(name), FIRST)) if not head.wrong else [],
        "wrong": [(row, [fault_words(asked, fault) for fault in row.faults]) for row in wrong[:PAGE]],
        "file_wrong": [fault_words(asked, fault) for fault in head.wrong[:PAGE]], "after": line,
        "more": wrong[PAGE - 1].line if wrong[PAGE:] else 0, "total_minor": _total(shelf, name, head),
    }  # fmt: skip


def _total(shelf: Shelf, name: str, head: Head) -> int | None:
    """What the first bills of all orders of the file come to; None: it has none."""
    if head.kind != ORDERS or head.wrong:
        return None
    return sum(row.total_minor or 0 for row in shelf.rows(name))


def _shown(asked: Asked, kind: Kind, kept: Upload, head: Head, shelf: Shelf, name: str) -> HttpResponse:
    takes = head.rows - head.refused if not kind.whole else 0 if head.refused else head.rows
    changes = head.counts.get("new", 0) + head.counts.get("changed", 0) + head.gone
    parked = next(iter(asking.imported(tenant=asked.tenant, kind=kind, upload=kept.id)), None)
    return asked.page(
        "desk/imports/look.html", kind=kind, upload=kept, takes=takes if not head.wrong else 0,
        nothing=kind.whole and not head.refused and not head.wrong and not changes, parked=parked,
        parked_why=reason_words(asked, parked.reason) if parked else "", looked_at=datetime.fromisoformat(head.at),
        **table_of(asked, head, shelf, name),
    )  # fmt: skip


def _under_way(asked: Asked, kind: Kind, kept: Upload, job: JobFacts | None) -> HttpResponse:
    from yidian.faces.desk.views.imports.done import progress_of

    return asked.page(
        "desk/imports/looking.html", fragment="desk/imports/_looking.html", kind=kind, upload=kept,
        **(progress_of(asked, job) if job else {"job": None}),
    )  # fmt: skip


def _was_taken(asked: Asked, kind: Kind, kept: Upload, job: JobFacts) -> HttpResponse:
    """The same file again is answered with what came of it; where that is somebody else's, with whose it is."""
    if job.state == "done":
        hush(tenant=asked.tenant, shelf=shelf_of(asked), kind=kind, upload=kept)
    if seen_by(asked, job):
        asked.say_later("IMPORT_BEFORE")
        return asked.go("desk:import_done", file=job.id)
    return asked.page("desk/imports/before.html", kind=kind, upload=kept, job=job, who=who(job.actor))


def _kept(asked: Asked, upload: str) -> Upload:
    try:
        return received(tenant=asked.tenant, shelf=shelf_of(asked), id=upload)
    except UnableToUpload as error:
        raise Http404 from error


def _looking(asked: Asked, kind: Kind, kept: Upload) -> Looking:
    places = Places(lake=asked.places.lake, work=asked.places.work)
    return Looking(
        tenant=asked.tenant, actor=asked.actor, shelf=shelf_of(asked), kind=kind, upload=kept, now=asked.now,
        price=priced_at(tenant=asked.tenant, places=places, now=asked.now),
    )  # fmt: skip
