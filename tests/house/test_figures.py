"""Money, days and usage as people read them: a table of ux, executed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from yidian.faces.shell import figures

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "code", "told"),
    [
        (0, "CNY", "¥0.00"), (-123456, "CNY", "−¥1,234.56"), (5, "CNY", "¥0.05"), (100000000, "CNY", "¥1,000,000.00"),
        (1234, "JPY", "JPY\u00a01,234"), (-1, "KWD", "−KWD\u00a00.001"),
    ],
)  # fmt: skip
def test_money(minor: int, code: str, told: str) -> None:
    assert figures.money(minor, code) == told
    assert figures.figure(minor, code) == told.replace("¥", "").replace(f"{code}\u00a0", "")


@pytest.mark.parametrize(
    ("micro", "told"), [(150_000, "¥0.15"), (31, "¥0.000031"), (1_000_000, "¥1.00"), (-2, "−¥0.000002")]
)
def test_a_price_shows_what_it_has(micro: int, told: str) -> None:
    assert figures.fine(micro, "CNY") == told


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        (datetime(2026, 11, 20, 6, 32, tzinfo=UTC), "11-20 14:32", "20 Nov 14:32"),
        (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), "2025-12-31 23:59", "31 Dec 2025, 23:59"),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), "01-01 00:00", "1 Jan 00:00"),  # already this year over there
    ],
)
def test_an_instant_is_on_the_operators_clock(at: datetime, zh: str, en: str) -> None:
    assert figures.instant(at, lang="zh", zone="Asia/Shanghai", now=NOW) == zh
    assert figures.instant(at, lang="en", zone="Asia/Shanghai", now=NOW) == en


def test_a_day_with_its_weekday() -> None:
    today = date(2026, 11, 22)
    assert figures.day(date(2026, 11, 24), lang="zh", today=today, weekday=True) == "11 月 24 日（周二）"
    assert figures.day(date(2026, 11, 24), lang="en", today=today, weekday=True) == "Tue 24 Nov"
    assert figures.day(date(2027, 1, 2), lang="zh", today=today) == "2027 年 1 月 2 日"
    assert figures.day(date(2027, 1, 2), lang="en", today=today) == "2 Jan 2027"


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [("2026-10", "2026 年 10 月", "October 2026"), ("2026-13", "2026-13", "2026-13"), ("summer", "summer", "summer")],
)
def test_a_cycle_by_its_name(name: str, zh: str, en: str) -> None:
    assert (figures.month(name, lang="zh"), figures.month(name, lang="en")) == (zh, en)


@pytest.mark.parametrize(
    ("quantity", "measure", "zh", "en"),
    [
        (33_900, "duration", "565 分钟", "565 min"), (204, "duration", "3 分 24 秒", "3 min 24 s"),
        (45, "duration", "45 秒", "45 s"), (0, "duration", "0 分钟", "0 min"),
        (12_220_000_000, "volume", "11.38 GB", "11.38 GB"), (1 << 30, "volume", "1 GB", "1 GB"),
        (0, "volume", "0 B", "0 B"),
        (1023, "volume", "1,023 B", "1,023 B"), (12, "count", "12 次", "12"), (-60, "duration", "−1 分钟", "−1 min"),
    ],
)  # fmt: skip
def test_usage(quantity: int, measure: str, zh: str, en: str) -> None:
    assert (figures.usage(quantity, measure, lang="zh"), figures.usage(quantity, measure, lang="en")) == (zh, en)


def test_what_identifies_is_masked() -> None:
    assert figures.masked("450103199001012231") == "4501**********2231"
    assert figures.masked("12345") == "****5"
    assert figures.masked("") == ""


def test_a_number_in_groups() -> None:
    assert figures.telephone("17000004417") == ["170", "0000", "4417"]
    assert figures.telephone("07715550001") == ["0771", "555", "0001"]
    assert figures.telephone("01085550001") == ["010", "8555", "0001"]
    assert figures.telephone("075585550001") == ["0755", "8555", "0001"]
    assert figures.telephone("85212345678") == ["852", "1234", "5678"]
    assert figures.telephone("zhang@dsl") == ["zhang@dsl"]


def test_a_share_is_cut_at_one_place() -> None:
    assert figures.share(2, 3) == "66.6%"
    assert figures.share(1, 0) == "—"
