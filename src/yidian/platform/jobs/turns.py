"""Several tenants served by one process in fair turns: each has a `Worker`, and who was served last comes last.

Jobs work on threads, at most one of each tenant and so many at once. One that has not moved for a while takes nobody's
place: however long it is stuck, the others get their turns. Duties have a thread for each tenant: a webhook that hangs
delays no other tenant's schedule.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Final

from django.db import connection
from django.db.utils import DatabaseError, InterfaceError

from yidian.platform.clock import Clock
from yidian.platform.jobs.hold import Hold
from yidian.platform.jobs.worker import Tell, Worker, in_short
from yidian.platform.tenancy.models import Tenant

AT_ONCE: Final = 2
STUCK_S: Final = 60.0  # a job that has passed no edge for so long is not counted among those at work
LOOK_S: Final = 10.0  # how often somebody looks whether a tenant was opened
IDLE_S: Final = 1.0


def run_once(workers: Sequence[Worker]) -> int:
    """Duties and jobs of all, a job of each in turn, until nothing is due; answers how many jobs were tried."""
    tried = 0
    while True:
        moved = sum([worker.attend() for worker in workers])
        before = tried
        while found := sum([worker.step() for worker in workers]):
            tried += found
        if not moved and tried == before:
            return tried


class Turns:
    """One process at work for tenants until `end`. `tenants` is asked again and again: new ones come along."""

    def __init__(
        self, *, tenants: Callable[[], Sequence[Tenant]], worker_of: Callable[[Tenant], Worker], clock: Clock,
        tell: Tell, stop: threading.Event, at_once: int = AT_ONCE, stuck_s: float = STUCK_S,
    ) -> None:  # fmt: skip
        self._tenants, self._worker_of, self._clock, self._tell, self._stop = tenants, worker_of, clock, tell, stop
        self._at_once, self._stuck_s = at_once, stuck_s
        self._workers: dict[int, Worker] = {}  # by tenant, in the order of their turns
        self._at_work: dict[int, tuple[Hold, threading.Thread]] = {}
        self._duties: list[threading.Thread] = []
        self._bell = threading.Event()  # a job has ended, or all is to end
        self._looked_at_s = -LOOK_S

    def end(self) -> None:
        """Let what is at work come to its next edge, begin nothing."""
        self._stop.set()
        self._bell.set()

    def run(self) -> None:
        """Work until `end`."""
        while not self._stop.is_set():
            self._bell.clear()
            try:
                self._look_for_tenants()
                if not self._next():
                    self._clock.wait(self._bell, IDLE_S)
            except (DatabaseError, InterfaceError) as error:
                self._tell("WORKER_DATABASE_AWAY", {"error": in_short(error)})
                connection.close()
                self._clock.wait(self._stop, 5 * IDLE_S)
        for _, thread in list(self._at_work.values()):
            thread.join()
        for thread in self._duties:
            thread.join(timeout=5.0)  # it may hang in a consumer's answer; what it has not recorded is done again

    def _look_for_tenants(self) -> None:
        if self._clock.elapsed_s() - self._looked_at_s < LOOK_S:
            return
        for tenant in self._tenants():
            if tenant.pk not in self._workers:
                worker = self._workers[tenant.pk] = self._worker_of(tenant)
                self._duties.append(_begun(f"duties {tenant.code}", worker.attend_until_stopped))
        self._looked_at_s = self._clock.elapsed_s()

    def _next(self) -> bool:
        """Begin a job of whoever has waited longest for a turn; False when there is no room, or nothing is due."""
        for tenant, worker in list(self._workers.items()):
            if self._stop.is_set() or not self._has_room():
                return False
            if tenant in self._at_work or (hold := worker.take()) is None:
                continue
            self._workers[tenant] = self._workers.pop(tenant)  # to the end of the queue
            thread = threading.Thread(target=self._work, args=(worker, hold), name=f"job {hold.held.job}", daemon=True)
            self._at_work[tenant] = hold, thread
            thread.start()
            return True
        return False

    def _has_room(self) -> bool:
        moving = [hold for hold, _ in list(self._at_work.values()) if hold.still_s() < self._stuck_s]
        return len(moving) < self._at_once

    def _work(self, worker: Worker, hold: Hold) -> None:
        try:
            worker.work(hold)
        except (DatabaseError, InterfaceError) as error:  # its lease runs out, and it is taken up again
            self._tell("WORKER_DATABASE_AWAY", {"error": in_short(error)})
        finally:
            connection.close()
            del self._at_work[worker.tenant.pk]
            self._bell.set()


def _begun(name: str, work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread
