"""States, other payers and grades from their files to the bills (docs/pricing.md §7, §8)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.billing.desk import YUAN, tariff
from tests.billing.office import MONTH, NOW, Office

from yidian.domains.customer_bill import queries
from yidian.domains.party.operations import UnableToGrade, import_grades, set_grade
from yidian.domains.product_catalog.operations import load_tariff
from yidian.domains.product_inventory.operations import import_payers, import_states
from yidian.kernel.calendar import to_ms
from yidian.kernel.faults import BadInput
from yidian.kernel.rating.tariff import Discount, Fee, Offer
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

CLERK = Actor(kind="staff", id="clerk")
ITEMS = ("LOCAL", "LONG", "DATA", "RENT")
PLAN = tariff(
    offers=(Offer(code="PLAN"), Offer(code="PACK")),
    fees=(
        Fee(offer="PLAN", item="RENT", amount_micro=31 * YUAN, during="active"),
        Fee(offer="PLAN", item="LONG", amount_micro=5 * YUAN, during="kept"),
    ),
    discounts=(Discount(code="LOYAL", offer="PLAN", item="OFF", items=("LOCAL",), rate_ppm=200_000, level=("gold",)),),
)


@pytest.fixture
def desk(office: Office) -> Office:
    """One customer with two accounts of one subscriber each, and an account of a firm."""
    office.edition = load_tariff(tenant=office.tenant, tariff=PLAN, source="rich", now=NOW).edition
    return office


def written(office: Office, text: str) -> Path:
    path = office.home / f"in-{abs(hash(text))}.csv"
    path.write_text(text, encoding="utf-8")
    return path


def states(office: Office, rows: str) -> Any:
    path = written(office, f"subscriber,state,from\n{rows}\n")
    return import_states(tenant=office.tenant, actor=CLERK, path=path, now=NOW)


def payers(office: Office, rows: str) -> Any:
    path = written(office, f"subscriber,items,account,mode,limit,rate,priority,from,to\n{rows}\n")
    return import_payers(tenant=office.tenant, actor=CLERK, path=path, now=NOW, known_items=ITEMS)


def grades(office: Office, rows: str) -> Any:
    path = written(office, f"customer,grade,from\n{rows}\n")
    return import_grades(tenant=office.tenant, actor=CLERK, path=path, now=NOW)


def billed(office: Office, *totals: tuple[str, str, str, int]) -> dict[str, int]:
    office.rate(*totals)
    report = office.bill()
    assert report.rated_micro == sum(total[3] for total in totals)
    return {bill.account_code: bill.total_minor for bill in queries.bills(tenant=office.tenant, cycle=MONTH)}


def test_who_is_stopped_all_month_pays_no_rent_and_who_keeps_the_number_pays_for_that(desk: Office) -> None:
    taken = states(desk, "s1,stopped,2026-09-15\ns4,kept,2026-10-05\ns4,active,2026-10-20")
    assert (taken.added, taken.ended) == (3, 0)
    bills = billed(desk)
    assert bills["a1"] == 0
    assert bills["a3"] == 3100 + 500  # s4's windows: kept for days of the first, a4 pays the second
    assert bills["a4"] == 3100 + 500


def test_the_same_file_of_states_again_does_nothing_and_a_contradiction_is_refused_whole(desk: Office) -> None:
    states(desk, "s1,stopped,2026-09-15")
    assert states(desk, "s1,stopped,2026-09-15").repeated
    assert states(desk, "s1,stopped,2026-09-15\ns2,stopped,2026-10-01").added == 1
    for rows, code in (
        ("s1,kept,2026-09-15", "STATE_TWICE"), ("nobody,kept,2026-09-15", "SUBSCRIBER_UNKNOWN"),
        ("s1,asleep,2026-09-15", "VALUE_UNKNOWN"), ("s3,kept,2026-11-31", "DATE_IMPOSSIBLE"),
        ("s3,kept,2026-11-01\ns3,stopped,2026-12-01", "STATE_IMPOSSIBLE"),
    ):  # fmt: skip
        with pytest.raises(BadInput) as refused:
            states(desk, rows)
        assert [fault.code for fault in refused.value.faults] == [code]


def test_the_company_pays_voice_up_to_100_yuan_and_the_employee_the_rest(desk: Office) -> None:
    payers(desk, "s1,LOCAL;LONG,a2,limit,100,,,2026-01-01,")
    bills = billed(desk, ("s1", "a1", "LOCAL", 70 * YUAN), ("s1", "a1", "LONG", 50 * YUAN))
    assert bills["a1"] == 3100 + 2000
    assert bills["a2"] == 2 * 3100 + 10_000  # two subscribers of its own


def test_sixty_to_forty_adds_up_and_an_account_that_only_pays_for_others_gets_its_bill(desk: Office) -> None:
    desk.customers(["c9,a9,s9,13800000009,,2020-01-01,2020-02-01,"])
    payers(desk, "s1,*,a9,share,,60%,,2026-01-01,")
    bills = billed(desk, ("s1", "a1", "LOCAL", 10 * YUAN + 10_000))
    assert bills["a9"] + bills["a1"] == 3100 + 1001
    assert bills["a9"] == 1860 + 601


def test_some_accounts_alone_bear_what_a_whole_run_gave_them(desk: Office) -> None:
    payers(desk, "s1,*,a2,share,,60%,,2026-01-01,")
    usage = [("s1", "a1", "LOCAL", 10 * YUAN), ("s2", "a2", "LOCAL", 3 * YUAN)]
    whole = billed(desk, *usage)
    before = desk.bill(accounts=["a2"])
    assert before.unbilled_micro == 4 * YUAN
    again = {bill.account_code: bill.total_minor for bill in queries.bills(tenant=desk.tenant, cycle=MONTH)}
    assert again == whole


def test_a_run_notices_that_states_payers_or_grades_have_changed(desk: Office) -> None:
    billed(desk)
    assert desk.bill().again
    for change in (
        lambda: states(desk, "s1,stopped,2026-09-15"),
        lambda: payers(desk, "s2,RENT,a1,full,,,,2026-01-01,"),
        lambda: grades(desk, "c1,gold,2026-01-01"),
    ):
        change()
        assert not desk.bill().again
        assert desk.bill().again


def test_what_parks_a_unit_parks_whoever_pays_for_it(desk: Office) -> None:
    payers(desk, "s1,LOCAL,a3,full,,,,2026-01-01,")
    desk.rate(parked=("a1",))
    assert desk.bill().parked == {"UNIT_PARKED": 2}


def test_a_gold_customer_pays_a_fifth_less_from_the_day_of_the_grade(desk: Office) -> None:
    grades(desk, "c1,gold,2026-11-01\nc2,gold,2026-10-31")
    bills = billed(desk, ("s1", "a1", "LOCAL", 10 * YUAN), ("s2", "a2", "LOCAL", 10 * YUAN))
    assert (bills["a1"], bills["a2"]) == (3100 + 1000, 2 * 3100 + 800)


def test_a_desk_gives_a_grade_in_its_own_write(desk: Office) -> None:
    def work(frame: Any) -> dict[str, Any]:
        set_grade(frame=frame, customer="c1", grade="gold", from_ms=to_ms(NOW - timedelta(days=30)))
        return {}

    perform(tenant=desk.tenant, actor=CLERK, operation="grade", key="1", request={}, now=NOW, work=work)
    assert billed(desk, ("s1", "a1", "LOCAL", 10 * YUAN))["a1"] == 3100 + 800
    with pytest.raises(UnableToGrade, match="GRADE_CODE"):
        perform(
            tenant=desk.tenant, actor=CLERK, operation="grade", key="2", request={}, now=NOW,
            work=lambda frame: set_grade(frame=frame, customer="c1", grade="not so!", from_ms=1) or {},
        )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("s1,VIDEO,a2,full,,,,2026-01-01,", "PAYER_ITEM_UNKNOWN"),
        ("s1,*,a2,limit,,,,2026-01-01,", "PAYER_LIMIT"),
        ("s1,*,a2,full,5,,,2026-01-01,", "PAYER_LIMIT"),
        ("s1,*,a2,share,,,,2026-01-01,", "PAYER_RATE"),
        ("s1,*,a2,share,,101%,,2026-01-01,", "PAYER_RATE"),
        ("s1,*,a2,most,,,,2026-01-01,", "VALUE_UNKNOWN"),
        ("s1,*,a2,full,,,first,2026-01-01,", "PAYER_PRIORITY"),
        ("s1,*,a2,full,,,,2026-02-01,2026-01-01", "PERIOD_EMPTY"),
        ("s1,*,b7,full,,,,2026-01-01,", "PAYER_ACCOUNT_UNKNOWN"),
        ("nobody,*,a2,full,,,,2026-01-01,", "SUBSCRIBER_UNKNOWN"),
        ("s1,*,a2,full,,,,2026-01-01,\ns1,LOCAL,a2,full,,,,2026-03-01,", "PAYER_TWICE"),
    ],
)
def test_a_file_of_payers_is_refused_whole(desk: Office, row: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        payers(desk, row)
    assert [fault.code for fault in refused.value.faults] == [code]


def test_a_payer_is_given_its_end_by_the_same_row_with_one(desk: Office) -> None:
    payers(desk, "s1,*,a2,full,,,,2026-01-01,")
    assert payers(desk, "s1,*,a2,full,,,,2026-01-01,2026-10-31").ended == 1
    assert billed(desk)["a1"] == 3100
