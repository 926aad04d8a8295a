"""Customers by blocks of a hundred subscribers: single people, families, fixed lines, firms, fleets of things."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final, NamedTuple

from tools.operator.chance import chance, weighted
from tools.operator.moments import DAY, FOREVER, second_of

BLOCK: Final = 100
PARTIES: Final = (("single", 1, 56), ("family", 3, 5), ("fixed", 1, 5), ("firm", 6, 1), ("things", 18, 1))  # 100 in all
NAMED: Final = "A0000000"  # the account of 李晓雨, whose bill the demonstration explains
SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN: Final = (
    "思远", "婉清", "启明", "雨桐", "建国", "丽华", "子墨", "佳怡", "浩然", "志强", "晓雨", "天宇", "欣妍", "文博",
    "海燕",
)  # fmt: skip
AREAS: Final = (("021", 80), ("010", 8), ("020", 6), ("0571", 6))
PLANS: Final = (("cx129", 6), ("sl49", 4), ("sl89", 3), ("sl129", 4), ("sl189", 2), ("bz50", 5))
FIRM_PLANS: Final = ("sl189", "sl129", "sl89", "sl89", "cx129", "bz50")
WITH_DATA: Final = ("cx129", "jt199", "fk10")


class Held(NamedTuple):
    """Something that a line has from `since` until before `until`, in seconds of the operator's clock."""

    value: str
    since: int
    until: int = FOREVER


@dataclass(frozen=True, slots=True)
class Line:
    """A subscriber. `calls`, `messages`, `sessions` per hundred days; `session_kb` of a usual data session."""

    n: int
    kind: str  # single, family, fixed, firm, things
    code: str
    customer: str
    name: str
    account: str
    area: str
    pool: str
    numbers: tuple[Held, ...]
    cards: tuple[Held, ...]
    offers: tuple[Held, ...]
    calls: int
    messages: int
    sessions: int
    session_kb: int

    @property
    def since(self) -> int:
        return self.numbers[0].since

    @property
    def until(self) -> int:
        return self.numbers[-1].until


def had(held: tuple[Held, ...], at: int) -> str:
    """What was had at an instant, or nothing."""
    return next((one.value for one in held if one.since <= at < one.until), "")


def block(seed: int, number: int, *, months: int, below: int) -> list[Line]:
    """The lines of one block whose number is below `below`, with who had a number before or after them."""
    from tools.operator.orders import lives

    found: list[Line] = []
    for place in _places(seed, number):
        if place.n < below:
            found += lives(seed, _line(seed, place), months=months)
    return found


class Place(NamedTuple):
    """A subscriber's place in its party: the party is called by the number of its first member."""

    n: int
    kind: str
    party: int
    member: int


def _places(seed: int, number: int) -> Iterator[Place]:
    parties = [(kind, size) for kind, size, count in PARTIES for _ in range(count)]
    chance(seed, "block", number).shuffle(parties)
    if not number:  # the first is the person whose story is told
        parties.remove(("single", 1))
        parties.insert(0, ("single", 1))
    n = number * BLOCK
    for kind, size in parties:
        yield from (Place(n + member, kind, n, member) for member in range(size))
        n += size


def _line(seed: int, place: Place) -> Line:
    """As the line is before any order: from its first day, with one number, one card, one plan."""
    n, kind, party, member = place
    if not n:
        return _story()
    draw, people = chance(seed, "line", n), chance(seed, "party", party)
    name, area, since = _name(people, kind), weighted(AREAS, people), _since(draw, main=not member)
    fixed = kind == "fixed"
    number = f"0211{n:07}" if fixed else f"199{n:08}"
    calls, messages, sessions, kilobytes = _habits(kind, draw)
    plan = _plan(kind, member, draw)
    if plan in WITH_DATA and kind != "things":
        kilobytes = 40_000 + draw.randrange(60_000)
    return Line(
        n=n, kind=kind, code=f"S{n:07}", customer=f"C{party:07}", name=name, account=_account(kind, party, member),
        area="021" if fixed else area, pool=f"P{party:07}" if kind in ("family", "things") else "",
        numbers=(Held(number, since),), cards=() if fixed else (Held(f"46011{n:010}", since),),
        offers=(Held(plan, since), *_extra(kind, draw, since)),
        calls=calls, messages=messages, sessions=sessions, session_kb=kilobytes,
    )  # fmt: skip


def _story() -> Line:
    """李晓雨, whatever the seed: a plan change on the fifteenth, a data pack, a bill worth explaining."""
    first, changed = second_of("2026-01-20"), second_of("2026-10-15")
    pack = Held("ll5g", second_of("2026-10-08 20:15"), second_of("2026-11-01"))
    return Line(
        n=0, kind="story", code="S0000000", customer="C0000000", name="李晓雨", account=NAMED, area="021", pool="",
        numbers=(Held("19900000000", first),), cards=(Held("460110000000000", first),),
        offers=(Held("sl49", first, changed), Held("sl129", changed), pack),
        calls=60, messages=30, sessions=60, session_kb=2_000,
    )  # fmt: skip


def _since(draw: Random, *, main: bool) -> int:
    """Nearly all were there before the first day; three of a hundred join in each month, at a shop's hour."""
    way = draw.randrange(100)
    if main or way < 88:
        return -DAY * draw.randrange(1, 270)
    return DAY * (30 * ((way - 88) // 3) + draw.randrange(1, 27)) + 60 * draw.randrange(9 * 60, 20 * 60)


def _account(kind: str, party: int, member: int) -> str:
    """A firm's sales pay for themselves; a fleet of things is spread over three accounts and shares one pool."""
    if kind == "firm":
        return f"A{party:07}-{'SALES' if member < 3 else 'OFFICE'}"
    return f"A{party:07}-{member // 6}" if kind == "things" else f"A{party:07}"


def _plan(kind: str, member: int, draw: Random) -> str:
    if kind in ("family", "things"):
        return "fk10" if member else "jt199"
    if kind == "fixed":
        return "gh25"
    return FIRM_PLANS[member] if kind == "firm" else weighted(PLANS, draw)


def _extra(kind: str, draw: Random, since: int) -> Iterator[Held]:
    if kind == "fixed" and not draw.randrange(3):
        yield Held("ldxs", since)
    if kind == "single" and since < second_of("2026-12-01") and not draw.randrange(20):
        yield Held("hy2026", max(since, second_of("2026-01-20")), second_of("2027-01-01"))


def _habits(kind: str, draw: Random) -> tuple[int, int, int, int]:
    """Calls, messages, sessions per hundred days, kilobytes of a session."""
    if kind == "fixed":
        return 30 + draw.randrange(80), 0, 0, 0
    if kind == "things":
        return 0, 4, 40 + draw.randrange(40), 300 + draw.randrange(900)
    calls = 20 + draw.randrange(100)
    return (
        calls * 2 if kind == "firm" else calls,
        draw.randrange(40),
        10 + draw.randrange(70),
        300 + draw.randrange(3_000),
    )


def _name(draw: Random, kind: str) -> str:
    name = SURNAMES[draw.randrange(len(SURNAMES))] + GIVEN[draw.randrange(len(GIVEN))]
    return f"{name}商贸有限公司" if kind == "firm" else f"{name}共享单车有限公司" if kind == "things" else name
