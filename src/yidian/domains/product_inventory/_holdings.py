"""Offers held. A holding is stated as it is, never joined with its neighbour: fees begin where it begins.

What tells two holdings of one offer apart is the instant at which they begin: only one begins at an instant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from yidian.domains.product_catalog.types import Terms
from yidian.domains.product_inventory._changes import Changes, New
from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory._rows import Statement
from yidian.domains.product_inventory._stored import Kept, Stored
from yidian.kernel.calendar import FOREVER_MS

PLAIN: Final = Terms()


class _Holdings:
    """The holdings of one offer by one subscriber: those of the file against those stored."""

    def __init__(self, kept: Iterable[Kept], terms: Terms, changes: Changes, faults: Faults) -> None:
        self.terms, self.changes, self.faults = terms, changes, faults
        self.stored = {row.from_ms: row for row in kept}

    def plan(self, said: Sequence[Statement]) -> None:
        distinct = self._distinct(said)
        fresh = [one for one in distinct if not self._agrees(one)]
        for one in fresh:
            other = next((row for row in self.stored.values() if self._clash(one, row)), None)
            if other is not None:
                self._overlapping(one, other.from_ms, other.to_ms, 0)
        self.changes.add.extend(New(one.subscriber, one.offer, one.from_ms, one.held_to_ms) for one in fresh)

    def _distinct(self, said: Sequence[Statement]) -> list[Statement]:
        """Without restatements beside another identifier; the same again beside the same one is a fault."""
        found: list[Statement] = []
        beside: set[tuple[int, str, str]] = set()
        for one in sorted(said, key=lambda s: (s.from_ms, s.held_to_ms, s.line)):
            here = (one.from_ms, one.kind, one.identifier)
            last = found[-1] if found else None
            if last is None or not self._clash(one, last):
                found.append(one)
            elif (last.from_ms, last.held_to_ms) != (one.from_ms, one.held_to_ms) or here in beside:
                first, second = sorted((last, one), key=lambda s: s.line)
                self._overlapping(second, first.from_ms, first.held_to_ms, first.line)
            beside.add(here)
        return found

    def _agrees(self, one: Statement) -> bool:
        """Whether the holding is stored already; an open one is ended when the file knows its end.

        One that ends by itself got that end when it was given: a row without an end says no more of it, and one with
        an earlier end brings it forward.
        """
        row = self.stored.get(one.from_ms)
        if row is None:
            return False
        if row.to_ms == one.to_ms or one.ends_ms is not None:
            self.changes.unchanged += 1
        elif row.to_ms == FOREVER_MS or (self.terms.months and one.to_ms < row.to_ms):
            self.changes.end.append((row.pk, one.to_ms))
            self.stored[one.from_ms] = row._replace(to_ms=one.to_ms)
        else:
            return False
        return True

    def _clash(self, one: Statement, other: Statement | Kept) -> bool:
        """Whether the two cannot both be holdings."""
        if self.terms.stacks:
            return one.from_ms == other.from_ms
        until_ms = other.to_ms if isinstance(other, Kept) else other.held_to_ms
        return one.from_ms < until_ms and other.from_ms < one.held_to_ms

    def _overlapping(self, one: Statement, from_ms: int, to_ms: int, other_line: int) -> None:
        code = "HOLDING_SAME_BEGIN" if self.terms.stacks else "HOLDING_OVERLAP"
        self.faults.note(
            code, one.line, "offer", one.offer, subscriber=one.subscriber, offer=one.offer,
            begin=self.faults.told(from_ms), end=self.faults.told(to_ms), other_line=other_line,
        )  # fmt: skip


def plan_holdings(
    statements: Sequence[Statement], stored: Stored, terms: Mapping[str, Terms], faults: Faults
) -> Changes:
    """HOLDING_OVERLAP where a subscriber would hold an offer twice at one instant.

    Of one that stacks only HOLDING_SAME_BEGIN: two that begin at one instant.
    """
    said: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for one in statements:
        if one.offer:
            said[one.subscriber, one.offer].append(one)
    changes = Changes()
    for subscriber, offer in sorted(said):
        rows = said[subscriber, offer]
        kept = [row for row in stored.holdings.get(subscriber, ()) if row.what == offer]
        if len(rows) == 1 and not kept:  # most of a first import: nothing can stand against it
            changes.add.append(New(subscriber, offer, rows[0].from_ms, rows[0].held_to_ms))
            continue
        _Holdings(kept, terms.get(offer, PLAIN), changes, faults).plan(rows)
    return changes


def held_until(stored: Stored, changes: Changes) -> dict[str, int]:
    """By subscriber, the latest instant until which it holds any offer once the changes are made."""
    latest: dict[str, int] = defaultdict(lambda: -FOREVER_MS)
    ended = dict(changes.end)
    for subscriber, rows in stored.holdings.items():
        latest[subscriber] = max(ended.get(row.pk, row.to_ms) for row in rows)
    for new in changes.add:
        latest[new.subscriber] = max(latest[new.subscriber], new.to_ms)
    return latest


def ended_holdings(stored: Stored, changes: Changes) -> frozenset[tuple[str, str, int, int]]:
    """(subscriber, offer, from_ms, to_ms) of the stored holdings that the changes end."""
    ended = dict(changes.end)
    return frozenset(
        (subscriber, row.what, row.from_ms, ended[row.pk])
        for subscriber, rows in (stored.holdings.items() if ended else ())
        for row in rows
        if row.pk in ended
    )
