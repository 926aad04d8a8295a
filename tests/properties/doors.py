"""The kernel's doors for a world of plain dicts, and both answers in one shape."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.oracle.marks import marks_reached
from tests.oracle.price import Rated, rate
from tests.properties.random_months import World

from yidian.kernel.calendar import Period, local_date
from yidian.kernel.rating import quote

PARKED = "AMOUNT_OVERFLOW"


def held(rows: list[tuple[str, int, int]]) -> tuple[quote.Held, ...]:
    return tuple(quote.Held(code=code, from_ms=begins, to_ms=ends) for code, begins, ends in rows)


def people_of(world: World) -> list[quote.Subscriber]:
    """The kernel's words for the subscribers."""
    return [
        quote.Subscriber(
            code=who["code"],
            home_area=who["home_area"],
            holdings=held(who["holdings"]),
            accounts=held(who["accounts"]),
            units=held(who["units"]),
            numbers=held(who["numbers"]),
            friends=held(who["friends"]),
            groups=held(who["groups"]),
        )
        for who in world.subscribers
    ]


def by_kernel(
    world: World,
    engine: SimpleNamespace | None = None,
    *,
    events: list[dict[str, Any]] | None = None,
    door: Any = quote,
) -> quote.Priced:
    """The plain door's answer; `door` may be a mutated one, `events` others than the world's."""
    given = [quote.Event(**event) for event in (world.events if events is None else events)]
    ported = [quote.Ported(number=n, network=to, from_ms=a, to_ms=b) for n, to, a, b in world.ported]
    priced: quote.Priced = door.price_unit(
        world.tariff, Period(*world.cycle), people_of(world), given, ported=ported, with_engine=engine
    )
    return priced


def by_oracle(world: World) -> Rated:
    return rate(world.rows, world.cycle, world.subscribers, world.events, world.ported)


def kernel_lines(priced: quote.Priced) -> list[dict[str, Any]]:
    found = []
    for line in priced.lines:
        if line.price is not None:
            row = line.price
            source: tuple[Any, ...] = (row.offer, row.item, row.band, row.tier_from, row.valid_from)
        elif line.allowance is not None:
            source = (line.allowance.offer, line.allowance.code, line.allowance.valid_from)
        else:
            source = ()
        found.append(
            {
                "event_id": line.event_id,
                "ordinal": line.part,
                "subscriber": line.subscriber,
                "account": line.account,
                "unit": line.unit,
                "item": line.item,
                "band": line.band,
                "kind": "price" if line.price else ("draw" if line.allowance else "free"),
                "source": source or None,
                "quantity": line.quantity,
                "units": line.units,
                "amount_micro": line.amount_micro,
                "cut_micro": line.cut_micro,
            }
        )
    return in_order(found)


def in_order(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(lines, key=lambda line: (line["event_id"], line["ordinal"]))


def kernel_totals(priced: quote.Priced) -> dict[tuple[str, str, str], int]:
    found: dict[tuple[str, str, str], int] = {}
    for total in priced.totals:
        key = total.subscriber, total.account, total.item
        found[key] = found.get(key, 0) + total.amount_micro
    return found


def kernel_marks(world: World, priced: quote.Priced) -> list[tuple[Any, ...]]:
    zone = world.tariff.zone
    return sorted(
        (
            one.mark.code, one.mark.offer, one.owner,
            str(local_date(one.from_ms, zone)) if one.mark.period == "day" else "", one.event_id,
        )
        for one in priced.marks
    )  # fmt: skip


def first_difference(
    world: World, *, door: Any = quote, engine: SimpleNamespace | None = None, rated: Rated | None = None
) -> str:
    """Where the kernel and the oracle part on a world; empty: nowhere."""
    priced, rated = by_kernel(world, engine, door=door), rated or by_oracle(world)
    if priced.parked:
        return f"parked: {priced.parked}"
    wanted = dict(rated.rejects)
    if priced.rejects != wanted:
        return f"rejects: kernel {priced.rejects} oracle {wanted}"
    theirs, ours = kernel_lines(priced), in_order(rated.lines)
    for kernel, oracle in zip(theirs, ours, strict=False):
        if kernel != oracle:
            return f"line\n kernel {kernel}\n oracle {oracle}"
    if len(theirs) != len(ours):
        return f"lines: kernel {len(theirs)} oracle {len(ours)}"
    told = marks_reached(world.rows, world.subscribers, world.events, rated.lines)
    if kernel_marks(world, priced) != told:
        return f"marks: kernel {kernel_marks(world, priced)} oracle {told}"
    if kernel_totals(priced) != dict(rated.totals):
        return f"totals: kernel {kernel_totals(priced)} oracle {dict(rated.totals)}"
    return ""
