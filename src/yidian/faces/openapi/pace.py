"""How fast a system may ask: a gauge that fills by a request and runs empty with time (GCRA), in this process.

Requests are read by one process or several; a gauge is each one's own, so that reading writes nothing. What must never
happen twice does not lean on it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from yidian.platform.clock import elapsed_s

MOST_KEPT: Final = 10_000


@dataclass
class Pace:
    """`burst` at once, then one `every_s` seconds."""

    burst: int
    every_s: float
    now_s: Callable[[], float] = elapsed_s
    _full: dict[str, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def wait_s(self, key: str) -> int:
        """Whole seconds until one more is welcome; 0: now. Counts nothing."""
        over = self._full.get(key, 0.0) - self.now_s() - (self.burst - 1) * self.every_s
        return max(0, math.ceil(over))

    def count(self, key: str) -> int:
        """Count one, if it is welcome; else the seconds to wait."""
        with self._lock:
            wait = self.wait_s(key)
            if not wait:
                now = self.now_s()
                if len(self._full) > MOST_KEPT:
                    self._full = {one: full for one, full in self._full.items() if full > now}
                self._full[key] = max(self._full.get(key, 0.0), now) + self.every_s
            return wait


SYSTEMS: Final = Pace(100, 0.05)  # of one system
STRANGERS: Final = Pace(30, 2.0)  # of one address that shows no good token
