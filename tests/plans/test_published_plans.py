"""Every published plan is an offer of our workbook, and each of its clauses is said, or it is told why not."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.numbers.cases import cases_of
from tests.numbers.pages import FOLDER, read_page
from tests.plans.published import CARDS, CTC, Card, cards, listed, of_telecom, reads, table

from yidian.domains.product_catalog.types import check_tariff
from yidian.kernel.rating.tariff import Allowance, Tariff

GB = 1 << 30
KINDS = {"fee": "fee", "general": "general_gb", "directed": "directed_gb", "minutes": "minutes"}
PLANS = {row["plan"]: row for row in table("source", under="The cards")}
SAID = {row["kind"]: row for row in table("kind", under="The cards")}
POOL = ("pool", "pool_kept")


@cache
def workbook(folder: Path) -> Tariff:
    return check_tariff(folder)[0]


def allowance(tariff: Tariff, offer: str, code: str) -> Allowance | None:
    return next((row for row in tariff.allowances if (row.offer, row.code) == (offer, code)), None)


def quantity(tariff: Tariff, offer: str, *codes: str) -> int:
    return sum(row.quantity for code in codes if (row := allowance(tariff, offer, code)))


def fee_micro(tariff: Tariff, offer: str) -> int:
    (fee,) = (row for row in tariff.fees if row.offer == offer)
    return fee.amount_micro


def price_micro(tariff: Tariff, offer: str, item: str) -> int | None:
    return next((row.price_micro for row in tariff.prices if (row.offer, row.item) == (offer, item)), None)


def kinds(plan: str) -> dict[str, str]:
    """Clause → kind, as the table of the cards says."""
    told = PLANS[plan]["clauses"].split()
    return dict(zip(told[::2], told[1::2], strict=True))


def first_number(clause: str) -> str:
    found = re.search(r"[\d.]+", clause)
    assert found is not None, clause
    return found[0]


def plan_of(card: Card) -> str:
    (code,) = (code for code, row in PLANS.items() if row["source"] == card.source)
    return code


@pytest.mark.parametrize("folder", [CARDS, CTC], ids=["cards", "ctc"])
def test_the_workbook_has_no_fault_and_no_warning(folder: Path) -> None:
    _, findings = check_tariff(folder)
    told = {(finding.severity, finding.fault.code) for finding in findings}
    assert told <= {("notes", "INCLUDED_WORTH_MANY_FEES")}, "a note that the workbook's README explains"


def test_the_tables_name_the_offers_and_kinds_that_there_are() -> None:
    tariff = workbook(CARDS)
    names = {offer.code: offer.name_zh for offer in tariff.offers}
    assert {code: names.get(code) for code in PLANS} == {code: row["name"] for code, row in PLANS.items()}
    assert len(PLANS) == 33
    assert len({row["source"] for row in PLANS.values()}) == 33
    assert {kind for plan in PLANS for kind in kinds(plan).values()} == set(SAID)
    assert {row["expressed"] for row in SAID.values()} == {"yes", "in part", "not"}


def test_what_the_table_calls_expressed_is_a_row_of_the_plan() -> None:
    tariff = workbook(CARDS)
    for plan in PLANS:
        told = set(kinds(plan).values())
        (fee,) = (row for row in tariff.fees if row.offer == plan)
        general = allowance(tariff, plan, "general")
        assert general is not None
        assert (fee.free_cycles == 1, general.rollover == 1) == ("free" in told, "rollover" in told), plan
        assert (allowance(tariff, plan, "directed") is not None) == ("directed" in told), plan
        assert (allowance(tariff, plan, "minutes") is not None) == ("minutes" in told), plan
        assert (price_micro(tariff, plan, "voice") is not None) == ("rate" in told), plan
        assert (general.scope == "unit") == ("subcard" in told), plan
        assert not any(row.valid_to for row in (fee, general)), plan


def test_every_plan_has_its_worked_months() -> None:
    """The month it is joined and a later one; something included and something beyond, in each."""
    worked: dict[str, set[str]] = {}
    for page in ("plans.md", "plans-ctc.md"):
        for case in (case for section in read_page(FOLDER / page) for t in section.tables for case in cases_of(t)):
            plan = case.name.split()[0]
            first = [row.expected for row in case.rows]
            if any(row.get("bill total") for row in first) and any(
                row.get("amount") not in (None, "0.00") for row in first
            ):
                worked.setdefault(plan, set()).add(case.month)
    offers = [*PLANS, *(offer.code for offer in workbook(CTC).offers)]
    assert [plan for plan in offers if not worked.get(plan, set()) >= {"2025-04", "2025-05"}] == []


def test_every_card_is_an_offer_with_its_fee_data_and_minutes(shared_data: Path) -> None:
    tariff = workbook(CARDS)
    told = cards(shared_data)
    assert sorted(card.source for card in told) == sorted(row["source"] for row in PLANS.values())
    for card in told:
        plan = plan_of(card)
        assert plan.startswith(card.operator)
        assert fee_micro(tariff, plan) == card.fee * 1_000_000, plan
        assert quantity(tariff, plan, "general") == card.general_gb * GB, plan
        assert quantity(tariff, plan, "directed") == card.directed_gb * GB, plan
        assert quantity(tariff, plan, "minutes") == card.minutes * 60, plan


def test_the_shop_s_list_says_the_same_of_each_card(shared_data: Path) -> None:
    told = listed(shared_data)
    for card in cards(shared_data):
        row = told.pop(card.source)
        fields = tuple(row[name] for name in ("yuezu", "liuliang", "dx_liuliang", "yuyin"))
        assert fields == (card.fee, card.general_gb, card.directed_gb, card.minutes), card.source
    assert len(told) == 1, "beside them the shop's own advertisement"


def test_no_clause_of_a_card_is_forgotten_and_each_is_of_its_kind(shared_data: Path) -> None:
    for card in cards(shared_data):
        said = kinds(plan_of(card))
        assert list(said) == list(card.clauses), card.source
        wrong = {
            at: (kind, card.clauses[at])
            for at, kind in said.items()
            if not reads(SAID[kind]["clause"], card.clauses[at])
        }
        assert wrong == {}, card.source


def test_every_number_of_a_clause_is_the_field_s_or_told_as_a_contradiction(shared_data: Path) -> None:
    tariff = workbook(CARDS)
    found = {}
    for card in cards(shared_data):
        plan = plan_of(card)
        for at, kind in kinds(plan).items():
            said = card.clauses[at]
            if kind in KINDS and int(first_number(said)) != getattr(card, KINDS[kind]):
                found[plan, at] = (first_number(said), str(getattr(card, KINDS[kind])))
            elif kind == "rate" and float(first_number(said)) * 1_000_000 != price_micro(tariff, plan, "voice"):
                found[plan, at] = (first_number(said), "–")
    told = table("chosen", under="The cards")
    assert found == {(row["plan"], row["clause"]): (row["it says"], row["the field says"]) for row in told}


def test_every_clause_of_telecom_s_plans_is_told_and_every_value_is_a_row(shared_data: Path) -> None:
    tariff, told = workbook(CTC), {row["clause"]: row for row in table("plans", under="The plans of China Telecom")}
    offers = {offer.name_zh: offer.code for offer in tariff.offers}
    plans = {offers[row["name"].removesuffix("套餐")]: row for row in of_telecom(shared_data)}
    assert sorted(plans) == sorted(offers.values())
    assert {clause for row in plans.values() for clause in row} <= set(told) | {"name"}
    for clause, row in told.items():
        named = sorted(plans) if row["plans"] == "all" else sorted(row["plans"].split())
        assert named == sorted(plan for plan, said in plans.items() if clause in said), clause
    for plan, said in plans.items():
        assert fee_micro(tariff, plan) == said["monthly_fee"] * 1_000_000
        assert (price_micro(tariff, plan, "voice"), price_micro(tariff, plan, "sms")) == (
            round(said["voice"] * 1_000_000), round(said["sms"] * 1_000_000),
        )  # fmt: skip
        (of_unlimited if "throttle_gb" in said else of_pool)(tariff, plan, said)


def of_unlimited(tariff: Tariff, plan: str, said: dict[str, Any]) -> None:
    (mark,) = (row for row in tariff.marks if row.offer == plan)
    assert (mark.mark, mark.quantity, mark.items) == ("throttle", said["throttle_gb"] * GB, ("data_home", "data_away"))
    assert quantity(tariff, plan, "minutes") == said["minutes"] * 60
    assert price_micro(tariff, plan, "data_home") == price_micro(tariff, plan, "data_away") == 0


def of_pool(tariff: Tariff, plan: str, said: dict[str, Any]) -> None:
    """In KB, the next whole one where the published gigabytes are none."""

    def kilobytes(name: str) -> int:
        return -(-round(said[name] * 10) * (1 << 20) // 10)

    kept = allowance(tariff, plan, "pool_kept")
    assert kept is not None
    assert quantity(tariff, plan, *POOL) == kilobytes("national_gb")
    assert (kept.quantity, kept.rollover) == (kilobytes("rollover_cap_gb"), 1)
    first = allowance(tariff, plan, "pool")
    assert first is None or (first.rollover, first.priority) < (1, kept.priority)
    assert quantity(tariff, plan, "local") == kilobytes("local_gb") * 1024
    assert price_micro(tariff, plan, "data_away") == round(said["data_over_per_kb"] * 1_000_000)
    units = {(row.allowance, row.item): (row.block, row.takes) for row in tariff.conversions}
    assert all(units[pool, "voice"] == (60, 1024) and units[pool, "sms"] == (1, 1024) for pool in POOL)
