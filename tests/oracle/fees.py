"""The fees of a cycle (§7): which days count, what a fee row asks, what is asked in advance, and its parts."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from .roundings import minor_unit, rounded_to, shared
from .rows import account_at, covers, holds, in_force, only, overlap
from .time import days_touched, local_date, midnight

Row = dict[str, Any]
Window = tuple[int, int]


def dates_of(window: Window, zone: str) -> list[date]:
    """The local days that a window touches."""
    day, last, found = local_date(window[0], zone), local_date(window[1] - 1, zone), []
    while day <= last:
        if overlap(window, (midnight(day, zone), midnight(day + timedelta(days=1), zone))):
            found.append(day)
        day += timedelta(days=1)
    return found


def state_at(subscriber: Row, instant_ms: int) -> str:
    states = subscriber.get("states", ())
    return next((state for state, begins, ends in states if holds((begins, ends), instant_ms)), "active")


def state_of_day(subscriber: Row, window: Window, day: date, zone: str) -> str:
    """Active if it is so at any instant of the day within the window; else as when the day (or the window) begins."""
    part = overlap(window, (midnight(day, zone), midnight(day + timedelta(days=1), zone)))
    assert part is not None
    changes = [ends for _, _, ends in subscriber.get("states", ()) if holds(part, ends)]
    if any(state_at(subscriber, instant) == "active" for instant in (part[0], *changes)):
        return "active"
    return state_at(subscriber, part[0])


def days_counted(subscriber: Row, window: Window, during: str, zone: str) -> list[date]:
    days = dates_of(window, zone)
    return [day for day in days if during == "any" or state_of_day(subscriber, window, day, zone) == during]


def cycles_since(cycle: Window, begins: int, zone: str) -> int:
    """How many calendar cycles a holding has had before this one."""
    first, then = local_date(cycle[0], zone), local_date(begins, zone)
    return max(0, (first.year - then.year) * 12 + first.month - then.month)


def is_free(row: Row, cycle: Window, begins: int, zone: str) -> bool:
    return cycles_since(cycle, begins, zone) < int(row["free_cycles"])


def asked(tariff: Row, cycle: Window, fee: Row, days: list[date], begins: int) -> tuple[Fraction, date] | None:
    """What a fee row asks for the days that count, and the day that names it."""
    zone, whole = tariff["zone"], Fraction(fee["amount_micro"])
    if not days or is_free(fee, cycle, begins, zone):
        return None
    if fee["charged"] == "leaving":
        return None
    if fee["charged"] == "once":
        day = local_date(begins, zone)
        return (whole, day) if holds(cycle, begins) and covers(fee, day) else None
    if fee["proration"] in ("none", "half"):
        late = holds(cycle, begins) and days_touched((cycle[0], begins + 1), zone) > 15
        amount = whole / 2 if fee["proration"] == "half" and late else whole
        return (amount, days[0]) if covers(fee, days[0]) else None
    own = [day for day in days if covers(fee, day)]
    if not own:
        return None
    if fee["proration"] == "day_price":
        return Fraction(min(fee["amount_micro"], len(own) * fee["day_price_micro"])), own[0]
    return whole * len(own) / days_touched(cycle, zone), own[0]


def asked_on_leaving(tariff: Row, cycle: Window, fee: Row, begins: int, ends: int) -> tuple[Fraction, date] | None:
    """What a fee row asks of a holding that ends in this cycle before its term, and the day that names it."""
    if fee["charged"] != "leaving" or not holds(cycle, ends - 1):
        return None
    day = local_date(ends - 1, tariff["zone"])
    if not covers(fee, day):
        return None
    left = int(fee["term_cycles"]) - 1 - cycles_since(cycle, begins, tariff["zone"])
    if left <= 0:
        return None
    times = {"none": Fraction(1), "each_left": Fraction(left), "by_term": Fraction(left, fee["term_cycles"])}
    return fee["amount_micro"] * times[fee["proration"]], day


def split(tariff: Row, fee: Row, exact: Fraction, day: date) -> dict[str, int]:
    """Item → micro-units: the fee rounded as it names, whole or in parts of whole units of what it is rounded to."""
    unit = minor_unit(tariff) if fee["round_to"] == "minor" else 1
    amount = rounded_to(exact, unit, fee["rounding"])
    parts = only(in_force(tariff.get("parts", ()), day), offer=fee["offer"], item=fee["item"])
    weights = [(part["part_item"], part["price_micro"]) for part in sorted(parts, key=lambda part: part["part_item"])]
    if not sum(weight for _, weight in weights):
        return {fee["item"]: amount}
    return {item: units * unit for item, units in shared(amount // unit, weights).items()}


def of_cycle(tariff: Row, cycle: Window, subscriber: Row, fee: Row, begins: int, ends: int) -> dict[str, int]:
    """What the rules ask for this cycle, by item."""
    window = overlap((begins, ends), cycle)
    if window is None:
        return {}
    days = days_counted(subscriber, window, fee["during"], tariff["zone"])
    found = asked(tariff, cycle, fee, days, begins) or asked_on_leaving(tariff, cycle, fee, begins, ends)
    return split(tariff, fee, *found) if found else {}


def ahead_of(tariff: Row, cycle: Window, subscriber: Row, fee: Row, begins: int, ends: int) -> dict[str, int]:
    """What the bill before a cycle bears of its fee: the holding as it was when that one ended, lasting through."""
    if fee["billed"] != "advance" or fee["charged"] != "cycle" or not begins < cycle[0] < ends:
        return {}
    if fee["during"] not in ("any", state_at(subscriber, cycle[0] - 1)):
        return {}
    found = asked(tariff, cycle, fee, dates_of(cycle, tariff["zone"]), begins)
    return split(tariff, fee, *found) if found else {}


def next_cycle(cycle: Window, zone: str) -> Window:
    first = local_date(cycle[1], zone)
    return cycle[1], midnight((first + timedelta(days=31)).replace(day=first.day), zone)


def fees_of(tariff: Row, cycle: Window, subscriber: Row, before: Row | None = None) -> list[Row]:
    """Account, item, kind, offer, amount_micro. `before`: the tariff by which the bill before asked in advance."""
    found: list[Row] = []

    def add(account: str | None, kind: str, offer: str, amounts: dict[str, int], sign: int = 1) -> None:
        for item, amount in amounts.items():
            told = {"account": account, "item": item, "kind": kind, "offer": offer, "amount_micro": sign * amount}
            found.append(told)

    for offer, begins, ends in subscriber["holdings"]:
        window = overlap((begins, ends), cycle)
        if window is None:
            continue
        payer = account_at(subscriber, window[0])
        for fee in only(tariff["fees"], offer=offer):
            add(payer, "fee", offer, of_cycle(tariff, cycle, subscriber, fee, begins, ends))
            after = next_cycle(cycle, tariff["zone"])
            ahead = ahead_of(tariff, after, subscriber, fee, begins, ends)
            add(account_at(subscriber, cycle[1] - 1), "advance", offer, ahead)
        for fee in only((before or tariff)["fees"], offer=offer):
            add(payer, "fee", offer, ahead_of(before or tariff, cycle, subscriber, fee, begins, ends), -1)
    return found
