"""The late fee: every row of docs/numbers/late-fee.md, and a plain day by day oracle on random histories."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from tests.numbers.pages import FOLDER, read_page

from yidian.kernel.ledger.late_fee import Arrears, Term, late_fee
from yidian.kernel.money import currency, format_minor, parse_minor

CNY = currency("CNY")


def _arrears(text: str) -> list[Arrears]:
    return [
        Arrears(date.fromisoformat(day), parse_minor(amount, CNY))
        for day, amount in (part.split() for part in text.split(";"))
    ]


def _terms(text: str) -> list[Term]:
    return [
        Term(date.fromisoformat(day), rate != "off", 0 if rate == "off" else int(rate), int(grace), int(cap))
        for day, rate, grace, cap in (part.split() for part in text.split(";"))
    ]


def test_every_row_of_the_worked_table_is_what_is_computed() -> None:
    (table,) = [table for section in read_page(FOLDER / "late-fee.md") for table in section.tables]
    wrong = []
    for line, row in table.rows:
        fee = late_fee(
            arrears=_arrears(row["open"]), terms=_terms(row["terms"]), due_on=date.fromisoformat(row["due"]),
            to_on=date.fromisoformat(row["until"]),
        )  # fmt: skip
        if format_minor(fee, CNY) != row["fee"]:
            wrong.append(f"line {line}, {row['case']}: {format_minor(fee, CNY)} instead of {row['fee']}")
    assert len(table.rows) > 15
    assert wrong == []


def by_day(arrears: Sequence[Arrears], terms: Sequence[Term], due_on: date, to_on: date) -> int:
    """The same, day after day, in fractions, written from the words of the table."""

    def open_at(day: date) -> int:
        minor = 0
        for row in sorted(arrears):
            if row.from_on <= day:
                minor = row.open_minor
        return minor

    fee, day = Fraction(0), due_on + timedelta(days=1)
    while day < to_on:
        term = None
        for row in sorted(terms):
            if row.from_on <= day:
                term = row
        if term is not None and term.charged and (day - due_on).days > term.grace_days:
            cap = open_at(due_on) * term.cap_ppm // 1_000_000
            fee = max(fee, min(fee + Fraction(open_at(day) * term.rate_ppm, 1_000_000), Fraction(cap)))
        day += timedelta(days=1)
    return int(fee + Fraction(1, 2))


def _history(chance: random.Random) -> tuple[list[Arrears], list[Term], date, date]:
    due = date(2026, 3, 10)

    def days(count: int) -> list[date]:
        return sorted(chance.sample([due + timedelta(days=n) for n in range(-8, 60)], count))

    arrears = [Arrears(day, chance.choice([0, 1, 500, 12_345, 10**12])) for day in days(chance.randint(1, 5))]
    terms = [
        Term(day, chance.random() < 0.8, chance.choice([0, 1, 500, 3_000, 50_000]), chance.choice([0, 3, 15]),
             chance.choice([0, 20_000, 1_000_000]))
        for day in days(chance.randint(1, 4))
    ]  # fmt: skip
    return arrears, terms, due, due + timedelta(days=chance.randint(0, 70))


def test_random_histories_cost_what_day_by_day_costs() -> None:
    chance, fees = random.Random(5), set()
    for _ in range(1_500):
        arrears, terms, due, to = _history(chance)
        fee = late_fee(arrears=arrears, terms=terms, due_on=due, to_on=to)
        assert fee == by_day(arrears, terms, due, to), (arrears, terms, due, to)
        fees.add(fee)
    assert len(fees) > 40


def test_more_days_never_cost_less() -> None:
    chance = random.Random(6)
    for _ in range(100):
        arrears, terms, due, _ = _history(chance)
        fees = [late_fee(arrears=arrears, terms=terms, due_on=due, to_on=due + timedelta(days=n)) for n in range(70)]
        assert fees == sorted(fees)
