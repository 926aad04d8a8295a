"""The best plan as it is typed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.cycles.world import World

from yidian.faces.cli import best_plan, best_plans
from yidian.kernel.faults import BadInput


class Console:
    """What a command is given; what it says is kept."""

    def __init__(self, world: World) -> None:
        self.tenant, self.now, self.lang = world.tenant, world.now, "en"
        self.installation = SimpleNamespace(lake=world.places.lake, work=world.places.work, threads=1)
        self.said: list[str] = []
        self.demanded: list[str] = []

    def demand(self, action: str) -> None:
        self.demanded.append(action)

    def say(self, code: str, **params: Any) -> None:
        self.said.append(f"{code} {params}")

    def table(self, title: str, columns: list[str], rows: list[Any]) -> None:
        self.said += [title, *map(str, columns), *map(str, rows)]

    @contextmanager
    def progress(self, total: int, code: str) -> Iterator[Any]:
        del total, code
        yield SimpleNamespace(advance=lambda _: None)


def test_one_subscription(town: World) -> None:
    console: Any = Console(town)
    told = SimpleNamespace(subscriber="s2", months=2, offers="")
    assert best_plan.run(told, console) == 0  # type: ignore[arg-type]
    said = "\n".join(console.said)
    for word in ("BEST_TOLD ", "BEST_TOLD_TOGETHER", "2026-09", "PLAN *", "DATALESS", "no price for"):
        assert word in said
    assert console.demanded == ["bill.read"]


def test_everybody_with_the_list(town: World, tmp_path: Path) -> None:
    console: Any = Console(town)
    told = SimpleNamespace(months=2, cycle="2026-10", offers="ROLL,PLAN", out=tmp_path / "best.xlsx")
    assert best_plans.run(told, console) == 0  # type: ignore[arg-type]
    assert (tmp_path / "best.xlsx").stat().st_size > 5_000
    assert "BEST_PLANS_TOLD" in "\n".join(console.said)
    assert console.demanded == ["tariff.draft", "marketing.list"]
    with pytest.raises(BadInput):
        best_plans.run(SimpleNamespace(**(vars(told) | {"out": tmp_path / "best.csv"})), console)  # type: ignore[arg-type]
