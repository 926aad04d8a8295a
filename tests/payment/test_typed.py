"""A payment typed at a terminal: the amount twice, or nothing is taken."""

from __future__ import annotations

import io
from typing import Any

import pytest
from tests.payment.counter import NOW, accounts, cash
from tests.typed import typing

from yidian.platform.access import staff
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import system


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_who_types_fifty_and_then_a_hundred_takes_nothing(
    tenant: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts(tenant, "A1")
    perform(tenant=tenant, actor=system("test"), operation="test.hire", key="li", request={}, now=NOW, work=hired)
    line = typing(monkeypatch, capsys, tenant=tenant, now=lambda: NOW, by="li")
    for words, typed in (("pay A1 50 --again 100", ""), ("pay A1 50", "100\n")):
        monkeypatch.setattr("sys.stdin", Terminal(typed))
        ended = line(words)
        assert (ended.code, "TILL_AMOUNTS_DIFFER" in ended.said, cash(tenant)) == (2, True, 0), words
    monkeypatch.setattr("sys.stdin", Terminal("50.00\n"))
    ended = line("pay A1 50")
    assert (ended.code, "A1 (C-A1): 50.00. Type the amount once more" in ended.said, cash(tenant)) == (0, True, 5_000)
    monkeypatch.setattr("sys.stdin", io.StringIO())  # a script is no person
    assert (line("pay A1 7").code, cash(tenant)) == (0, 5_700)


def hired(frame: Any) -> dict[str, Any]:
    staff.add_user(frame=frame, login="li", name="Li")
    staff.give_post(frame=frame, login="li", role="finance", organisation=None, since=NOW)
    return {}
