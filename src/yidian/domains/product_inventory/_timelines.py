"""Who pays for a subscriber, and in which rating unit it is: one answer at every instant, good until another is stated.

So a payer or a unit never ends by itself: when a subscriber leaves, its numbers and offers end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from yidian.domains.product_inventory._changes import Changes, New
from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory._periods import Said, contradictions
from yidian.domains.product_inventory._rows import Statement
from yidian.domains.product_inventory._stored import History, Kept, Stored
from yidian.domains.product_inventory.types import POOL
from yidian.kernel.calendar import FOREVER_MS

Complain = Callable[[Said, str, int], None]  # what was said, what stands against it, the line of that (0: stored)


def plan_payers(statements: Sequence[Statement], stored: Stored, faults: Faults) -> Changes:
    """ACCOUNT_TWICE where two accounts would pay for a subscriber at one instant."""

    def complain(subscriber: str) -> Complain:
        def tell(said: Said, against: str, line: int) -> None:
            faults.note(
                "ACCOUNT_TWICE", said.line, "account", said.what, subscriber=subscriber, account=said.what,
                other=against, other_line=line,
            )  # fmt: skip

        return tell

    return _plan(statements, stored.payers, lambda one: one.account, complain)


def plan_units(statements: Sequence[Statement], stored: Stored, faults: Faults) -> Changes:
    """POOL_CHANGED where a subscriber would be in two pools, or in one and in none, at one instant."""

    def complain(subscriber: str) -> Complain:
        def tell(said: Said, against: str, line: int) -> None:
            if said.what.startswith(POOL) or against.startswith(POOL):  # else ACCOUNT_TWICE has said it
                faults.note(
                    "POOL_CHANGED", said.line, "pool", said.what, subscriber=subscriber, unit=said.what,
                    other=against, other_line=line,
                )  # fmt: skip

        return tell

    return _plan(statements, stored.memberships, lambda one: one.unit, complain)


def _plan(
    statements: Sequence[Statement],
    history: History,
    what: Callable[[Statement], str],
    complain: Callable[[str], Complain],
) -> Changes:
    said: dict[str, list[Said]] = defaultdict(list)
    for one in statements:
        said[one.subscriber].append(Said(one.from_ms, one.to_ms, one.line, what(one)))
    changes = Changes()
    for subscriber in sorted(said):
        rows = said[subscriber]
        kept = sorted(history.get(subscriber, ()), key=lambda row: row.from_ms)
        if len(rows) == 1 and not kept:  # most of a first import: nothing can stand against it
            changes.add.append(New(subscriber, rows[0].what, rows[0].from_ms, FOREVER_MS))
            continue
        tell = complain(subscriber)
        for earlier, later in contradictions(rows):
            tell(later, earlier.what, earlier.line)
        for row in rows:
            against = _denied(row, kept, rows)
            if against is not None:
                tell(row, against.what, 0)
        _lay_out(subscriber, kept, rows, changes)
    return changes


def _denied(one: Said, kept: Sequence[Kept], rows: Sequence[Said]) -> Kept | None:
    """The stored row that says otherwise of the period, unless it is the last one and the file itself states its end.

    (It does so by stating the old answer for a time before the new one begins.)
    """
    for row in kept:
        if row.what != one.what and one.from_ms < row.to_ms and row.from_ms < one.to_ms:
            stated = any(r.what == row.what and row.from_ms <= r.from_ms < one.from_ms for r in rows)
            if row.to_ms != FOREVER_MS or not stated:
                return row
    return None


def _lay_out(subscriber: str, kept: Sequence[Kept], rows: Iterable[Said], changes: Changes) -> None:
    """The line of answers: each from where it is first stated until the next other one. Stored rows stay."""
    begins = {row.from_ms: row.what for row in kept}
    line: list[tuple[int, str, Kept | None]] = [(row.from_ms, row.what, row) for row in kept]
    line += [(r.from_ms, r.what, None) for r in rows if r.from_ms not in begins]
    line.sort(key=lambda point: point[:2])
    steps: list[tuple[int, str, Kept | None]] = []
    for step in line:
        if step[2] is not None or not steps or steps[-1][1] != step[1]:
            steps.append(step)
    for at, (from_ms, what, row) in enumerate(steps):
        to_ms = steps[at + 1][0] if at + 1 < len(steps) else FOREVER_MS
        if row is None:
            changes.add.append(New(subscriber, what, from_ms, to_ms))
        elif row.to_ms != to_ms:
            changes.end.append((row.pk, to_ms))
        else:
            changes.unchanged += 1
