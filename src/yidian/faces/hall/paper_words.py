"""A bill as paper: every word and figure of the page, ready for the template."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from yidian.faces.hall.bill_words import groups_of, paid_of, taxes_of
from yidian.faces.shell import figures
from yidian.faces.shell.slip_words import LineShown
from yidian.faces.shell.words import Words
from yidian.platform.papers.square import square
from yidian.runs.explain.types import AccountBill

CODE: Final = 20  # signs of the digest that are printed beside the square and asked for


def bill_paper(words: Words, bill: AccountBill, *, operator: str, test: bool, check: str) -> dict[str, Any]:
    """What the template `bill` takes. `check`: the address that tells whether a bill is ours."""
    due = bill.due
    span = words.say("HALL_SPAN", first=words.day(bill.from_ms), last=words.day(bill.until_ms))
    facts = [
        (words.say("HALL_PAPER_CUSTOMER"), bill.customer),
        (words.say("HALL_PAPER_ACCOUNT"), bill.account),
        (words.say("HALL_PAPER_NUMBER"), bill.number),
        (words.say("HALL_PAPER_SPAN"), span),
        *([(words.say("HALL_PAPER_DUE"), words.day(due.due_on))] if due else []),
    ]  # fmt: skip
    groups = [
        {"title": words.say(one.code), "lines": [_line(words, line) for line in one.lines]}
        for one in groups_of(words, bill)
    ]
    if bill.paid:
        paid = [_line(words, one) for one in paid_of(words, bill)]
        groups.append({"title": words.say("HALL_GROUP_PAID"), "lines": paid})
    taxes = taxes_of(words, bill)
    return {
        "title": words.say("HALL_BILL_OF", month=words.month(bill.cycle)), "operator": operator, "facts": facts,
        "test": words.say("HALL_PAPER_TEST") if test else "",
        "page": words.say("HALL_PAPER_PAGE", page="{page}", pages="{pages}"),
        "foot": f"{bill.number} · {bill.account}", "sum_label": words.say("HALL_TOTAL"),
        "total": words.money(bill.total_minor), "groups": groups, "total_label": words.say("HALL_TOTAL"),
        "open": words.say("HALL_PAY_OPEN", amount=words.money(bill.open_minor)) if bill.open_minor else "",
        "taxes": words.say("HALL_TOTAL_TAX", taxes=taxes) if taxes else "", "what_label": words.say("HALL_COLUMN_WHAT"),
        "amount_label": words.say("HALL_PAPER_AMOUNT", currency=bill.currency), "square": square(_target(bill, check)),
        "square_note": words.say("HALL_PAPER_CHECK_NOTE"), "check_label": words.say("HALL_PAPER_CHECK"),
        "digest": code_of(bill.digest),
    }  # fmt: skip


def code_of(digest: str) -> str:
    """The part of a digest that people type, in groups of five."""
    kept = digest[:CODE]
    return " ".join(kept[at : at + 5] for at in range(0, CODE, 5))


def _target(bill: AccountBill, check: str) -> str:
    told = {"no": bill.number, "total": bill.total_minor, "code": bill.digest[:CODE]}
    return f"{check}?{urlencode(told)}"


def _line(words: Words, one: LineShown) -> tuple[str, str, str]:
    return one.title, one.note, figures.figure(one.amount_minor, words.currency)
