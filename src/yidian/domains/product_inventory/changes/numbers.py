"""Numbers given and ended by changes. Whoever had one until an instant may be followed by somebody else from it on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from yidian.domains.product_inventory._changes import Changes
from yidian.domains.product_inventory._identifiers import plan_identifiers
from yidian.domains.product_inventory._stored import Kept
from yidian.domains.product_inventory.changes.known import statement
from yidian.domains.product_inventory.changes.telling import Telling
from yidian.domains.product_inventory.changes.types import EndIdentifier, GiveIdentifier


def plan_numbers(telling: Telling) -> dict[str, Changes]:
    """By kind. IDENTIFIER_NOT_HELD, ENDS_WHERE_IT_BEGINS, IDENTIFIER_TAKEN, IDENTIFIER_ENDED."""
    ends: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for line, gone in telling.of(EndIdentifier):
        rows, mine = telling.stored.identifiers[gone.kind, gone.value], _owned_by(gone.subscriber)
        end = telling.end(line, rows, "identifiers", "IDENTIFIER_NOT_HELD", mine)
        if end is not None:
            ends[gone.kind].append(end)
    given = []
    for line, change in telling.of(GiveIdentifier):
        given.append(statement(change, line, kind=change.kind, identifier=change.value))
        for row in telling.stored.identifiers[change.kind, change.value]:
            if row.what == change.subscriber and row.from_ms <= change.at_ms < row.to_ms:
                telling.so_already.append((line, "identifiers", row.pk))
    planned = plan_identifiers(given, telling.stored, telling.faults, held_until={}, ended=frozenset())
    for kind, ended in ends.items():
        planned[kind].end.extend(ended)
    return planned


def _owned_by(subscriber: str) -> Callable[[Kept], bool]:
    return lambda row: row.what == subscriber
