"""What to do after an answer: nothing more, look, send again, or give up. A table and a function; reads no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from yidian.platform.backoff import wait_before
from yidian.platform.network.types import Answer

# Said by a network that could do it later. A refusal under one of these is not kept under the command's key: the same
# command sent again is weighed again. Every other code is for good.
TEMPORARY: Final = frozenset({"NETWORK_BUSY", "NETWORK_CLOSED", "NETWORK_OVERLOADED"})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to go on: pauses from `first`, doubled up to `most` (`look_most` once it is accepted), until `within`
    after the command was first sent. `faults`: so often in a row may something happen that nobody foresaw.
    """

    first: timedelta = timedelta(seconds=5)
    most: timedelta = timedelta(minutes=30)
    look_most: timedelta = timedelta(minutes=10)
    within: timedelta = timedelta(days=3)
    faults: int = 8
    temporary: frozenset[str] = TEMPORARY


PATIENCE: Final = Patience()


@dataclass(frozen=True, slots=True)
class Next:
    """`done`; `send` the same command or `look` at its key, not before `at`; `give_up` because of `reason`.

    `certain`: what the network has done is known. After a refusal nothing was; given up without an answer
    (NETWORK_NO_ANSWER) or accepted and never done (NETWORK_NEVER_DONE) it may have been done or be done yet: a person
    has to find out before anything else is sent for that subscriber.
    """

    act: Literal["done", "send", "look", "give_up"]
    at: datetime | None = None
    reason: str = ""
    certain: bool = True


def next_try(
    *, key: str, answer: Answer, attempt: int, began: datetime, now: datetime, patience: Patience = PATIENCE
) -> Next:
    """After the `attempt`-th try (1, 2, …: sends and looks together) of the command `key`, first sent at `began`.

    The last try is at the end of the patience, not after it. ValueError where `attempt` is not positive.
    """
    if attempt < 1:
        raise ValueError(f"attempts are counted from 1: {attempt}")
    if answer.state == "done":
        return Next("done")
    if answer.state == "refused" and answer.code not in patience.temporary:
        return Next("give_up", reason=answer.code)
    end = began + patience.within
    if now >= end:
        return _given_up(answer)
    accepted = answer.state == "accepted"
    most = patience.look_most if accepted else patience.most
    pause = wait_before(attempt=attempt, seed=key, first=patience.first, most=most)
    return Next("look" if accepted else "send", at=min(now + pause, end))


def after_fault(*, key: str, fault: int, now: datetime, patience: Patience = PATIENCE) -> datetime | None:
    """When to try again after the `fault`-th thing in a row that nobody foresaw (1, 2, …); None: no more."""
    if fault >= patience.faults:
        return None
    return now + wait_before(attempt=fault, seed=key, first=patience.first, most=patience.most)


def _given_up(answer: Answer) -> Next:
    if answer.state == "refused":
        return Next("give_up", reason=answer.code)
    return Next(
        "give_up", reason="NETWORK_NEVER_DONE" if answer.state == "accepted" else "NETWORK_NO_ANSWER", certain=False
    )
