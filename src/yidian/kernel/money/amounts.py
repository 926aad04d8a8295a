"""Amounts as people write them, read and written digit by digit: no binary fraction ever stands between."""

from __future__ import annotations

import re
from typing import Final

from yidian.kernel.faults import refuse
from yidian.kernel.money.currency import AMOUNT_LIMIT, MICRO_DIGITS, Currency

# Plain digits with a point. An exponent is read because spreadsheets hand over 0.00001 as "1e-05".
_AMOUNT: Final = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,3}))?")
_LONGEST: Final = len(str(AMOUNT_LIMIT))


def parse_micro(text: str) -> int:
    """Decimal text → micro-units, exactly ("0.06" → 60 000).

    Refuses AMOUNT_NOT_A_NUMBER, AMOUNT_TOO_PRECISE (more than 6 places that are not zero), AMOUNT_OUT_OF_RANGE (2⁶² and
    beyond).
    """
    return _parse(text, MICRO_DIGITS)


def parse_minor(text: str, currency: Currency) -> int:
    """Decimal text → minor units of the currency, exactly ("129.00" CNY → 12 900). Refuses like `parse_micro`."""
    return _parse(text, currency.minor_digits)


def format_micro(amount_micro: int, *, at_least: int = 2) -> str:
    """Micro-units → the shortest exact text with at least that many places ("1234.50", "0.000001", "-0.05")."""
    text = _format(amount_micro, MICRO_DIGITS)
    whole, _, places = text.partition(".")
    kept = places.rstrip("0").ljust(at_least, "0")
    return f"{whole}.{kept}" if kept else whole


def format_minor(amount_minor: int, currency: Currency) -> str:
    """Minor units → plain text with the currency's own places (CNY "1234.50", JPY "1234", KWD "1.234")."""
    return _format(amount_minor, currency.minor_digits)


def _parse(text: str, digits: int) -> int:
    match = _AMOUNT.fullmatch(text.strip())
    if match is None or not (match[2] or match[3]):
        raise refuse("AMOUNT_NOT_A_NUMBER", value=text)
    sign, whole, places, exponent = match[1], match[2], match[3] or "", int(match[4] or 0)
    significant = (whole + places).lstrip("0")
    kept = significant.rstrip("0")
    if not kept:
        return 0
    # The value is `kept` × 10^shift units; lengths are looked at before any big number is made.
    shift = exponent - len(places) + digits + len(significant) - len(kept)
    if len(kept) + shift > _LONGEST:
        raise refuse("AMOUNT_OUT_OF_RANGE", value=text)
    if shift < 0 and int(kept[:shift] or "0") < AMOUNT_LIMIT:
        raise refuse("AMOUNT_TOO_PRECISE", value=text, places=digits)
    if shift < 0:
        raise refuse("AMOUNT_OUT_OF_RANGE", value=text)
    units = int(kept.ljust(len(kept) + shift, "0"))
    if units >= AMOUNT_LIMIT:
        raise refuse("AMOUNT_OUT_OF_RANGE", value=text)
    return -units if sign == "-" else units


def _format(units: int, digits: int) -> str:
    sign = "-" if units < 0 else ""
    text = str(abs(units)).rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else f"{sign}{text}"
