"""Posting and closing as they are typed: one agreement of a second person is enough, and is used once."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.cycles.world import OCTOBER, World
from tests.typed import typing

from yidian.platform.access import staff
from yidian.platform.access.models import Approval
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import system


@pytest.mark.parametrize(("command", "state"), [("post", "posted"), ("close", "closed")])
def test_a_billed_month_goes_on_when_a_second_person_has_agreed_once(
    tenant: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str,
    state: str,
) -> None:  # fmt: skip
    world = World(tenant, tmp_path / "home").open(OCTOBER).billed(OCTOBER)

    def hire(frame: Any) -> dict[str, Any]:
        for login in ("fin", "fin2"):
            staff.add_user(frame=frame, login=login, name=login)
            staff.give_post(frame=frame, login=login, role="finance", organisation=None, since=world.now)
        return {}

    perform(tenant=tenant, actor=system("test"), operation="t", key="t", request={}, now=world.now, work=hire)
    place = SimpleNamespace(lake=world.places.lake, work=world.places.work, threads=1)
    line = typing(monkeypatch, capsys, tenant=tenant, now=lambda: world.now, installation=place, by="fin")

    asked = line(f"{command} {OCTOBER}")
    assert (asked.code, world.state(OCTOBER)) == (3, "billed"), asked
    approval = Approval.objects.get()
    assert line(f"approve yes {approval.pk}", by="fin2").code == 0
    done = line(f"{command} {OCTOBER}")
    assert (done.code, world.state(OCTOBER)) == (0, state), done
    assert [one.state for one in Approval.objects.all()] == ["used"], "nobody was asked again"
