"""What is left of one month is there in the next: rollover (TP4), a card of half a year (TF-12)."""

from __future__ import annotations

import random
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

import pytest
from tests.oracle.carry import LeftOver as Told
from tests.oracle.price import rate
from tests.properties.worlds import event, rows_of, subscriber

from yidian.kernel.calendar import Period, month_period
from yidian.kernel.rating import quote
from yidian.kernel.rating.tariff import Allowance, Item, Offer, Price, Rule, Tariff, Zone

ZONE = "Asia/Shanghai"
MONTHS = tuple(month_period(name, ZONE) for name in ("2026-09", "2026-10", "2026-11"))
ALWAYS = (0, 1 << 62)
MB = 1 << 20


def tariff(*allowances: Allowance) -> Tariff:
    return Tariff(
        currency="CNY", zone=ZONE, zones=(Zone(code="cn", domestic=True),),
        items=(Item(code="data", measure="volume"),), rules=(Rule(order=1, item="data"),),
        offers=(Offer(code="plan"), Offer(code="card", kind="pack"), Offer(code="top", kind="pack")),
        prices=(Price(offer="*", item="data", price_micro=1_000_000, per=MB, block=MB),),
        allowances=allowances,
    )  # fmt: skip


PLAN = Allowance(code="monthly", offer="plan", items=("data",), quantity=1000 * MB, block=MB, rollover=1)
TOP_UP = Allowance(code="top_up", offer="top", items=("data",), quantity=100 * MB, block=MB, priority=50)
CARD = Allowance(code="half_year", offer="card", items=("data",), quantity=600 * MB, block=MB, period="holding")


def months(made: Tariff, people: list[dict[str, Any]], used: list[list[tuple[int, int]]]) -> list[quote.Priced]:
    """The months one after the other. `used`: by month (day, megabytes) of S."""
    before: tuple[quote.LeftOver, ...] = ()
    found = []
    for month, sessions in zip(MONTHS, used, strict=True):
        events = [
            quote.Event(subscriber="S", start_ms=month.start_ms + (day - 1) * 86_400_000, event_id=n, service="data",
                        bytes_down=size * MB)
            for n, (day, size) in enumerate(sessions, start=1)
        ]  # fmt: skip
        given = [_person(who) for who in people]
        priced = quote.price_unit(made, month, given, events, before=before)
        before = priced.left
        found.append(priced)
    return found


def _person(who: dict[str, Any]) -> quote.Subscriber:
    def held(rows: Any) -> tuple[quote.Held, ...]:
        return tuple(quote.Held(code=code, from_ms=begins, to_ms=ends) for code, begins, ends in rows)

    return quote.Subscriber(
        code=who["code"], home_area=who["home_area"], holdings=held(who["holdings"]), units=held(who["units"]),
        accounts=held(who["accounts"]),
    )  # fmt: skip


def paid(priced: quote.Priced) -> int:
    return sum(line.amount_micro for line in priced.lines) // 1_000_000


def drawn(priced: quote.Priced) -> list[tuple[str, int]]:
    return [(line.allowance.code, line.units // MB) for line in priced.lines if line.allowance is not None]


def test_what_is_left_of_a_month_is_used_first_in_the_next_and_then_lost() -> None:
    people = [subscriber(holdings=(("plan", *ALWAYS),))]
    first, second, third = months(tariff(PLAN), people, [[(3, 400)], [(3, 500), (9, 700)], [(3, 1_900)]])
    assert [one.balance // MB for one in first.left] == [600]
    assert paid(second) == 0, "600 of September, and 600 of October's own 1,000"
    assert drawn(second) == [("monthly", 500), ("monthly", 100), ("monthly", 600)]
    assert [(one.balance // MB, one.remains) for one in second.left] == [(400, 1)]
    assert paid(third) == 500, "400 of October, 1,000 of its own"


def test_what_was_carried_once_is_carried_no_further() -> None:
    people = [subscriber(holdings=(("plan", *ALWAYS),))]
    _, second, third = months(tariff(PLAN), people, [[], [(3, 900)], [(3, 2_500)]])
    assert drawn(second) == [("monthly", 900)], "of September's thousand"
    assert [one.balance // MB for one in second.left] == [1_000], "the hundred left of September is lost"
    assert paid(third) == 500


def test_a_top_up_is_not_carried() -> None:
    people = [subscriber(holdings=(("plan", *ALWAYS), ("top", MONTHS[0].start_ms, MONTHS[0].end_ms)))]
    first, second, _ = months(tariff(PLAN, TOP_UP), people, [[(3, 40)], [(3, 1_950)], []])
    assert drawn(first) == [("top_up", 40)]
    assert [one.allowance for one in first.left] == ["monthly"]
    assert paid(second) == 0
    assert drawn(second) == [("monthly", 1_000), ("monthly", 950)]


def test_a_card_lasts_as_long_as_it_is_held_and_every_card_by_itself() -> None:
    bought, again = MONTHS[0].start_ms + 86_400_000, MONTHS[1].start_ms + 5 * 86_400_000
    people = [subscriber(holdings=(("card", bought, MONTHS[1].end_ms), ("card", again, 1 << 62)))]
    first, second, third = months(tariff(CARD), people, [[(10, 100)], [(3, 450), (20, 100)], [(2, 600)]])
    assert (paid(first), paid(second)) == (0, 0)
    assert [one.balance // MB for one in first.left] == [500]
    assert [(one.balance // MB, one.origin_ms) for one in second.left] == [(0, bought), (550, again)]
    assert paid(third) == 50


def test_two_cards_at_one_time_are_two_through_the_months() -> None:
    """Both go on beyond October, so the one that began first is drawn first; in November the one that ends first."""
    day = 86_400_000
    first, second = MONTHS[0].start_ms + day, MONTHS[0].start_ms + 2 * day
    held = (("card", first, MONTHS[2].start_ms + 10 * day), ("card", second, MONTHS[2].start_ms + 5 * day))
    september, october, november = months(
        tariff(CARD), [subscriber(holdings=held)], [[(10, 200)], [(3, 300)], [(2, 400), (7, 300), (12, 1)]]
    )
    assert [(one.origin_ms, one.balance // MB) for one in september.left] == [(first, 400), (second, 600)]
    assert [(one.origin_ms, one.balance // MB) for one in october.left] == [(first, 100), (second, 600)]
    assert drawn(november) == [("half_year", 400), ("half_year", 100)], "200 of the second are lost on the 6th"
    assert (paid(september), paid(october), paid(november)) == (0, 0, 200 + 1)


def test_a_card_of_before_the_first_rating_is_whole() -> None:
    people = [subscriber(holdings=(("card", MONTHS[0].start_ms - 1, 1 << 62),))]
    first, second, _ = months(tariff(CARD), people, [[(1, 600)], [(1, 1)], []])
    assert (paid(first), paid(second)) == (0, 1), "and an empty one stays empty"


def test_a_family_carries_what_it_shares() -> None:
    shared = Allowance(
        code="family", offer="plan", items=("data",), quantity=100 * MB, block=MB, scope="unit", rollover=2
    )
    people = [
        subscriber("S", unit="home", holdings=(("plan", *ALWAYS),)),
        subscriber("T", unit="home", holdings=(("plan", *ALWAYS),)),
    ]
    first, second, third = months(tariff(shared), people, [[(1, 50)], [], [(1, 560)]])
    assert [(one.owner, one.balance // MB) for one in first.left] == [("home", 150)]
    assert sorted((one.remains, one.balance // MB) for one in second.left) == [(1, 150), (2, 200)]
    assert paid(third) == 10, "150 of September, 200 of October, 200 of its own"


@pytest.mark.parametrize("seed", range(25))
def test_the_oracle_carries_the_same(seed: int) -> None:
    chance = random.Random(seed)
    made = tariff(*_allowances(chance))
    people = [_somebody(chance, code) for code in ("S", "T", "U")]
    before: tuple[quote.LeftOver, ...] = ()
    told: list[Told] = []
    for month in MONTHS:
        events = [_session(chance, n, month) for n in range(1, 25)]
        priced = quote.price_unit(
            made, month, [_person(who) for who in people], [quote.Event(**one) for one in events], before=before
        )
        rated = rate(rows_of(made), (month.start_ms, month.end_ms), people, events, before=told)
        mine = [(line.event_id, _source(line), line.units, line.amount_micro) for line in priced.lines]
        theirs = [
            (line["event_id"], line["source"][1] if line["kind"] == "draw" else "", line["units"], line["amount_micro"])
            for line in rated.lines
        ]
        assert sorted(mine, key=itemgetter(0)) == sorted(theirs, key=itemgetter(0)), "line by line of each event"
        assert _added(map(_left, priced.left)) == _added(map(_told, rated.left))
        before, told = priced.left, rated.left


def _source(line: quote.Line) -> str:
    return line.allowance.code if line.allowance is not None else ""


def _added(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, ...], tuple[int, int]]:
    """Sums of the last two of each row, by what stands before them."""
    sums: dict[tuple[Any, ...], tuple[int, int]] = {}
    for *key, one, other in rows:
        before = sums.get(tuple(key), (0, 0))
        sums[tuple(key)] = (before[0] + one, before[1] + other)
    return sums


def _left(one: quote.LeftOver) -> tuple[Any, ...]:
    owner = ("unit" if one.shared else "subscriber", one.owner)
    return owner, one.allowance, one.offer, one.origin_ms if one.once else -1, one.remains, one.balance, 0


def _told(one: Told) -> tuple[Any, ...]:
    return one.owner, one.code, one.offer, -1 if one.origin is None else one.origin, one.remains, one.units, 0


def _allowances(chance: random.Random) -> list[Allowance]:
    found = []
    for n, offer in enumerate(("plan", "card", "top")):
        period = chance.choice(("cycle", "cycle", "holding", "day"))
        found.append(
            Allowance(
                code=f"a{n}", offer=offer, items=("data",), quantity=chance.choice((50, 400, 3_000)) * MB,
                block=chance.choice((MB, 7 * MB)), priority=chance.choice((10, 10, 20)),
                scope=chance.choice(("subscriber", "unit")), period=period,
                rollover=chance.choice((0, 1, 3)) if period == "cycle" else 0,
                proration=chance.choice(("none", "by_days")) if period == "cycle" else "none",
            )
        )  # fmt: skip
    return found


def _somebody(chance: random.Random, code: str) -> dict[str, Any]:
    begin, end = MONTHS[0].start_ms, MONTHS[2].end_ms
    holdings = []
    for offer in ("plan", "card", "card", "top"):
        since = chance.choice((0, begin, chance.randrange(begin, end)))
        until = chance.choice((1 << 62, MONTHS[1].start_ms, chance.randrange(begin, end)))
        if since < until and (offer, since) not in {one[:2] for one in holdings}:  # as the inventory keeps them
            holdings.append((offer, since, until))
    return subscriber(code, unit=chance.choice(("home", "home", "")), holdings=tuple(holdings))


def _session(chance: random.Random, number: int, month: Period) -> dict[str, Any]:
    start = chance.randrange(month.start_ms, month.end_ms)
    return event(
        start, number, subscriber=chance.choice("STU"), service="data", bytes_down=chance.randrange(1, 400 * MB)
    )
