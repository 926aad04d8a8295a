"""Which kinds of files there are and what was brought in; the format of one, its templates, and sending a file."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.http import Http404, HttpResponse

from yidian.faces.desk.views.imports import sheets
from yidian.faces.desk.views.imports.words import fault_words
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.telling import told, who
from yidian.journeys.imports.asking import look_later
from yidian.journeys.imports.kinds import KINDS, TAKES, Kind
from yidian.journeys.imports.receiving import receive
from yidian.journeys.imports.shelf import Shelf
from yidian.kernel.faults import BadInput
from yidian.platform.access.queries import names_of
from yidian.platform.jobs.kinds import NARROWED
from yidian.platform.jobs.queries import jobs_of
from yidian.platform.jobs.types import JobFacts
from yidian.platform.uploads.operations import LARGEST, UnableToUpload

PAGE: Final = 50
TONES: Final = {"queued": "wait", "working": "act", "done": "ok", "failed": "wait", "parked": "bad"}


def listed(asked: Asked) -> HttpResponse:
    """The kinds that the person may bring in, and what came before: theirs, and where a right reaches everybody all."""
    before = asked.request.GET.get("before", "")
    wide = {right for right in {kind.right for kind in KINDS.values()} & asked.actions if asked.reaches(right, "")}
    everybodys = {kind.takes for kind in KINDS.values() if kind.right in wide}
    kinds = [kind for kind in KINDS.values() if kind.right in (asked.actions if kind.takes in NARROWED else wide)]
    older = int(before) if before.isdecimal() and len(before) < 19 else 0
    listing = partial(jobs_of, tenant=asked.tenant, before=older, limit=PAGE + 1)
    rows = listing(kinds=TAKES & everybodys) + listing(kinds=TAKES - everybodys, actor=me(asked))
    rows.sort(key=lambda job: -job.id)
    names = names_of(tenant=asked.tenant, logins={who(job.actor) for job in rows[:PAGE]})
    return asked.page(
        "desk/imports/list.html", kinds=kinds,
        rows=[(job, TONES[job.state], names.get(who(job.actor), who(job.actor))) for job in rows[:PAGE]],
        more=rows[PAGE - 1].id if rows[PAGE:] else 0,
    )  # fmt: skip


def form(asked: Asked, *, kind: str) -> HttpResponse:
    found = kind_of(asked, kind)
    return asked.page("desk/imports/kind.html", **_about(asked, found))


def template(asked: Asked, *, kind: str, ending: str) -> HttpResponse:
    """An empty file with the columns of a kind; a workbook tells them on its second sheet."""
    found = kind_of(asked, kind)
    return sheets.template(asked, found, ending)


def sent(asked: Asked, *, kind: str) -> HttpResponse:
    """A file is kept, and looked at on the next page."""
    found, file = kind_of(asked, kind), asked.request.FILES.get("file")
    about = _about(asked, found)
    if file is None:
        return asked.refuse("desk/imports/kind.html", [("file", "FORM_NEEDED", {})], **about)
    try:
        kept = receive(
            tenant=asked.tenant, actor=asked.actor, shelf=shelf_of(asked), name=str(file.name), pieces=file.chunks(),
            now=asked.now,
        )  # fmt: skip
    except UnableToUpload as error:
        return asked.refuse("desk/imports/kind.html", [("file", error.code, told(asked, error.params))], **about)
    except BadInput as error:
        fault = error.faults[0]
        params = fault_words(asked, {"code": fault.code, "value": fault.value, "params": fault.params})["params"]
        return asked.refuse("desk/imports/kind.html", [("file", fault.code, params)], **about)
    if kept.bytes > found.at_once:
        look_later(
            tenant=asked.tenant, actor=asked.actor, kind=found, upload=kept.id, key=asked.key[-32:], now=asked.now
        )
    return asked.go("desk:import_look", kind=kind, upload=kept.id)


def kind_of(asked: Asked, name: str) -> Kind:
    """404 of what is no kind, or one that the person may not bring in."""
    kind = KINDS.get(name)
    if kind is None or not may(asked, kind):
        raise Http404
    return kind


def may(asked: Asked, kind: Kind) -> bool:
    """Whether the right of a kind is held: everywhere, or of what is asked for row by row anywhere."""
    if kind.takes in NARROWED:
        return asked.holds(kind.right)
    return asked.reaches(kind.right, "")


def seen_by(asked: Asked, job: JobFacts) -> bool:
    """Whether what came of a file is the person's to see: their own, or of a right that reaches everybody."""
    return job.actor == me(asked) or asked.reaches(KINDS[str(job.params["import"])].right, "")


def me(asked: Asked) -> str:
    return f"{asked.actor.kind}/{asked.actor.id}"


def shelf_of(asked: Asked) -> Shelf:
    return Shelf(tenant=asked.tenant, work=asked.places.work)


def _about(asked: Asked, kind: Kind) -> dict[str, Any]:
    columns = [(one, sheets.column_words(kind, one, asked.lang)) for one in kind.columns(asked.tenant)]
    return {"kind": kind, "columns": columns, "most_mb": LARGEST >> 20}
