"""Short ways to say a tariff, a subscriber and an event; and a tariff as the oracle wants it."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from yidian.kernel.rating.tariff import Item, Price, Rule, Tariff

FOREVER_MS = 1 << 62
MINOR_DIGITS = {"JPY": 0, "KWD": 3}
YUAN = 1_000_000
FEN = 10_000


def rows_of(tariff: Tariff) -> dict[str, Any]:
    """The tariff as dicts of typed values, with the minor digits of its currency."""
    return {**dataclasses.asdict(tariff), "minor_digits": MINOR_DIGITS.get(tariff.currency, 2)}


def at(zone: str, text: str) -> int:
    """UTC milliseconds of a local wall time written YYYY-MM-DD HH:MM:SS."""
    wall = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return round(wall.timestamp()) * 1000


def subscriber(
    code: str = "S",
    *,
    unit: str = "",
    home_area: str = "021",
    holdings: tuple[tuple[str, int, int], ...] = (),
    accounts: tuple[tuple[str, int, int], ...] = (("A", 0, FOREVER_MS),),
) -> dict[str, Any]:
    return {
        "code": code,
        "home_area": home_area,
        "units": [(unit or code, 0, FOREVER_MS)],
        "accounts": list(accounts),
        "holdings": list(holdings),
        "numbers": [],
        "friends": [],
        "groups": [],
    }


def event(start_ms: int, event_id: int = 1, **more: object) -> dict[str, Any]:
    plain = {
        "subscriber": "S",
        "start_ms": start_ms,
        "event_id": event_id,
        "service": "voice",
        "direction": "out",
        "other_party": "",
        "place": "",
        "rating_group": "",
        "duration_s": 0,
        "bytes_up": 0,
        "bytes_down": 0,
        "count": 0,
    }
    assert not set(more) - set(plain), set(more) - set(plain)
    return {**plain, **more}


def voice(**more: Any) -> Item:
    return Item(**{"code": "voice", "measure": "duration", "tax_class": "T", **more})


def data(**more: Any) -> Item:
    return Item(**{"code": "data", "measure": "volume", "tax_class": "T", **more})


def everything(item: str, order: int = 1, **more: Any) -> Rule:
    return Rule(order=order, item=item, **more)


def price(price_micro: int, per: int, block: int, **more: Any) -> Price:
    return Price(**{"offer": "*", "item": "voice", "price_micro": price_micro, "per": per, "block": block, **more})
