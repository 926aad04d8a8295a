"""Taking the money of an order at the desk: with its submission, or later, where it waits for it. One form for both."""

from __future__ import annotations

from typing import Any, Final

from yidian.domains.product_order.types import Due, OrderFacts
from yidian.faces.desk.views.payments_taken import read
from yidian.faces.shell.asked import Asked, FaultTold
from yidian.faces.shell.ordering.due import due_rows
from yidian.faces.shell.ordering.words import Told
from yidian.journeys.ordering.paying import METHODS, RIGHT, Tender
from yidian.platform.access.queries import who_may

MOST_NAMED: Final = 8


def till_of(asked: Asked, facts: OrderFacts, due: Due, node: str) -> dict[str, Any]:
    """For the form: what is due, line by line, and whether whoever looks may take it, else who may. `node`: who looks
    after the customer. Nothing where nothing is due."""
    if not due.total_minor:
        return {"due_minor": 0}
    mine = may_take(asked, due, node)
    return {
        "due_minor": due.total_minor, "due": due_rows(Told(asked, facts), due), "methods": METHODS, "may_take": mine,
        "takers": [] if mine else _takers(asked, due, node),
    }  # fmt: skip


def _takers(asked: Asked, due: Due, node: str) -> list[str]:
    found = who_may(
        tenant=asked.tenant, action=RIGHT, organisation=node or None, amount_minor=due.total_minor, now=asked.now,
        limit=MOST_NAMED,
    )  # fmt: skip
    return [name or login for login, name in found]


def may_take(asked: Asked, due: Due, node: str) -> bool:
    return asked.may(RIGHT, organisation=node, amount_minor=due.total_minor).allowed


def tender_of(asked: Asked) -> tuple[Tender, list[FaultTold]]:
    """What was typed, twice (BH-19), and what is wrong with it."""
    amount, faults = read(asked)
    return Tender(amount, asked.form.get("method", "")), faults
