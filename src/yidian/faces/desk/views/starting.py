"""Asking for a job from a page: on to the job, or back with a sentence about who is asked first."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpResponse

from yidian.faces.shell.asked import Asked
from yidian.platform.access.types import UnableToAct
from yidian.platform.jobs.asking import ask
from yidian.platform.jobs.kinds import RIGHTS


def start_job(asked: Asked, *, kind: str, params: Mapping[str, str], back: str, ids: Mapping[str, str]) -> HttpResponse:
    """303 to the job (the one that does the same already, where there is one), or to where the person came from."""
    if not all(params.values()):
        raise Http404
    try:
        outcome = ask(
            tenant=asked.tenant, actor=asked.actor, action=RIGHTS[kind], kind=kind, params=params, key=asked.key,
            now=asked.now,
        )  # fmt: skip
    except UnableToAct as error:
        if error.code != "SECOND_PERSON_NEEDED":
            raise Http404 from error
        asked.say_later("DESK_SECOND_ASKED", approval=error.params["approval"])
        return asked.go(back, **ids)
    if outcome.answer["found"]:
        asked.say_later("DESK_JOB_FOUND")
    return asked.go("desk:job", job=outcome.answer["job"])
