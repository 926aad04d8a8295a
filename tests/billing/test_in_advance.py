"""Over the whole life of a holding what was asked in advance is what arrears would have asked (§7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.billing.desk import YUAN, Desk, ms, on, tariff

from yidian.kernel.billing import layout as at
from yidian.kernel.billing.bill import Circumstances, Holdings, Payers, States, Usage, bill
from yidian.kernel.billing.book import compile_billing
from yidian.kernel.billing.exact import LIMIT
from yidian.kernel.calendar import month_period
from yidian.kernel.rating.tariff import Discount, Fee, Part, Tariff

MONTHS = [f"2026-{month:02}" for month in range(1, 9)]
DAYS = st.integers(0, 200).map(lambda n: date(2026, 1, 20) + timedelta(days=n))
NOBODY = np.zeros(0, np.int64)


def asked(
    tariffs: list[Tariff], begin: int, end: int, states: list[tuple[int, int, int]]
) -> int:  # fmt: skip
    """Micro-units of all bills of eight months; each month has the tariff of its place."""
    total = 0
    for n, month in enumerate(MONTHS):
        book = compile_billing(tariffs[n], month_period(month, tariffs[n].zone), tariffs[n - 1] if n else None)
        one, many = np.zeros(1, np.int64), len(states)
        made = bill(
            book=book, usage=Usage(*[NOBODY] * 6), subscribers=1, accounts=1,
            holdings=Holdings(one, one, one, np.array([begin]), np.array([end])),
            known=Circumstances(
                states=States(np.zeros(many, np.int64), *(np.array([s[k] for s in states], np.int64) for k in range(3)))
            ),
        )  # fmt: skip
        total += int(made.rows[:, at.ROW_MICRO].sum())
    return total


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.tuples(DAYS, DAYS), st.tuples(DAYS, DAYS), st.sampled_from([1, 2]),
    st.sampled_from(["none", "by_days", "day_price", "half"]), st.sampled_from(["any", "active", "stopped", "kept"]),
    st.integers(0, 3), st.integers(1, 10**8), st.integers(0, 7), st.booleans(),
)  # fmt: skip
def test_advance_and_arrears_ask_the_same_over_a_life(
    held: tuple[date, date], other: tuple[date, date], state: int, proration: str, during: str, free: int, amount: int,
    changes: int, parts: bool,
) -> None:  # fmt: skip
    fee = Fee(
        offer="PLAN", item="RENT", amount_micro=amount, proration=proration, day_price_micro=amount // 20 + 1,
        during=during, free_cycles=free, billed="advance",
    )  # fmt: skip
    split = (Part(offer="PLAN", item="RENT", part_item="DATA", price_micro=7),) if parts else ()
    early, late = replace(fee, billed="arrears"), fee
    begin, end = (ms(day.isoformat()) for day in sorted((held[0], held[1] + timedelta(days=201))))
    states = [(state, *(ms(day.isoformat()) for day in sorted(other)))] if other[0] != other[1] else []
    plain = [tariff(fees=(early,), parts=split) for _ in MONTHS]
    ahead = [tariff(fees=(late,), parts=split) for _ in MONTHS]
    end = min(end, ms("2026-09-01"))
    assert asked(ahead, begin, end, states) == asked(plain, begin, end, states)
    # From one month on the tariff asks another amount: what was asked in advance by the old one is taken off as it was.
    dearer = [
        replace(one, fees=(replace(one.fees[0], amount_micro=amount + 12_345),)) if n >= changes else one
        for tariffs in (plain, ahead)
        for n, one in enumerate(tariffs)
    ]
    assert asked(dearer[8:], begin, end, states) == asked(dearer[:8], begin, end, states)


def test_parts_whose_prices_leave_the_bounds_park_their_account() -> None:
    parts = tuple(Part(offer="PLAN", item="RENT", part_item=code, price_micro=LIMIT) for code in ("DATA", "LOCAL"))
    fee = Fee(offer="PLAN", item="RENT", amount_micro=YUAN)
    paper = Desk(tariff(fees=(fee,), parts=parts)).hold("PLAN").read()
    assert paper.bills.too_large.tolist() == [1]


def test_a_unit_whose_sum_leaves_the_bounds_is_parked_whole_and_so_is_who_pays_for_it() -> None:
    cut = Discount(code="D", offer="PLAN", item="OFF", items=("LOCAL",), rate_ppm=1, scope="unit")
    desk = Desk(tariff(discounts=(cut,))).hold("PLAN", subscriber="s1", account="a1")
    desk.usage("LOCAL", LIMIT, subscriber="s1", account="a1").usage("LOCAL", 1, subscriber="s2", account="a2")
    desk.usage("LOCAL", 5, subscriber="s3", account="a4")
    payers = Payers(*(np.array([n], np.int64) for n in (1, 2, at.MODE_SHARE, 500_000, 0)), np.ones((1, 6), np.int64))
    book = desk.book
    people, accounts = ["s1", "s2", "s3"], ["a1", "a2", "a3", "a4"]
    rows = [(people.index(s), accounts.index(a), book.items.index(i), m, 1, 1) for s, a, i, m in desk.used]
    used = Usage(*(np.array([row[n] for row in rows], np.int64) for n in range(6)))
    held = Holdings(*(np.array([n], np.int64) for n in (0, 0, book.offers.index("PLAN"), ms("2026-01-01"), 1 << 62)))
    made = bill(
        book=book, usage=used, holdings=held, subscribers=3, accounts=4,
        known=Circumstances(unit=np.array([0, 0, 1]), payers=payers),
    )  # fmt: skip
    assert made.too_large.tolist() == [1, 1, 1, 0]


def test_what_the_bill_before_asked_is_found_by_the_tariff_that_asked_it() -> None:
    now = tariff(fees=(Fee(offer="PLAN", item="RENT", amount_micro=40 * YUAN, billed="advance"),))
    before = replace(now, fees=(replace(now.fees[0], amount_micro=30 * YUAN),))
    book = compile_billing(now, month_period("2026-10", now.zone), before)
    one = np.zeros(1, np.int64)
    made = bill(
        book=book, usage=Usage(*[NOBODY] * 6), subscribers=1, accounts=1,
        holdings=Holdings(one, one, one, np.array([ms("2026-01-01")]), np.array([1 << 62])),
    )  # fmt: skip
    kinds = {at.KINDS[row[at.ROW_KIND]]: row[at.ROW_MINOR] for row in made.rows.tolist()}
    assert kinds == {"advance": 4000, "fee": 1000}
    assert on("2026-10-01") == book.days.dates[0]
