"""Time as whole seconds of the operator's clock (Shanghai, no summer time) since the first instant of its life."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

FIRST: Final = date(2026, 10, 1)
DAY: Final = 86_400
FOREVER: Final = 1 << 40
UTC_OFFSET: Final = 8 * 3600
FIRST_EPOCH: Final = (FIRST - date(1970, 1, 1)).days * DAY - UTC_OFFSET


@cache
def month_name(month: int) -> str:
    """`2026-10` for month 0."""
    at = FIRST.month - 1 + month
    return f"{FIRST.year + at // 12}-{at % 12 + 1:02}"


@cache
def first_day(month: int) -> int:
    """Number of the first day of a month; day 0 is the first of month 0."""
    return (date.fromisoformat(f"{month_name(month)}-01") - FIRST).days


def days_of(month: int) -> range:
    return range(first_day(month), first_day(month + 1))


@cache
def month_of(day: int) -> int:
    """The month of a day of this life, or of one before it (negative)."""
    on = FIRST + timedelta(days=day)
    return (on.year - FIRST.year) * 12 + on.month - FIRST.month


@cache
def date_text(day: int) -> str:
    return (FIRST + timedelta(days=day)).isoformat()


@cache
def compact_date(day: int) -> str:
    return date_text(day).replace("-", "")


def clock_text(second: int) -> str:
    """`2026-10-13 06:58:00`"""
    day, rest = divmod(second, DAY)
    return f"{date_text(day)} {rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"


def shop_text(second: int) -> str:
    """As a shop writes it: `2026-10-05`, or `2026-10-05 13:30`; nothing for an open end."""
    if second >= FOREVER:
        return ""
    day, rest = divmod(second, DAY)
    return f"{date_text(day)} {rest // 3600:02}:{rest // 60 % 60:02}" if rest else date_text(day)


def second_of(text: str) -> int:
    """`2026-10-13 06:58:00` as seconds of this clock."""
    return round((datetime.fromisoformat(text) - datetime.fromisoformat(FIRST.isoformat())).total_seconds())
