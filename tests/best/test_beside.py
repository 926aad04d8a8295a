"""Sub cards: what is given only beside another offer is proposed only there, and no main card goes from under one."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.best.conftest import settled
from tests.best.test_many import compared, expect_what_each_is_told
from tests.best.test_one import asked, option
from tests.best.town import PEOPLE_HERE, RICH
from tests.cycles.world import World

from yidian.domains.product_inventory.types import Reference
from yidian.kernel.rating.tariff import Offer, Price, Tariff
from yidian.platform.wording import text
from yidian.runs.best.beside import Beside
from yidian.runs.best.tiling import Some, joined
from yidian.runs.best.types import LEAVES_ALONE, NEEDS_ANOTHER, NO_PRICE, OTHER_LINE, TOO_LARGE, BestPlan

SUB = Offer(code="SUB", needs=("PLAN", "TOGETHER"))
CHEAP = tuple(Price(offer="SUB", item=item, price_micro=1, per=60, block=60) for item in ("LOCAL", "DATA"))
CARDS = replace(RICH, offers=(*RICH.offers, SUB), prices=(*RICH.prices, *CHEAP))
WITH_A_SUB_CARD = (*PEOPLE_HERE, "c2,a2,s6,13800000006,SUB,2026-01-01,,family")


def town_of(tenant: Any, tmp_path: Path, *, people: tuple[str, ...] = WITH_A_SUB_CARD, tariff: Tariff = CARDS) -> World:
    return settled(tenant, tmp_path / "home", people=people, tariff=tariff)


def reasons(found: BestPlan) -> dict[str, str]:
    return {one.offer: one.reason for one in found.options if one.reason not in ("", "NO_PRICE")}


def test_who_is_alone_is_not_told_of_a_sub_card_and_who_is_not_is(tenant: Any, tmp_path: Path) -> None:
    """s2 and s3 are a family: s2 holds PLAN all the time, s3 only from the eleventh of October on."""
    world = town_of(tenant, tmp_path, people=PEOPLE_HERE)
    for alone in ("s1", "s4"):
        found = asked(world, alone, months=2)
        assert reasons(found) == {"SUB": NEEDS_ANOTHER}, "nobody is the main card of nobody"
        assert found.best is None or found.best.offer != "SUB"
        assert asked(world, alone, months=2, offers=["SUB"]).best is None
    beside = asked(world, "s3", months=2)
    assert reasons(beside) == {}
    assert beside.best is not None
    assert beside.best.offer == "SUB"
    assert reasons(asked(world, "s2", months=2)) == {"SUB": NEEDS_ANOTHER}, "in September s3 held something else"
    assert reasons(asked(world, "s2", months=1)) == {}, "in October s3 held PLAN too"


def test_a_main_card_is_not_moved_away_from_under_a_sub_card(tenant: Any, tmp_path: Path) -> None:
    world = town_of(tenant, tmp_path)
    main = asked(world, "s2", months=2)
    assert reasons(main) == dict.fromkeys(("AHEAD", "DATALESS", "ROLL", "SUB"), LEAVES_ALONE)
    assert option(main, "TOGETHER").answered, "another main card is one"
    assert option(main, "PLAN").answered
    assert reasons(asked(world, "s2", months=1)) == {}, "in October s3 is a main card beside it"
    assert reasons(asked(world, "s6", months=2)) == {}, "the sub card goes where it likes, and what is held is held"
    assert reasons(asked(world, "s1", months=2)) == {"SUB": NEEDS_ANOTHER}


def test_everybodys_list_says_the_same(tenant: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yidian.runs.rate.inputs.EVENTS_PER_PART", 60)
    world = town_of(tenant, tmp_path)
    _, told, rows = compared(world)
    expect_what_each_is_told(world, rows)
    assert {row["subscriber"] for row in rows if "SUB" in (row["best"], row["second"])} <= {"s3"}
    assert not told.unanswered
    _, told, rows = compared(world, offers=("SUB",))
    assert {row["subscriber"]: row["reason"] for row in rows} == {
        "s1": NEEDS_ANOTHER, "s2": LEAVES_ALONE, "s3": "", "s4": NEEDS_ANOTHER, "s6": ""
    }  # fmt: skip
    assert told.unanswered == {LEAVES_ALONE: 1, NEEDS_ANOTHER: 2}


def test_a_pack_of_ones_own_leans_on_the_plan_and_may_carry_another(tenant: Any, tmp_path: Path) -> None:
    leaning = tuple(replace(o, needs=("PLAN",)) if o.code == "PACK" else o for o in RICH.offers)
    carried = Offer(code="SUB", needs=("PACK",))
    world = town_of(
        tenant, tmp_path, people=PEOPLE_HERE, tariff=replace(CARDS, offers=(*leaning, carried))
    )  # fmt: skip
    alone = dict.fromkeys(("AHEAD", "DATALESS", "ROLL", "SUB", "TOGETHER"), LEAVES_ALONE)
    assert reasons(asked(world, "s1", months=2)) == alone, "its pack is given only beside PLAN"
    assert reasons(asked(world, "s2", months=2)) == {"SUB": NEEDS_ANOTHER}


def test_one_who_came_later_needs_nobody_before(tenant: Any, tmp_path: Path) -> None:
    """s3 holds nothing in September; the main card is given in October."""
    people = (
        *(row for row in PEOPLE_HERE if ",s3," not in row and ",s2," not in row),
        "c2,a2,s2,13800000002,ROLL,2026-01-01,2026-10-05,family",
        "c2,a2,s2,13800000002,PLAN,2026-10-05,,family",
        "c2,a3,s3,13800000003,ROLL,2026-10-11,,family",
    )
    assert reasons(asked(town_of(tenant, tmp_path, people=people), "s3", months=2)) == {}


def test_all_reasons_have_words() -> None:
    """Of an offer, and of a number of which nothing can be said."""
    for code in (NEEDS_ANOTHER, LEAVES_ALONE, OTHER_LINE, NO_PRICE, TOO_LARGE):
        for said in (f"BEST_{code}", f"BEST_NUMBERS_{code}"):
            assert text(said, "zh") != text(said, "en")


DAYS = range(10)  # the month, in instants of one unit each
NEEDS = {"SUB": frozenset({"M", "N"}), "CARD": frozenset({"SUB", "PACK"}), "PACK": frozenset({"M"})}
BASE = frozenset({"M", "N", "O", "SUB", "CARD"})
CODES = ("CARD", "M", "N", "O", "PACK", "SUB")
Dated = tuple[int, Any, int, int]  # (subscriber, what, from, until before)


def some_people(chance: random.Random) -> tuple[list[Dated], list[Dated]]:
    """(memberships, holdings) of five people in two units; who moves between them does so once."""
    members, held = [], []
    for who in range(5):
        cut = chance.choice([0, 0, 12, 12, chance.randrange(1, 10)])
        members += [(who, unit, *span) for unit, span in ((0, (-5, cut)), (1, (cut, 20))) if span[0] < span[1]]
        changed, ends = sorted(chance.choices(range(-4, 15), k=2))
        bases = chance.choices([code for code in CODES if code in BASE], k=2)
        spans = ((-5, changed), (changed - chance.choice([0, 0, 3]), ends))
        held += [(who, base, *span) for base, span in zip(bases, spans, strict=True) if span[0] < span[1]]
        if chance.random() < 0.4:
            held.append((who, "PACK", *sorted(chance.sample(range(-5, 16), 2))))
    return members, held


def reason_by_hand(members: list[Dated], held: list[Dated], who: int, candidate: str) -> int:
    """Day by day: 0 nothing is against it, 1 NEEDS_ANOTHER, 2 LEAVES_ALONE."""
    holds = [
        (sub, unit, code, {day for day in DAYS if max(begin, since) <= day < min(end, until)})
        for sub, code, begin, end in held for one, unit, since, until in members if one == sub
    ]  # fmt: skip
    days = {day for sub, code, begin, end in held if sub == who and code in BASE for day in DAYS if begin <= day < end}
    if not days:
        return 0

    def stays(sub: int, code: str) -> bool:
        return sub != who or code not in BASE

    for sub, unit, code, when in holds:
        if code in NEEDS and stays(sub, code) and candidate not in NEEDS[code]:
            beside = [stays(other, what) for other, place, what, day in holds
                      if place == unit and what in NEEDS[code] and day & when]  # fmt: skip
            if beside and not any(beside):
                return 2
    home = {(unit, day) for sub, unit, since, until in members if sub == who for day in days if since <= day < until}
    near = any(
        what in NEEDS.get(candidate, ()) and stays(other, what) and any((place, day) in home for day in when)
        for other, place, what, when in holds
    )
    return 1 if candidate in NEEDS and not near else 0


def as_columns(members: list[Dated], held: list[Dated]) -> Some:
    def column(rows: list[Dated], n: int) -> Any:
        return np.array([row[n] for row in rows], np.int64)

    none: Any = np.zeros(0, np.int64)
    coded: list[Dated] = [(who, CODES.index(code), begin, end) for who, code, begin, end in held]
    reference = Reference(
        subscriber_id=np.arange(5) + 100, subscriber_code=[*"abcde"], home_area=[""] * 5, id_kind=[], id_value=[],
        id_sub=none, id_from=none, id_to=none, offer_codes=[*CODES], hold_sub=column(coded, 0),
        hold_offer=column(coded, 1), hold_from=column(coded, 2), hold_to=column(coded, 3), account_id=none,
        account_code=[], acc_sub=none, acc_index=none, acc_from=none, acc_to=none, unit_id=np.arange(2),
        unit_code=["u", "v"], mem_sub=column(members, 0), mem_unit=column(members, 1), mem_from=column(members, 2),
        mem_to=column(members, 3),
    )  # fmt: skip
    windows = {
        100 + who: joined((begin, end) for sub, code, begin, end in held if sub == who and code in BASE)
        for who in range(5)
    }
    facts: Any = None
    return Some(
        reference=reference, group=np.zeros(5, np.int64), records=np.zeros(0), facts=facts, left=None, windows=windows,
        from_ms=DAYS.start, to_ms=DAYS.stop,
    )  # fmt: skip


def test_reasons_are_those_found_day_by_day() -> None:
    chance, seen = random.Random(26), Counter[int]()
    candidates = ("CARD", "M", "N", "O", "SUB")
    for _ in range(400):
        members, held = some_people(chance)
        moving = np.array(sorted(chance.sample(range(5), 3)), np.int64)
        found = Beside(NEEDS, BASE).reasons(as_columns(members, held), moving=moving + 100, offers=candidates)
        wanted = [[reason_by_hand(members, held, who, code) for who in moving.tolist()] for code in candidates]
        assert found.tolist() == wanted, (members, held, moving)
        seen.update(np.ravel(wanted).tolist())
    assert min(seen[n] for n in range(3)) > 200
