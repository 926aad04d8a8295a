"""A file is taken, by a job: whole in one write, or row by row, each its own. Cut off anywhere it goes on.

What was taken whole before is found by its bytes; an order by its row in the file: neither is done twice.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from yidian.domains.resource_inventory.operations import SUBJECTS
from yidian.domains.resource_inventory.operations import take as take_resources
from yidian.journeys.imports.customers import take_customers
from yidian.journeys.imports.kinds import CUSTOMERS, ORDERS
from yidian.journeys.imports.looking import CHANNEL, Looking, look, order_row
from yidian.journeys.imports.receiving import hush
from yidian.journeys.imports.shelf import Row, counted, result_name
from yidian.journeys.ordering.file_rows import Taking
from yidian.journeys.ordering.files import rows_of_sheet
from yidian.kernel.faults import refuse
from yidian.platform.access.queries import within
from yidian.platform.access.types import UnableToAct
from yidian.platform.sheets import read_table

Told = dict[str, Any]


def take(asked: Looking, *, job: int, seen: str) -> Told:
    """Take a file that was looked at; what came of every row is kept under the job. Answers counts.

    BadInput where a file that is taken whole cannot be any more, or would do something else than was `seen`: then
    nothing is done.
    """
    known = asked.shelf.head(result_name(job=job))
    if known is None:
        told = _orders(asked, job) if asked.kind.name == ORDERS else _whole(asked, job, seen)
    else:  # cut off when all was done but the job's own end
        told = dict(known.came_to)
    hush(tenant=asked.tenant, shelf=asked.shelf, kind=asked.kind, upload=asked.upload)
    return told


def look_as_job(asked: Looking) -> Told:
    """The same look as on the page, by who has the time for it."""
    if asked.kind.name == ORDERS:
        _expect_somewhere(asked)
    head = look(asked)
    return {"rows": head.rows, "refused": head.refused}


def _whole(asked: Looking, job: int, seen: str) -> Told:
    """In one write; what was seen is what was done, row by row."""
    if not seen:
        raise refuse("IMPORT_NOT_LOOKED_AT", value=asked.upload.name)
    told: dict[str, Any] = {
        "tenant": asked.tenant, "actor": asked.actor, "path": asked.upload.path, "now": asked.now, "seen": seen
    }  # fmt: skip
    if asked.kind.name == CUSTOMERS:
        taken = take_customers(**told)
    else:
        taken = take_resources(subject=SUBJECTS[asked.kind.name], **told)
    came_to = {"rows": taken.rows, "added": taken.added, "ended": taken.ended}
    head = asked.shelf.head(asked.name)
    if head is not None and head.seen == seen:
        head = replace(head, at=asked.now.isoformat(), came_to=came_to)
        asked.shelf.put(result_name(job=job), head, asked.shelf.rows(asked.name))
    return came_to


def _orders(asked: Looking, job: int) -> Told:
    _expect_somewhere(asked)
    sheet = read_table(asked.upload.path)
    wanted, cells = rows_of_sheet(sheet), dict(sheet.rows)
    asked.expect(len(wanted))
    taking = Taking(
        tenant=asked.tenant, actor=asked.actor, now=asked.now, channel=CHANNEL, price=asked.price,
        batch=f"import/{asked.upload.id[:32]}",
    )  # fmt: skip
    done = list[Row]()
    for one in wanted:
        done.append(order_row(asked.kind, sheet, cells[one.line], taking.row(one)))
        asked.advance(1)
    counts = counted(done)
    came_to = {"rows": len(done), "taken": counts.get("taken", 0), "refused": counts.get("refused", 0)}
    head = replace(asked.head(), header=sheet.header, counts=counts, came_to=came_to)
    asked.shelf.put(result_name(job=job), head, done)
    return came_to


def _expect_somewhere(asked: Looking) -> None:
    """The right is held somewhere still; whom it reaches is asked row by row. UnableToAct."""
    if within(tenant=asked.tenant, actor=asked.actor, action=asked.kind.right, now=asked.now) == frozenset():
        raise UnableToAct("NOT_ALLOWED", action=asked.kind.right, actor=f"{asked.actor.kind}:{asked.actor.id}")
