"""The table of rules against what was written from the facts, and the page that prints it."""

from __future__ import annotations

import csv
from itertools import combinations, product
from pathlib import Path

import pytest
from tests.inventory.printed_rules import PAGE, page

from yidian.domains.product_inventory.rules import (
    BY_CREDIT,
    DEEDS,
    IN_USE,
    LIVES,
    STRICTNESS,
    permitted,
    permitted_to_credit,
)
from yidian.domains.product_inventory.stops.types import REASONS

TABLE = Path(__file__).parent / "tables" / "rules.csv"


def rows(table: Path = TABLE) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_verdict_is_the_one_that_the_facts_ask_for() -> None:
    wrong = []
    for row in rows():
        verdict = permitted(deed=row["deed"], life=row["life"], reasons=row["reasons"].split(), about=row["about"])
        if (verdict.kind, verdict.code) != (row["verdict"], row["code"]):
            wrong.append((*row.values(), verdict))
    assert wrong == []


def test_no_life_reason_or_deed_is_left_out_of_what_was_expected_and_each_has_its_fact() -> None:
    told = {(row["life"], row["reasons"], row["deed"]) for row in rows() if not row["about"]}
    assert told >= {(life, "", deed) for life, deed in product(LIVES, DEEDS)}
    assert told >= {(IN_USE, reason, deed) for reason, deed in product(REASONS, DEEDS)}
    assert [row for row in rows() if not row["fact"]] == []


def test_what_credit_control_may_do_is_what_the_facts_ask_for() -> None:
    told = rows(TABLE.with_name("credit.csv"))
    found = [
        permitted_to_credit(act=row["act"], life=row["life"], reasons=row["reasons"].split())  # type: ignore[arg-type]
        for row in told
    ]
    assert [(one.kind, one.code) for one in found] == [(row["verdict"], row["code"]) for row in told]
    asked = {(row["act"], row["life"], row["reasons"]) for row in told}
    assert asked >= {(act, life, "") for act, life in product(BY_CREDIT, LIVES)}
    assert asked >= {(act, IN_USE, reason) for act, reason in product(BY_CREDIT, REASONS)}
    assert [row for row in told if not row["fact"]] == []
    with pytest.raises(ValueError, match="remove"):
        permitted_to_credit(act="remove", life=IN_USE, reasons=[])  # type: ignore[arg-type]


@pytest.mark.parametrize("life", LIVES)
def test_of_several_reasons_the_strictest_counts(life: str) -> None:
    for deed in DEEDS:
        alone = {reason: permitted(deed=deed, life=life, reasons=[reason]) for reason in REASONS}
        for some in combinations(REASONS, 2):
            verdict = permitted(deed=deed, life=life, reasons=some)
            if deed == "found" and "loss" in some:  # found is refused where nothing is lost
                continue
            assert STRICTNESS[verdict.kind] == max(STRICTNESS[alone[reason].kind] for reason in some), (deed, some)
            assert verdict in [alone[reason] for reason in some]


def test_what_is_not_in_the_table_is_no_question() -> None:
    for deed, life, reasons in (("dance", IN_USE, []), ("stop", "asleep", []), ("stop", IN_USE, ["mood"])):
        with pytest.raises(ValueError, match=r"dance|asleep|mood"):
            permitted(deed=deed, life=life, reasons=reasons)


def test_the_page_of_states_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.inventory.printed_rules"
