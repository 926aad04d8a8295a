"""Rows as dicts: which are in force, and in which order the offers of a subscriber count (§1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

Row = dict[str, Any]
STANDARD = "*"
ANY = "*"


def in_force(rows: Iterable[Row], day: date) -> list[Row]:
    return [row for row in rows if covers(row, day)]


def covers(row: Row, day: date) -> bool:
    begins, ends = row["valid_from"], row["valid_to"]
    return (begins is None or begins <= day) and (ends is None or day < ends)


def only(rows: Iterable[Row], **wanted: object) -> list[Row]:
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def overlap(first: tuple[int, int], second: tuple[int, int]) -> tuple[int, int] | None:
    begins, ends = max(first[0], second[0]), min(first[1], second[1])
    return (begins, ends) if begins < ends else None


def holds(period: tuple[int, int], instant_ms: int) -> bool:
    return period[0] <= instant_ms < period[1]


def offers_in_order(tariff: Row, subscriber: Row, instant_ms: int, day: date) -> list[str]:
    """Codes of the offers held at the instant by (priority, code), the standard tariff last."""
    held = {offer for offer, begins, ends in subscriber["holdings"] if holds((begins, ends), instant_ms)}
    known = [row for row in in_force(tariff["offers"], day) if row["code"] in held and row["code"] != STANDARD]
    return [row["code"] for row in sorted(known, key=lambda row: (row["priority"], row["code"]))] + [STANDARD]


def account_at(subscriber: Row, instant_ms: int) -> str | None:
    return at_instant(subscriber["accounts"], instant_ms)


def unit_at(subscriber: Row, instant_ms: int) -> str | None:
    return at_instant(subscriber["units"], instant_ms)


def at_instant(entries: Iterable[tuple[str, int, int]], instant_ms: int) -> str | None:
    for code, begins, ends in entries:
        if holds((begins, ends), instant_ms):
            return code
    return None
