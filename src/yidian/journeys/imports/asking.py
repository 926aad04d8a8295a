"""Asking that a file be looked at or taken, and finding what was taken: the record of jobs is that of imports."""

from __future__ import annotations

from datetime import datetime

from yidian.journeys.imports.kinds import TAKES, Kind
from yidian.journeys.imports.shelf import Head
from yidian.platform.jobs.asking import ask
from yidian.platform.jobs.kinds import NARROWED
from yidian.platform.jobs.operations import ask_for
from yidian.platform.jobs.queries import jobs_about
from yidian.platform.jobs.types import JobFacts
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor


class UnableToImport(Exception):
    """IMPORT_FAULTY: a file that is taken whole has faults. IMPORT_NOTHING: none of its rows could be taken."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def imported(*, tenant: Tenant, kind: Kind, upload: str) -> list[JobFacts]:
    """Jobs that took a file, or were to, newest first; several only where those before were given up."""
    return [job for job in _about(tenant, kind, upload) if job.kind in TAKES]


def look_later(*, tenant: Tenant, actor: Actor, kind: Kind, upload: str, key: str, now: datetime) -> int:
    """Ask that a file be looked at; the job."""
    outcome = ask_for(
        tenant=tenant, actor=actor, kind=kind.looks, params=_params(kind, upload) | {"by": actor.id}, now=now,
        key=f"{kind.name}/{upload}/{key}"[-150:],
    )  # fmt: skip
    return int(outcome.answer["job"])


def looking(*, tenant: Tenant, actor: Actor, kind: Kind, upload: str) -> JobFacts | None:
    """The newest job of an actor that looks at a file."""
    mine = f"{actor.kind}/{actor.id}"
    return next((job for job in _about(tenant, kind, upload) if job.kind == kind.looks and job.actor == mine), None)


def take_it(*, tenant: Tenant, actor: Actor, kind: Kind, head: Head, now: datetime) -> int:
    """Ask that a file be taken as it was seen; the job. One that is taken, or under way, is that job's, whoever asks.

    UnableToImport; UnableToAct, SECOND_PERSON_NEEDED names the approval.
    """
    if head.wrong or (kind.whole and head.refused):
        raise UnableToImport("IMPORT_FAULTY", count=head.refused or len(head.wrong))
    if head.rows == head.refused:
        raise UnableToImport("IMPORT_NOTHING")
    before = imported(tenant=tenant, kind=kind, upload=head.upload)
    known = next((job for job in before if job.state != "parked"), None)
    if known is not None:
        return known.id
    told = {
        "tenant": tenant, "actor": actor, "kind": kind.takes, "now": now,
        "params": _params(kind, head.upload) | ({"seen": head.seen} if kind.whole else {}),
        "key": f"{kind.name}/{head.upload}/{len(before)}",
    }  # fmt: skip
    outcome = ask_for(**told) if kind.takes in NARROWED else ask(**told, action=kind.right)  # type: ignore[arg-type]
    return int(outcome.answer["job"])


def _params(kind: Kind, upload: str) -> dict[str, str]:
    return {"import": kind.name, "upload": upload}


def _about(tenant: Tenant, kind: Kind, upload: str) -> list[JobFacts]:
    return jobs_about(tenant=tenant, params=_params(kind, upload), limit=1000)
