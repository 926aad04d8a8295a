"""The worker of one tenant: takes a job and tries it, and does its duties. It ends at an edge when told to.

A process gives several of them their turns (`turns.py`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.db import connection
from django_scopes import scope

from yidian.kernel.faults import BadInput
from yidian.platform.clock import Clock
from yidian.platform.jobs import queue
from yidian.platform.jobs.hold import Heartbeat, Hold, Stopped
from yidian.platform.jobs.queue import Held, UnableToHold
from yidian.platform.tenancy.models import Tenant

LEASE: Final = timedelta(seconds=60)
ATTEMPTS: Final = 8
LATER: Final = timedelta(seconds=15)  # somebody else is at work on the same thing
NOT_NOW: Final = frozenset({"RUN_AT_WORK", "UNABLE_TO_LOCK", "BUSY"})
HOPELESS: Final = frozenset({"NOT_ALLOWED", "SECOND_PERSON_NEEDED"})  # a person has to look

Tell = Callable[[str, Mapping[str, object]], None]
Ended = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job. `work` returns its result (JSON), may be tried again at any time, and so has its effects once:
    by performing its writes with `hold.key`, or because its run resumes. `version`: newest parameters it understands.
    """

    work: Callable[[Hold], Ended]
    version: int = 1
    attempts: int = ATTEMPTS


@dataclass(frozen=True, slots=True)
class Duty:
    """What a worker does again and again besides jobs; answers how much it did."""

    name: str
    work: Callable[[], int]
    every_s: float = 2.0


@dataclass
class Worker:
    """What a process does for one tenant. `owner` names it for people. With `beats` off nobody renews leases."""

    tenant: Tenant
    kinds: Mapping[str, Kind]
    clock: Clock
    owner: str
    tell: Tell
    duties: Sequence[Duty] = ()
    lease: timedelta = LEASE
    beats: bool = True
    stop: threading.Event = field(default_factory=threading.Event)

    def step(self) -> bool:
        """Take one job and try it; False when none is due, or the worker is to end."""
        hold = None if self.stop.is_set() else self.take()
        if hold is not None:
            self.work(hold)
        return hold is not None

    def take(self) -> Hold | None:
        """The tenant's next job that is due, now ours; None where there is none."""
        able = {name: (kind.version, kind.attempts) for name, kind in self.kinds.items()}
        with scope(tenant=self.tenant):
            now = self.clock.now()
            held = queue.take(tenant=self.tenant, kinds=able, owner=self.owner, lease=self.lease, now=now)
        return None if held is None else Hold(held, tenant=self.tenant, now=self.clock.now(), stop=self.stop)

    def work(self, hold: Hold) -> None:
        """Try a job that was taken, and keep it meanwhile."""
        beating: AbstractContextManager[None] = Heartbeat(hold, self.lease) if self.beats else nullcontext()
        with scope(tenant=self.tenant), beating:
            self._try(hold, self.kinds[hold.held.kind])

    def _try(self, hold: Hold, kind: Kind) -> None:
        held = hold.held
        try:
            result = kind.work(hold)
            queue.finish(held, result=result, done=hold.done, total=hold.total, now=self.clock.now())
        except UnableToHold as error:
            self._say("JOB_LOST", held, owner=error.params["owner"])
        except Stopped:
            queue.release(held, at=self.clock.now())
            self._say("JOB_RELEASED", held)
        except (KeyboardInterrupt, SystemExit):
            queue.release(held, at=self.clock.now())
            raise
        except Exception as error:
            self._failed(held, kind, error)
        else:
            self._say("JOB_DONE", held)

    def _failed(self, held: Held, kind: Kind, error: Exception) -> None:
        reason = reason_of(error)
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        if reason["code"] in NOT_NOW:
            queue.release(held, at=self.clock.now() + LATER)
            return self._say("JOB_NOT_NOW", held, reason=reason["code"])
        now = self.clock.now()
        if isinstance(error, BadInput) or reason["code"] in HOPELESS:  # the same again would be as wrong
            parked = queue.give_up(held, reason=reason, now=now)
        else:
            parked = queue.fail(held, reason=reason, attempts=kind.attempts, now=now)
        return self._say("JOB_PARKED" if parked else "JOB_FAILED", held, reason=reason["code"])

    def _say(self, code: str, held: Held, **params: object) -> None:
        told = {"job": held.job, "kind": held.kind, "key": held.key, "attempt": held.attempt, **params}
        self.tell(code, {**told, "tenant": self.tenant.code})

    def attend(self) -> int:
        """Every duty once; answers how much they did."""
        with scope(tenant=self.tenant):
            return sum([self._attend(duty) for duty in self.duties])

    def attend_until_stopped(self) -> None:
        """Duties whenever they are due, on a thread of their own: a rating of an hour holds up no webhook."""
        due = {duty.name: 0.0 for duty in self.duties}
        try:
            with scope(tenant=self.tenant):
                while not self.stop.is_set():
                    for duty in self.duties:
                        if self.clock.elapsed_s() >= due[duty.name] and not self.stop.is_set():
                            self._attend(duty)
                            due[duty.name] = self.clock.elapsed_s() + duty.every_s
                    self.clock.wait(self.stop, 0.2)
        finally:
            connection.close()

    def _attend(self, duty: Duty) -> int:
        try:
            return duty.work()
        except Exception as error:  # whatever ails one duty, the others and the jobs go on
            self.tell("DUTY_FAILED", {"duty": duty.name, "error": in_short(error), "tenant": self.tenant.code})
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
            return 0


def reason_of(error: Exception) -> dict[str, Any]:
    """Why a job failed, as a code with its parameters."""
    if isinstance(error, BadInput):
        first = error.faults[0]
        params = {name: str(value)[:200] for name, value in first.params.items()}
        return params | {"code": first.code, "value": str(first.value)[:200], "faults": len(error.faults)}
    code = getattr(error, "code", None)
    if isinstance(code, str) and code.isupper():
        params = getattr(error, "params", {})
        return {"code": code, **{str(name): str(value)[:200] for name, value in params.items() if name != "code"}}
    return {"code": "UNFORESEEN", "kind": type(error).__name__, "error": in_short(error)}


def in_short(error: Exception) -> str:
    """What a person is told of an error that nobody foresaw."""
    return f"{type(error).__name__}: {error}"[:300]
