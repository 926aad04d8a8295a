"""Dunning: fees booked once, whatever day and however often; and a list that says who, how much and how old."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.payment.counter import NOW, STAFF, accounts, add_up, bill, key, owing, paid

from yidian.domains.credit.operations import UnableToSetTerms, UnableToWaive, import_rules, set_rules, waive_late_fee
from yidian.domains.credit.queries import dunning_list, late_fees, stages_counted
from yidian.domains.credit.types import FeeTerm, StageRule
from yidian.domains.ledger.queries import balance
from yidian.domains.ledger.types import AccountKey
from yidian.kernel.faults import BadInput
from yidian.platform.points import PlantedFault, configure
from yidian.runs.dun import DunReport, UnableToDun, dun

DUE = date(2026, 10, 20)
LEGAL = FeeTerm("", date(2026, 1, 1), True, 3_000)


def at(day: date, hour: int = 10) -> datetime:
    """An hour of the operator's day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=8)


def dunned(tenant: Any, folder: Path, on: date) -> DunReport:
    return dun(tenant=tenant, actor=STAFF, on=on, now=at(on), locks=folder)


def terms(tenant: Any, *fees: FeeTerm, **more: Any) -> None:
    set_rules(tenant=tenant, actor=STAFF, key=key(), now=NOW, fees=fees, **more)


def income(tenant: Any) -> int:
    return -balance(tenant=tenant, key=AccountKey("late_fee"))


def owes_and_pays_late(tenant: Any) -> None:
    accounts(tenant, "A1")
    bill(tenant, 1, "A1", 10_000, due=DUE, now=at(date(2026, 10, 3)))


def test_a_fee_is_booked_once_however_often_the_day_is_dunned(tenant: Any, tmp_path: Path) -> None:
    terms(tenant, LEGAL)
    owes_and_pays_late(tenant)
    first = dunned(tenant, tmp_path, date(2026, 10, 31))
    again = dunned(tenant, tmp_path, date(2026, 10, 31))
    assert ((first.fees, first.fee_minor), (again.fees, again.fee_minor)) == ((1, 300), (0, 0))
    assert (first.listed, again.listed) == (1, 1)
    assert income(tenant) == 300
    assert owing(tenant, "A1") == [10_000, 300]
    add_up(tenant)


def test_the_bookings_sum_to_the_fee_of_all_days_however_they_are_cut(tenant: Any, tmp_path: Path) -> None:
    terms(tenant, FeeTerm("", date(2026, 1, 1), True, 333))
    accounts(tenant, "A1", "A2")
    for number, code in enumerate(("A1", "A2"), 1):
        bill(tenant, number, code, 4_567, due=DUE, now=at(date(2026, 10, 3)))
    for day in (22, 23, 24, 28, 31):
        dunned(tenant, tmp_path, date(2026, 10, day))
    fees = late_fees(tenant=tenant, account="A1")
    assert sum(fee.amount_minor for fee in fees) == 15  # 10 days x 1.520811 = 15.2
    assert [fee.from_on for fee in fees][1:] == [fee.to_on for fee in fees][:-1]
    assert len(fees) > 2
    add_up(tenant)


def test_days_before_a_late_payment_are_charged_although_nothing_is_open_any_more(tenant: Any, tmp_path: Path) -> None:
    terms(tenant, LEGAL)
    owes_and_pays_late(tenant)
    dunned(tenant, tmp_path, date(2026, 10, 22))
    assert income(tenant) == 30
    paid(tenant, "A1", 10_000, now=at(date(2026, 10, 25)), named=[_bill_of(tenant)])
    dunned(tenant, tmp_path, date(2026, 10, 31))
    assert income(tenant) == 120  # 21st to 24th
    dunned(tenant, tmp_path, date(2026, 11, 30))
    assert income(tenant) == 120
    assert owing(tenant, "A1") == [30, 90]
    add_up(tenant)


def _bill_of(tenant: Any) -> int:
    from yidian.domains.payment.queries import owed_by

    return owed_by(tenant=tenant, accounts=["A1"])["A1"][0].id


def test_a_payment_counts_from_the_day_it_was_paid_not_from_the_day_its_file_came(tenant: Any, tmp_path: Path) -> None:
    terms(tenant, LEGAL)
    owes_and_pays_late(tenant)
    paid(tenant, "A1", 10_000, now=at(date(2026, 10, 26)), paid_at=at(date(2026, 10, 23)))
    dunned(tenant, tmp_path, date(2026, 10, 31))
    assert income(tenant) == 60  # 21st and 22nd


def test_without_terms_and_with_the_switch_off_nothing_is_charged(tenant: Any, tmp_path: Path) -> None:
    owes_and_pays_late(tenant)
    assert dunned(tenant, tmp_path, date(2026, 10, 31)).fees == 0
    terms(tenant, FeeTerm("", date(2026, 1, 1), False, 3_000))
    assert dunned(tenant, tmp_path, date(2026, 11, 2)).fees == 0
    assert income(tenant) == 0


def test_a_brand_has_terms_of_its_own(tenant: Any, tmp_path: Path) -> None:
    accounts(tenant, "A1", "A2")
    terms(tenant, LEGAL, FeeTerm("young", date(2026, 1, 1), False, 0), brands=[("A2", date(2026, 1, 1), "young")])
    for number, code in enumerate(("A1", "A2"), 1):
        bill(tenant, number, code, 10_000, due=DUE, now=at(date(2026, 10, 3)))
    dunned(tenant, tmp_path, date(2026, 10, 31))
    assert [fee.account for fee in late_fees(tenant=tenant)] == ["A1"]


def test_a_term_cannot_begin_in_days_that_are_booked(tenant: Any, tmp_path: Path) -> None:
    terms(tenant, LEGAL)
    owes_and_pays_late(tenant)
    dunned(tenant, tmp_path, date(2026, 10, 31))
    with pytest.raises(UnableToSetTerms):
        terms(tenant, FeeTerm("", date(2026, 10, 30), True, 1))
    terms(tenant, FeeTerm("", date(2026, 10, 31), True, 500))
    dunned(tenant, tmp_path, date(2026, 11, 2))
    assert income(tenant) == 300 + 10


def test_a_waived_fee_is_turned_back_and_not_charged_again(tenant: Any, tmp_path: Path) -> None:
    terms(tenant, LEGAL)
    owes_and_pays_late(tenant)
    dunned(tenant, tmp_path, date(2026, 10, 31))
    (fee,) = late_fees(tenant=tenant, account="A1")
    waive_late_fee(tenant=tenant, actor=STAFF, key="w1", now=NOW, fee=fee.id, reason="our fault")
    assert (income(tenant), owing(tenant, "A1")) == (0, [10_000])
    add_up(tenant)
    for wrong in (fee.id, 10**6):
        with pytest.raises(UnableToWaive):
            waive_late_fee(tenant=tenant, actor=STAFF, key=key(), now=NOW, fee=wrong, reason="again")
    dunned(tenant, tmp_path, date(2026, 11, 1))
    assert income(tenant) == 30


def test_the_list_says_how_much_how_old_and_which_stage(tenant: Any, tmp_path: Path) -> None:
    today = date(2026, 11, 5)
    ages = {"A1": 1, "A2": 4, "A3": 31, "A4": 46, "A5": 92, "A6": 0}
    accounts(tenant, *ages)
    for number, (account, days) in enumerate(ages.items(), 1):
        bill(tenant, number, account, 1_000 * number, due=today - timedelta(days=days), now=at(date(2026, 7, 1)))
    bill(tenant, 99, "A5", 50, due=today - timedelta(days=45), now=at(date(2026, 7, 1)))
    assert dunned(tenant, tmp_path, today).listed == 5
    listed = {one.account: one for one in dunning_list(tenant=tenant, on=today)}
    assert {account: one.stage for account, one in listed.items()} == {
        "A1": "grace", "A2": "remind", "A3": "single_stop", "A4": "double_stop", "A5": "removal",
    }  # fmt: skip
    assert (listed["A5"].overdue_minor, listed["A5"].buckets) == (5_050, (0, 50, 0, 5_000))
    assert stages_counted(tenant=tenant, on=today)["removal"] == (1, 5_050)
    paid(tenant, "A5", 5_050, now=at(today, 11))
    assert dunned(tenant, tmp_path, today).listed == 4
    assert "A5" not in {one.account for one in dunning_list(tenant=tenant, on=today)}


def test_rules_of_stages_are_dated(tenant: Any, tmp_path: Path) -> None:
    terms(tenant, stages=[
        StageRule("", "remind", date(2026, 1, 1), 1), StageRule("", "single_stop", date(2026, 1, 1), 5, 10_001),
        StageRule("", "single_stop", date(2026, 11, 1), 5, 10_000),
    ])  # fmt: skip
    owes_and_pays_late(tenant)
    for day, stage in ((date(2026, 10, 31), "remind"), (date(2026, 11, 1), "single_stop")):
        dunned(tenant, tmp_path, day)
        assert [one.stage for one in dunning_list(tenant=tenant, on=day)] == [stage]


def test_a_day_that_has_not_come_is_not_dunned(tenant: Any, tmp_path: Path) -> None:
    with pytest.raises(UnableToDun):
        dun(tenant=tenant, actor=STAFF, on=date(2026, 11, 6), now=at(date(2026, 11, 5), 23), locks=tmp_path)


def test_dunning_that_was_cut_off_books_nothing_twice(tenant: Any, tmp_path: Path) -> None:
    terms(tenant, LEGAL)
    codes = [f"B{n:03d}" for n in range(90)]
    accounts(tenant, *codes)
    for number, code in enumerate(codes):
        bill(tenant, number, code, 10_000, due=DUE, now=at(date(2026, 10, 3)))
    for place in ("dun.chunk:2", "dun.end"):
        configure(f"{place}=raise")
        with pytest.raises(PlantedFault):
            dunned(tenant, tmp_path, date(2026, 10, 31))
        configure("")
    report = dunned(tenant, tmp_path, date(2026, 10, 31))
    assert (report.listed, report.fees, income(tenant)) == (90, 90, 90 * 300)
    add_up(tenant)


def test_rules_come_from_sheets_wholly_or_not_at_all(tenant: Any, tmp_path: Path) -> None:
    accounts(tenant, "A1")
    folder = tmp_path / "arrears"
    folder.mkdir()
    (folder / "late_fee.csv").write_text(
        "brand,from,charged,rate_ppm,grace_days,cap_ppm\n,2026-01-01,yes,3000,0,1000000\n"
    )
    (folder / "stages.csv").write_text("brand,stage,from,days_overdue,at_least\n,remind,2026-01-01,4,1.00\n")
    (folder / "accounts.csv").write_text("account,from,brand\nA9,2026-01-01,young\n")
    with pytest.raises(BadInput) as error:
        import_rules(tenant=tenant, actor=STAFF, now=NOW, path=folder)
    assert [fault.code for fault in error.value.faults] == ["ACCOUNT_UNKNOWN"]
    (folder / "accounts.csv").write_text("account,from,brand\nA1,2026-01-01,young\n")
    told = import_rules(tenant=tenant, actor=STAFF, now=NOW, path=folder)
    assert told.answer == {"fees": 1, "stages": 1, "brands": 1}
    assert import_rules(tenant=tenant, actor=STAFF, now=NOW, path=folder).repeated
