"""Alarms about time: a clock that was set, that differs from the database's, or that is behind what happened already.

Nothing depends on the clock going forward: events and entries are ordered by their numbers, leases by the database's
clock. But bills and due dates are made of instants, so people have to know.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from django.db import transaction

from yidian.platform.clock import TOLERANCE_S, Clock, Watch
from yidian.platform.jobs.worker import Tell
from yidian.platform.leases import database_now
from yidian.platform.outbox.models import OutboxEvent
from yidian.platform.outbox.operations import append
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import system

AGAIN_S: Final = 3600.0  # a difference that stays is told once an hour


class Timekeeper:
    """A worker's duty. `against_database`: compare with its clock too, where ours is not one that was told."""

    def __init__(self, *, tenant: Tenant, clock: Clock, tell: Tell, against_database: bool) -> None:
        self._tenant, self._clock, self._tell = tenant, clock, tell
        self._against_database = against_database
        self._watch, self._told_at_s, self._began = Watch(clock), -AGAIN_S, False

    def look(self) -> int:
        """One look; answers 0, as an alarm is no reason to look again."""
        if not self._began:
            self._began = True
            self._behind()
        jump = self._watch.look()
        if jump is not None:
            self._alarm("CLOCK_JUMPED", {"by_s": jump.by_s})
        if self._against_database and self._clock.elapsed_s() - self._told_at_s >= AGAIN_S:
            by_s = (self._clock.now() - database_now(tenant=self._tenant)).total_seconds()
            if abs(by_s) > TOLERANCE_S:
                self._told_at_s = self._clock.elapsed_s()
                self._alarm("CLOCK_DIFFERS", {"by_s": round(by_s)})
        return 0

    def _behind(self) -> None:
        """At the start: the last thing that happened must not lie ahead of us."""
        last = OutboxEvent.objects.filter(tenant=self._tenant).order_by("-id").first()
        now = self._clock.now()
        if last is not None and last.at > now + timedelta(seconds=TOLERANCE_S):
            self._alarm("CLOCK_BEHIND", {"by_s": round((last.at - now).total_seconds())})

    def _alarm(self, code: str, params: Mapping[str, int]) -> None:
        self._tell(code, params)
        with transaction.atomic():
            append(
                tenant=self._tenant, operation="worker.watch", event=code.lower().replace("_", "."),
                aggregate="installation/clock", payload=dict(params), at=self._clock.now(), actor=system("worker"),
            )  # fmt: skip
