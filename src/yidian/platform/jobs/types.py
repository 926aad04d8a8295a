"""What jobs and runs tell: values for those who may not see their tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

STALE_S: Final = 10  # a worker that has been silent for longer is said to be

OPEN_STATES: Final = ("queued", "working", "failed")  # they go on by themselves


@dataclass(frozen=True, slots=True)
class JobFacts:
    """A job as it stands. `silent_s`: since its last heartbeat, `worked_s`: since it was taken, both by the database's
    clock, and None where nobody works on it.
    """

    id: int
    kind: str
    key: str
    params: Mapping[str, Any]
    actor: str
    state: str
    attempts: int
    done: int
    total: int
    owner: str
    asked_at: datetime
    scheduled_for: datetime
    finished_at: datetime | None
    reason: Mapping[str, Any]
    result: Mapping[str, Any]
    silent_s: int | None = None
    worked_s: int | None = None

    @property
    def goes_on(self) -> bool:
        """Whether it will move without anybody doing anything."""
        return self.state in OPEN_STATES

    @property
    def is_stale(self) -> bool:
        return self.silent_s is not None and self.silent_s > STALE_S

    @property
    def per_s(self) -> int | None:
        """How much is done in a second; None where that cannot be told yet."""
        return self.done // self.worked_s if self.worked_s and self.done else None

    @property
    def left_s(self) -> int | None:
        """Seconds left at this speed; None where that cannot be told."""
        if not self.worked_s or not self.done or self.total <= self.done:
            return None
        return (self.total - self.done) * self.worked_s // self.done


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run. `counts` holds the terms of its row law, as its kind names them."""

    id: int
    kind: str
    subject: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    counts: Mapping[str, Any]

    @property
    def took_s(self) -> int | None:
        return None if self.finished_at is None else max(0, int((self.finished_at - self.started_at).total_seconds()))
