"""Small nasty tariffs, valid by construction: every kind of row, small numbers, dates that change inside the cycle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, TypeVar

from tests.properties.choosing import Chooser, likely, pick, shuffled, some

from yidian.kernel.rating.tariff import (
    Allowance,
    Band,
    Cap,
    Day,
    Discount,
    Fee,
    Item,
    Minimum,
    Offer,
    Place,
    Prefix,
    Price,
    Row,
    Rule,
    Tariff,
    Tax,
    Zone,
)

R = TypeVar("R", bound=Row)

ROUNDINGS = ("half_up", "half_even", "up", "down", "ceiling", "floor")
BLOCKS = (1, 6, 60, 7, 2)
CUTS = (1, 119, 120, 150, 180, 420, 421, 720, 1380, 1439)
TIERS = (1, 5, 6, 60, 61, 100, 180)
MICRO = (10_000, 1, 0, 3, 333_333, 70_000, 9_999)
AMOUNTS = (10_000, 1, 5_000, 15_000, 777_777, 1_234_567, 31_000_000)
AREAS = ("021", "010", "")
STANDARD = "*"
NEVER_NIGHT = "day"


@dataclass(frozen=True)
class Month:
    """A cycle that is a local month, its zone, and the days on which its clock does something."""

    zone: str
    first: date
    odd_days: tuple[int, ...]

    def day(self, number: int) -> date:
        return self.first + timedelta(days=number - 1)

    @property
    def after(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1)


MONTHS = (
    Month("Asia/Shanghai", date(2026, 10, 1), ()),
    Month("Europe/Paris", date(2026, 3, 1), (29,)),  # 02:00 → 03:00
    Month("Europe/Paris", date(2026, 10, 1), (25,)),  # 03:00 → 02:00
    Month("America/Santiago", date(2026, 9, 1), (6,)),  # midnight → 01:00
    Month("Asia/Shanghai", date(2026, 2, 1), ()),
    Month("Pacific/Apia", date(2011, 12, 1), (31,)),  # there was no 30 December
)


def dated(by: Chooser, month: Month, make: Callable[..., Sequence[R]]) -> list[R]:
    """What `make(**validity)` gives: once for ever, twice with a change inside the cycle, or only for a part of it."""
    kind = by.number(0, 9)
    if kind < 6:
        return list(make())
    change = month.day(pick(by, (15, 2, 28, *month.odd_days)))
    if kind < 9:
        return [*make(valid_to=change), *make(valid_from=change)]
    return list(make(valid_from=change, valid_to=change + timedelta(days=by.number(1, 3))))


def lasting(by: Chooser, month: Month, make: Callable[..., Sequence[R]]) -> list[R]:
    """As `dated`, without a gap."""
    if by.number(0, 9) < 7:
        return list(make())
    change = month.day(pick(by, (15, 2, 28, *month.odd_days)))
    return [*make(valid_to=change), *make(valid_from=change)]


def bands(by: Chooser, month: Month, code: str) -> list[Band]:
    names = ("day", "night", "dusk")[: pick(by, (2, 3, 1))]

    def partition(day_type: str, **validity: Any) -> list[Band]:
        cuts = [0, *sorted({pick(by, CUTS) for _ in range(by.number(1, 4))}), 1440]
        first = by.number(0, len(names) - 1)
        return [
            Band(
                band_set=code,
                band=names[(first + n) % len(names)],
                day_type=day_type,
                from_minute=a,
                to_minute=b,
                **validity,
            )
            for n, (a, b) in enumerate(pairwise(cuts))
        ]

    def whole(**validity: Any) -> list[Band]:
        kind = by.number(0, 2)
        if kind == 0:
            return partition("*", **validity)
        if kind == 1:
            return [row for day_type in ("workday", "weekend", "holiday") for row in partition(day_type, **validity)]
        special = partition(pick(by, ("weekend", "holiday")), **validity)
        return [*partition("*", **validity), *special[:1]]

    return lasting(by, month, whole)


def days(by: Chooser, month: Month) -> list[Day]:
    dates = sorted({month.day(pick(by, (2, 15, 16, 28, *month.odd_days))) for _ in range(by.number(0, 3))})
    return [Day(on=on, day_type=pick(by, ("holiday", "workday", "weekend"))) for on in dates]


def usage_items(by: Chooser) -> list[Item]:
    return [
        Item(
            code=f"i{n}",
            measure=pick(by, ("duration", "duration", "duration", "volume", "count")),  # type: ignore[arg-type]
            tax_class=pick(by, ("T", "D", "")),
            band_set=pick(by, ("", "B0", "B0", "B1")),
            split=pick(by, ("start", "block", "block")),
            rounding=pick(by, ROUNDINGS),
            round_to=pick(by, ("micro", "minor")),
            round_on=pick(by, ("event", "total")),
        )
        for n in range(by.number(1, 4))
    ]


def rules(by: Chooser, month: Month, items: Sequence[Item]) -> list[Rule]:
    columns = {
        "service": ("voice", "data"),
        "direction": ("out", "in"),
        "zone": ("cn", "jp", "none"),
        "visited": ("home", "national", "jp"),
        "relation": ("local", "long", "none"),
        "rating_group": ("", "7"),
    }
    made = []
    for n in range(by.number(0, 4)):
        fixed = {name: pick(by, columns[name]) for name in some(by, tuple(columns))[:2]}
        made.append(Rule(order=n + 1, item=pick(by, items).code, **fixed))
    if likely(by, 9):
        made.append(Rule(order=90, item=pick(by, items).code, service="voice"))
    made.append(Rule(order=99, item=items[-1].code, service="*" if by.number(0, 19) else "sms"))
    if likely(by, 2):
        change = month.day(15)
        made.append(Rule(order=0, item=items[0].code, valid_from=change, direction=pick(by, ("in", "out"))))
    return shuffled(by, made)


def prefixes(by: Chooser, month: Month) -> list[Prefix]:
    rows = [Prefix(prefix="1", zone="cn", area="021"), Prefix(prefix="00", zone="jp"), Prefix(prefix="0", zone="cn")]
    rows += dated(by, month, lambda **v: [Prefix(prefix="010", zone="cn", area=pick(by, ("010", "021")), **v)])
    rows += dated(by, month, lambda **v: [Prefix(prefix="0086", zone=pick(by, ("cn", "jp")), area="010", **v)])
    return rows


def places(by: Chooser, month: Month) -> list[Place]:
    rows = [Place(place="021", zone="cn", area="021"), Place(place="44", zone="jp")]
    return rows + dated(by, month, lambda **v: [Place(place="01", zone=pick(by, ("cn", "jp")), area="010", **v)])


def ladder(by: Chooser, month: Month, offer: str, item: Item, band: str, lasting_one: bool) -> list[Price]:
    def steps(**validity: Any) -> list[Price]:
        tiers = [0, *sorted({pick(by, TIERS) for _ in range(by.number(0, 2))})]
        shared = {
            "tier_scope": pick(by, ("event", "cycle")),
            "counter": pick(by, ("", "", "c")),
            "repeat": tiers[-1] + pick(by, (40, 1, 60)) if likely(by, 3) and tiers[-1] > 4 else 0,
        }
        return [
            Price(
                offer=offer,
                item=item.code,
                price_micro=pick(by, MICRO),
                per=pick(by, (1, 6, 60, 7, 1024)),
                block=pick(by, BLOCKS),
                band=band,
                tier_from=tier,
                **shared,
                **validity,
            )
            for tier in tiers
        ]

    return (lasting if lasting_one else dated)(by, month, steps)


def prices(by: Chooser, month: Month, offers: Sequence[str], items: Sequence[Item]) -> list[Price]:
    made: list[Price] = []
    for item in items:
        named = ("day", "night", "dusk") if item.band_set else ()
        if by.number(0, 19):
            made += ladder(by, month, STANDARD, item, "*", not likely(by, 2))
        for offer in (STANDARD, *offers):
            for band in (*named[: by.number(0, 3)], "*"):
                if likely(by, 3) and not (offer == STANDARD and band == "*"):
                    made += ladder(by, month, offer, item, band, False)
    return shuffled(by, made)


def of_one_measure(by: Chooser, items: Sequence[Item]) -> tuple[str, ...]:
    measure = pick(by, items).measure
    return some(by, tuple(item.code for item in items if item.measure == measure))


def allowances(by: Chooser, month: Month, offers: Sequence[str], items: Sequence[Item]) -> list[Allowance]:
    made: list[Allowance] = []
    for n in range(by.number(0, 7)):
        offer, served = pick(by, offers), of_one_measure(by, items)

        def rows(offer: str = offer, served: tuple[str, ...] = served, n: int = n, **validity: Any) -> list[Allowance]:
            return [
                Allowance(
                    code=f"a{n}",
                    offer=offer,
                    items=served,
                    quantity=pick(by, (60, 1, 59, 100, 500, 4000)),
                    block=pick(by, BLOCKS),
                    bands=("*",) if likely(by, 6) else some(by, ("day", "night", "dusk")),
                    priority=pick(by, (1, 1, 2)),
                    scope=pick(by, ("subscriber", "unit")),
                    proration=pick(by, ("none", "by_days")),
                    rounding=pick(by, ROUNDINGS),
                    **validity,
                )
            ]

        made += dated(by, month, rows)
    return shuffled(by, made)


def caps(by: Chooser, month: Month, offers: Sequence[str], items: Sequence[Item]) -> list[Cap]:
    made: list[Cap] = []
    codes = tuple(item.code for item in items)
    for n in range(by.number(0, 2)):
        scope, offer = pick(by, ("subscriber", "unit")), pick(by, (STANDARD, *offers))

        def rows(offer: str = offer, scope: str = scope, n: int = n, **validity: Any) -> list[Cap]:
            amount = pick(by, AMOUNTS)
            return [Cap(code=f"k{n}", offer=offer, items=some(by, codes), amount_micro=amount, scope=scope, **validity)]

        made += dated(by, month, rows)
    return shuffled(by, made)


def fees(by: Chooser, month: Month, offers: Sequence[str]) -> list[Fee]:
    made: list[Fee] = []
    for offer in offers:
        for item in some(by, ("f0", "f1"), 0):
            charged = pick(by, ("cycle", "cycle", "once"))

            def rows(offer: str = offer, item: str = item, charged: str = charged, **validity: Any) -> list[Fee]:
                return [
                    Fee(
                        offer=offer,
                        item=item,
                        charged=charged,
                        amount_micro=pick(by, AMOUNTS),
                        proration=pick(by, ("none", "by_days", "day_price")),
                        day_price_micro=pick(by, AMOUNTS),
                        rounding=pick(by, ROUNDINGS),
                        round_to=pick(by, ("minor", "micro")),
                        **validity,
                    )
                ]

            made += dated(by, month, rows)
    return shuffled(by, made)


def discounts(by: Chooser, month: Month, offers: Sequence[str], items: Sequence[str]) -> list[Discount]:
    made: list[Discount] = []
    for n in range(by.number(0, 3)):
        offer = pick(by, offers)

        def rows(offer: str = offer, n: int = n, **validity: Any) -> list[Discount]:
            rate = pick(by, (0, 100_000, 333_333, 1_000_000, 1))
            return [
                Discount(
                    code=f"d{n}",
                    offer=offer,
                    item=pick(by, ("off", "off2")),
                    items=some(by, items),
                    rate_ppm=rate,
                    amount_micro=0 if rate else pick(by, AMOUNTS),
                    threshold_micro=pick(by, (0, 0, 1, 10_000, 1_234_567)),
                    priority=pick(by, (1, 1, 2)),
                    **validity,
                )
            ]

        made += dated(by, month, rows)
    return shuffled(by, made)


def minimums(by: Chooser, month: Month, offers: Sequence[str]) -> list[Minimum]:
    made: list[Minimum] = []
    for offer in some(by, offers, 0):

        def rows(offer: str = offer, **validity: Any) -> list[Minimum]:
            return [Minimum(offer=offer, item="low", amount_micro=pick(by, AMOUNTS), **validity)]

        made += dated(by, month, rows)
    return made


def taxes(by: Chooser, month: Month) -> list[Tax]:
    return [
        row
        for name in ("T", "D")
        for row in lasting(
            by, month, lambda name=name, **v: [Tax(tax_class=name, rate_ppm=pick(by, (60_000, 0, 130_000)), **v)]
        )
    ]


def tariff(by: Chooser, month: Month) -> Tariff:
    """A tariff of 1–4 offers and the standard one."""
    offers = [Offer(code=f"P{n}", priority=pick(by, (100, 100, 1, 2))) for n in range(by.number(1, 4))]
    codes = [offer.code for offer in offers]
    usage = usage_items(by)
    others = [
        Item(code="f0", kind="recurring", tax_class="T"),
        Item(code="f1", kind="once", tax_class="D"),
        Item(code="off", kind="discount"),
        Item(code="off2", kind="discount"),
        Item(code="low", kind="minimum", tax_class="T"),
    ]
    charged = [*(item.code for item in usage), "f0", "f1"]
    return Tariff(
        currency=pick(by, ("CNY", "CNY", "JPY", "KWD")),
        zone=month.zone,
        bill_rounding=pick(by, ROUNDINGS),
        zones=(
            Zone(code="cn", domestic=True),
            *dated(by, month, lambda **v: [Zone(code="jp", domestic=likely(by, 1), **v)]),
        ),
        prefixes=tuple(prefixes(by, month)),
        places=tuple(places(by, month)),
        days=tuple(days(by, month)),
        bands=(*bands(by, month, "B0"), *bands(by, month, "B1")),
        items=(*usage, *others),
        rules=tuple(rules(by, month, usage)),
        offers=tuple(shuffled(by, offers)),
        fees=tuple(fees(by, month, codes)),
        prices=tuple(prices(by, month, codes, usage)),
        allowances=tuple(allowances(by, month, codes, usage)),
        caps=tuple(caps(by, month, codes, usage)),
        discounts=tuple(discounts(by, month, codes, charged)),
        minimums=tuple(minimums(by, month, codes)),
        taxes=tuple(taxes(by, month)),
    )
