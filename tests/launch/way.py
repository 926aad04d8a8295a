"""A draft brought as far as a test needs, by the people who do it."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

from tests.catalog.example import EXAMPLE, change, copy_of_example

from yidian.domains.product_catalog import queries
from yidian.domains.product_catalog.operations import draft_tariff, move_draft, publish_draft, record_test, revise_draft
from yidian.domains.product_catalog.types import DraftFacts, lifecycle, pack
from yidian.platform.writing.types import Actor

NOW: Final = datetime(2026, 11, 2, 2, tzinfo=UTC)
ZHANG, LI = Actor("staff", "zhang"), Actor("staff", "li")
KEYS = count(1)
DEARER: Final = ("prices", "*,sms,*,0.10,1,1,,,,,", "*,sms,*,0.20,1,1,,,,,")
TEST: Final = {"cycle": "2026-10"}


def key() -> str:
    return f"key-{next(KEYS)}"


def changed(folder: Path, *lines: tuple[str, str, str]) -> Path:
    """The example with other lines."""
    made = copy_of_example(folder)
    for line in lines:
        change(made, *line)
    return made


class Way:
    """One draft and what is done with it."""

    def __init__(self, tenant: Any, folder: Path = EXAMPLE, *, title: str = "新资费", policy: str = "政策") -> None:
        self.tenant = tenant
        source, content = pack(folder)
        self.number = int(
            draft_tariff(
                tenant=tenant, actor=ZHANG, key=key(), now=NOW, title=title, policy=policy, source=source,
                content=content,
            ).answer["draft"]
        )  # fmt: skip

    @property
    def facts(self) -> DraftFacts:
        return queries.tariff_draft(tenant=self.tenant, number=self.number)

    def revise(self, folder: Path) -> Way:
        source, content = pack(folder)
        revise_draft(
            tenant=self.tenant, actor=ZHANG, key=key(), now=NOW, number=self.number, source=source, content=content
        )
        return self

    def do(self, event: str, actor: Actor = ZHANG, **how: Any) -> Way:
        """Any event, as the right door has it."""
        told = {"tenant": self.tenant, "actor": actor, "key": key(), "now": NOW, "number": self.number}
        if event == "publish":
            publish_draft(**told, **how)
        elif event.startswith("test_"):
            evidence = TEST | {"edition": self.facts.edition}
            record_test(**told, passed=event == "test_passed", evidence=evidence)
        else:
            version = self.facts.version if event.startswith("configure") else ""
            move_draft(**(told | {"event": event, "version": version, "comment": "因为"} | how))
        return self

    def to(self, state: str) -> Way:
        """On the straight way."""
        steps = (
            ("confirmed", lambda: self.do("confirm_product", ZHANG).do("confirm_partner", LI)),
            ("configured", lambda: [self.do(event) for event in lifecycle.CONFIGURES]),
            ("published", lambda: self.do("publish")),
            ("tested", lambda: self.do("test_passed")),
            ("on_sale", lambda: self.do("launch")),
        )
        for reached, act in steps if state != "draft" else ():
            act()
            if reached == state:
                break
        assert self.facts.state == state
        return self
