"""Itemised usage of a customer's own numbers: pages of events, and all of them as a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from yidian.domains.customer_bill.queries import cycle_named
from yidian.domains.product_inventory.queries import numbers_of
from yidian.platform.lake.queries import files, whole
from yidian.platform.lake.rows import rows_near
from yidian.platform.tenancy.models import Tenant
from yidian.runs.explain.month import Month, columns
from yidian.runs.explain.types import Event, Events

PAGE: Final = 50
_SUMS: Final = ("quantity", "amount_micro", "cut_micro", "drawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What to show. "" and 0: all. `subscribers`: ids of the customer's own; `item`, `account` of a line of a bill."""

    subscribers: tuple[int, ...]
    service: str = ""
    direction: str = ""
    least_micro: int = 0
    item: str = ""
    account: int = 0


def events_page(
    *, tenant: Tenant, lake: Path, cycle: str, which: Filter, before: str = "", others: bool = False, limit: int = PAGE
) -> Events:
    """A page of events of a cycle. `before`: `following` of the page before; `others`: with the other party's number.

    The other party stands in the usage as it came in, which is not kept by customer: asking for it takes longer.
    UnableToFindCycle, UnableToUseFile.
    """
    month = Month(tenant=tenant, lake=lake, cycle=cycle_named(tenant=tenant, name=cycle), subscribers=which.subscribers)
    found = _matching(month, which)
    sums: defaultdict[str, int] = defaultdict(int)
    for item, quantity in zip(found["item"].tolist(), found["quantity"].tolist(), strict=True):
        sums[month.known.compiled.items[item].measure] += quantity
    upto = len(found["event_id"]) if not before else _upto(found, before)
    first = max(0, upto - limit)
    page = {name: values[first:upto][::-1] for name, values in found.items()}
    shown = list(_events(month, page))
    if others:
        told = _other_parties(month, shown)
        shown = [replace(event, other=told.get(event.event_id, "")) for event in shown]
    return Events(
        events=tuple(shown), count=len(found["event_id"]), amount_micro=int(found["amount_micro"].sum()),
        quantities=dict(sums), following=_cursor(shown[-1]) if shown and first else "",
    )  # fmt: skip


def event_table(*, tenant: Tenant, lake: Path, cycle: str, which: Filter, names: Mapping[str, str]) -> pa.Table:
    """All events that the filter lets through, oldest first, for an export; `names`: what items are called."""
    month = Month(tenant=tenant, lake=lake, cycle=cycle_named(tenant=tenant, name=cycle), subscribers=which.subscribers)
    shown = list(_events(month, _matching(month, which)))
    start = pa.array([e.start_ms for e in shown], pa.timestamp("ms")).cast(pa.timestamp("ms", tz=month.cycle.zone))
    return pa.table({
        "number": pa.array([e.number for e in shown], pa.string()),
        "start": pa.array([one.as_py().strftime("%Y-%m-%d %H:%M:%S") for one in start], pa.string()),
        "service": pa.array([names.get(e.item.code, e.item.code) for e in shown], pa.string()),
        "quantity": pa.array([e.quantity for e in shown], pa.int64()),
        "unit": pa.array([_UNITS[e.measure] for e in shown], pa.string()),
        "in_plan": pa.array([e.drawn for e in shown], pa.int64()),
        "amount_micro": pa.array([e.amount_micro for e in shown], pa.int64()),
    })  # fmt: skip


_UNITS: Final = {"duration": "s", "volume": "B", "count": ""}


def _matching(month: Month, which: Filter) -> dict[str, Any]:
    """One row an event that the filter lets through, in order of time."""
    rows = columns(month.rated)
    rows["drawn"] = np.where(rows["allowance"] >= 0, rows["quantity"], 0)
    mine = np.isin(rows["subscriber"], np.array(which.subscribers, np.int64))
    if which.account:
        mine &= rows["account"] == which.account
    items = [n for n, item in enumerate(month.known.compiled.items) if _wanted(month, which, item.code)]
    mine &= np.isin(rows["item"], np.array(items, np.int64))
    rows = {name: values[mine] for name, values in rows.items()}
    first = np.flatnonzero(rows["part"] == 0)
    made = {name: rows[name][first] for name in ("event_id", "start_ms", "subscriber", "item")}
    for name in _SUMS:
        made[name] = np.add.reduceat(rows[name], first) if len(first) else rows[name][:0]
    if which.least_micro:
        enough = made["amount_micro"] >= which.least_micro
        made = {name: values[enough] for name, values in made.items()}
    return made


def _wanted(month: Month, which: Filter, item: str) -> bool:
    return (
        (not which.item or item == which.item)
        and (not which.service or month.known.service(item) == which.service)
        and (not which.direction or month.known.direction(item) == which.direction)
    )


def _events(month: Month, rows: dict[str, Any]) -> Iterator[Event]:
    people = {int(n) for n in np.unique(rows["subscriber"])}
    numbers = numbers_of(tenant=month.tenant, subscribers=people, at_ms=month.cycle.to_ms - 1)
    items = month.known.compiled.items
    for values in zip(*(rows[n].tolist() for n in ("event_id", "start_ms", "subscriber", "item", *_SUMS)), strict=True):
        event, start, subscriber, item, quantity, amount, cut, drawn = values
        code = items[item].code
        yield Event(
            event_id=event, start_ms=start, subscriber=subscriber, number=numbers.get(subscriber, ""),
            item=month.known.item(code), service=month.known.service(code), direction=month.known.direction(code),
            measure=items[item].measure, quantity=quantity, drawn=drawn, amount_micro=amount, cut_micro=cut,
        )  # fmt: skip


def _cursor(event: Event) -> str:
    return f"{event.start_ms}-{event.event_id}"


def _upto(rows: dict[str, Any], before: str) -> int:
    """How many rows stand before a cursor; all of them for one that is none of ours."""
    start, _, event = before.partition("-")
    if not (start.isdigit() and event.isdigit()):
        return len(rows["event_id"])
    earlier = rows["start_ms"] < int(start)
    earlier |= (rows["start_ms"] == int(start)) & (rows["event_id"] < int(event))
    return int(earlier.sum())


def _other_parties(month: Month, shown: Collection[Event]) -> dict[int, str]:
    """Who was at the other end, by event id, from the row groups of usage that hold the events' starts."""
    if not shown:
        return {}
    starts = [event.start_ms for event in shown]
    ids = [event.event_id for event in shown]
    found: dict[int, str] = {}
    for file in files(tenant=month.tenant, kind="usage", overlaps=(min(starts), max(starts) + 1)):
        near = [s for s in starts if (file.min_start_ms or 0) <= s <= (file.max_start_ms or 0)]
        if near and len(found) < len(ids):
            path = whole(file, month.lake)
            rows = rows_near(path, ("event_id", "other_party"), key="event_id", values=ids, by="start_ms", near=near)
            found |= dict(zip(rows["event_id"].to_pylist(), rows["other_party"].to_pylist(), strict=True))
    return found
