"""A usage file of a quote: one line per event, with what its subscriber holds. All faults are told at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from yidian.domains.product_catalog.types import Terms, terms_of
from yidian.kernel.rating.quote import Event, Held, Ported, Subscriber
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.sheets import FaultList, Sheet, check_columns, read_table
from yidian.runs.quote import cells
from yidian.runs.quote.cells import CellRefused

REQUIRED: Final = ("subscriber", "offers", "start", "service")
DATED: Final = ("numbers", "friends", "groups", "ported")  # with from and to each
# Told on any line of a subscriber, twice only alike.
PEOPLE: Final = ("offers", "home_area", "unit", "account", *DATED[:3])
QUANTITIES: Final[Mapping[str, Callable[[str], int]]] = {
    "duration": cells.duration_s, "bytes_up": cells.volume, "bytes_down": cells.volume, "count": cells.count,
}  # fmt: skip
TEXTS: Final[Mapping[str, Callable[[str], str]]] = {
    "event": cells.words, "subscriber": cells.code, "service": cells.code, "direction": cells.direction,
    "other_party": cells.words, "place": cells.code, "rating_group": cells.code, "home_area": cells.code,
    "unit": cells.code, "account": cells.code,
}  # fmt: skip
COLUMNS: Final = (
    "event", "subscriber", "offers", "home_area", "unit", "account", *DATED[:3], "start", "service", "direction",
    "other_party", "ported", "place", "rating_group", "duration", "bytes_up", "bytes_down", "count",
)  # fmt: skip
OF_AN_EVENT: Final = tuple(name for name in COLUMNS if name not in ("subscriber", *PEOPLE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An event of the file: its name there, its line, and which quantities were told. `event.event_id` is its place."""

    name: str
    line: int
    event: Event
    told: frozenset[str]


@dataclass(frozen=True, slots=True)
class Usage:
    """What a usage file says. `lines` counts its rows; those that are no event only name a subscriber."""

    sheet: Sheet
    lines: int
    asked: tuple[Asked, ...]
    subscribers: tuple[Subscriber, ...]
    ported: tuple[Ported, ...] = ()


def read_usage(path: Path, tariff: Tariff) -> Usage:
    """Read a .csv or .xlsx. Raises BadInput with every fault (first 100)."""
    sheet = read_table(path)
    faults = FaultList()
    check_columns(sheet, required=REQUIRED, allowed=COLUMNS, faults=faults)
    faults.raise_if_any()
    reader = _Reader(sheet, tariff, faults)
    for line, row in sheet.rows:
        reader.take(line, {name: text.strip() for name, text in row.items()})
        if faults.full:
            break
    faults.raise_if_any()
    return Usage(sheet, len(sheet.rows), tuple(reader.asked), reader.subscribers(), reader.ported())


class _Reader:
    def __init__(self, sheet: Sheet, tariff: Tariff, faults: FaultList) -> None:
        self.sheet, self.faults, self.zone = sheet, faults, tariff.zone
        terms = terms_of(tariff)
        self.offers = {offer.code: terms.get(offer.code, Terms()) for offer in tariff.offers}
        self.asked: list[Asked] = []
        self.named: dict[str, int] = {}
        self.people: dict[str, dict[str, tuple[int, Any]]] = {}
        self.went: dict[str, tuple[int, tuple[Held, ...]]] = {}

    def take(self, line: int, row: dict[str, str]) -> None:
        """One row: what it says of its subscriber, and its event unless it says nothing of one."""
        good = len(self.faults.faults)
        values = {name: self._read(line, row, name) for name in COLUMNS if row.get(name)}
        is_event = any(row.get(name) for name in OF_AN_EVENT)
        for name in ("subscriber", *(("start", "service") if is_event else ())):
            if not row.get(name):
                self._complain(line, name, "", CellRefused("VALUE_MISSING"))
        if len(self.faults.faults) > good:
            return
        self._remember(line, row, values)
        if is_event:
            self._add_event(line, values)

    def _read(self, line: int, row: dict[str, str], name: str) -> Any:
        text = row[name]
        try:
            if name == "offers":
                return cells.offers(text, self.zone, self.offers)
            if name in DATED:
                return cells.had(text, self.zone)
            if name == "start":
                return cells.start_ms(text, self.zone)
            return QUANTITIES[name](text) if name in QUANTITIES else TEXTS[name](text)
        except CellRefused as refused:
            self._complain(line, name, text, refused)
            return None

    def _remember(self, line: int, row: dict[str, str], values: dict[str, Any]) -> None:
        known = self.people.setdefault(values["subscriber"], {})
        for name in PEOPLE:
            if name in values:
                first, value = known.setdefault(name, (line, values[name]))
                if value != values[name]:
                    self._complain(line, name, row[name], CellRefused("QUOTE_TOLD_OTHERWISE", first_line=first))

    def _add_event(self, line: int, values: dict[str, Any]) -> None:
        name = values.get("event", str(line))
        if name in self.named:
            self._complain(line, "event", name, CellRefused("QUOTE_EVENT_TWICE", first_line=self.named[name]))
            return
        self.named[name] = line
        if "ported" in values:
            number = values.get("other_party", "")
            first, told = self.went.setdefault(number, (line, values["ported"]))
            if told != values["ported"]:
                self._complain(line, "ported", number, CellRefused("QUOTE_TOLD_OTHERWISE", first_line=first))
        plain = ("service", "direction", "other_party", "place", "rating_group", "bytes_up", "bytes_down", "count")
        event = Event(
            event_id=len(self.asked), subscriber=values["subscriber"], start_ms=values["start"],
            duration_s=values.get("duration", 0), **{name: values[name] for name in plain if name in values},
        )  # fmt: skip
        self.asked.append(Asked(name=name, line=line, event=event, told=frozenset(values) & frozenset(QUANTITIES)))

    def ported(self) -> tuple[Ported, ...]:
        """To which networks numbers went, whoever calls them."""
        return tuple(
            Ported(number=number, network=to.code, from_ms=to.from_ms, to_ms=to.to_ms)
            for number, (_, told) in self.went.items()
            for to in told
        )

    def subscribers(self) -> tuple[Subscriber, ...]:
        return tuple(
            _subscriber(code, {name: value for name, (_, value) in told.items()}) for code, told in self.people.items()
        )

    def _complain(self, line: int, column: str, value: str, refused: CellRefused) -> None:
        self.faults.add(
            refused.code, file=self.sheet.file, sheet=self.sheet.name, line=line, column=column,
            value=refused.value or value, **refused.params,
        )  # fmt: skip


def _subscriber(code: str, told: Mapping[str, Any]) -> Subscriber:
    return Subscriber(
        code=code,
        holdings=told.get("offers", ()),
        home_area=told.get("home_area", ""),
        accounts=(Held(code=told["account"]),) if "account" in told else (),
        units=(Held(code=told["unit"]),) if "unit" in told else (),
        **{name: told[name] for name in DATED[:3] if name in told},
    )
