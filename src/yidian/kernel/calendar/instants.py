"""Instants as integer UTC milliseconds. A float of seconds would lose them, so none is ever made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

FOREVER_MS: Final = 1 << 62  # an end that is open
BEGINNING_MS: Final = -(1 << 62)  # a beginning that is open
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE_MS: Final = 60_000
DAY_MS: Final = 86_400_000
_MS: Final = timedelta(milliseconds=1)


class UnableToReadInstant(ValueError):
    """A datetime without (or with) a zone where the other is needed, or an instant beyond the years 1 to 9999."""


def to_ms(instant: datetime) -> int:
    """An aware datetime → UTC milliseconds; what is finer than a millisecond is cut off toward the past."""
    if instant.utcoffset() is None:
        raise UnableToReadInstant(f"{instant} has no zone")
    return (instant - EPOCH) // _MS


def from_ms(instant_ms: int) -> datetime:
    """UTC milliseconds → aware UTC datetime, exactly. Open ends (FOREVER_MS …) raise UnableToReadInstant."""
    try:
        return EPOCH + timedelta(milliseconds=instant_ms)
    except OverflowError as beyond:
        raise UnableToReadInstant(f"{instant_ms} ms") from beyond


def whole_ms(span: timedelta) -> int:
    """A timedelta in milliseconds, cut off toward minus infinity."""
    return span // _MS
