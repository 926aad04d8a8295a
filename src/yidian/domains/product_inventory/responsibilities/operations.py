"""A file of payers taken whole or refused whole (docs/howto/customers.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yidian.domains.party.operations import hold_numbering
from yidian.domains.party.queries import accounts_by_code
from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory.models import Responsibility, Subscriber
from yidian.domains.product_inventory.responsibilities.bulk import add_responsibilities, end_responsibilities
from yidian.domains.product_inventory.responsibilities.rows import OPTIONAL, REQUIRED, Row, read_rows
from yidian.kernel.calendar import FOREVER_MS
from yidian.platform.database.asking import where
from yidian.platform.sheets import check_columns, read_table
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.files import FileTaken, take_file

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.types import Actor

Stored = tuple[int, str, str, int, int, int, int, int]  # id, items, mode, limit, rate, priority, from, to
Terms = tuple[str, int, int, int]  # mode, limit, rate, priority


def import_payers(
    *, tenant: Tenant, actor: Actor, path: Path, now: datetime, known_items: Collection[str]
) -> FileTaken:
    """Take a file of payers (csv or xlsx), or refuse it whole with BadInput. The same bytes again do nothing.

    `known_items`: codes of charge items. A row with the terms and the beginning of a stored open one may give it its
    end.
    """
    sheet = read_table(path)
    faults = Faults(sheet=sheet, zone=tenant.zone)
    check_columns(sheet, required=REQUIRED, allowed=(*REQUIRED, *OPTIONAL), faults=faults)
    faults.raise_if_any()
    rows = read_rows(sheet.rows, zone=tenant.zone, known_items=known_items, faults=faults)
    faults.raise_if_any()
    return take_file(
        tenant=tenant, actor=actor, path=path, now=now, subject="payers", kind="payer_file",
        book=lambda frame: _book(frame, rows, faults),
    )  # fmt: skip


def _book(frame: Frame, rows: Sequence[Row], faults: Faults) -> dict[str, Any]:
    hold_numbering()
    tenant = frame.tenant
    ids = dict(where(Subscriber.objects.filter(tenant=tenant), "code", {row.subscriber for row in rows}, "id"))
    accounts = {c: a.id for c, a in accounts_by_code(tenant=tenant, codes={row.account for row in rows}).items()}
    plan = _Plan(_stored(tenant, set(ids.values())), faults)
    for row in rows:
        if row.subscriber not in ids:
            faults.note("SUBSCRIBER_UNKNOWN", row.line, "subscriber", row.subscriber, subscriber=row.subscriber)
        elif row.account not in accounts:
            faults.note("PAYER_ACCOUNT_UNKNOWN", row.line, "account", row.account, account=row.account)
        else:
            plan.take(row, ids[row.subscriber], accounts[row.account])
    faults.raise_if_any()
    add_responsibilities(tenant=tenant, rows=plan.add)
    end_responsibilities(tenant=tenant, ends=plan.end)
    return {"rows": len(rows), "added": len(plan.add), "ended": len(plan.end)}


def _stored(tenant: Tenant, subscribers: set[int]) -> defaultdict[tuple[int, int], list[Stored]]:
    """By (subscriber, account)."""
    found: defaultdict[tuple[int, int], list[Stored]] = defaultdict(list)
    columns = ("account_id", "id", "items", "mode", "limit_micro", "rate_ppm", "priority", "from_ms", "to_ms")
    rows = Responsibility.objects.filter(tenant=tenant)
    for subscriber, account, *row in where(rows, "subscriber_id", subscribers, *columns):
        found[subscriber, account].append(tuple(row))
    return found


class _Plan:
    """What to add and to end. PAYER_TWICE where an account would bear an item of a subscriber twice at one instant."""

    def __init__(self, stored: defaultdict[tuple[int, int], list[Stored]], faults: Faults) -> None:
        self.stored, self.faults = stored, faults
        self.add: list[tuple[Any, ...]] = []
        self.end: list[tuple[int, int]] = []

    def take(self, row: Row, subscriber: int, account: int) -> None:
        terms = (row.mode, row.limit_micro, row.rate_ppm, row.priority)
        known = self.stored[subscriber, account]
        for at, one in enumerate(known):
            if one[1] == row.items and one[2:6] == terms and one[6] == row.from_ms:
                if one[7] == row.to_ms or (one[7] != FOREVER_MS and row.to_ms == FOREVER_MS):
                    return
                if one[7] == FOREVER_MS and one[0]:
                    known[at] = (*one[:7], row.to_ms)
                    self.end.append((one[0], row.to_ms))
                    return
        if any(_both(one, row) for one in known):
            self.faults.note(
                "PAYER_TWICE", row.line, "account", row.account, subscriber=row.subscriber, account=row.account
            )  # fmt: skip
            return
        known.append((0, row.items, *terms, row.from_ms, row.to_ms))
        self.add.append((subscriber, row.items, account, *terms, row.from_ms, row.to_ms))


def _both(one: Stored, row: Row) -> bool:
    """Whether a row speaks of a common item and instant."""
    mine, theirs = set(one[1].split(";")), set(row.items.split(";"))
    common = "*" in mine or "*" in theirs or bool(mine & theirs)
    return common and one[6] < row.to_ms and row.from_ms < one[7]
