"""Suspense: by source and reason, the records with long numbers masked, fed again or given up."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse

from yidian.domains.usage.operations import write_off
from yidian.domains.usage.queries import suspense_groups, suspense_page
from yidian.domains.usage.types import SuspenseGroup
from yidian.faces.desk.views.starting import start_job
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.telling import DIFFERING, told
from yidian.kernel.faults import BadInput
from yidian.platform.access import gate
from yidian.platform.access.types import UnableToAct
from yidian.platform.wording import remedy, text

PAGE = 50
RIGHT = "suspense.write_off"


def listed(asked: Asked) -> HttpResponse:
    """Groups of open records, the largest first, each with what happened and what to do."""
    groups = suspense_groups(tenant=asked.tenant)
    return asked.page(
        "desk/suspense.html", groups=[_group(asked, one) for one in groups],
        sources=sorted({one.source for one in groups}), total=sum(one.records for one in groups),
    )  # fmt: skip


def one(asked: Asked, *, source: str, code: str) -> HttpResponse:
    """The records of a group, fifty at a time."""
    return asked.page("desk/suspense_group.html", **_shown(asked, source, code))


def refed(asked: Asked) -> HttpResponse:
    """The open records of a source once more through its mapping, as a job."""
    return start_job(
        asked, kind="suspense.refeed", params={"source": asked.form.get("source", "")}, back="desk:suspense", ids={}
    )


def written_off(asked: Asked, *, source: str, code: str) -> HttpResponse:
    """A group is given up, by two people where it takes them."""
    params, second = {"source": source, "code": code}, not asked.may(RIGHT).allowed
    try:
        if second:
            gate.expect(
                tenant=asked.tenant, actor=asked.actor, action=RIGHT, now=asked.now,
                subject=f"suspense/{source}/{code}", params=params,
            )  # fmt: skip
        outcome = write_off(
            tenant=asked.tenant, actor=asked.actor, key=asked.key, now=asked.now, second=second, **params
        )
    except UnableToAct as error:
        asked.say_later("DESK_SECOND_ASKED", approval=error.params.get("approval", ""))
        return asked.go("desk:suspense")
    except BadInput as error:
        faults = [("", one.code, {"value": one.value, **one.params}) for one in error.faults]
        return asked.refuse("desk/suspense_group.html", faults, **_shown(asked, source, code))
    asked.say_later("SUSPENSE_GIVEN_UP", **told(asked, {"count": outcome.answer["records"]}))
    return asked.go("desk:suspense")


def _shown(asked: Asked, source: str, code: str) -> dict[str, Any]:
    group = next(
        (one for one in suspense_groups(tenant=asked.tenant) if (one.source, one.code) == (source, code)), None
    )
    if group is None:
        raise Http404
    after = asked.request.GET.get("after", "")
    rows = suspense_page(
        tenant=asked.tenant, source=source, code=code, after=int(after) if after.isdecimal() else 0, limit=PAGE + 1
    )
    return {
        "group": _group(asked, group), "more": rows[PAGE - 1].id if rows[PAGE:] else 0,
        "rows": [(row, text(row.code, asked.lang, **row.params)) for row in rows[:PAGE]],
    }  # fmt: skip


def _group(asked: Asked, one: SuspenseGroup) -> dict[str, Any]:
    open_ = dict.fromkeys(DIFFERING, "…")
    return {
        "source": one.source, "code": one.code, "records": one.records, "oldest": one.oldest,
        "words": text(one.code, asked.lang, **open_), "remedy": remedy(one.code, asked.lang, **open_),
    }  # fmt: skip
