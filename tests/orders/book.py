"""Orders by the doors of their own room, in as few words as a test needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from yidian.domains.product_order import operations
from yidian.domains.product_order.queries import history, order_named
from yidian.domains.product_order.types import COMPLETE, MANUAL, NETWORK, Claimed, OrderFacts, Outcome, StepPlan
from yidian.kernel.calendar import to_ms
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

Asked = tuple[Any, ...]  # deed, what is told, subscription, after which item
CLERK = Actor("staff", "zhou")
NOON = datetime(2026, 11, 3, 4, tzinfo=UTC)
NEW = {"line": "mobile", "number": "19900001001", "card": "89860012345678901234", "plan": "P59"}
OPEN = {"verb": "open", "subscriber": "S", "params": {"number": "1"}}
PAPER = {"facts": [["Customer", "Li"]], "lines": [["1", "What was ordered"]]}
CLOSE = {"verb": "close", "subscriber": "S", "params": {}}


def one_by_one(*kinds: str) -> tuple[StepPlan, ...]:
    """Steps each of which needs the one before; commands can be taken back."""
    return tuple(
        StepPlan(
            place=n, kind=kind, name=kind, needs=(n - 1,) if n > 1 else (),
            command=OPEN if kind == NETWORK else {}, undo=CLOSE if kind == NETWORK else {},
        )
        for n, kind in enumerate(kinds, 1)
    )  # fmt: skip


PLAIN = one_by_one(NETWORK, COMPLETE)
INSTALLED = one_by_one(MANUAL, NETWORK, COMPLETE)


@dataclass
class Book:
    tenant: Any
    now: datetime = NOON
    keys: Any = field(default_factory=lambda: count(1))

    def do(self, operation: Callable[..., Any], **told: Any) -> Any:
        """One write."""
        kept: list[Any] = []

        def work(frame: Any) -> dict[str, Any]:
            kept[:] = [operation(frame=frame, **told)]
            return {}

        perform(
            tenant=self.tenant, actor=CLERK, operation="test", key=str(next(self.keys)), request={}, now=self.now,
            work=work,
        )  # fmt: skip
        return kept[0]

    def cart(self, *deeds: Asked, customer: str = "c1") -> str:
        order: str = self.do(operations.open_order, customer=customer, organisation="", channel="desk")
        for deed, told, subscriber, *after in deeds:
            self.do(
                operations.add_item, order=order, deed=deed, told=told, subscriber=subscriber,
                after=after[0] if after else 0,
            )  # fmt: skip
        return order

    def agreed(self, order: str) -> int:
        """Priced, read back, printed and signed as it stands; its revision."""
        revision = self.see(order).revision
        self.do(operations.record_quote, order=order, revision=revision, quote={"total_minor": 5900})
        self.do(operations.read_back, order=order, revision=revision)
        version, _ = self.do(operations.print_form, order=order, content=PAPER)
        self.do(operations.sign_form, order=order, version=version)
        return revision

    def submitted(self, order: str, **plans: Sequence[StepPlan]) -> str:
        """`plans`: i1=…, i2=…; PLAIN where nothing is said."""
        revision = self.agreed(order)
        places = [item.place for item in self.see(order).items]
        told = {place: plans.get(f"i{place}", PLAIN) for place in places}
        self.do(
            operations.submit, order=order, revision=revision, plans=told, promised_at=self.now + timedelta(hours=1)
        )
        return order

    def see(self, order: str) -> OrderFacts:
        return order_named(tenant=self.tenant, number=order)

    def claim(self, order: str = "", **told: Any) -> list[Claimed]:
        return operations.claim(tenant=self.tenant, now=self.now, limit=50, order=order, **told)

    def say(self, step: Claimed, event: str, **told: Any) -> Outcome:
        if step.kind == COMPLETE and event == "done":

            def complete(frame: Any) -> Outcome:
                assert operations.take_completion(frame=frame, step=step)
                at_ms = operations.opened_ms(step=step, now_ms=to_ms(self.now))
                effects = [{"action": "add", "table": "holdings", "row": 7, "what": step.order}]
                return operations.complete_item(frame=frame, step=step, at_ms=at_ms, effects=effects)

            outcome: Outcome = self.do(complete)
            return outcome
        answered: Outcome = self.do(operations.answer, step=step, event=event, at_ms=to_ms(self.now), **told)
        return answered

    def opened(self, order: str) -> OrderFacts:
        """Everything the worker can do, done."""
        while steps := self.claim(order):
            for step in steps:
                self.say(step, "undone" if step.key.endswith("/undo") else "done")
        return self.see(order)

    def states(self, order: str) -> str:
        """Order: item states / step states."""
        facts = self.see(order)
        items = ", ".join(f"{item.state}({' '.join(step.state for step in item.steps)})" for item in facts.items)
        return f"{facts.state}: {items}"

    def events(self, order: str) -> list[str]:
        return [event.event for event in history(tenant=self.tenant, number=order)]
