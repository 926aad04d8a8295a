"""A clerk at a counter, and people who come to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from yidian.domains.party._documents import resident_check
from yidian.domains.party.operations import UnableToRegister, add_parties, expect_checked
from yidian.domains.party.types import Acting, CheckFacts, Particulars, Registered, Shown
from yidian.domains.product_inventory.models import AccessIdentifier, Subscriber
from yidian.journeys import realname
from yidian.kernel.calendar import FOREVER_MS, to_ms
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)  # ten in the morning in Shanghai


def resident(born: str, order: int = 0) -> str:
    """A resident's number, its check digit right: resident("19491231")."""
    digits = f"110105{born}{order:03}"
    return digits + resident_check(digits)


CLERK = Actor("staff", "chenxi")
XIAOYU = Shown("resident_id", resident("19900512", 7))
LEI = Shown("resident_id", resident("19850101", 3), date(2030, 1, 1))
CHILD = Shown("resident_id", resident("20160901", 2))
FIRM = Shown("uscc", "91350100M000100Y43")  # the example of GB 32100
PROXY = Acting("proxy", "李雷", LEI, "13900000002")


@dataclass
class Counter:
    tenant: Any
    now: datetime = NOW
    actor: Actor = CLERK
    count: int = 0

    def key(self) -> str:
        self.count += 1
        return f"{self.actor.id} {self.count}"

    def push(self, **span: int) -> None:
        self.now += timedelta(**span)

    def write(self, does: Callable[[Frame], Any]) -> Any:
        """One write of a door that takes a frame."""
        found: list[Any] = []

        def work(frame: Frame) -> dict[str, Any]:
            found[:] = [does(frame)]
            return {}

        key = self.key()
        perform(tenant=self.tenant, actor=self.actor, operation="test", key=key, request={}, now=self.now, work=work)
        return found[0]

    def has(self, code: str, name: str, shown: Shown | None = None) -> None:
        """A customer from a file, as imports bring them."""
        told = {code: Particulars(id_kind=shown.kind, id_number=shown.number)} if shown else {}
        add_parties(tenant=self.tenant, customers={code: name}, accounts={}, particulars=told)

    def shows(self, customer: str, shown: Shown, **more: Any) -> int:
        return realname.check_document(
            tenant=self.tenant, actor=self.actor, customer=customer, shown=shown, key=self.key(), now=self.now, **more
        )

    def registers(self, name: str = "李晓雨", shown: Shown = XIAOYU, kind: str = "person", **more: Any) -> Registered:
        return realname.register(
            tenant=self.tenant, actor=self.actor, name=name, kind=kind, shown=shown, key=more.pop("key", self.key()),
            now=self.now, **more,
        )  # fmt: skip

    def relies(self, check: int, customer: str, **more: Any) -> CheckFacts:
        told = {"actor": self.actor, "now": self.now} | more
        return expect_checked(tenant=self.tenant, customer=customer, check=check, **told)

    def has_numbers(self, customer: str, *numbers: str, from_ms: int = 0, to_ms: int = FOREVER_MS) -> None:
        """One subscription each."""
        from yidian.domains.party.queries import customers_by_code

        id_ = customers_by_code(tenant=self.tenant, codes=[customer])[customer].id
        for number in numbers:
            pk = Subscriber.objects.count() + 1 << 10
            row = Subscriber.objects.create(tenant=self.tenant, id=pk, code=f"S{pk}", customer_id=id_)
            self.number(row, number, from_ms, to_ms)

    def number(self, row: Subscriber, number: str, from_ms: int, to_ms: int = FOREVER_MS) -> None:
        AccessIdentifier.objects.create(
            tenant=self.tenant, kind="msisdn", value=number, subscriber=row, from_ms=from_ms, to_ms=to_ms
        )

    def room(self, customer: str, more: int = 1, flying: int = 0) -> realname.Room:
        return self.write(lambda frame: realname.expect_room_for(  # type: ignore[no-any-return]
            tenant=frame.tenant, customer=customer, more=more, in_flight=lambda _codes: flying, now=frame.now
        ))  # fmt: skip

    @property
    def now_ms(self) -> int:
        return to_ms(self.now)


def refused(does: Callable[[], Any]) -> tuple[str, dict[str, Any]]:
    """Code and parameters of how a desk is told no; ("", {}) where it is not."""
    try:
        does()
    except UnableToRegister as refusal:
        return refusal.code, refusal.params
    return "", {}


def code_of(does: Callable[[], Any]) -> str:
    return refused(does)[0]
