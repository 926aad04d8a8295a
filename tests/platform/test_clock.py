"""The clock: as of another instant, along with the real one, and never by hand where money is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from yidian.config.installation import read
from yidian.platform import clock


def told(monkeypatch: pytest.MonkeyPatch, value: str) -> datetime:
    monkeypatch.setenv("YIDIAN_NOW", value)
    return clock.now()


def test_an_instant_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(monkeypatch, "2026-11-01T00:00:00+08:00") == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert clock.now() == clock.now()


@pytest.mark.parametrize(
    ("value", "by"),
    [
        ("+40d", timedelta(days=40)), ("-90m", timedelta(minutes=-90)), ("+1d12h", timedelta(hours=36)),
        ("-30s", timedelta(seconds=-30)),
    ],
)  # fmt: skip
def test_an_offset_moves_along_with_the_real_clock(monkeypatch: pytest.MonkeyPatch, value: str, by: timedelta) -> None:
    before = datetime.now(UTC)
    shown = told(monkeypatch, value)
    assert before + by <= shown <= datetime.now(UTC) + by
    assert shown < clock.now()


@pytest.mark.parametrize("value", ["tomorrow", "2026-11-01", "2026-11-01T00:00:00", "40d", "+40", "+d", "+40w"])
def test_what_tells_no_time_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    with pytest.raises(clock.UnableToTellTime) as refused:
        told(monkeypatch, value)
    assert refused.value.code == "CLOCK_UNREADABLE"


def test_where_money_is_nobody_tells_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YIDIAN_NOW", raising=False)
    clock.only_real()
    monkeypatch.setenv("YIDIAN_NOW", "+1d")
    with pytest.raises(clock.UnableToTellTime) as refused:
        clock.only_real()
    assert (refused.value.code, refused.value.params) == ("CLOCK_SET_BY_HAND", {"value": "+1d"})


@pytest.mark.parametrize(("line", "money", "inside"), [("", False, False), ("money = true", True, False),
                                                     ("webhooks_to_private = true", False, True)])  # fmt: skip
def test_settings_say_where_money_is(tmp_path: Path, line: str, money: bool, inside: bool) -> None:
    lines = ["format = 1", 'database = "a.sqlite3"', 'tenant = "o"', 'currency = "CNY"', 'zone = "Asia/Shanghai"', line]
    (tmp_path / "yidian.toml").write_text("\n".join(lines))
    found = read(tmp_path)
    assert (found.money, found.webhooks_to_private) == (money, inside)


def test_a_watch_tells_being_set_from_passing() -> None:
    virtual = clock.VirtualClock(datetime(2026, 11, 30, 16, tzinfo=UTC))
    watch = clock.Watch(virtual)
    virtual.push(timedelta(days=3))
    assert watch.look() is None
    virtual.set_back(timedelta(seconds=1))
    assert watch.look() is None, "what NTP does"
    virtual.set_back(timedelta(hours=1))
    virtual.push(timedelta(minutes=1))
    jump = watch.look()
    assert jump is not None
    assert jump.by_s == -3600
    assert watch.look() is None


def test_the_clock_of_this_machine_goes_forward(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YIDIAN_NOW", raising=False)
    machine = clock.MachineClock()
    first, first_s = machine.now(), machine.elapsed_s()
    assert first.tzinfo is UTC
    assert machine.elapsed_s() >= first_s
