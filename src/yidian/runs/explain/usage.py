"""Itemised usage as a customer asks for it: which month, which number, which service, and the same as a file."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from yidian.domains.customer_bill.queries import cycles
from yidian.domains.customer_bill.types import Cycle
from yidian.domains.product_inventory.queries import lines_of
from yidian.domains.product_inventory.types import LineOfCustomer
from yidian.kernel.calendar import to_ms
from yidian.kernel.money import currency
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill.table_files import write
from yidian.runs.explain.events import Filter, event_table, events_page
from yidian.runs.explain.tariffs import known
from yidian.runs.explain.types import Events

MONTHS: Final = 13
DIRECTIONS: Final = ("out", "in", "forward")
NOTHING: Final = Events(events=(), count=0, amount_micro=0, quantities={}, following="")


class Places(Protocol):
    """Folders of an installation."""

    @property
    def lake(self) -> Path: ...

    @property
    def work(self) -> Path: ...


class UnableToFindUsage(Exception):
    """The customer has no such number, or there is no such month. Code USAGE_NOT_FOUND."""

    code = "USAGE_NOT_FOUND"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedUsage:
    """`cycle` "": the newest that was rated; `number`: code of a subscription, "": all of the customer's."""

    customer: str
    cycle: str = ""
    number: str = ""
    service: str = ""
    direction: str = ""
    least_micro: int = 0
    before: str = ""
    others: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageFound:
    """`cycle` "": no month was rated yet. `services`: those that the month's tariff knows."""

    cycle: str
    cycles: tuple[str, ...]
    lines: tuple[LineOfCustomer, ...]
    services: tuple[str, ...]
    directions: tuple[str, ...]
    page: Events


def usage_page(*, tenant: Tenant, lake: Path, now: datetime, which: AskedUsage) -> UsageFound:
    """A page of usage and what can be asked for. UnableToFindUsage, UnableToUseFile."""
    rated, cycle, lines = _found(tenant, now, which)
    services: tuple[str, ...] = ()
    page = NOTHING
    if cycle is not None:
        of = known(tenant=tenant, cycle=cycle)
        services = tuple(sorted({of.service(item) for item in of.measures} - {""}))
        page = events_page(
            tenant=tenant, lake=lake, cycle=cycle.name, which=_filter(which, lines), before=which.before,
            others=which.others,
        )  # fmt: skip
    return UsageFound(
        cycle=cycle.name if cycle else "", cycles=tuple(one.name for one in rated), lines=tuple(lines),
        services=services, directions=DIRECTIONS, page=page,
    )  # fmt: skip


def usage_file(
    *, tenant: Tenant, places: Places, now: datetime, which: AskedUsage, ending: str, lang: str
) -> tuple[str, bytes]:
    """Everything the filter lets through as csv or xlsx: a plain name, and the bytes. UnableToFindUsage."""
    _, cycle, lines = _found(tenant, now, which)
    if cycle is None:
        raise UnableToFindUsage
    of = known(tenant=tenant, cycle=cycle)
    names = {code: named.zh if lang == "zh" else named.en for code, named in of.items.items()}
    table = event_table(tenant=tenant, lake=places.lake, cycle=cycle.name, which=_filter(which, lines), names=names)
    places.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=places.work) as folder:
        path = Path(folder) / f"usage.{ending}"
        write(path, [table], schema=table.slice(0, 0), digits=currency(tenant.currency).minor_digits)
        return cycle.name, path.read_bytes()


def _found(tenant: Tenant, now: datetime, which: AskedUsage) -> tuple[list[Cycle], Cycle | None, list[LineOfCustomer]]:
    """Months that were rated, newest first; the one asked for; the customer's subscriptions."""
    rated = [one for one in cycles(tenant=tenant) if one.rate_run is not None][::-1][:MONTHS]
    cycle = next((one for one in rated if one.name == which.cycle), None) if which.cycle else next(iter(rated), None)
    lines = lines_of(tenant=tenant, customer=which.customer, at_ms=to_ms(now))
    if (which.cycle and cycle is None) or (which.number and which.number not in {one.code for one in lines}):
        raise UnableToFindUsage
    return rated, cycle, lines


def _filter(which: AskedUsage, lines: list[LineOfCustomer]) -> Filter:
    return Filter(
        subscribers=tuple(one.id for one in lines if not which.number or one.code == which.number),
        service=which.service, direction=which.direction, least_micro=which.least_micro,
    )  # fmt: skip
