"""A month told by the command line: who is billed what, and what becomes of what was wrong."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from tests.stories.shop import DEAR, PEOPLE_HEAD, Operator

CALLS = (
    "1,19900000001,13800211111,2026-10-02 10:00:00,61,021",  # Business Travel 49: two minutes at 0.19
    "2,19900000001,13800211111,2026-10-20 10:00:00,61,021",  # Business Travel 129: included
    "3,19900000002,13800211111,2026-10-05 10:00:00,60,021",  # S2 has the number: standard tariff, 0.40
    "4,19900000002,13800211111,2026-10-15 10:00:00,60,021",  # nobody has it
    "5,19900000002,13800211111,2026-10-25 10:00:00,60,021",  # S3 has it: included
    "6,19900000004,13800211111,2026-10-06 10:00:00,35940,021",  # 599 minutes of the family's 1,000
    "7,19900000005,13800211111,2026-10-07 10:00:00,24120,021",  # 402 minutes: 401 are left, one is paid
    "8,19900000007,13800211111,2026-10-31 23:59:30,120,021",  # over the month's end, and all of it October's
    "9,19900000099,13800211111,2026-10-08 10:00:00,60,021",  # nobody's number, yet
    "1,19900000001,13800211111,2026-10-02 10:00:00,61,021",  # the first once more
    "10,19900000001,13800211111,2026-13-02 10:00:00,61,021",  # no such month
    "11,19900000007,13800211111,05.10.2026 10:00:00,60,021",  # written by a switch from elsewhere
)


@pytest.fixture(scope="module")
def october(opened: Operator, tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """October collected, rated and billed, nothing closed. Not to be changed."""
    operator = opened.close_by(tmp_path_factory.mktemp("october") / "operator")
    operator.collect("october.csv", CALLS)
    operator.yidian("rate", "2026-10")
    operator.yidian("bill", "2026-10")
    return operator


@pytest.fixture
def billed(october: Operator, tmp_path: Path) -> Operator:
    """October as it was billed, to be changed."""
    return october.close_by(tmp_path / "operator")


def usage_of(operator: Operator, subscriber: str) -> Decimal:
    """What was rated for a subscriber."""
    rows = [row for row in operator.export("usage") if row["subscriber"] == subscriber]
    return sum((Decimal(row["amount"]) for row in rows), Decimal(0))


def test_a_newcomers_month_from_collecting_to_closing(billed: Operator) -> None:
    assert "Every law that was asked holds" in billed.yidian("doctor")
    assert "closed" in billed.yidian("close", "2026-10")
    assert {row["state"] for row in billed.export("bills")} == {"final"}
    waiting = {(row["stage"], row["code"]) for row in billed.export("suspense")}
    assert waiting == {("collect", "START_IMPOSSIBLE"), ("rate", "UNKNOWN_SUBSCRIBER")}


def test_a_plan_change_costs_both_plans_by_their_days(october: Operator) -> None:
    fees = [row for row in october.export("items") if row["subscriber"] == "S1" and row["kind"] == "fee"]
    assert sum(Decimal(row["amount_billed"]) for row in fees) == Decimal("22.13") + Decimal("70.74")
    assert usage_of(october, "S1") == Decimal("0.38"), "61 s before the change, two minutes at 0.19; after it included"


def test_a_familys_pool_is_drawn_by_all_and_ends_for_all(october: Operator) -> None:
    pieces = [row for row in october.export("usage") if row["unit"] == "pool:family"]
    drawn = [int(row["units"]) for row in pieces if row["allowance"] == "voice1000"]
    assert sum(drawn) == 1000 * 60
    assert (usage_of(october, "S4"), usage_of(october, "S5")) == (Decimal("0.00"), Decimal("0.15"))


def test_a_number_given_to_somebody_else_is_billed_to_who_had_it(october: Operator) -> None:
    whose = {
        row["start"][:10]: row["subscriber"] for row in october.export("usage") if row["subscriber"] in ("S2", "S3")
    }
    assert whose == {"2026-10-05": "S2", "2026-10-25": "S3"}
    nobody = [row["start"][:10] for row in october.export("suspense") if row["code"] == "UNKNOWN_SUBSCRIBER"]
    assert "2026-10-15" in nobody
    assert usage_of(october, "S2") == Decimal("0.40")


def test_a_call_over_the_months_end_belongs_to_the_month_of_its_start(october: Operator) -> None:
    [piece] = [row for row in october.export("usage") if row["subscriber"] == "S7"]
    assert (piece["quantity"], Decimal(piece["amount"])) == ("120", Decimal("0.70"))


def test_collecting_a_file_again_adds_nothing_under_any_name(billed: Operator) -> None:
    before = billed.digest()
    assert "0 records = 0 good" in billed.collect("october.csv", CALLS)
    assert "0 records = 0 good" in billed.collect("october-again.csv", CALLS)
    assert "0 good" in billed.collect("october-partly.csv", CALLS[2:5]), "other bytes, the same records"
    billed.yidian("rate", "2026-10")
    billed.yidian("bill", "2026-10")
    assert billed.digest() == before


def test_an_unknown_number_becomes_known_and_is_rated(billed: Operator) -> None:
    row = "C9,A9,S9,19900000099,021,,bz50,2026-10-08,"
    billed.yidian("import", "customers", billed.write("forgotten.csv", PEOPLE_HEAD, [row]))
    billed.yidian("rate", "2026-10")
    assert usage_of(billed, "S9") == Decimal("0.40")


def test_a_corrected_mapping_gives_suspense_a_second_chance(billed: Operator) -> None:
    mapping = billed.folder / "switch.yaml"
    plain, known = '"%Y-%m-%d %H:%M:%S"', '["%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S"]'
    mapping.write_text(mapping.read_text(encoding="utf-8").replace(plain, known), encoding="utf-8")
    told = billed.yidian("suspense", "refeed", "--mapping", mapping)
    assert "2 records run again = 1 good + 0 duplicates + 0 left out + 1 still open" in told
    billed.yidian("rate", "2026-10")
    assert usage_of(billed, "S7") == Decimal("0.70") + Decimal("0.35")


@pytest.fixture(scope="module")
def parked(october: Operator, tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """October with a day-long call of A6, whose offer has a price beyond all bounds. Not to be changed."""
    operator = october.close_by(tmp_path_factory.mktemp("parked") / "operator")
    operator.collect("dear.csv", ["20,19900000006,13800211111,2026-10-09 10:00:00,86400,021"])
    operator.yidian("rate", "2026-10")
    operator.yidian("bill", "2026-10")
    return operator


def test_a_price_beyond_all_bounds_parks_its_unit_and_nobody_else(october: Operator, parked: Operator) -> None:
    assert parked.bills() == {account: total for account, total in october.bills().items() if account != "A6"}
    assert not [row for row in parked.export("usage") if row["subscriber"] == "S6"]
    assert "parked" in parked.yidian("close", "2026-10", exits=3)


def test_a_parked_account_is_billed_alone_when_what_it_holds_was_put_right(parked: Operator, tmp_path: Path) -> None:
    operator = parked.close_by(tmp_path / "operator")
    others = operator.bills()
    right = ["C6,A6,S6,19900000006,021,,dear,2026-05-01,2026-10-01", "C6,A6,S6,19900000006,021,,sl49,2026-10-01,"]
    operator.yidian("import", "customers", operator.write("right.csv", PEOPLE_HEAD, right))
    operator.yidian("rate", "2026-10", "--account", "A6")
    operator.yidian("bill", "2026-10", "--account", "A6")
    assert operator.bills() == others | {"A6": Decimal("49.00") + Decimal("273.60")}, "1,440 minutes at 0.19"


def test_a_parked_account_is_billed_with_a_corrected_tariff(parked: Operator, tmp_path: Path) -> None:
    operator = parked.close_by(tmp_path / "operator")
    others = operator.bills()
    right = operator.tariff(
        "right", {name: row.replace("900000000,1s,1s", "0.90,1min,1min") for name, row in DEAR.items()}
    )
    operator.yidian("tariff", "load", right)
    operator.yidian("rate", "2026-10")
    operator.yidian("bill", "2026-10")
    assert operator.bills() == others | {"A6": Decimal("1296.00")}, "1,440 minutes at 0.90"


def test_october_is_closed_november_opens_and_what_comes_late_changes_no_final_bill(billed: Operator) -> None:
    billed.yidian("close", "2026-10")
    final = billed.bills(), billed.digest()
    late = "40,19900000001,13800211111,2026-10-03 10:00:00,61,021"
    billed.collect("november.csv", ["30,19900000001,13800211111,2026-11-02 10:00:00,61,021", late])
    assert "CLOSED" in billed.yidian("rate", "2026-10", exits=3).upper()
    assert "LATE_FOR_CLOSED_CYCLE" in billed.yidian("doctor"), "told until a bill has it"
    billed.yidian("rate", "2026-11")
    billed.yidian("bill", "2026-11")
    november = billed.bills("2026-11")
    assert november["A1"] == Decimal("129.00") + Decimal("0.38"), "the new plan, and two minutes of October at 0.19"
    [late] = [row for row in billed.export("items", "2026-11") if row["origin"]]
    assert (late["account"], late["origin"], late["amount_billed"]) == ("A1", "2026-10", "0.38")
    assert "LATE_FOR_CLOSED_CYCLE" not in billed.yidian("doctor")
    assert november["A4"] == Decimal("209.00")
    assert [row["start"][:10] for row in billed.export("usage", "2026-11")] == ["2026-11-02"]
    assert (billed.bills(), billed.digest()) == final
