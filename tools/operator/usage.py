"""What a line does on a day: calls, messages, data sessions; some over midnight and over the edges of a band."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final, NamedTuple

from tools.operator.chance import chance
from tools.operator.moments import DAY, second_of
from tools.operator.people import Line, had
from tools.operator.world import World

HOURS: Final[tuple[int, ...]] = (
    0,
    6,
    7,
    23,
    *range(7, 23),
    *range(9, 22),
    *range(18, 22),
)  # busier by day and in the evening
EDGES: Final = (0, 7 * 3600, 23 * 3600, DAY)  # of the tariff's bands, and midnight
CITIES: Final = ("010", "020", "022", "025", "0571", "0755")
SERVICES: Final = ("10000", "95588", "12345", "4008001234")
ABROAD: Final = ("0085225551234", "0081312345678", "0014155550100", "008801711000000", "00447700900123")
OWN: Final = 1_000_000  # numbers that may be customers of this operator, whatever its size


class Event(NamedTuple):
    """What a network element writes down. `who` is a number, of a data session a card. Seconds and bytes."""

    start: int
    element: str  # msc, smsc, pgw, exchange
    who: str
    kind: str = "out"  # out, in, forward; VoLTEout and VoLTEin are the new kind of call
    other: str = ""
    place: str = ""
    seconds: int = 0
    up: int = 0
    down: int = 0
    answered: bool = True


def on_day(world: World, line: Line, day: int, *, volte: bool) -> Iterator[Event]:
    """Everything of one line on one day, in no order. `volte`: the switch knows the new kind of call."""
    begins = DAY * day
    if line.until <= begins or line.since >= begins + DAY:
        return
    draw, busy = chance(world.seed, "day", line.n, day, line.code[-1]), world.size.busy
    for _ in range(_times(line.calls * busy, draw)):
        call = _call(line, _moment(begins, draw), draw, volte=volte)
        if call.who:
            yield call
    for _ in range(_times(line.messages * busy, draw)):
        at = _moment(begins, draw)
        kind, other = "in" if draw.random() < 0.4 else "out", f"86{_mobile(draw)}"
        if who := had(line.numbers, at):
            yield Event(at, "smsc", who, kind, other, line.area)
    for _ in range(_times(line.sessions * busy, draw)):
        at, size = _moment(begins, draw), line.session_kb * (1 + draw.randrange(200)) * 10
        place, seconds = line.area if draw.randrange(20) else "0571", 60 + draw.randrange(3000)
        if who := had(line.cards, at):
            yield Event(at, "pgw", who, "out", "", place, seconds, size // 12, size)


def _times(hundredths_of_percent: int, draw: Random) -> int:
    """A number of times a day that comes to so many in ten thousand days."""
    if not hundredths_of_percent:
        return 0
    return (draw.randrange(20_001) * hundredths_of_percent // 10_000 + 5_000) // 10_000


def _moment(begins: int, draw: Random) -> int:
    """An instant of the day that begins then; one of thirty lies within a minute before an edge."""
    if not draw.randrange(30):
        return begins + max(0, EDGES[draw.randrange(4)] - draw.randrange(60))
    return begins + HOURS[draw.randrange(len(HOURS))] * 3600 + draw.randrange(3600)


def _call(line: Line, at: int, draw: Random, *, volte: bool) -> Event:
    fixed = line.kind == "fixed"
    seconds = 5 + draw.randrange(60) if draw.randrange(3) else 60 + draw.randrange(540)
    way = draw.randrange(60)
    kind = "out" if way < 36 else "forward" if way == 36 and not fixed else "in"
    answered = fixed or draw.randrange(100) >= 6
    if not draw.randrange(700):
        seconds = 0  # answered and gone within the second
    place = "" if fixed else line.area if draw.randrange(15) else "0571"
    if volte and not fixed and kind != "forward" and not draw.randrange(8):
        kind = "VoLTE" + kind
    other = _dialled(line, draw)
    who = had(line.numbers, at)
    return Event(at, "exchange" if fixed else "msc", who, kind, other, place, seconds, answered=answered)


def _mobile(draw: Random) -> str:
    return f"199{draw.randrange(OWN):08}" if draw.randrange(3) else f"138002{draw.randrange(10**5):05}"


def _dialled(line: Line, draw: Random) -> str:
    """A number as dialled or shown: national with +86, abroad with 00, services bare."""
    way = draw.randrange(100)
    if way >= 97:
        return ABROAD[draw.randrange(len(ABROAD))]
    if way >= 90:
        return SERVICES[draw.randrange(len(SERVICES))]
    area = line.area if draw.randrange(4) else CITIES[draw.randrange(len(CITIES))]
    if way >= 55:
        number = _mobile(draw)
    elif way % 2:
        number = f"1380{area[-3:]}{draw.randrange(10_000):04}"
    else:
        number = f"{area}6{draw.randrange(10**7):07}"
    return number if line.kind == "fixed" else f"+86{number.removeprefix('0')}"


def planted(line: Line) -> Iterator[Event]:
    """What 李晓雨's story needs, in the first month, whatever the seed."""
    if line.kind != "story":
        return
    who, card = line.numbers[0].value, line.cards[0].value
    yield Event(second_of("2026-10-13 06:58:00"), "msc", who, "out", "+861088880000", "021", 300)  # over a band's edge
    yield Event(second_of("2026-10-09 10:01:30"), "msc", who, "out", "0081312345678", "021", 65)
    for n in range(23):  # more than the 250 minutes of her new plan: one call straddles their end
        at = second_of(f"2026-10-{15 + n % 16} 1{n % 9}:20:0{n % 10}")
        yield Event(at, "msc", who, "out", f"+861380021{7000 + n}", "", 700 + 13 * n)
    for n in range(6):  # at the prices of the old one
        at = second_of(f"2026-10-{2 + 2 * n:02} 09:1{n}:00")
        yield Event(at, "msc", who, "out", f"+861380021{6000 + n}", "021", 50 + 40 * n)
    for n in range(40):
        at = second_of(f"2026-10-{9 + n % 22:02} 2{n % 3}:05:{10 + n}")
        yield Event(at, "pgw", card, "out", "", "021", 1800, 4 << 20, 100 << 20)
    yield Event(second_of("2026-10-31 23:58:30"), "msc", who, "out", "+8613800219999", "021", 400)  # over the month
    yield Event(second_of("2026-10-31 23:59:59"), "smsc", who, "out", "8613800219999", "021")


def strangers(world: World, node: int, day: int, lines: Sequence[Line]) -> Iterator[Event]:
    """Cards of a test bench, numbers that were given back, and where no tariff reaches; on some days."""
    draw = chance(world.seed, "strange", node, day)
    if draw.randrange(1000) >= world.odds.strange:
        return
    at = DAY * day + draw.randrange(DAY)
    bench = f"199900990{draw.randrange(100):02}"
    yield Event(at, "msc", bench, "out", "+8613800215555", "021", 30)
    line = lines[draw.randrange(len(lines))]
    if not line.cards or line.until <= at:  # a number at rest still rings
        yield Event(at, "msc", line.numbers[-1].value, "out", "+8613800215555", "021", 20)
    elif line.since <= at:
        yield Event(at, "msc", had(line.numbers, at), "out", "70012345", "021", 45)  # a destination nobody knows
        yield Event(at + 60, "msc", had(line.numbers, at), "out", "+8613800215555", "0999", 45)  # nor this place
        yield Event(at, "pgw", had(line.cards, at), "out", "", "44010", 900, 1 << 20, 9 << 20)  # in Japan: unpriced
