"""A small operator with September in its books, people who decide, and what a customer and the ledger then have."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from tests.cycles.world import NOVEMBER, OCTOBER, SEPTEMBER, World

from yidian.domains.charging.queries import books
from yidian.domains.customer_bill.queries import pending_adjustments
from yidian.domains.dispute import operations
from yidian.domains.dispute.queries import dispute_named
from yidian.domains.dispute.types import DisputeFacts
from yidian.domains.ledger.queries import trial_balance
from yidian.platform.access import staff
from yidian.platform.access.approvals import approvals
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor, system
from yidian.runs.approved.agree import Done, decide_and_do
from yidian.runs.disputes import raising, settling
from yidian.runs.explain.bill import account_bill
from yidian.runs.explain.types import BillLine

CUSTOMER, CLERK, FINANCE = Actor("customer", "c1"), Actor("staff", "clerk"), Actor("staff", "finance")
SUPERVISOR = Actor("staff", "supervisor")
RAISED = datetime(2026, 11, 8, 2, tzinfo=UTC)  # ten in the morning in Shanghai
MONTHS = (SEPTEMBER, OCTOBER, NOVEMBER)


@dataclass
class Office:
    world: World
    now: datetime = RAISED
    keys: Any = field(default_factory=lambda: count(1))

    @property
    def tenant(self) -> Any:
        return self.world.tenant

    @property
    def lake(self) -> Path:
        return self.world.places.lake

    def key(self) -> str:
        return f"key-{next(self.keys)}"

    def line(self, item: str = "RENT", account: str = "a1", cycle: str = SEPTEMBER) -> BillLine:
        bill = account_bill(tenant=self.tenant, lake=self.lake, account=account, cycle=cycle)
        return next(one for one in bill.lines if one.item.code == item and one.amount_minor > 0)

    def raised(self, amount_minor: int = 1_500, *, item: str = "RENT", **more: Any) -> DisputeFacts:
        """A customer says that the rent is wrong."""
        told = {
            "tenant": self.tenant, "lake": self.lake, "actor": CUSTOMER, "key": self.key(), "now": self.now,
            "account": "a1", "cycle": SEPTEMBER, "amount_minor": amount_minor, "says": "the rent is too much",
        }  # fmt: skip
        return raising.dispute(**(told | ({"place": self.line(item).place} if "place" not in more else {}) | more))

    def do(self, what: str, number: str, actor: Actor = CLERK, **more: Any) -> DisputeFacts:
        act = settling.uphold if what == "uphold" else getattr(operations, what)
        told: dict[str, Any] = {"tenant": self.tenant, "actor": actor, "key": self.key(), "now": self.now}
        return act(**(told | {"number": number} | more))  # type: ignore[no-any-return]

    def examined(self, amount_minor: int = 1_500, **more: Any) -> str:
        number = self.raised(amount_minor, **more).number
        self.do("examine", number, findings="the switch counted a call twice")
        return number

    def settle(self, number: str, actor: Actor = CLERK) -> DisputeFacts:
        return settling.settle(tenant=self.tenant, actor=actor, now=self.now, number=number)

    def agree(self, actor: Actor = FINANCE, *, yes: bool = True) -> Done:
        """The second person decides what was asked for last."""
        asked = [one for one in approvals(tenant=self.tenant) if one.state == "asked"][-1]
        return decide_and_do(
            tenant=self.tenant, actor=actor, key=self.key(), now=self.now, id=asked.id, yes=yes, reason="seen"
        )

    def now_of(self, number: str) -> DisputeFacts:
        return dispute_named(tenant=self.tenant, number=number)

    def given_back(self) -> list[tuple[str, str, int]]:
        rows = pending_adjustments(tenant=self.tenant)
        return [(one.account_code, one.item, one.amount_minor) for one in rows]

    def principal(self, account: str = "a1") -> int:
        return sum(book.balance_minor for book in books(tenant=self.tenant, account=account) if book.refundable)

    def compensated(self) -> int:
        return sum(one.balance_minor for one in trial_balance(tenant=self.tenant) if one.kind == "compensation")


def hire(tenant: Any, now: datetime) -> None:
    """A clerk who asks, a supervisor and somebody of finance who agree."""

    def work(frame: Any) -> dict[str, Any]:
        for login, role in (("clerk", "clerk"), ("supervisor", "supervisor"), ("finance", "finance")):
            staff.add_user(frame=frame, login=login, name=login)
            staff.give_post(frame=frame, login=login, role=role, organisation=None, since=now)
        return {}

    perform(tenant=tenant, actor=system("test"), operation="test", key="hire", request={}, now=now, work=work)
