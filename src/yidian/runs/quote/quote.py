"""The quote: a usage file priced by the plain door, month by month: a run's arithmetic, and nothing stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from yidian.domains.product_catalog.types import read_tariff
from yidian.kernel.calendar import Period, local_date, month_period
from yidian.kernel.faults import refuse
from yidian.kernel.rating.quote import LeftOver, Line, Priced, price_unit
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.sheets import FaultList
from yidian.runs.quote.usage_file import Asked, Usage, read_usage

NEEDED = {"duration": ("duration",), "volume": ("bytes_up", "bytes_down"), "count": ()}


class EventsLost(Exception):
    """An event is neither priced nor rejected nor parked: a fault of this program. Code QUOTE_EVENTS_LOST."""

    code = "QUOTE_EVENTS_LOST"

    def __init__(self, event: str) -> None:
        self.params = {"event": event}
        super().__init__(event)


@dataclass(frozen=True, slots=True)
class Month:
    """One cycle of a quote: the events asked in it and what came of them, by place in the file."""

    name: str
    period: Period
    asked: tuple[Asked, ...]
    priced: Priced
    lines: dict[int, list[Line]]
    reasons: dict[int, str]


@dataclass(frozen=True, slots=True)
class Quote:
    """A usage file and its prices."""

    tariff: Tariff
    usage: Usage
    months: tuple[Month, ...]


def quote(*, tariff: Path, usage: Path, cycle: str | None = None) -> Quote:
    """Price a usage file by a tariff. Without `cycle` every event is priced in the calendar month of its start.

    With `cycle` ("2026-10"), events that begin outside of it are rejected OUT_OF_CYCLE. BadInput with every fault.
    """
    rows = read_tariff(tariff)
    return price_usage(tariff=rows, usage=read_usage(usage, rows), cycle=cycle)


def price_usage(
    *, tariff: Tariff, usage: Usage, cycle: str | None = None, with_engine: SimpleNamespace | None = None
) -> Quote:
    """The same of what has been read. `with_engine`: functions of kernel.rating.engine; None: the plain ones."""
    months = _by_month(usage, tariff.zone) if cycle is None else {cycle: usage.asked}
    found: list[Month] = []
    for name, asked in months.items():
        left = _left_before(tariff, usage, name, found[-1], with_engine) if found else ()
        found.append(_month(tariff, usage, name, asked, left, with_engine))
    _refuse_unmeasured(tariff, usage, tuple(found))
    return Quote(tariff, usage, tuple(found))


def _left_before(
    tariff: Tariff, usage: Usage, name: str, last: Month, with_engine: SimpleNamespace | None
) -> Sequence[LeftOver]:
    """What the months since the last one asked leave to the month `name`; in those between nothing is used."""
    if not any(row.rollover or row.period == "holding" for row in tariff.allowances):
        return ()
    start_ms, left = last.period.end_ms, last.priced.left
    while (between := f"{local_date(start_ms, tariff.zone):%Y-%m}") != name:
        period = month_period(between, tariff.zone)
        left = price_unit(tariff, period, usage.subscribers, (), before=left, with_engine=with_engine).left
        start_ms = period.end_ms
    return left


def _by_month(usage: Usage, zone: str) -> dict[str, tuple[Asked, ...]]:
    found: dict[str, list[Asked]] = {}
    for one in usage.asked:
        found.setdefault(f"{local_date(one.event.start_ms, zone):%Y-%m}", []).append(one)
    if not found and usage.subscribers:
        raise refuse("QUOTE_MONTH_NEEDED", file=usage.sheet.file, sheet=usage.sheet.name)
    return {name: tuple(found[name]) for name in sorted(found)}


def _month(
    tariff: Tariff, usage: Usage, name: str, asked: tuple[Asked, ...], left: Sequence[LeftOver],
    with_engine: SimpleNamespace | None,
) -> Month:  # fmt: skip
    period = month_period(name, tariff.zone)
    events = [one.event for one in asked]
    priced = price_unit(
        tariff, period, usage.subscribers, events, ported=usage.ported, before=left, with_engine=with_engine
    )
    lines: dict[int, list[Line]] = {}
    for line in priced.lines:
        lines.setdefault(line.event_id, []).append(line)
    reasons = dict(priced.rejects)
    unit = {s.code: s.units[0].code if s.units else f"unit:{s.code}" for s in usage.subscribers}
    for one in asked:
        at = one.event.event_id
        if at not in lines and at not in reasons:
            parked = priced.parked.get(unit[one.event.subscriber])
            if parked is None:
                raise EventsLost(one.name)
            reasons[at] = parked
    return Month(name, period, asked, priced, lines, reasons)


def _refuse_unmeasured(tariff: Tariff, usage: Usage, months: tuple[Month, ...]) -> None:
    """A call without a duration would cost nothing, silently: what its charge item measures has to be told."""
    measure = {item.code: item.measure for item in tariff.items}
    faults = FaultList()
    for month in months:
        for one in month.asked:
            for line in month.lines.get(one.event.event_id, [])[:1]:
                needed = NEEDED[measure[line.item]]
                if needed and not one.told.intersection(needed):
                    faults.add(
                        "QUOTE_QUANTITY_MISSING", file=usage.sheet.file, sheet=usage.sheet.name, line=one.line,
                        column=needed[-1], item=line.item,
                    )  # fmt: skip
    faults.raise_if_any()
