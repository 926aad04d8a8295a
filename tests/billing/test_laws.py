"""Laws of the bill on random tariffs and months, and the same text run compiled."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.billing.desk import YUAN, ZONE, Desk, Paper, on, tariff

from yidian.kernel.billing import layout as at
from yidian.kernel.billing.bill import Bills
from yidian.kernel.billing.compiled import machine
from yidian.kernel.billing.sharing import share
from yidian.kernel.money import share as by_largest_remainder
from yidian.kernel.rating.tariff import Discount, Fee, Minimum, Tariff

OFFERS = ("A", "B")
USAGE = ("DATA", "LOCAL", "LONG")
DATES = (None, on("2026-09-20"), on("2026-10-01"), on("2026-10-12"), on("2026-10-31"))
ROUNDINGS = ("half_up", "half_even", "up", "down", "ceiling", "floor")
money = st.one_of(st.integers(0, 500 * YUAN), st.sampled_from([0, 1, 5_000, YUAN, 10**15, 10**17]))


def valid() -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries(
        {"valid_from": st.sampled_from(DATES[:4]), "valid_to": st.sampled_from((None, DATES[4]))}
    )


@st.composite
def fees(draw: st.DrawFn) -> Fee:
    return Fee(
        offer=draw(st.sampled_from(OFFERS)), item="RENT", amount_micro=draw(money),
        charged=draw(st.sampled_from(("cycle", "once"))),
        proration=draw(st.sampled_from(("none", "by_days", "day_price"))), day_price_micro=draw(money),
        rounding=draw(st.sampled_from(ROUNDINGS)), round_to=draw(st.sampled_from(("micro", "minor"))), **draw(valid()),
    )  # fmt: skip


@st.composite
def cuts(draw: st.DrawFn) -> Discount:
    rate = draw(st.sampled_from((0, 1, 200_000, 333_333, 1_000_000)))
    return Discount(
        code=draw(st.sampled_from(("C1", "C2", "C3"))), offer=draw(st.sampled_from(OFFERS)), item="OFF",
        items=tuple(draw(st.lists(st.sampled_from((*USAGE, "RENT")), min_size=1, max_size=4, unique=True))),
        rate_ppm=rate, amount_micro=0 if rate else draw(money), threshold_micro=draw(st.sampled_from((0, YUAN))),
        priority=draw(st.integers(1, 3)), scope=draw(st.sampled_from(("subscriber", "unit", "account"))),
        cap_micro=draw(st.sampled_from((0, 0, 1, 20 * YUAN))), **draw(valid()),
    )  # fmt: skip


@st.composite
def desks(draw: st.DrawFn) -> Desk:
    least = st.builds(Minimum, offer=st.sampled_from(OFFERS), item=st.just("LEAST"), amount_micro=money)
    rows: Tariff = tariff(
        currency=draw(st.sampled_from(("CNY", "JPY", "KWD"))), bill_rounding=draw(st.sampled_from(ROUNDINGS)),
        fees=tuple(draw(st.lists(fees(), max_size=4))), discounts=tuple(draw(st.lists(cuts(), max_size=4))),
        minimums=tuple(draw(st.lists(least, max_size=2))),
    )  # fmt: skip
    desk = Desk(rows, used=[], held=[])
    who, payer = st.sampled_from(("s1", "s2")), st.sampled_from(("a1", "a2", "a3"))
    desk.used = draw(st.lists(st.tuples(who, payer, st.sampled_from(USAGE), money), max_size=8))
    days = st.sampled_from(("2026-09-01", "2026-10-01", "2026-10-12T08:00", "2026-10-31"))
    known = {row.offer for row in (*rows.fees, *rows.discounts, *rows.minimums)}
    for _ in range(draw(st.integers(0, 4)) if known else 0):
        end = draw(st.sampled_from((None, "2026-11-05", "2026-10-31T12:00")))
        desk.hold(draw(st.sampled_from(sorted(known))), draw(days), end, subscriber=draw(who), account=draw(payer))
    return desk


bounded = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@bounded
@given(desks())
def test_a_bill_is_the_sum_of_its_lines_and_the_remainder_is_told(desk: Desk) -> None:
    paper = desk.read()
    rows, unit = paper.bills.rows, paper.book.arrays.micro_per_minor
    for n in range(len(paper.accounts)):
        mine = rows[rows[:, at.ROW_ACCOUNT] == n]
        assert paper.bills.total_minor[n] == mine[:, at.ROW_MINOR].sum()
        assert mine[:, at.ROW_MICRO].sum() == paper.bills.total_minor[n] * unit + paper.bills.remainder_micro[n]
        assert paper.bills.base_minor[n].sum() == paper.bills.total_minor[n]
        assert paper.bills.items[n] == len(mine)
    assert paper.micro("usage") == sum(row[3] for row in desk.used)


@bounded
@given(desks())
def test_no_item_is_reduced_by_more_than_was_charged(desk: Desk) -> None:
    rows = desk.read().bills.rows
    left: dict[tuple[int, int, int], int] = {}
    for row in rows.tolist():
        item = row[at.ROW_OF_ITEM] if row[at.ROW_KIND] == at.KIND_DISCOUNT else row[at.ROW_ITEM]
        key = (row[at.ROW_ACCOUNT], row[at.ROW_SUBSCRIBER], item)
        left[key] = left.get(key, 0) + row[at.ROW_MICRO]
        assert row[at.ROW_MICRO] < 0 or row[at.ROW_KIND] != at.KIND_DISCOUNT
    assert all(micro >= 0 for micro in left.values())


def charged(paper: Paper, *, without: str = "") -> dict[str, int]:
    """By account, what is left of everything that is not a minimum."""
    found = dict.fromkeys(paper.accounts, 0)
    for row in paper.bills.rows.tolist():
        code = paper.book.discounts[row[at.ROW_CODE]] if row[at.ROW_CODE] >= 0 else ""
        if row[at.ROW_KIND] != at.KIND_MINIMUM and (not code or code != without):
            found[paper.accounts[row[at.ROW_ACCOUNT]]] += row[at.ROW_MICRO]
    return found


@bounded
@given(desks(), st.sampled_from((1, 5_000, 7 * YUAN, 300 * YUAN)))
def test_with_a_cap_an_account_pays_the_smaller_of_both_and_nothing_else_changes(desk: Desk, cap: int) -> None:
    before = desk.read()
    most = Discount(
        code="MOST", offer="ALL", item="OFF", items=(*USAGE, "RENT"), cap_micro=cap, scope="account", priority=99
    )
    desk.tariff = replace(desk.tariff, discounts=(*desk.tariff.discounts, most))
    desk.hold("ALL", subscriber="s1", account="a2")
    after = desk.read()
    assert charged(after, without="MOST") == {"a2": 0} | charged(before)
    assert after.micro("minimum") == before.micro("minimum")
    wanted = {"a2": 0} | charged(before)
    assert charged(after) == wanted | {"a2": min(wanted["a2"], cap)}


def same(one: Bills, other: Bills) -> bool:
    return all(np.array_equal(value, getattr(other, name)) for name, value in vars(one).items())


@bounded
@given(desks(), st.integers(0, 1 << 30))
def test_the_order_in_which_rows_come_does_not_matter(desk: Desk, seed: int) -> None:
    first = desk.read()
    shaken = random.Random(seed)
    shaken.shuffle(desk.used)
    shaken.shuffle(desk.held)
    rows = [list(getattr(desk.tariff, name)) for name in ("fees", "discounts", "items", "taxes")]
    for part in rows:
        shaken.shuffle(part)
    desk.tariff = tariff(
        currency=desk.tariff.currency, bill_rounding=desk.tariff.bill_rounding, minimums=desk.tariff.minimums,
        fees=tuple(rows[0]), discounts=tuple(rows[1]), items=tuple(rows[2]), taxes=tuple(rows[3]),
    )  # fmt: skip
    assert same(desk.read().bills, first.bills)


@bounded
@given(desks())
def test_compiled_the_same_text_gives_the_same_bill(desk: Desk) -> None:
    assert same(desk.read(machine()).bills, desk.read().bills)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 10**17), min_size=1, max_size=8), st.integers(0, 1_000_000))
def test_shares_add_up_to_the_whole_and_none_is_larger_than_its_weight(weights: list[int], ppm: int) -> None:
    if not sum(weights):
        return
    whole = sum(weights) * ppm // 1_000_000
    parts, rests = np.zeros(len(weights), np.int64), np.zeros(len(weights), np.int64)
    share(whole, np.array(weights, np.int64), len(weights), parts, rests)
    assert sum(parts.tolist()) == whole
    for part, weight in zip(parts.tolist(), weights, strict=True):
        assert 0 <= part <= weight
        assert abs(part * sum(weights) - whole * weight) < sum(weights)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(70, 400), st.integers(0, 1 << 30))
def test_what_is_left_over_of_many_shares_goes_where_one_by_one_it_would(many: int, seed: int) -> None:
    chance = random.Random(seed)
    weights = [chance.choice((0, 1, 1, 3, chance.randrange(1, 10**6))) for _ in range(many)]
    whole = sum(weights) * chance.randrange(1, 1000) // 1000
    parts, rests = np.zeros(many, np.int64), np.zeros(many, np.int64)
    share(whole, np.array(weights, np.int64), many, parts, rests)
    assert parts.tolist() == by_largest_remainder(amount=whole, weights=weights)


def test_the_lines_of_many_subscribers_need_more_than_one_call_and_none_is_lost() -> None:
    from yidian.kernel.billing import bill as door

    desk = Desk(tariff(fees=(Fee(offer="A", item="RENT", amount_micro=YUAN),)))
    for n in range(50):
        desk.usage("LOCAL", n, subscriber=f"s{n:02d}", account=f"a{n % 7}").hold("A", subscriber=f"s{n:02d}")
    whole = desk.read()
    before, door.ROOM = door.ROOM, 3  # type: ignore[misc]
    try:
        pieces: Paper = desk.read()
    finally:
        door.ROOM = before  # type: ignore[misc]
    assert same(pieces.bills, whole.bills)
    assert len(whole.bills.rows) == 100
    assert desk.tariff.zone == ZONE
