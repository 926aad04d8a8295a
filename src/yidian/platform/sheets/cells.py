"""A cell of a workbook as exact text. A spreadsheet keeps numbers in binary; only what it shows exactly is believed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

SIGNIFICANT_DIGITS: Final = 15  # a spreadsheet keeps no more


class CellNotExact(Exception):
    """A number that is not the one somebody typed: too many digits, or too large to be kept exactly."""


def text_of(cell: object) -> str:
    """Text of a value as python-calamine gives it: "" for none, ISO dates, HH:MM(:SS) times, plain decimals."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return _number(repr(cell))
    if isinstance(cell, timedelta):
        return _clock(round(cell.total_seconds()))
    if isinstance(cell, time):
        return _clock(cell.hour * 3600 + cell.minute * 60 + cell.second)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if cell.time() != time() else cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _number(written: str) -> str:
    number = Decimal(written)
    if not number.is_finite():
        raise CellNotExact(written)
    digits = number.normalize().as_tuple().digits
    if len(digits) > SIGNIFICANT_DIGITS or number.adjusted() >= SIGNIFICANT_DIGITS:
        raise CellNotExact(written)
    return "0" if not number else f"{number.normalize():f}"


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    return f"{hours:02d}:{rest // 60:02d}" + (f":{rest % 60:02d}" if rest % 60 else "")
