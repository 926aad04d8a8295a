"""The changes of one call beside what is known, while it is found out what they come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from yidian.domains.product_catalog.types import Terms
from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory._stored import Kept
from yidian.domains.product_inventory.changes.known import Known
from yidian.domains.product_inventory.changes.types import Change, MovePayer, OpenSubscription

One = TypeVar("One")


class Telling:
    """`told`: the changes with their places, from 1; `so_already`: (place, table, key) of what needs no writing."""

    def __init__(self, changes: Sequence[Change], known: Known, terms: Mapping[str, Terms], faults: Faults) -> None:
        self.told = list(enumerate(changes, 1))
        self.known, self.stored, self.terms, self.faults = known, known.stored, terms, faults
        self.opened = {one.subscriber: one for _, one in reversed(list(self.of(OpenSubscription)))}
        self.so_already: list[tuple[int, str, int]] = []

    def of(self, kind: type[One]) -> Iterator[tuple[int, One]]:
        return ((line, change) for line, change in self.told if isinstance(change, kind))

    def moves(self) -> Iterator[tuple[int, OpenSubscription | MovePayer]]:
        """What says who pays."""
        return ((line, one) for line, one in self.told if isinstance(one, OpenSubscription | MovePayer))

    def note(self, line: int, code: str, value: str, /, **params: str | int) -> None:
        self.faults.note(code, line, "", value, subscriber=self.told[line - 1][1].subscriber, **params)

    def subscribers(self) -> list[str]:
        return list(dict.fromkeys(change.subscriber for _, change in self.told))

    def end(
        self, line: int, rows: list[Kept], table: str, missing: str, mine: Callable[[Kept], bool]
    ) -> tuple[int, int] | None:  # fmt: skip
        """End the stored row that holds at the change's instant, in the snapshot too: (its key, its end).

        None where it ends then already, and where it cannot: `missing`, ENDS_WHERE_IT_BEGINS.
        """
        at_ms = self.told[line - 1][1].at_ms
        row = next((row for row in rows if mine(row) and row.from_ms < at_ms < row.to_ms), None)
        if row is not None:
            rows[rows.index(row)] = row._replace(to_ms=at_ms)
            return row.pk, at_ms
        ended = next((row for row in rows if mine(row) and row.to_ms == at_ms), None)
        if ended is not None:
            self.so_already.append((line, table, ended.pk))
        elif any(mine(row) and row.from_ms == at_ms for row in rows):
            self.note(line, "ENDS_WHERE_IT_BEGINS", missing, at=self.faults.told(at_ms))
        else:
            self.note(line, missing, "", at=self.faults.told(at_ms))
        return None
