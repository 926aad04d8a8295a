"""An office with an outbox: things happen, a relay tells them, days pass at a word."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.platform.misbehaving_consumer import Consumer

from yidian.platform.clock import VirtualClock
from yidian.platform.outbox import operations
from yidian.platform.outbox.relay import Relay, Relayed
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
SECRET = "whsec_a-secret-that-is-long-enough"
numbers = itertools.count()


class Office:
    def __init__(self, tenant: Any) -> None:
        self.tenant, self.clock, self.consumer = tenant, VirtualClock(NOW), Consumer()

    def does(self, work: Callable[[Frame], Any]) -> dict[str, Any]:
        def whole(frame: Frame) -> dict[str, Any]:
            return {"answer": work(frame)}

        return perform(
            tenant=self.tenant, actor=Actor("staff", "zhang"), operation="test", key=f"test {next(numbers)}",
            request={}, now=self.clock.now(), work=whole,
        ).answer  # fmt: skip

    def happens(self, aggregate: str, *which: int, event: str = "payment.taken") -> None:
        """Things happen to an aggregate, each in its own write."""
        for n in which:
            self.does(lambda frame, n=n: frame.emit(event, aggregate=aggregate, payload={"n": n}))

    def subscribes(self, name: str = "shop", **more: Any) -> None:
        told = {"url": self.consumer.url, "secret": SECRET, "to_private": True} | more
        self.does(lambda frame: operations.subscribe(frame=frame, name=name, **told))

    def moves(self, event: str, name: str = "shop") -> None:
        self.does(lambda frame: operations.move(frame=frame, name=name, event=event))

    def replays(self, first: int, last: int, name: str = "shop") -> int:
        return int(self.does(lambda f: operations.replay(frame=f, name=name, first=first, last=last))["answer"])

    def relay(self, owner: str = "relay", *, to_private: bool = True, deadline_s: float = 5.0) -> Relay:
        return Relay(
            tenant=self.tenant, clock=self.clock, owner=owner, to_private=to_private, stop=threading.Event(),
            deadline_s=deadline_s,
        )  # fmt: skip

    def tells(self, **more: Any) -> Relayed:
        return self.relay(**more).run()

    def passes(self, days: int, *, every: timedelta = timedelta(hours=1)) -> None:
        """Days pass, with a relay at work all the time."""
        for _ in range(int(timedelta(days=days) / every)):
            self.clock.push(every)
            self.tells()
