"""The one place that reads the clock. Everything below a face gets `now` as an argument."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware UTC; YIDIAN_NOW (ISO 8601 with offset) sets it for demonstrations and tests."""
    told = os.environ.get("YIDIAN_NOW")
    return datetime.fromisoformat(told).astimezone(UTC) if told else datetime.now(UTC)


def elapsed_s() -> float:
    """Seconds of a monotonic clock, for showing speed only."""
    return time.perf_counter()
