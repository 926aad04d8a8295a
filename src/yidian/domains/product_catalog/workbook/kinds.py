"""What may stand in a cell: each kind reads text into the kernel's units, exactly, or says why it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from yidian.kernel.faults import BadInput
from yidian.kernel.money import parse_micro
from yidian.kernel.rating.tariff import ANY

AMOUNT_BELOW_MICRO: Final = 10**12 * 10**6  # amounts of 10¹² currency units are mistakes, and near what 64 bits hold
QUANTITY_BELOW: Final = 10**16
FIRST_DATE, LAST_DATE = date(1970, 1, 1), date(2200, 1, 1)
PPM: Final = 1_000_000

CODE: Final = re.compile(r"\w[\w.+/-]{0,63}")
DIGITS: Final = re.compile(r"[0-9*#+]{1,32}")
NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
QUANTITY: Final = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)")
CLOCK: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})")
ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
UNITS: Final = {
    "s": ("duration", 1),
    "min": ("duration", 60),
    "h": ("duration", 3600),
    "B": ("volume", 1),
    "KB": ("volume", 1 << 10),
    "MB": ("volume", 1 << 20),
    "GB": ("volume", 1 << 30),
    "TB": ("volume", 1 << 40),
    "": ("count", 1),
}


class CellRefused(Exception):
    """The text of a cell is not of its kind: a fault code and its parameters."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in base units, and what it measures; nought is of every measure ("")."""

    units: int
    measure: str


@dataclass(frozen=True, slots=True)
class Kind:
    """`read` gets stripped, non-empty text and returns the value of the row's field, or raises CellRefused."""

    name: str
    about: str
    read: Callable[[str], object]


def _code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise CellRefused("CODE_INVALID")
    return text


def _code_or_any(text: str) -> str:
    return text if text == ANY else _code(text)


def _codes(text: str) -> tuple[str, ...]:
    codes = tuple(_code_or_any(part) for part in re.split(r"[;\s]+", text) if part)
    if len(set(codes)) != len(codes):
        raise CellRefused("VALUE_TWICE")
    return codes


def _text(text: str) -> str:
    if len(text) > 200:
        raise CellRefused("TEXT_TOO_LONG", most=200)
    return text


def _digits(text: str) -> str:
    if not DIGITS.fullmatch(text):
        raise CellRefused("PREFIX_INVALID")
    return text


def _integer(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise CellRefused("INTEGER_INVALID")
    return int(text)


def _money(text: str) -> int:
    try:
        amount_micro = parse_micro(text)
    except BadInput as bad:
        raise CellRefused(bad.faults[0].code, **dict(bad.faults[0].params)) from bad
    if amount_micro < 0:
        raise CellRefused("PRICE_NEGATIVE")
    if amount_micro >= AMOUNT_BELOW_MICRO:
        raise CellRefused("AMOUNT_OUT_OF_RANGE")
    return amount_micro


def _rate(text: str) -> int:
    """Parts per million; "9%" and "0.09" are the same rate (a spreadsheet stores the second for the first)."""
    number = text.removesuffix("%").rstrip()
    if not NUMBER.fullmatch(number):
        raise CellRefused("RATE_INVALID")
    ppm = Decimal(number) * (PPM // 100 if text.endswith("%") else PPM)
    if not 0 <= ppm <= PPM:
        raise CellRefused("RATE_OUT_OF_RANGE")
    if ppm != int(ppm):
        raise CellRefused("RATE_TOO_PRECISE")
    return int(ppm)


def _quantity(text: str) -> Quantity:
    match = QUANTITY.fullmatch(text)
    if match is None or match[2] not in UNITS:
        raise CellRefused("QUANTITY_INVALID", allowed=", ".join(filter(None, UNITS)))
    measure, size = UNITS[match[2]]
    units = Decimal(match[1]) * size
    if units < 0:
        raise CellRefused("QUANTITY_NEGATIVE")
    if units >= QUANTITY_BELOW:
        raise CellRefused("QUANTITY_OUT_OF_RANGE")
    if units != int(units):
        raise CellRefused("QUANTITY_NOT_WHOLE")
    return Quantity(int(units), measure if units or match[2] else "")


def _size(text: str) -> Quantity:
    quantity = _quantity(text)
    if not quantity.units:
        raise CellRefused("QUANTITY_ZERO")
    return quantity


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text) if ISO_DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_DATE <= day < LAST_DATE:
        raise CellRefused("DATE_IMPOSSIBLE")
    return day


def _clock(text: str) -> int:
    match = CLOCK.fullmatch(text)
    minute = int(match[1]) * 60 + int(match[2]) if match and int(match[2]) < 60 else -1
    if not 0 <= minute <= 24 * 60:
        raise CellRefused("TIME_IMPOSSIBLE")
    return minute


def choice(*values: str) -> Kind:
    """One of a closed list of words."""

    def read(text: str) -> str:
        if text not in values:
            raise CellRefused("VALUE_UNKNOWN", allowed=", ".join(values))
        return text

    return Kind("one of", ", ".join(f"`{value}`" for value in values), read)


YES_NO_WORDS: Final = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}


def _yes_no(text: str) -> bool:
    if text.lower() not in YES_NO_WORDS:
        raise CellRefused("VALUE_UNKNOWN", allowed="yes, no")
    return YES_NO_WORDS[text.lower()]


KIND_CODE: Final = Kind("code", "letters, digits and `. _ - + /`, at most 64", _code)
KIND_CODE_OR_ANY: Final = Kind("code or `*`", "a code; `*` means any (of offers: the standard tariff)", _code_or_any)
KIND_CODES: Final = Kind("codes", "codes separated by `;` or blanks", _codes)
KIND_TEXT: Final = Kind("text", "at most 200 characters", _text)
KIND_DIGITS: Final = Kind("digits", "the first digits of a number, as the mapping of usage normalises it", _digits)
KIND_INTEGER: Final = Kind("integer", "0 to 999999999", _integer)
KIND_MONEY: Final = Kind("money", "units of the currency, at most six decimals, below 10^12", _money)
KIND_RATE: Final = Kind("rate", "`9%` or `0.09`, at most 100 %, exact to one part per million", _rate)
KIND_QUANTITY: Final = Kind(
    "quantity", "`90s` `1min` `2h`, `512B` `1KB`=1024 B `1MB` `1GB` `1TB`; events bare: `100`", _quantity
)
KIND_SIZE: Final = Kind("size", "a quantity above nought", _size)
KIND_DATE: Final = Kind("date", "`2026-10-01`, local to the tariff's zone", _date)
KIND_CLOCK: Final = Kind("time", "`07:00`; `24:00` is the end of the day", _clock)
KIND_YES_NO: Final = Kind("yes/no", "`yes` or `no`", _yes_no)
