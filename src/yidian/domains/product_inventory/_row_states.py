"""What each row of a file comes to: its subscriber is new, is changed by the file, or stands as it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from yidian.domains.product_inventory._changes import Changes
from yidian.domains.product_inventory._plan import Plan
from yidian.domains.product_inventory._rows import Statement
from yidian.domains.product_inventory._stored import History, Stored


def row_states(statements: Sequence[Statement], plan: Plan, stored: Stored) -> Mapping[int, str]:
    """Line → new | changed | same. Of a new name or address of a customer every row of theirs is one."""
    touched, renamed = set(_touched(plan, stored)), plan.whose.changed_customers(stored)
    return {
        one.line: "new" if one.subscriber not in stored.subscribers
        else "changed" if one.subscriber in touched or one.customer in renamed
        else "same"
        for one in statements
    }  # fmt: skip


def _touched(plan: Plan, stored: Stored) -> Iterator[str]:
    """Subscribers of whom the file begins or ends something."""
    for changes in (*plan.identifiers.values(), plan.holdings, plan.payers, plan.memberships):
        yield from (new.subscriber for new in changes.add)
    areas = plan.whose.new_home_areas(stored)
    yield from (code for code, row in stored.subscribers.items() if row.id in areas)
    numbers = {row.pk: row.what for rows in stored.identifiers.values() for row in rows}
    for changes in plan.identifiers.values():
        yield from (numbers[pk] for pk, _ in changes.end)
    for table, history in (
        (plan.holdings, stored.holdings), (plan.payers, stored.payers), (plan.memberships, stored.memberships),
    ):  # fmt: skip
        yield from _ended(table, history)


def _ended(changes: Changes, history: History) -> Iterator[str]:
    whose = {row.pk: code for code, rows in history.items() for row in rows}
    yield from (whose[pk] for pk, _ in changes.end)
