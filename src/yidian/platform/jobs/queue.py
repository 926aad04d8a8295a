"""Jobs change hands: taken, kept, finished, given back. Every step is one conditional update, so nobody has to trust
that the other is alive: who comes too late carries an old fencing token and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from yidian.platform.backoff import wait_before
from yidian.platform.jobs import lifecycle
from yidian.platform.jobs.models import Job
from yidian.platform.leases import from_now
from yidian.platform.outbox.operations import append
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import system

FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=1)


class UnableToHold(Exception):
    """JOB_LOST: the lease ran out and another worker has, or had, the job. Nothing more may be written for it."""

    code = "JOB_LOST"

    def __init__(self, job: int, owner: str) -> None:
        self.params = {"job": job, "owner": owner}
        super().__init__(f"job {job} is no longer {owner}'s")


@dataclass(frozen=True, slots=True)
class Held:
    """What a worker has of a job: enough to work, and the token that proves it is still his."""

    job: int
    kind: str
    key: str
    params: Mapping[str, Any]
    actor: str
    attempt: int
    scheduled_for: datetime
    owner: str
    fence: int

    def rows(self) -> Any:
        """The job's row, if it is still ours."""
        return Job.objects.filter(pk=self.job, fence=self.fence, state=Job.State.WORKING)


def take(
    *, tenant: Tenant, kinds: Mapping[str, tuple[int, int]], owner: str, lease: timedelta, now: datetime
) -> Held | None:
    """The next job that is due, now ours; None when there is none.

    `kinds`: what this worker can do: kind → (newest version of parameters it understands, attempts before parking).
    Jobs whose owner let the lease run out come along; one that used up its attempts so is parked.
    """
    while True:
        row = _next(tenant, kinds, now)
        if row is None:
            return None
        if row.state == Job.State.WORKING and row.attempts >= kinds[row.kind][1]:
            _move(_unchanged(row), "give_up", row, reason={"code": "JOB_OWNER_DIED", "owner": row.owner}, at=now)
            continue
        changed = _unchanged(row).update(
            state=Job.State.WORKING, owner=owner, fence=F("fence") + 1, attempts=F("attempts") + 1,
            taken_at=Now(), heartbeat_at=Now(), lease_until=from_now(lease),
        )  # fmt: skip
        if changed:
            point("job.taken")
            return Held(
                job=row.pk, kind=row.kind, key=row.key, params=row.params, actor=row.actor, attempt=row.attempts + 1,
                scheduled_for=row.scheduled_for, owner=owner, fence=row.fence + 1,
            )  # fmt: skip


def _next(tenant: Tenant, kinds: Mapping[str, tuple[int, int]], now: datetime) -> Job | None:
    able = Q(pk__in=[])
    for kind, (version, _) in kinds.items():
        able |= Q(kind=kind, version__lte=version)
    due = Q(state__in=[Job.State.QUEUED, Job.State.FAILED], scheduled_for__lte=now)
    left = Q(state=Job.State.WORKING, lease_until__lt=Now())
    found: Job | None = Job.objects.filter(able, due | left, tenant=tenant).order_by("scheduled_for", "id").first()
    return found


def _unchanged(row: Job) -> Any:
    return Job.objects.filter(pk=row.pk, fence=row.fence, state=row.state, scheduled_for=row.scheduled_for)


def keep(held: Held) -> None:
    """Inside a transaction: it commits only if the job is still ours. UnableToHold where it is not.

    Holds the job's row until the transaction ends, so nobody takes the job over between this look and the commit.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("keep() belongs into the transaction whose writes it guards")
    if held.rows().select_for_update().first() is None:
        raise UnableToHold(held.job, held.owner)


def heartbeat(held: Held, *, lease: timedelta, done: int, total: int) -> bool:
    """Lengthen the lease and tell the progress; False when the job is another's."""
    return bool(held.rows().update(heartbeat_at=Now(), lease_until=from_now(lease), done=done, total=total))


def finish(held: Held, *, result: Mapping[str, Any], done: int, total: int, now: datetime) -> None:
    """It is done. UnableToHold where somebody else has it: what this owner found is then not recorded."""
    point("job.finish")
    changed = held.rows().update(
        state=Job.State.DONE, result=dict(result), reason={}, done=done, total=total, finished_at=now
    )
    if not changed:
        raise UnableToHold(held.job, held.owner)
    point("job.finished")


def release(held: Held, *, at: datetime) -> None:
    """Give it back unfinished, not as a failure: the attempt is not counted; nobody takes it before `at`."""
    held.rows().update(state=Job.State.QUEUED, attempts=F("attempts") - 1, scheduled_for=at)


def fail(held: Held, *, reason: Mapping[str, Any], attempts: int, now: datetime) -> bool:
    """It failed: again after a pause, or parked with its reason once `attempts` are used up. True when parked."""
    if held.attempt >= attempts:
        return give_up(held, reason=reason, now=now)
    pause = wait_before(attempt=held.attempt, seed=f"job {held.job}", first=FIRST_PAUSE, most=LONGEST_PAUSE)
    held.rows().update(state=Job.State.FAILED, reason=dict(reason), scheduled_for=now + pause)
    return False


def give_up(held: Held, *, reason: Mapping[str, Any], now: datetime) -> bool:
    """Park it: a person has to look. True."""
    row: Job | None = held.rows().first()
    if row is not None:
        _move(held.rows(), "give_up", row, reason=reason, at=now)
    return True


def _move(rows: Any, event: str, row: Job, *, reason: Mapping[str, Any], at: datetime) -> None:
    """To where the table says, and say so to whoever listens."""
    after = lifecycle.following(job=row.pk, state=row.state, event=event)
    with transaction.atomic():
        if rows.update(state=after, reason=dict(reason), fence=F("fence") + 1):
            append(
                tenant=row.tenant, operation="job.give_up", event="job.parked", aggregate=f"job/{row.pk}",
                payload={"kind": row.kind, "key": row.key, "reason": dict(reason)}, at=at, actor=system("worker"),
            )  # fmt: skip
