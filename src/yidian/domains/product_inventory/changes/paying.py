"""Who pays from an instant on, and in which unit: said as a file says it, with the answer of before up to then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from yidian.domains.product_inventory._changes import Changes
from yidian.domains.product_inventory._rows import Statement
from yidian.domains.product_inventory._stored import History, Kept
from yidian.domains.product_inventory._timelines import plan_payers, plan_units
from yidian.domains.product_inventory.changes.known import statement
from yidian.domains.product_inventory.changes.telling import Telling
from yidian.domains.product_inventory.changes.types import MovePayer, OpenSubscription
from yidian.domains.product_inventory.types import POOL

Table = Literal["payers", "memberships"]


def plan_paying(telling: Telling) -> tuple[Changes, Changes]:
    """Changes of payers and of memberships. PAYER_MOVED_TWICE, PAYER_LATER, and what a file is refused for."""
    seen: set[str] = set()
    for line, change in telling.moves():
        if change.subscriber in seen:
            telling.note(line, "PAYER_MOVED_TWICE", change.account)
        seen.add(change.subscriber)
    payers = plan_payers(_line(telling, "payers"), telling.stored, telling.faults)
    return payers, plan_units(_line(telling, "memberships"), telling.stored, telling.faults)


def paying_at(telling: Telling, code: str, at_ms: int, table: Table) -> str:
    """Account or unit of a subscription at an instant, after the changes; "" where it has none."""
    for _, change in telling.moves():
        if change.subscriber == code and change.at_ms <= at_ms:
            return change.account if table == "payers" else change.unit
    return next((row.what for row in _rows(telling, code, table) if row.from_ms <= at_ms < row.to_ms), "")


def _line(telling: Telling, table: Table) -> list[Statement]:
    found = []
    for line, change in telling.moves():
        what = change.account if table == "payers" else change.unit
        last = max(_rows(telling, change.subscriber, table), key=lambda row: row.from_ms, default=None)
        if last is not None and last.from_ms <= change.at_ms and last.what == what:
            telling.so_already.append((line, table, last.pk))
        elif last is not None and last.from_ms >= change.at_ms:
            since = telling.faults.told(last.from_ms)
            telling.note(line, "PAYER_LATER", change.account, other=last.what, since=since)
        else:
            found.append(statement(change, line))
            found += [_before(change, line, last)] if last is not None else []
    return found


def _before(change: OpenSubscription | MovePayer, line: int, last: Kept) -> Statement:
    """The answer of before, from where it began."""
    pool = last.what.startswith(POOL)
    account = change.account if pool else last.what
    return statement(change, line, account=account, unit=last.what, from_ms=last.from_ms, to_ms=change.at_ms)


def _rows(telling: Telling, code: str, table: Table) -> Sequence[Kept]:
    histories: History = getattr(telling.stored, table)
    return histories.get(code, ())
