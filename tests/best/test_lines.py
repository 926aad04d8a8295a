"""Lines of business: a mobile number is not told of a plan of fixed lines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.best.test_many import compared, expect_what_each_is_told
from tests.best.test_one import asked, option
from tests.best.town import RICH
from tests.cycles.world import World

from yidian.domains.product_catalog.operations import load_tariff
from yidian.runs.best.lines import is_of_another, reasons
from yidian.runs.best.types import OTHER_LINE, UnableToCompare

LINES = {"PLAN": "mobile", "ROLL": "mobile", "AHEAD": "fixed"}
OF_LINES = replace(RICH, offers=tuple(replace(o, line_of_business=LINES.get(o.code, "")) for o in RICH.offers))


def test_what_is_of_another_line_is_no_candidate_and_the_others_cost_what_they_did(town: World) -> None:
    before = asked(town, "s3", months=2)
    load_tariff(tenant=town.tenant, tariff=OF_LINES, source="t", now=town.now)
    found = asked(town, "s3", months=2)
    assert [one.offer for one in before.options if one not in found.options] == ["AHEAD"]
    assert len(found.options) == len(before.options) - 1
    named = asked(town, "s3", months=2, offers=["AHEAD", "TOGETHER"])
    assert option(named, "AHEAD").reason == OTHER_LINE, "who asks for it is told why not"
    assert option(named, "TOGETHER") == option(before, "TOGETHER"), "what names no line stands beside any"

    _, _, rows = compared(town)
    expect_what_each_is_told(town, rows)
    assert "AHEAD" not in {row[name] for row in rows for name in ("best", "second")}
    _, told, rows = compared(town, offers=("AHEAD",))
    assert {row["reason"] for row in rows} == {OTHER_LINE}
    assert told.unanswered == {OTHER_LINE: 4}


def test_a_fixed_line_with_nothing_of_its_kind_on_sale_has_nothing_to_compare(town: World) -> None:
    alone = tuple(replace(o, line_of_business="fixed" if o.code == "PLAN" else "mobile") for o in RICH.offers)
    load_tariff(tenant=town.tenant, tariff=replace(RICH, offers=alone), source="t", now=town.now)
    found = asked(town, "s1", months=2)
    assert [(one.offer, one.present) for one in found.options] == [("PLAN", True)]
    assert found.best is None
    sold = tuple(replace(o, valid_to=found.on) if o.code == "PLAN" else o for o in alone)
    load_tariff(tenant=town.tenant, tariff=replace(RICH, offers=sold), source="t", now=town.now)
    with pytest.raises(UnableToCompare) as refused:
        asked(town, "s1", months=2)
    assert refused.value.code == "NOTHING_ON_SALE"


def test_an_offer_stands_in_the_place_of_all_that_is_held_or_of_nothing() -> None:
    assert is_of_another("AHEAD", {"PLAN"}, LINES)
    assert is_of_another("AHEAD", {"AHEAD", "PLAN"}, LINES), "it would take the place of the mobile plan too"
    assert not is_of_another("AHEAD", {"AHEAD", "TOGETHER"}, LINES)
    assert not is_of_another("TOGETHER", {"PLAN", "AHEAD"}, LINES)
    held = [frozenset({"PLAN"}), frozenset({"AHEAD"}), frozenset({"PLAN"})]
    assert reasons(LINES, offers=("AHEAD", "TOGETHER"), held=held).tolist() == [[3, 0, 3], [0, 0, 0]]
    assert not reasons({}, offers=("AHEAD", "TOGETHER"), held=held).any()
