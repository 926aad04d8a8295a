"""The reasons for which one subscription is stopped, changed one by one. A reason is in force once at an instant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from yidian.domains.product_inventory.stops.lines import StopRow
from yidian.domains.product_inventory.stops.types import REASONS
from yidian.kernel.calendar import FOREVER_MS


class UnableToStop(Exception):
    """REASON_UNKNOWN, WAYS_IMPOSSIBLE, STOP_OVERLAPS, NOT_STOPPED_FOR, STOP_BEGINS_THEN."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class Reasons:
    """Stored rows of a subscription, and what becomes of them."""

    def __init__(self, rows: Iterable[StopRow]) -> None:
        self.stored = {row.pk: row for row in rows}
        self.rows: list[StopRow] = list(self.stored.values())
        self.replaced: dict[StopRow, int] = {}  # a new row → the key of the one it came in place of

    def stop(self, reason: str, ways: str, at_ms: int) -> StopRow | None:
        """From an instant on; one way and both of a reason take each other's place. The row, where it is so already."""
        if reason not in REASONS:
            raise UnableToStop("REASON_UNKNOWN", reason=reason)
        if ways not in REASONS[reason]:
            raise UnableToStop("WAYS_IMPOSSIBLE", reason=reason, ways=ways)
        last = self._last(reason)
        if last is None or last.to_ms <= at_ms:
            self.rows.append(StopRow(0, reason, ways, at_ms, FOREVER_MS))
            return None
        if last.from_ms <= at_ms and last.ways == ways and last.to_ms == FOREVER_MS:
            return last
        if last.from_ms >= at_ms or last.to_ms != FOREVER_MS:
            raise UnableToStop("STOP_OVERLAPS", reason=reason)
        self._change(last, at_ms)
        fresh = StopRow(0, reason, ways, at_ms, FOREVER_MS)
        self.rows.append(fresh)
        self.replaced[fresh] = last.pk
        return None

    def resume(self, reason: str, at_ms: int) -> StopRow | None:
        """Take one reason away at an instant. The row, where it is so already."""
        if reason not in REASONS:
            raise UnableToStop("REASON_UNKNOWN", reason=reason)
        last = self._last(reason)
        if last is not None and last.to_ms == at_ms:
            return last
        if last is None or last.to_ms < at_ms:
            raise UnableToStop("NOT_STOPPED_FOR", reason=reason)
        if last.from_ms >= at_ms:
            raise UnableToStop("STOP_BEGINS_THEN", reason=reason)
        self._change(last, at_ms)
        return None

    def changed(self) -> tuple[Sequence[StopRow], Sequence[tuple[StopRow, StopRow]]]:
        """Rows to add, and stored ones that end otherwise (before, after)."""
        now = {row.pk: row for row in self.rows if row.pk}
        ended = [(row, now[pk]) for pk, row in self.stored.items() if now[pk] != row]
        return [row for row in self.rows if not row.pk], ended

    def _last(self, reason: str) -> StopRow | None:
        mine = [row for row in self.rows if row.reason == reason]
        return max(mine, key=lambda row: row.from_ms, default=None)

    def _change(self, row: StopRow, to_ms: int) -> None:
        self.rows[self.rows.index(row)] = row._replace(to_ms=to_ms)
