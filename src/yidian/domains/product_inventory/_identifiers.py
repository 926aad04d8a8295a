"""Numbers and who had them. A subscriber had a number while any of the file's rows says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from yidian.domains.product_inventory._changes import Changes, New
from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory._periods import Period, Said, contradictions, union, without
from yidian.domains.product_inventory._rows import Statement
from yidian.domains.product_inventory._stored import Kept, Stored
from yidian.kernel.calendar import FOREVER_MS

Ended = frozenset[tuple[str, str, int, int]]  # holdings that the import ends: subscriber, offer, from_ms, to_ms


@dataclass(frozen=True, slots=True)
class _Others:
    """What the end of a number depends on beside the rows about it."""

    held_until: dict[str, int]  # by subscriber, after the import
    ended: Ended
    begins: dict[tuple[str, str], list[tuple[int, str]]]  # by (subscriber, kind): from_ms and value stated in the file


def plan_identifiers(
    statements: Sequence[Statement], stored: Stored, faults: Faults, *, held_until: dict[str, int], ended: Ended
) -> dict[str, Changes]:
    """By kind. IDENTIFIER_TAKEN: another subscriber has it then; IDENTIFIER_ENDED: stored with an earlier end."""
    said: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    begins: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for one in statements:
        if one.identifier:
            said[one.kind, one.identifier].append(one)
            begins[one.subscriber, one.kind].append((one.from_ms, one.identifier))
    others = _Others(held_until, ended, begins)
    changes: dict[str, Changes] = defaultdict(Changes)
    for kind, value in sorted(said):
        rows, kept = said[kind, value], stored.identifiers.get((kind, value), [])
        if len(rows) == 1 and not kept:  # most of a first import: nothing can stand against it
            changes[kind].add.append(New(rows[0].subscriber, value, rows[0].from_ms, rows[0].to_ms))
            continue
        _Number(kept, others, changes[kind], faults).plan(rows)
    return changes


class _Number:
    """All that is stored and said about one identifier."""

    def __init__(self, kept: list[Kept], others: _Others, changes: Changes, faults: Faults) -> None:
        self.kept, self.others, self.changes, self.faults = kept, others, changes, faults
        self.ended: set[int] = set()

    def plan(self, rows: Sequence[Statement]) -> None:
        said = [Said(one.from_ms, one.to_ms, one.line, one.subscriber) for one in rows]
        for earlier, later in contradictions(said):
            self._taken(later, earlier.from_ms, earlier.to_ms, earlier.what, earlier.line, rows[0].identifier)
        of: dict[str, list[Statement]] = defaultdict(list)
        for one in rows:
            of[one.subscriber].append(one)
        for subscriber, own in of.items():
            self._end(subscriber, own)
        for subscriber, own in of.items():
            self._add(subscriber, own)

    def _end(self, subscriber: str, own: Sequence[Statement]) -> None:
        """End the stored open row when the file says, clearly enough, that the subscriber has the number no longer."""
        at = next((i for i, row in enumerate(self.kept) if row.what == subscriber and row.to_ms == FOREVER_MS), None)
        if at is None:
            return
        row = self.kept[at]
        about = [one for one in own if one.to_ms > row.from_ms]
        if not about or max(one.to_ms for one in about) == FOREVER_MS:
            return
        last = max(about, key=lambda one: one.to_ms)
        if any(not one.offer for one in about) or self._leaves(last):
            self.kept[at] = row._replace(to_ms=last.to_ms)
            self.changes.end.append((row.pk, last.to_ms))
            self.ended.add(row.pk)

    def _leaves(self, last: Statement) -> bool:
        """Whether a row that ends a holding ends the number too: no offer goes on, or another number takes over."""
        if (last.subscriber, last.offer, last.from_ms, last.to_ms) not in self.others.ended:
            return False
        if self.others.held_until[last.subscriber] <= last.to_ms:
            return True
        begins = self.others.begins[last.subscriber, last.kind]
        return any(from_ms == last.to_ms and value != last.identifier for from_ms, value in begins)

    def _add(self, subscriber: str, own: Sequence[Statement]) -> None:
        mine = union((row.from_ms, row.to_ms) for row in self.kept if row.what == subscriber)
        for one in own:
            self._check(one, mine)
        stated = union((one.from_ms, one.to_ms) for one in own)
        fresh = without(stated, mine)
        self.changes.add.extend(New(subscriber, own[0].identifier, *period) for period in fresh)
        self.changes.unchanged += sum(
            1
            for row in self.kept
            if row.what == subscriber
            and row.pk not in self.ended
            and any(start < row.to_ms and row.from_ms < end for start, end in stated)
        )

    def _check(self, one: Statement, mine: Sequence[Period]) -> None:
        """One row against what is stored, ends made by this import included."""
        end_ms = next((end for _, end in mine if one.from_ms < end < one.to_ms), None)
        if end_ms is not None:
            self.faults.note(
                "IDENTIFIER_ENDED", one.line, "to", self.faults.told(one.to_ms), identifier=one.identifier,
                subscriber=one.subscriber, end=self.faults.told(end_ms),
            )  # fmt: skip
        for row in self.kept:
            if row.what != one.subscriber and one.from_ms < row.to_ms and row.from_ms < one.to_ms:
                mark = Said(one.from_ms, one.to_ms, one.line, one.subscriber)
                return self._taken(mark, row.from_ms, row.to_ms, row.what, 0, one.identifier)
        return None

    def _taken(self, one: Said, from_ms: int, to_ms: int, owner: str, other_line: int, value: str) -> None:
        told = self.faults.told
        self.faults.note(
            "IDENTIFIER_TAKEN", one.line, "identifier", value, identifier=value, subscriber=one.what, owner=owner,
            begin=told(from_ms), end=told(to_ms), other_line=other_line,
        )  # fmt: skip
