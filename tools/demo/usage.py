"""What the operator's customers did in the month, from a seed: the same events every time. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from random import Random
from typing import Final

from tools.demo.people import NAMED, SWAPPED, Person

SHANGHAI: Final = timezone(timedelta(hours=8))
FIRST: Final = date(2026, 10, 1)
DAYS: Final = 31
HOURS: Final = (*(0, 6, 7, 23), *range(7, 23), *range(9, 22), *range(18, 22))  # busier by day and in the evening
CITIES: Final = ("010", "020", "022", "025", "0571", "0755")
SERVICE: Final = ("10000", "95588", "12345", "4008001234")
ABROAD: Final = ("0085225551234", "0081312345678", "0014155550100", "008801711000000", "00447700900123")


@dataclass(frozen=True, slots=True)
class Call:
    """What a network element writes down, at `start` (aware). Quantities are seconds and bytes."""

    person: Person
    element: str  # msc, smsc, pgw, exchange
    kind: str  # out, in, forward
    start: datetime
    other: str = ""
    place: str = ""
    seconds: int = 0
    up: int = 0
    down: int = 0
    answered: bool = True
    volte: bool = False


def at(text: str) -> datetime:
    """`2026-10-13 06:58:00` on Shanghai's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def month(people: list[Person], seed: int) -> list[Call]:
    """Everything that was used, in order of time."""
    chance = Random(seed + 1)
    calls = [*planted(people)]
    for day in (FIRST + timedelta(days=n) for n in range(DAYS)):
        for person in people:
            if person.there(day.isoformat()):
                calls.extend(_day(person, day, people, chance))
    return sorted(calls, key=lambda c: (c.start, c.element, c.person.subscriber, c.other))


def planted(people: list[Person]) -> Iterator[Call]:
    """What the story needs to be in the files whatever the seed."""
    known = {person.subscriber: person for person in people}
    li = next(person for person in people if person.account == NAMED)
    yield Call(
        li, "msc", "out", at("2026-10-13 06:58:00"), "+861088880000", "021", 300
    )  # over the edge of the night rate
    yield Call(li, "msc", "out", at("2026-10-09 10:01:30"), "0081312345678", "021", 65)
    for n in range(23):  # more than the 250 minutes of her new plan: one call straddles their end
        yield Call(
            li,
            "msc",
            "out",
            at(f"2026-10-{15 + n % 16} 1{n % 9}:20:0{n % 10}"),
            f"+861380021{7000 + n}",
            "",
            700 + 13 * n,
        )
    for n in range(6):  # at the prices of the old one
        yield Call(
            li, "msc", "out", at(f"2026-10-{2 + 2 * n:02} 09:1{n}:00"), f"+861380021{6000 + n}", "021", 50 + 40 * n
        )
    for n in range(40):
        yield Call(
            li, "pgw", "out", at(f"2026-10-{9 + n % 22:02} 2{n % 3}:05:{10 + n}"), "", "021", 1800, 4 << 20, 100 << 20
        )
    for day, holder in ((7, "S300002"), (13, "S300002"), (14, "S300003"), (21, "S300003"), (22, "S300003")):
        yield Call(known[holder], "msc", "out", at(f"2026-10-{day:02} 12:00:00"), "+8613800215555", "021", 90)
    joiner = known["S300005"]
    yield Call(joiner, "msc", "out", at("2026-10-31 23:58:30"), "+8613800219999", "021", 400)  # over the month's end
    yield Call(joiner, "msc", "out", at("2026-11-01 00:00:00"), "+8613800219999", "021", 60)  # November's
    yield Call(li, "msc", "out", at("2026-09-30 23:59:59"), "+8613800219999", "021", 60)  # September's
    yield Call(li, "smsc", "out", at("2026-10-31 23:59:59"), "8613800219999", "021")  # in UTC it is still the afternoon
    yield Call(
        known["S300004"], "msc", "out", at("2026-10-06 08:00:00"), "70012345", "021", 45
    )  # a destination nobody knows
    yield Call(
        known["S300004"], "msc", "out", at("2026-10-06 08:30:00"), "+8613800215555", "0999", 45
    )  # nor this place
    yield Call(
        known["S300004"], "pgw", "out", at("2026-10-17 20:00:00"), "", "44010", 900, 1 << 20, 9 << 20
    )  # in Japan: unpriced


def strangers() -> Iterator[Call]:
    """Numbers of nobody: cards of a test bench."""
    for n in range(12):
        who = Person("", "", "", "", f"1990009900{n % 3}", "", "021", "", (("", "2026-01-01", ""),))
        yield Call(who, "msc", "out", at(f"2026-10-{3 + n:02} 11:11:11"), "+8613800215555", "021", 30)


def _day(person: Person, day: date, people: list[Person], chance: Random) -> Iterator[Call]:
    for _ in range(_times(person.calls, chance)):
        yield _voice(person, day, people, chance)
    for _ in range(_times(person.messages, chance)):
        other = (
            people[chance.randrange(len(people))].number
            if chance.randrange(3)
            else f"138002{chance.randrange(10**5):05}"
        )
        kind = "in" if chance.randrange(10) < 4 else "out"
        yield Call(person, "smsc", kind, _moment(day, chance), f"86{other}", person.area)
    for _ in range(_times(person.sessions, chance)):
        size = person.session_kb * (1 + chance.randrange(200)) * 10  # up to twice the usual, in bytes
        place = person.area if chance.randrange(20) else "0571"
        yield Call(person, "pgw", "out", _moment(day, chance), "", place, 60 + chance.randrange(3000), size // 12, size)


def _voice(person: Person, day: date, people: list[Person], chance: Random) -> Call:
    seconds = 5 + chance.randrange(60) if chance.randrange(3) else 60 + chance.randrange(540)
    kind = ("out", "out", "out", "in", "in", "out" if person.fixed else "forward" if not chance.randrange(9) else "in")[
        chance.randrange(6)
    ]
    answered = person.fixed or chance.randrange(100) >= 6
    if answered and not chance.randrange(700):
        seconds = 0  # answered and gone within the second
    place = "" if person.fixed else person.area if chance.randrange(15) else "0571"
    volte = kind != "forward" and not person.fixed and day >= date(2026, 10, 27) and not chance.randrange(8)
    other = _other(person, people, chance)
    element = "exchange" if person.fixed else "msc"
    return Call(person, element, kind, _moment(day, chance), other, place, seconds, answered=answered, volte=volte)


def _other(person: Person, people: list[Person], chance: Random) -> str:
    """A number as dialled or shown: national with +86, abroad with 00, services bare."""
    way = chance.randrange(100)
    if way < 55:
        area = person.area if chance.randrange(4) else CITIES[chance.randrange(len(CITIES))]
        number = (
            f"1380{area[-3:]}{chance.randrange(10_000):04}"
            if chance.randrange(2)
            else f"{area}6{chance.randrange(10**7):07}"
        )
    elif way < 90:
        number = people[chance.randrange(len(people))].number
    elif way < 97:
        return SERVICE[chance.randrange(len(SERVICE))]
    else:
        return ABROAD[chance.randrange(len(ABROAD))]
    return number if person.fixed else f"+86{number.removeprefix('0')}"


def _times(per_100_days: int, chance: Random) -> int:
    """A number of times a day that comes to so many in 100 days."""
    most = max(1, 2 * per_100_days // 100 + 1)
    return sum(chance.randrange(100 * most) < per_100_days for _ in range(most))


def _moment(day: date, chance: Random) -> datetime:
    hour = HOURS[chance.randrange(len(HOURS))]
    return datetime(day.year, day.month, day.day, hour, chance.randrange(60), chance.randrange(60), tzinfo=SHANGHAI)


def card_of(call: Call) -> str:
    """The card in use at the call's start."""
    if call.person.card == SWAPPED[0] and call.start >= at(SWAPPED[2]):
        return SWAPPED[1]
    return call.person.card
