"""Every row of docs/numbers/disputes.md."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.cycles.world import OCTOBER
from tests.disputes.office import CLERK, RAISED, Office
from tests.numbers.pages import FOLDER, Table, read_page

from yidian.domains.credit.operations.arrears import arrears_of
from yidian.domains.credit.types import Held
from yidian.domains.customer_bill.queries import adjustment, bills
from yidian.domains.dispute.operations import set_terms
from yidian.domains.dispute.types import Terms
from yidian.domains.payment.types import ClearedDay, Owed
from yidian.kernel.ledger.late_fee import Term, late_fee
from yidian.kernel.money import currency, format_minor, parse_minor
from yidian.kernel.tax import included_tax
from yidian.platform.access.approvals import approvals
from yidian.platform.access.types import UnableToAct

CNY = currency("CNY")
MONEY, FEES = [table for section in read_page(FOLDER / "disputes.md") for table in section.tables]
OWED = Owed(1, "A1", "bill", "1", "2026-10", date(2026, 11, 1), date(2026, 11, 20), 10_000, 0)


def rows(table: Table) -> list[Any]:
    return [pytest.param(row, id=row["case"]) for _, row in table.rows]


def minor(text: str) -> int:
    return parse_minor(text.replace("\N{MINUS SIGN}", "-"), CNY)


def test_both_tables_are_read() -> None:
    assert (len(MONEY.rows), len(FEES.rows)) == (5, 10)


@pytest.mark.parametrize("row", rows(MONEY))
def test_what_is_given_back_and_made_good(office: Office, row: dict[str, str]) -> None:
    terms = Terms(months=5, multiple=int(row["times"]), answer_hours=48)
    set_terms(tenant=office.tenant, actor=CLERK, valid_from=RAISED.date(), terms=terms, now=RAISED)
    number = office.examined(minor(row["disputed"]))
    with pytest.raises(UnableToAct):
        office.do("uphold", number, over_minor=minor(row["too much"]), answer="so it is")
    [asked] = approvals(tenant=office.tenant)
    assert asked.amount_minor == minor(row["to agree on"])
    office.agree()
    found = office.now_of(number)
    assert found.adjustment
    made = adjustment(tenant=office.tenant, id=found.adjustment)
    assert (made.tax_class, made.rate_ppm) == ("basic", 90_000), "the rent's, of September"
    rate = int(row["rate"].split()[0]) * 10_000
    tax = included_tax(gross_minor=made.amount_minor, rate_ppm=rate)
    assert (made.amount_minor, tax) == (minor(row["on the bill"]), minor(row["tax in it"]))
    assert office.principal() == office.compensated() == minor(row["as balance"])


@pytest.mark.parametrize("row", rows(FEES))
def test_the_late_fee_while_something_is_disputed(row: dict[str, str]) -> None:
    held = [_held(part) for part in row["held"].split(";") if part.strip()]
    paid = [
        ClearedDay(1, date.fromisoformat(day), minor(amount))
        for day, amount in (part.split() for part in row["paid"].split(";") if part.strip())
    ]
    terms = [Term(date(2026, 1, 1), True, 3_000, 0, int(row["cap ppm"]))]
    fee = late_fee(
        arrears=arrears_of(OWED, paid, held), terms=terms, due_on=OWED.due_on, to_on=date(2026, 12, 1)
    )  # fmt: skip
    assert format_minor(fee, CNY) == row["fee"], row["why"]


def _held(text: str) -> Held:
    begin, end, amount = text.split()
    return Held(date.fromisoformat(begin), None if end == "–" else date.fromisoformat(end), minor(amount))


def test_the_bill_that_gives_it_back_bears_that_tax(office: Office) -> None:
    number = office.examined(1_000)
    with pytest.raises(UnableToAct):
        office.do("uphold", number, over_minor=1_000, answer="so it is")
    office.agree()
    office.world.billed(OCTOBER)
    [mine] = [one for one in bills(tenant=office.tenant, cycle=OCTOBER) if one.account_code == "a1"]
    [back] = [one for one in mine.taxes if one.kind == "adjustment"]
    assert (back.base_minor, back.tax_minor, back.origin) == (-1_000, -83, "2026-09")
