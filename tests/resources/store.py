"""A small operator's resources from the example files, and doors called in frames of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from tests.conftest import REPOSITORY

from yidian.domains.resource_inventory import operations, queries
from yidian.domains.resource_inventory.types import ResourceFacts
from yidian.kernel.calendar import to_ms
from yidian.kernel.faults import BadInput, Fault
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor, system

EXAMPLES = REPOSITORY / "examples" / "resources"
FILES = {  # in the order in which they build on one another
    "levels": "import_levels", "level-rules": "import_level_rules", "blocks": "import_blocks",
    "office-data": "import_office_data", "cards": "import_cards", "addresses": "import_addresses",
    "boxes": "import_boxes", "ports": "import_ports", "devices": "import_devices",
}  # fmt: skip
NOW = datetime(2026, 11, 2, 2, tzinfo=UTC)  # ten in the morning in Shanghai
CLERK = Actor("staff", "clerk")
NUMBER, CARD, PORT, DEVICE = "13900770001", "89861126100770000004", "FG-MZ88-3/1", "356938035600007"
ONE_OF = {"number": NUMBER, "card": CARD, "port": PORT, "device": DEVICE}


@dataclass
class Store:
    tenant: Any
    now: datetime = NOW
    keys: Any = field(default_factory=lambda: count(1))

    def take(self, subject: str, path: Path) -> Any:
        door = getattr(operations, FILES[subject])
        return door(tenant=self.tenant, actor=system("test"), path=path, now=self.now)

    def refused(self, subject: str, path: Path, text: str) -> tuple[Fault, ...]:
        """The faults for which a file is refused."""
        path.write_text(text, encoding="utf-8")
        try:
            self.take(subject, path)
        except BadInput as refusal:
            return refusal.faults
        raise AssertionError("the file was taken")

    def within(self, work: Callable[[Frame], Any]) -> Any:
        """What a piece of work answers, done in a frame of its own."""
        found: list[Any] = []

        def once(frame: Frame) -> dict[str, Any]:
            found.append(work(frame))
            return {}

        perform(
            tenant=self.tenant, actor=CLERK, operation="test", key=str(next(self.keys)), request={}, now=self.now,
            work=once,
        )  # fmt: skip
        return found[0]

    def do(self, verb: str, **told: Any) -> Any:
        return self.within(lambda frame: getattr(operations, verb)(frame=frame, **told))

    def reserve(self, kind: str, id: str, holder: str = "order/1", minutes: int = 30, **more: Any) -> None:
        until_ms = to_ms(self.now + timedelta(minutes=minutes))
        self.do("reserve", kind=kind, id=id, holder=holder, until_ms=until_ms, **more)

    def used(self, kind: str, id: str, subscriber: str = "S1") -> None:
        self.reserve(kind, id)
        self.do("use", kind=kind, id=id, holder="order/1", subscriber=subscriber)

    def facts(self, kind: str, id: str) -> ResourceFacts:
        found = queries.resource(tenant=self.tenant, kind=kind, id=id, now=self.now)
        assert found is not None
        return found

    def state(self, kind: str, id: str) -> tuple[str, str]:
        found = self.facts(kind, id)
        return found.state, found.holder

    def events(self, kind: str, id: str) -> list[str]:
        return [one.event for one in queries.steps_of(tenant=self.tenant, kind=kind, id=id)]

    def later(self, **how: int) -> None:
        self.now += timedelta(**how)

    def tidied(self) -> int:
        return operations.release_expired(tenant=self.tenant, actor=system("worker"), now=self.now)


def filled(tenant: Any) -> Store:
    """Everything that the example files bring."""
    store = Store(tenant)
    for subject in FILES:
        store.take(subject, EXAMPLES / f"{subject}.csv")
    return store
