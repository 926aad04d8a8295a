"""What may stand in a cell of a usage file: text → the kernel's units, exactly, or a reason why not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from yidian.domains.product_catalog.types import Terms
from yidian.kernel.calendar import BEGINNING_MS, FOREVER_MS, day_start_ms, local_to_ms, to_ms
from yidian.kernel.calendar.zones import zone_named
from yidian.kernel.faults import BadInput
from yidian.kernel.rating.quote import Held

QUANTITY_BELOW: Final = 10**15  # more than anybody uses; what comes out of it is looked at by the kernel
DURATION_BELOW: Final = 40 * 86_400  # bands are known for so long after a month's end
FIRST_YEAR, LAST_YEAR = 1970, 2199
TEXT_MOST: Final = 64
DURATIONS: Final = {"": 1, "s": 1, "min": 60, "h": 3600}
VOLUMES: Final = {"": 1, "B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}
DIRECTIONS: Final = ("out", "in", "forward")

_CODE: Final = re.compile(r"[\w+][\w.+/-]{0,63}")
_QUANTITY: Final = re.compile(r"(-?[0-9]{1,20}(?:\.[0-9]{1,12})?)\s*([A-Za-z]*)")
_START: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class CellRefused(Exception):
    """The text of a cell is not of its kind: a fault code, its parameters, and the part of the text that is meant."""

    def __init__(self, code: str, value: str = "", **params: str | int) -> None:
        super().__init__(code)
        self.code, self.value = code, value
        self.params: dict[str, str | int] = params


def code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise CellRefused("CODE_INVALID")
    return text


def words(text: str) -> str:
    if len(text) > TEXT_MOST:
        raise CellRefused("TEXT_TOO_LONG", most=TEXT_MOST)
    return text


def direction(text: str) -> str:
    if text not in DIRECTIONS:
        raise CellRefused("VALUE_UNKNOWN", allowed=", ".join(DIRECTIONS))
    return text


def duration_s(text: str) -> int:
    """Seconds of "60s", "1min", "2h" or "60"."""
    return _quantity(text, DURATIONS, DURATION_BELOW)


def volume(text: str) -> int:
    """Bytes of "512B", "1KB" (1024 B), "1.5GB" or "1024"."""
    return _quantity(text, VOLUMES, QUANTITY_BELOW)


def count(text: str) -> int:
    return _quantity(text, {"": 1}, QUANTITY_BELOW)


def _quantity(text: str, units: dict[str, int], below: int) -> int:
    match = _QUANTITY.fullmatch(text)
    if match is None or match[2] not in units:
        raise CellRefused("QUANTITY_INVALID", allowed=", ".join(filter(None, units)))
    quantity = Decimal(match[1]) * units[match[2]]
    if quantity < 0:
        raise CellRefused("QUANTITY_NEGATIVE")
    if quantity >= below:
        raise CellRefused("QUANTITY_OUT_OF_RANGE")
    if quantity != int(quantity):
        raise CellRefused("QUANTITY_NOT_WHOLE")
    return int(quantity)


def start_ms(text: str, zone: str) -> int:
    """UTC ms of "2026-10-05T08:30:00", a wall time of the zone, or of a time that names its offset."""
    if not _START.fullmatch(text):
        raise CellRefused("QUOTE_START_IMPOSSIBLE")
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise CellRefused("QUOTE_START_IMPOSSIBLE") from error
    if not FIRST_YEAR < at.year < LAST_YEAR:
        raise CellRefused("QUOTE_START_IMPOSSIBLE")
    if at.tzinfo is not None:
        return to_ms(at)
    try:
        return local_to_ms(at, zone)
    except BadInput as bad:
        refused = CellRefused(bad.faults[0].code)
        refused.params = dict(bad.faults[0].params)
        raise refused from bad


def offers(text: str, zone: str, known: Mapping[str, Terms]) -> tuple[Held, ...]:
    """`CODE`, or `CODE@2026-10-05..2026-10-20` (until before the second; either may be left out); several with `;`.

    `known`: how each offer may be held. One that ends by itself does so where a beginning is given and no end.
    """
    zone_named(zone)
    held = tuple(_holding(part.strip(), zone, known) for part in text.split(";") if part.strip())
    for n, one in enumerate(held):
        for other in held[:n]:
            if one.code != other.code:
                continue
            if known[one.code].stacks:
                if one.from_ms == other.from_ms:
                    raise CellRefused("QUOTE_SAME_BEGIN", value=one.code)
            elif one.from_ms < other.to_ms and other.from_ms < one.to_ms:
                raise CellRefused("QUOTE_OFFER_TWICE", value=one.code)
    return held


def had(text: str, zone: str) -> tuple[Held, ...]:
    """Numbers, groups or networks as `CODE`, or `CODE@from..to` with dates or times; several with `;`."""
    zone_named(zone)
    return tuple(_dated(part.strip(), zone) for part in text.split(";") if part.strip())


def _holding(text: str, zone: str, known: Mapping[str, Terms]) -> Held:
    name = text.partition("@")[0]
    if name not in known:
        raise CellRefused("QUOTE_OFFER_UNKNOWN", value=name)
    held = _dated(text, zone)
    if held.from_ms == BEGINNING_MS:
        return held
    end_ms = known[name].end_ms(held.from_ms, zone)
    if held.to_ms == FOREVER_MS:
        return replace(held, to_ms=end_ms)
    if held.to_ms > end_ms:
        raise CellRefused("QUOTE_HOLDING_TOO_LONG", value=text, offer=name, months=known[name].months)
    return held


def _dated(text: str, zone: str) -> Held:
    name, at, dates = text.partition("@")
    if not at:
        return Held(code=name)
    first, dots, last = dates.partition("..")
    if not dots or not (first or last):
        raise CellRefused("QUOTE_HOLDING_UNREADABLE", value=text)
    bounds = {}
    if first:
        bounds["from_ms"] = _bound(first, zone)
    if last:
        bounds["to_ms"] = _bound(last, zone)
    if first and last and bounds["from_ms"] >= bounds["to_ms"]:
        raise CellRefused("PERIOD_EMPTY", value=text, begin=first)
    return Held(code=name, **bounds)


def _bound(text: str, zone: str) -> int:
    return start_ms(text, zone) if "T" in text else day_start_ms(_date(text), zone)


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR < day.year < LAST_YEAR:
        raise CellRefused("DATE_IMPOSSIBLE", value=text)
    return day
