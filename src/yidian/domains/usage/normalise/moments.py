"""How a start is written → UTC milliseconds. Formats are tried in order; local times follow the mapping's zone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, cast

from yidian.domains.usage.mapping.rows import FieldSpec, Mapping
from yidian.domains.usage.mapping.schema import EPOCHS
from yidian.domains.usage.normalise.access import Access, Get
from yidian.domains.usage.types import Reject, Values
from yidian.kernel.calendar.instants import EPOCH, whole_ms
from yidian.kernel.calendar.localtime import local_to_ms
from yidian.kernel.faults import BadInput

# What lies outside is a broken clock, not usage.
EARLIEST_MS: Final = 631_152_000_000  # 1990-01-01
LATEST_MS: Final = 4_102_444_800_000  # 2100-01-01
WALL_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall time has no zone
LAST_SECOND: Final = timedelta(days=1, seconds=-1)
LONGEST: Final = 64
REMEMBERED: Final = 50_000

Parse = Callable[[str], datetime | int | None]
Start = Callable[[Values], int]


def compile_start(spec: FieldSpec, mapping: Mapping, access: Access) -> Start:
    """A closure: record → start in UTC ms. Reject START_MISSING, START_IMPOSSIBLE, START_OUT_OF_RANGE, …"""
    get = (lambda _: spec.const or "") if spec.const is not None else access.first_filled(spec.sources)
    parses = [_parser(text) for text in spec.times]
    local = LocalTimes(mapping)
    offset = access.get(spec.offset) if spec.offset else None

    def start(values: Values) -> int:
        text = get(values).strip() or spec.default or ""
        if not text:
            raise Reject("START_MISSING")
        found = _first(parses, text)
        if isinstance(found, datetime):
            found = _instant(found, values, offset, local)
        if not EARLIEST_MS <= found < LATEST_MS:
            raise Reject("START_OUT_OF_RANGE", value=text[:LONGEST])
        return found

    return start


def _first(parses: Sequence[Parse], text: str) -> datetime | int:
    if len(text) <= LONGEST:
        for parse in parses:
            found = parse(text)
            if found is not None:
                return found
    raise Reject("START_IMPOSSIBLE", value=text[:LONGEST])


def _instant(found: datetime, values: Values, offset: Get | None, local: LocalTimes) -> int:
    if found.tzinfo is not None:
        return whole_ms(found - EPOCH)
    if offset is not None:
        written = offset(values).strip()
        if written:
            return whole_ms(found - WALL_EPOCH) - _offset_ms(written)
    return local.to_ms(found)


def _offset_ms(text: str) -> int:
    """+0800, +08:00, -0330, Z → milliseconds ahead of UTC."""
    if text in ("Z", "z"):
        return 0
    digits = text[1:].replace(":", "")
    good = text[0] in "+-" and len(digits) == 4 and digits.isascii() and digits.isdecimal()
    if not good or int(digits[:2]) > 15 or int(digits[2:]) > 59:
        raise Reject("OFFSET_IMPOSSIBLE", value=text[:LONGEST])
    ahead_ms = (int(digits[:2]) * 60 + int(digits[2:])) * 60_000
    return -ahead_ms if text[0] == "-" else ahead_ms


class LocalTimes:
    """Wall times of one zone. Remembers the offset of days on which the clock does not change."""

    def __init__(self, mapping: Mapping) -> None:
        self._zone = mapping.zone
        self._repeated = cast(Literal["first", "second", "refuse"], mapping.repeated)
        self._missing = cast(Literal["later", "earlier", "refuse"], mapping.missing)
        self._ahead: dict[int, int | None] = {}

    def to_ms(self, wall: datetime) -> int:
        day = wall.toordinal()
        ahead = self._ahead.get(day, -1)
        if ahead == -1:
            if len(self._ahead) > REMEMBERED:
                self._ahead.clear()
            ahead = self._ahead[day] = self._steady_offset(wall.replace(hour=0, minute=0, second=0, microsecond=0))
        if ahead is None:
            return self._exactly(wall)
        return whole_ms(wall - WALL_EPOCH) - ahead

    def _steady_offset(self, midnight: datetime) -> int | None:
        """The one offset of every hour of a day and of its last second, else None. -1 ms stands for no offset."""
        try:
            walls = [midnight + timedelta(hours=hour) for hour in range(24)] + [midnight + LAST_SECOND]
            offsets = {whole_ms(wall - WALL_EPOCH) - self._exactly(wall) for wall in walls}
        except (Reject, OverflowError):
            return None
        return offsets.pop() if len(offsets) == 1 else None

    def _exactly(self, wall: datetime) -> int:
        try:
            return local_to_ms(wall, self._zone, repeated=self._repeated, missing=self._missing)
        except BadInput as refused:
            raise Reject(refused.faults[0].code, local=str(wall), zone=self._zone) from refused
        except (ValueError, OverflowError) as beyond:
            raise Reject("START_OUT_OF_RANGE", value=str(wall)) from beyond


def _parser(text: str) -> Parse:
    if text in EPOCHS:
        return _epoch(*EPOCHS[text])
    if text == "iso":
        return _iso
    if text == "%Y-%m-%d %H:%M:%S":
        return _dashed
    if text == "%Y%m%d%H%M%S":
        return _packed
    return lambda written: _by_format(written, text)


def _epoch(times: int, per: int) -> Parse:
    def parse(text: str) -> int | None:
        return int(text) * times // per if text.isascii() and text.isdecimal() and len(text) <= 18 else None

    return parse


def _iso(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo is not None else found
    except (ValueError, OverflowError):
        return None


def _dashed(text: str) -> datetime | None:
    """%Y-%m-%d %H:%M:%S without the cost of strptime; any other shape is left to strptime."""
    if len(text) == 19 and text[4] == "-" and text[7] == "-" and text[10] == " " and text[13] == ":" and text[5] != "W":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return None
    return _by_format(text, "%Y-%m-%d %H:%M:%S")


def _packed(text: str) -> datetime | None:
    if len(text) != 14 or not (text.isascii() and text.isdecimal()):
        return None
    try:
        return datetime.fromisoformat(f"{text[:8]}T{text[8:]}")
    except ValueError:
        return None


def _by_format(text: str, form: str) -> datetime | None:
    try:
        found = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the mapping's
        return found.astimezone(UTC) if found.tzinfo is not None else found
    except (ValueError, OverflowError):
        return None
