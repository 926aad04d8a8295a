"""The worked table of docs/numbers/deductions.md, row by row."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from yidian.kernel.ledger import Book, Due, deduct

PAGE = Path(__file__).resolve().parents[2] / "docs" / "numbers" / "deductions.md"
TERMS = {"subscriber": str, "cycle_upper": int, "cycle_lower": int, "items": lambda word: frozenset(word.split("+")),
         "expires": date.fromisoformat, "effective": date.fromisoformat}  # fmt: skip
NAMES = {"expires": "expires_on", "effective": "effective_on", "cycle_upper": "cycle_upper_minor",
         "cycle_lower": "cycle_lower_minor"}  # fmt: skip


def rows() -> list[list[str]]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def book_of(told: str) -> Book:
    number, kind, amount, *terms = told.split()
    read: dict[str, Any] = {}
    for term in terms:
        name, _, value = term.partition("=")
        read[NAMES.get(name, name)] = TERMS[name](value)  # type: ignore[operator]
    return Book(id=int(number), available_minor=int(amount), priority=1, principal=kind == "general", **read)


@pytest.mark.parametrize(("books", "dues", "paid"), rows())
def test_a_row_of_the_table(books: str, dues: str, paid: str) -> None:
    told = [due.split() for due in dues.split(";")]
    due = [Due(ref="", item=item, subscriber="S1", amount_minor=int(amount)) for item, amount in told]
    parts = deduct(books=[book_of(book.strip()) for book in books.split(";")], dues=due, on=date(2026, 11, 15))
    assert "; ".join(f"{part.book} {part.item} {part.amount_minor}" for part in parts) == paid


def test_the_table_is_there() -> None:
    assert len(rows()) > 10
