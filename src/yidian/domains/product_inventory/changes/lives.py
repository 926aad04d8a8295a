"""The life of one subscription, changed one step after the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from yidian.domains.product_inventory.changes.lifecycle import IN_USE, LIVES, TERMINATED, can_become
from yidian.kernel.calendar import FOREVER_MS
from yidian.kernel.timeline import Kept


class UnableToLive(Exception):
    """LIFE_UNKNOWN, LIFE_IMPOSSIBLE, LIFE_LATER."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class Lived(NamedTuple):
    """A row to add, and the key of the one in whose place it comes (0: none)."""

    life: str
    from_ms: int
    to_ms: int
    replaces: int


def life_unsaid(had: Iterable[tuple[int, int]], at_ms: int) -> str:
    """The life of a subscription of which no row says anything, by the periods of all it had: numbers and offers.

    In use while it has any of them, over when it has none any more, "" before the first.
    """
    life = ""
    for from_ms, to_ms in had:
        if from_ms <= at_ms < to_ms:
            return IN_USE
        if to_ms <= at_ms:
            life = TERMINATED
    return life


class Life:
    """Stored rows, and what becomes of them."""

    def __init__(self, rows: Iterable[Kept], had: Iterable[tuple[int, int]]) -> None:
        self.rows = sorted(rows, key=lambda row: row.from_ms)
        self.had = list(had)
        self.end: list[tuple[Kept, int]] = []
        self.add: list[Lived] = []

    def begin(self, at_ms: int) -> None:
        self.rows.append(Kept(0, IN_USE, at_ms, FOREVER_MS))
        self.add.append(Lived(IN_USE, at_ms, FOREVER_MS, 0))

    def set(self, life: str, at_ms: int) -> Kept | None:
        """The row, where it is so already."""
        if life not in LIVES:
            raise UnableToLive("LIFE_UNKNOWN", life=life)
        last = self.rows[-1] if self.rows else None
        if last is not None and last.from_ms <= at_ms and last.what == life:
            return last
        if last is not None and last.from_ms >= at_ms:
            raise UnableToLive("LIFE_LATER", life=life, other=last.what)
        before = last.what if last is not None else life_unsaid(self.had, at_ms)
        if before == life == IN_USE:
            return Kept(0, life, at_ms, FOREVER_MS)
        if before != life and not can_become(before, life):
            raise UnableToLive("LIFE_IMPOSSIBLE", life=life, before=before)
        replaced = 0
        if last is not None:
            replaced = self._close(last, at_ms)
        self.rows.append(Kept(0, life, at_ms, FOREVER_MS))
        self.add.append(Lived(life, at_ms, FOREVER_MS, replaced))
        return None

    @property
    def over_since(self) -> int | None:
        return next((row.from_ms for row in self.rows if row.what == TERMINATED), None)

    def _close(self, last: Kept, at_ms: int) -> int:
        """End the last row; its key, 0 of one that is not stored yet."""
        self.rows[-1] = last._replace(to_ms=at_ms)
        if last.pk:
            self.end.append((last, at_ms))
        else:
            self.add[-1] = self.add[-1]._replace(to_ms=at_ms)
        return last.pk
