"""How each network element writes: the mobile switch, the message centre, the packet gateway, the IP exchange.

A *part* is one element's file of one day (or a few), as lines; the number of its line makes a record's own number.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from tools.operator.moments import FIRST_EPOCH, UTC_OFFSET, clock_text, date_text
from tools.operator.usage import Event

ELEMENTS: Final = ("msc", "smsc", "pgw", "exchange")
MSC_KINDS: Final = {
    "out": "主叫", "in": "被叫", "forward": "呼转", "VoLTEout": "VoLTE主叫", "VoLTEin": "VoLTE被叫",
}  # fmt: skip
MSC_HEAD: Final = "话单号;类型;计费号码;对方号码;位置区;开始时间;时长;结果"


class Mark(NamedTuple):
    """What makes a record's number unique: the set of elements, the day, the place in the day's file."""

    node: int
    day: int
    number: int

    @property
    def digits(self) -> str:
        return f"{self.node:03}{self.day:04}{self.number:05}"


def line_of(event: Event, mark: Mark) -> str:
    return WRITERS[event.element](event, mark)


def _msc(event: Event, mark: Mark) -> str:
    seconds, result = (event.seconds, "应答") if event.answered else (0, "无应答")
    kind, start = MSC_KINDS[event.kind], clock_text(event.start)
    return f"M{mark.digits};{kind};+86{event.who};{event.other};{event.place};{start};{seconds};{result}"


def _smsc(event: Event, mark: Mark) -> str:
    """Fixed positions, in UTC."""
    start = clock_text(event.start - UTC_OFFSET)
    packed = start.replace("-", "").replace(":", "").replace(" ", "")
    kind = "MO" if event.kind == "out" else "MT"
    return f"{mark.digits}{kind}{'86' + event.who:<15}{event.other:<20}{packed}{event.place:<4}"


def _pgw(event: Event, mark: Mark) -> str:
    opened = (FIRST_EPOCH + event.start) * 1000 + mark.number % 1000
    return (
        f'{{"charging_id": {int(mark.digits)}, "part": 1, "served": {{"imsi": "{event.who}", "apn": "internet"}}, '
        f'"cell": {{"area": "{event.place}"}}, "opened": {opened}, "seconds": {event.seconds}, "rating_group": 10, '
        f'"volume": {{"up": {event.up}, "down": {event.down}}}}}'
    )


def _exchange(event: Event, mark: Mark) -> str:
    side = "originating" if event.kind == "out" else "terminating"
    start = clock_text(event.start).replace(" ", "T") + "+08:00"
    number = event.who.removeprefix("0")
    return (
        f'{{"id": "PBX-{mark.node}/{mark.day}/{mark.number}", "side": "{side}", '
        f'"line": {{"number": "+86{number}", "rack": [7, {mark.number % 4}]}}, "peer": {{"dialled": "{event.other}"}}, '
        f'"times": {{"answered": "{start}", "talked_ms": {max(0, event.seconds * 1000 - mark.number % 997)}}}, '
        f'"charge": {{"exchange_units": {event.seconds // 6}}}}}'
    )


WRITERS: Final[dict[str, Callable[[Event, Mark], str]]] = {
    "msc": _msc, "smsc": _smsc, "pgw": _pgw, "exchange": _exchange,
}  # fmt: skip


def broken_lines(element: str, day: int, who: str) -> list[str]:
    """Lines that nobody can read: impossible days, a clock that ran backwards, a disk that was full."""
    on, call = date_text(day), f"M99{day:010}"
    if element == "msc":
        return [
            f"{call}1;主叫;+86{who};+8613800215555;021;{on[:7]}-32 10:00:00;60;应答",
            f"{call}2;主叫;+86{who};+8613800215555;021;{on} 10:00:00;-60;应答",
            f"{call}3;主叫;+86{who};+8613800215555;021;{on} 10:05:00;六十;应答",
            f"{call}4;主叫;+86{who};+8613800215555;021",
            f"{call}5;主叫;;+8613800215555;021;{on} 10:06:00;60;应答",
            f"{call}6;主叫;+86{who};+8613800215555;021;{on} 10:07:00;99999999;应答",
            f"{call}7;;+86{who};+8613800215555;021;{on} 10:08:00;60;应答",
        ]
    if element == "smsc":
        return [f"{9:012}XX{'86' + who:<15}", f"{8:012}"]
    if element == "pgw":
        return ['{"charging_id": 9000001, "part": 1, "served": {"imsi": "4601']
    return []  # a document that is cut is refused whole: that is another story


def content(element: str, lines: Sequence[str], *, encoding: str) -> bytes:
    """The bytes of a file with these lines."""
    if element == "msc":
        return "".join(f"{line}\r\n" for line in (MSC_HEAD, *lines)).encode(encoding)
    if element == "smsc":
        return "".join(f"{line}\n" for line in lines).encode("ascii")
    if element == "pgw":
        return gzip.compress("".join(f"{line}\n" for line in lines).encode(), compresslevel=1, mtime=0)
    head = json.dumps({"exchange": "SH-PBX", "zone": "+08:00"})[:-1]
    calls = ",\n".join(lines)
    return f'{{"version": 3, "report": {head}, "calls": [\n{calls}\n]}}}}\n'.encode()


ENDINGS: Final = {"msc": "cdr", "smsc": "txt", "pgw": "jsonl.gz", "exchange": "json"}
