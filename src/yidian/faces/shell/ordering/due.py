"""What is paid with an order, as rows and sentences: on the page of the money, the form, the mirror, at the till."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yidian.domains.product_order.types import Due, OrderFacts
from yidian.faces.shell.ordering.words import Said, Sentence, Told


@dataclass(frozen=True, slots=True)
class DueRow:
    """A line of what is due: a code of its words with parameters, what more is said of it ("" nothing), minor units."""

    code: str
    params: Mapping[str, object]
    more: str
    amount_minor: int


def due_rows(told: Told, due: Due) -> list[DueRow]:
    """Deposits by item, then what is paid ahead."""
    rows = [
        DueRow(
            "DUE_DEPOSIT", {}, " · ".join(
                part for part in (_of(told, one.item), told.words.say("DUE_BACK_OVER", months=one.months)) if part
            ), one.amount_minor,
        )
        for one in due.deposits
    ]  # fmt: skip
    return rows + [DueRow("DUE_ADVANCE", {"account": one.account}, "", one.amount_minor) for one in due.advances]


def due_said(told: Told, facts: OrderFacts) -> list[Said]:
    """What is to be paid now, to be read back and printed; nothing where nothing is."""
    due = facts.due
    if due is None or not due.total_minor:
        return []
    money = told.words.money
    sentences: list[Sentence] = [("DUE_READ_TOTAL", {"amount": money(due.total_minor)})]
    for one in due.deposits:
        params = {"amount": money(one.amount_minor), "what": _of(told, one.item), "months": one.months}
        sentences.append(("DUE_READ_DEPOSIT", params))
    sentences += [
        ("DUE_READ_ADVANCE", {"amount": money(one.amount_minor), "account": one.account}) for one in due.advances
    ]
    return [Said(told.words.say("DUE_KEY"), tuple(sentences))]


def _of(told: Told, place: int) -> str:
    item = next((one for one in told.facts.items if one.place == place), None)
    return f"{told.heading(item)} {told.about(item)}".strip() if item is not None else ""
