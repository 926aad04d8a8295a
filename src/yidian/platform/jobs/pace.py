"""How much a run does in one transaction, so that nobody at a counter waits for it: by the time that was measured.

PostgreSQL wakes whoever waits. On SQLite those who wait look again and again, after 1, 2, 5, 10, 15, 20, then every
25 ms, after an eighth of a second more seldom: a run that took the lock again at once would starve them. So it holds
the lock for less than that, and leaves it free for as long as they may be asleep.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection

from yidian.platform.clock import elapsed_s

AIM_S: Final = 0.06  # how long a chunk should hold the database's lock: a third of what anybody may wait
SLOW_S: Final = 0.08  # after one that held it longer, the next is smaller
LONG_S: Final = 0.1  # whoever waited for longer than this and a bit looks more seldom
FREE_S: Final = 0.026  # how long it is free at least between two chunks, on SQLite
FREE_AFTER_LONG_S: Final = 0.105  # after one that was held for longer than LONG_S: who waits then looks every 100 ms


class Pace:
    """The size of the next chunk: halved after one that took too long, made larger after one that took little."""

    def __init__(self, *, first: int, fewest: int, most: int) -> None:
        self.size, self._fewest, self._most = first, fewest, most
        self.longest_s = 0.0
        self._free_since: float | None = None
        self._held_s = 0.0

    @contextmanager
    def chunk(self, count: int) -> Iterator[None]:
        """The transaction of a chunk of `count` rows, whose time is taken."""
        self._give_way()
        began = elapsed_s()
        yield
        self._free_since = elapsed_s()
        self._held_s = self._free_since - began
        self._learn(count, self._held_s)

    def _give_way(self) -> None:
        if self._free_since is not None and connection.vendor == "sqlite":
            free_s = FREE_S if self._held_s <= LONG_S else FREE_AFTER_LONG_S
            time.sleep(max(0.0, self._free_since + free_s - elapsed_s()))

    def _learn(self, count: int, held_s: float) -> None:
        self.longest_s = max(self.longest_s, held_s)
        aimed = int(count * AIM_S / max(held_s, 0.001))
        if held_s > SLOW_S:
            self.size = max(self._fewest, min(self.size, aimed))
        elif count >= self.size:
            self.size = min(self._most, max(self.size, min(2 * self.size, aimed)))
