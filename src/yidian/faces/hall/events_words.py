"""Events of usage as rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from yidian.faces.shell.words import Words
from yidian.runs.explain.types import Event, Events


@dataclass(frozen=True, slots=True)
class Row:
    at: str
    number: str
    what: str
    note: str
    used: str
    amount: str
    charged: bool


def event_rows(words: Words, events: Sequence[Event]) -> list[Row]:
    return [
        Row(
            at=words.instant(one.start_ms), number=words.number(one.number), what=words.title(words.name(one.item)),
            note=words.joined([one.other, _paid(words, one)]), used=words.usage(one.quantity, one.measure),
            amount=words.fine(one.amount_micro), charged=one.amount_micro != 0,
        )
        for one in events
    ]  # fmt: skip


def _paid(words: Words, one: Event) -> str:
    if one.drawn and one.drawn >= one.quantity:
        return words.say("HALL_IN_PLAN")
    if one.drawn:
        return words.say("HALL_PARTLY_IN_PLAN", usage=words.usage(one.drawn, one.measure))
    return words.say("HALL_EVENT_CUT", amount=words.fine(one.cut_micro)) if one.cut_micro else ""


def sums_words(words: Words, page: Events) -> str:
    """How many, how much of each measure, and the money: of everything the filter lets through."""
    used = [words.usage(page.quantities[name], name) for name in ("duration", "volume") if page.quantities.get(name)]
    return words.joined([words.say("HALL_RECORDS", count=page.count), *used, words.fine(page.amount_micro)])
