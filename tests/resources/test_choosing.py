"""Numbers to choose: by ending, pattern, level, area, digits to avoid and to have; against every number looked at."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from tests.resources.store import NUMBER, Store

from yidian.domains.resource_inventory.operations import UnableToMove
from yidian.domains.resource_inventory.queries import (
    UnableToReadShape,
    blocks,
    counts,
    level_terms,
    missing_cities,
    numbers_to_choose,
    steps_of,
)
from yidian.kernel.calendar import local_date

MOBILE = [f"1390077{n:04d}" for n in range(2_000)]
FIXED = [f"07715550{n:03d}" for n in range(200)]
RUNS = ["01234", "12345", "23456", "34567", "45678", "56789"]


def chosen(store: Store, **how: Any) -> list[str]:
    return [one.number for one in numbers_to_choose(tenant=store.tenant, now=store.now, **({"limit": 5_000} | how))]


def level_by_eye(number: str) -> str:
    """The level of the example's rules, told another way."""
    end = number[-5:]
    if len(set(end)) == 1:
        return "1"
    if len(set(end[1:])) == 1:
        return "3"
    if len(set(end[2:])) == 1:
        return "4"
    if end in RUNS or end[::-1] in RUNS:
        return "5"
    a, b, c, d = end[1:]
    return "7" if a == b != c == d or (a == c != b == d) else ""


ASKED = {
    "": len,
    "88": lambda n: n.endswith("88"),
    "1390077*8*8": lambda n: re.fullmatch(r"1390077.8.8", n),
    "139****0000": lambda n: re.fullmatch(r"139....0000", n),
    "AABB": lambda n: n[-4] == n[-3] != n[-2] == n[-1],
    "ABAB": lambda n: n[-4] == n[-2] != n[-3] == n[-1],
    "AAA*": lambda n: len({n[-4], n[-3], n[-2]}) == 1,
    "+4": lambda n: n[-4:] in "0123456789",
    "-3": lambda n: n[-3:] in "9876543210",
    "5550*00": lambda n: re.search(r"5550.00$", n),
    "9***": lambda n: n[-4] == "9",
}


@pytest.mark.parametrize("pattern", ASKED)
def test_a_pattern_finds_just_what_fits(store: Store, pattern: str) -> None:
    every = MOBILE + FIXED
    wanted = {number for number in every if ASKED[pattern](number)}
    assert set(chosen(store, pattern=pattern)) == wanted
    few, pages = [], []
    while few := chosen(store, pattern=pattern, limit=37, after=few[-1] if few else ""):
        pages += few
        if len(pages) > 200:
            break
    assert len(set(pages)) == len(pages) == min(len(wanted), len(pages))
    assert set(pages) <= wanted
    assert len(pages) == len(wanted) or len(pages) > 200


def test_digits_levels_and_areas(store: Store) -> None:
    every = MOBILE + FIXED
    assert set(chosen(store, without_digits="4")) == {n for n in every if "4" not in n[-8:]}
    wanted = {n for n in every if "4" not in n[-8:] and "8" in n[-8:] and "6" in n[-8:]}
    assert set(chosen(store, without_digits="4", lucky="86")) == wanted
    assert chosen(store, without_digits="7", kind="mobile") == [], "all of the block have it"
    for level in ("1", "3", "4", "5", "7", ""):
        assert set(chosen(store, level=level)) == {n for n in every if level_by_eye(n) == level}, level
    assert chosen(store, area="0772") == []
    assert set(chosen(store, kind="fixed", area="0771")) == set(FIXED)
    for wrong in ("13x", "+1", "1" * 21, "%", "'; --"):
        with pytest.raises(UnableToReadShape):
            chosen(store, pattern=wrong)


def test_what_somebody_has_is_not_shown_and_what_ran_out_is(store: Store) -> None:
    store.reserve("number", NUMBER, minutes=10)
    for how in ({}, {"pattern": "0001"}, {"level": ""}):
        assert NUMBER not in chosen(store, **how)
    store.later(minutes=10)
    for how in ({}, {"pattern": "0001"}, {"level": ""}):
        found = chosen(store, **how)
        assert NUMBER in found, how
        assert found == sorted(found, key=lambda n: n[::-1] if how.get("pattern") else n)
    store.used("number", NUMBER)
    store.later(days=1)
    assert NUMBER not in chosen(store)


def test_a_block_whose_cities_are_not_all_ready_is_not_shown(store: Store, tmp_path: Any) -> None:
    found = {one.code: one for one in blocks(tenant=store.tenant, now=store.now)}
    assert {code: (one.has, one.needs, one.ready) for code, one in found.items()} == {
        "M1390077": (3, 3, True), "M1709977": (1, 2, False), "F0771555": (1, 1, True), "I1441077": (1, 1, True),
    }  # fmt: skip
    [missing] = missing_cities(tenant=store.tenant, now=store.now)
    assert (missing.block, missing.city, missing.name, missing.since_ms) == ("M1709977", "0773", "桂林", None)
    for event, more in (("allocate", {"everybody": True}), ("offer", {})):
        store.do("move_numbers", event=event, block="M1709977", **more)
    assert not set(chosen(store)) & {"17099770001"}
    path = tmp_path / "later.csv"
    path.write_text("block,city,since\nM1709977,0773,2026-11-02 10:30\n")
    assert store.take("office-data", path).ended == 1
    assert "17099770001" not in chosen(store)
    store.later(minutes=30)
    assert "17099770001" in chosen(store)
    assert missing_cities(tenant=store.tenant, now=store.now, block="M1709977") == []
    store.reserve("number", "17099770001")


def test_ranges_go_to_organisations_and_resellers_and_come_back(store: Store) -> None:
    from yidian.platform.access import organisation
    from yidian.platform.tenancy.models import Tenant

    Tenant.objects.create(code="cheap", currency="CNY", zone="Asia/Shanghai")
    store.within(lambda frame: _hall(organisation, frame))
    block, first, last = "M1390077", MOBILE[0], MOBILE[99]
    move = {"event": "withdraw", "block": block, "first": first, "last": last}
    assert store.do("move_numbers", **move) == 100
    assert first not in chosen(store)
    give = {"event": "allocate", "block": block, "first": first, "last": MOBILE[49]}
    assert store.do("move_numbers", **give, organisation="HALL") == 50
    assert store.do("move_numbers", **give | {"first": MOBILE[50], "last": last}, reseller="cheap") == 50
    assert store.do("move_numbers", **move | {"event": "offer"}) == 100
    assert first in chosen(store, within=["HALL"])
    assert first not in chosen(store, within=["OTHER"])
    assert MOBILE[200] in chosen(store, within=["OTHER"]), "what nobody in particular has is everybody's"
    assert MOBILE[50] not in chosen(store)
    assert set(chosen(store, reseller="cheap")) == set(MOBILE[50:100])
    for told in ({"within": ["OTHER"]}, {"reseller": "cheap"}):
        with pytest.raises(Exception, match="RESOURCE_NOT_SELECTABLE"):
            store.reserve("number", first, **told)
    with pytest.raises(Exception, match="RESOURCE_NOT_SELECTABLE"):
        store.reserve("number", MOBILE[50])
    store.reserve("number", MOBILE[50], reseller="cheap")
    store.reserve("number", first, within=["HALL"])
    assert store.do("move_numbers", **move) == 98, "what somebody has stays"
    assert store.do("move_numbers", **move | {"event": "take_back"}) == 98
    told = [(one.event, one.range) for one in steps_of(tenant=store.tenant, kind="number", id=MOBILE[1])]
    assert [event for event, _ in told] == ["make", "withdraw", "allocate", "offer", "withdraw", "take_back"]
    assert told[1][1] == (first, last)
    there = {one.state: one.count for one in counts(tenant=store.tenant, kind="number", of=block)}
    assert there == {"selectable": 1_900, "reserved": 2, "in_pool": 98}


def _hall(organisation: Any, frame: Any) -> None:
    organisation.add(frame=frame, code="HALL", name="hall")
    organisation.place(frame=frame, code="HALL", tree="region", parent=None, since=frame.now)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"block": "none"}, "BLOCK_UNKNOWN"), ({"last": "13900779999"}, "RANGE_OUTSIDE"),
        ({"first": "1"}, "RANGE_OUTSIDE"), ({"event": "pool"}, "RANGE_STILL"), ({}, "ALLOCATED_TO_NOBODY"),
        ({"organisation": "X"}, "ORGANISATION_UNKNOWN"), ({"reseller": "operator"}, "RESELLER_UNKNOWN"),
        ({"reseller": "X", "everybody": True}, "ALLOCATED_TWICE"),
    ],
)  # fmt: skip
def test_ranges_that_cannot_be_moved(store: Store, told: dict[str, Any], code: str) -> None:
    with pytest.raises(UnableToMove) as refused:
        store.do("move_numbers", **{"event": "allocate", "block": "M1390077"} | told)
    assert refused.value.code == code


def test_grading_anew_leaves_what_somebody_has(store: Store, tmp_path: Any) -> None:
    store.used("number", "13900770000")
    assert store.facts("number", "13900770000").level == "3"
    path = tmp_path / "rules.csv"
    path.write_text("priority,shape,place,level\n10,0000,end,7\n20,7777,any,1\n30,88,end,5\n")
    taken = store.take("level-rules", path)
    assert (taken.added, taken.ended) == (3, 7)
    before = {number: level_by_eye(number) for number in MOBILE}
    after = {n: "7" if n.endswith("0000") else "5" if n.endswith("88") else "" for n in MOBILE}
    differ = sum(before[n] != after[n] for n in MOBILE[1:])
    assert store.do("grade_block", block="M1390077") == differ
    assert store.do("grade_block", block="M1390077") == 0
    assert store.facts("number", "13900770000").level == "3"
    assert set(chosen(store, level="5", kind="mobile")) == {n for n in MOBILE if after[n] == "5"}


def test_terms_of_a_level_are_those_of_the_day(store: Store, tmp_path: Any) -> None:
    path = tmp_path / "levels.csv"
    path.write_text("level,from,min_spend,months\n7,2027-01-01,68.50,36\n")
    store.take("levels", path)
    on = local_date(int(store.now.timestamp() * 1000), "Asia/Shanghai")
    now = level_terms(tenant=store.tenant, level="7", on=on)
    assert now is not None
    assert (now.min_spend_minor, now.months, now.deposit_minor, now.penalty_ppm) == (5_800, 24, 20_000, 300_000)
    later = level_terms(tenant=store.tenant, level="7", on=on.replace(year=2027))
    assert later is not None
    assert (later.min_spend_minor, later.months) == (6_850, 36)
    assert level_terms(tenant=store.tenant, level="7", on=on.replace(year=2025)) is None
    assert level_terms(tenant=store.tenant, level="99", on=on) is None


def test_random_wishes_find_what_looking_at_every_number_finds(store: Store) -> None:
    chance = random.Random(31)
    for _ in range(25):
        pattern = "".join(chance.choice("**********0123456789") for _ in range(chance.randint(1, 5)))
        without = "".join(chance.sample("0123456789", chance.randint(0, 2)))
        fits = re.compile(pattern.replace("*", ".") + "$")
        wanted = {n for n in MOBILE + FIXED if fits.search(n) and not set(without) & set(n[-8:])}
        assert set(chosen(store, pattern=pattern, without_digits=without)) == wanted, (pattern, without)
