"""The states of a job and what moves it from one to another. What is not in the table cannot happen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

QUEUED, WORKING, DONE, FAILED, PARKED = "queued", "working", "done", "failed", "parked"
STATES: Final = (QUEUED, WORKING, DONE, FAILED, PARKED)
EVENTS: Final = ("take", "finish", "release", "fail", "give_up", "retry")

# failed: it will be tried again by itself; parked: it waits for a person. A job whose owner has died is taken again.
NEXT: Final[Mapping[tuple[str, str], str]] = {
    (QUEUED, "take"): WORKING,
    (FAILED, "take"): WORKING,
    (WORKING, "take"): WORKING,
    (WORKING, "finish"): DONE,
    (WORKING, "release"): QUEUED,
    (WORKING, "fail"): FAILED,
    (WORKING, "give_up"): PARKED,
    (PARKED, "retry"): QUEUED,
    (FAILED, "retry"): QUEUED,
}


class UnableToMoveJob(Exception):
    """JOB_NOT_IN_STATE: the job's state does not know this event."""

    code = "JOB_NOT_IN_STATE"

    def __init__(self, job: int, state: str, event: str) -> None:
        self.params = {"job": job, "state": state, "event": event}
        super().__init__(f"job {job} is {state}: cannot {event}")


def following(*, job: int, state: str, event: str) -> str:
    """The state after an event; UnableToMoveJob where there is none."""
    if (state, event) not in NEXT:
        raise UnableToMoveJob(job, state, event)
    return NEXT[state, event]


def before(event: str) -> list[str]:
    """The states in which an event may happen."""
    return [state for state, named in NEXT if named == event]
