"""A job at work: what its program may ask of it. A thread keeps the lease alive meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.utils import DatabaseError, InterfaceError
from django_scopes import scope

from yidian.platform.clock import elapsed_s
from yidian.platform.jobs import queue
from yidian.platform.jobs.queue import Held, UnableToHold
from yidian.platform.tenancy.models import Tenant

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame

Work = Callable[["Frame"], dict[str, Any]]
BEATS_PER_LEASE = 4
LONGEST_PAUSE_S = 2.0  # whoever watches a job's page sees it move


class Stopped(Exception):
    """The worker is asked to end and the job stands at an edge: what is done is done, the rest is for the next."""


class Hold:
    """`key` names the job's effects: a write performed with it happens once, however often the job is tried."""

    def __init__(self, held: Held, *, tenant: Tenant, now: datetime, stop: threading.Event) -> None:
        self.held, self.tenant, self.now = held, tenant, now
        self.params: Mapping[str, Any] = held.params
        self.key = f"job/{held.job}"
        self.done = self.total = 0
        self._stop, self._lost = stop, threading.Event()
        self._moved_at_s = elapsed_s()

    def expect(self, total: int) -> None:
        """How much there is to do; 0 where nobody knows."""
        self.total = total

    def advance(self, by: int = 1) -> None:
        """So much more is done; an edge. Costs nothing: the heartbeat tells it."""
        self.done += by
        self.edge()

    def still_s(self) -> float:
        """For how many seconds it has passed no edge."""
        return elapsed_s() - self._moved_at_s

    def edge(self) -> None:
        """A place where the job may end: Stopped when the worker is to end, UnableToHold when the job is another's."""
        self._moved_at_s = elapsed_s()
        if self._lost.is_set():
            raise UnableToHold(self.held.job, self.held.owner)
        if self._stop.is_set():
            raise Stopped

    def keep(self) -> None:
        """Inside a transaction: let it commit only if the job is still ours. UnableToHold."""
        queue.keep(self.held)

    def fenced(self, work: Work) -> Work:
        """The same work for `perform`, refused when the job is no longer ours."""

        def guarded(frame: Frame) -> dict[str, Any]:
            self.keep()
            return work(frame)

        return guarded

    def lost(self) -> None:
        """Told by the heartbeat."""
        self._lost.set()


class Heartbeat:
    """Keeps the lease of a hold while a block runs, on its own thread and connection."""

    def __init__(self, hold: Hold, lease: timedelta) -> None:
        self._hold, self._lease, self._over = hold, lease, threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat {hold.held.job}", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(timeout=self._lease.total_seconds())

    def _beat(self) -> None:
        pause_s = min(self._lease.total_seconds() / BEATS_PER_LEASE, LONGEST_PAUSE_S)
        try:
            with scope(tenant=self._hold.tenant):
                while not self._over.wait(pause_s):
                    if not self._once():
                        return
        finally:
            connection.close()

    def _once(self) -> bool:
        hold = self._hold
        try:
            if queue.heartbeat(hold.held, lease=self._lease, done=hold.done, total=hold.total):
                return True
        except (DatabaseError, InterfaceError):  # busy or away: the lease still runs, the next beat may get through
            connection.close()
            return True
        hold.lost()
        return False
