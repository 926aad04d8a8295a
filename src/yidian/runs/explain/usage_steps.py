"""A usage line of a bill as steps: used, drawn from allowances, priced, rounded, capped (docs/pricing.md §5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from yidian.kernel.calendar import local_date
from yidian.kernel.money.rounding import HALF_UP, divide
from yidian.kernel.rating.ladders import head_of
from yidian.kernel.rating.tariff import ANY, STANDARD, Price
from yidian.runs.explain.hours import hours
from yidian.runs.explain.month import Month
from yidian.runs.explain.pools import pools
from yidian.runs.explain.types import BillLine, Named, Step

ANYWHERE: Final = ("", ANY, "none")


def usage_steps(month: Month, line: BillLine, *, account: int) -> tuple[list[Step], int]:
    """The steps and how many events there are; together the steps are the rated amount of the line, in micro-units."""
    rows = month.rows_of(subscriber=line.subscriber, item=line.item.code, account=account)
    events = int((rows["part"] == 0).sum())
    steps = [
        Step(
            code="USED",
            told={"quantity": int(rows["quantity"].sum()), "measure": line.measure, "events": events}
            | _way(month, line.item.code),
        )
    ]
    steps += _free(month, line, rows)
    steps += _drawn(month, line, rows)
    priced = _priced(month, line, rows) + _set_up(month, rows)
    steps += priced
    charged = int((rows["amount_micro"] + rows["cut_micro"]).sum())
    rounded = charged - sum(step.amount_micro for step in priced)
    if rounded:
        item = next(one for one in month.known.compiled.items if one.code == line.item.code)
        told = {"rounding": item.rounding, "unit": item.round_to, "on": item.round_on}
        steps.append(Step(code="ROUNDED_USAGE", amount_micro=rounded, told=told))
    cut = int(rows["cut_micro"].sum())
    if cut:
        steps.append(Step(code="CAPPED", amount_micro=-cut, told=_cap(month, line.item.code)))
    return steps, events


def _way(month: Month, item: str) -> dict[str, object]:
    """Where to and from where, as the rules say that name the item: zones; home, national or a zone of being."""
    rules = month.known.rules.get(item, ())
    zones = list(dict.fromkeys(rule.zone for rule in rules))
    visited = list(dict.fromkeys(rule.visited for rule in rules))
    relation = list(dict.fromkeys(rule.relation for rule in rules))
    return {
        "zones": tuple(_zone(month, code) for code in zones if code not in ANYWHERE),
        "visited": visited[0] if len(visited) == 1 and visited[0] in ("home", "province", "national") else "",
        "relation": relation[0] if len(relation) == 1 and relation[0] in ("local", "province", "long") else "",
        "net": _only(rule.net for rule in rules),
        "circle": _only(rule.circle for rule in rules),
        "rules": tuple(rule.order for rule in rules),
    }


def _only(asked: Iterable[str]) -> str:
    """The one thing that all rules ask for, "" where they ask for nothing, for several, or for nobody."""
    values = set(asked)
    return values.pop() if len(values) == 1 and not values & {ANY, "none"} else ""


def _zone(month: Month, code: str) -> Named:
    return month.known.zones.get(code) or Named(code, code, code)


def _free(month: Month, line: BillLine, rows: dict[str, Any]) -> list[Step]:
    """What was too little to count."""
    mine = (rows["rule"] < 0) & (rows["allowance"] < 0)
    if not mine.any():
        return []
    least = next(one.free_below for one in month.known.compiled.items if one.code == line.item.code)
    told = {"events": int(mine.sum()), "quantity": int(rows["quantity"][mine].sum()), "least": least}
    return [Step(code="FREE", told=told | {"measure": line.measure})]


def _set_up(month: Month, rows: dict[str, Any]) -> list[Step]:
    """What was asked once for each event of which anything was charged."""
    if not any(price.setup_micro for price in month.known.compiled.prices):
        return []
    _, first = np.unique(np.where(rows["rule"] >= 0, rows["event_id"], -1), return_index=True)
    used = {n for n, q in zip(rows["event_id"].tolist(), rows["quantity"].tolist(), strict=True) if q}
    zone = month.known.tariff.zone
    times: dict[int, int] = {}
    for at in first.tolist():
        if rows["rule"][at] >= 0 and int(rows["event_id"][at]) in used:
            prices = month.known.compiled.prices
            head = head_of(prices, prices[int(rows["rule"][at])], local_date(int(rows["start_ms"][at]), zone))
            if head.setup_micro:
                times[head.setup_micro] = times.get(head.setup_micro, 0) + 1
    return [
        Step(code="SET_UP", amount_micro=n * setup, told={"events": n, "setup_micro": setup})
        for setup, n in sorted(times.items())
    ]


def _drawn(month: Month, line: BillLine, rows: dict[str, Any]) -> list[Step]:
    numbers = [n for n in dict.fromkeys(rows["allowance"].tolist()) if n >= 0]
    if not numbers:
        return []
    found, steps = pools(month), []
    for number in numbers:
        allowance, mine = month.known.compiled.allowances[number], rows["allowance"] == number
        pool = found.get((line.subscriber, number))
        steps.append(
            Step(
                code="DRAWN",
                told={
                    "offer": month.known.offer(allowance.offer), "allowance": allowance.code,
                    "quantity": int(rows["quantity"][mine].sum()), "units": int(rows["units"][mine].sum()),
                    "block": allowance.block, "measure": line.measure, "day": allowance.period == "day",
                    "converted": _conversion(month, allowance.code, line.item.code),
                    "granted": pool.granted if pool else 0,
                    "shared": len(pool.members) if pool else 1, "emptied_ms": pool.emptied_ms if pool else None,
                    "hours": hours(month.known.tariff, line.item.code, allowance.bands),
                },
            )
        )  # fmt: skip
    return steps


def _conversion(month: Month, allowance: str, item: str) -> tuple[int, int] | None:
    """(block of the item, units it takes), where an item is drawn as other units."""
    rows = [c for c in month.known.tariff.conversions if (c.allowance, c.item) == (allowance, item)]
    return (rows[0].block, rows[0].takes) if rows else None


def _priced(month: Month, line: BillLine, rows: dict[str, Any]) -> list[Step]:
    """By price row and band; each to the nearest micro-unit of units × price ÷ per."""
    charged = rows["rule"] >= 0
    keys = dict.fromkeys(zip(rows["rule"][charged].tolist(), rows["band"][charged].tolist(), strict=True))
    steps = []
    for rule, band in keys:
        mine = (rows["rule"] == rule) & (rows["band"] == band)
        price, units = month.known.compiled.prices[rule], int(rows["units"][mine].sum())
        names = month.known.compiled.bands[[i.code for i in month.known.compiled.items].index(line.item.code)]
        ladder = [p for p in month.known.compiled.prices if _same_ladder(p, price)]
        steps.append(
            Step(
                code="PRICED",
                amount_micro=_amount(price, units, rows, mine),
                told={
                    "quantity": int(rows["quantity"][mine].sum()), "units": units, "measure": line.measure,
                    "price_micro": price.price_micro, "per": price.per, "block": price.block,
                    "offer": None if price.offer == STANDARD else month.known.offer(price.offer),
                    "hours": hours(month.known.tariff, line.item.code, (names[band],)),
                    "tier_from": price.tier_from, "tiers": len({p.tier_from for p in ladder}),
                    "scope": price.tier_scope, "repeat": price.repeat, "since": price.valid_from,
                    "volume": price.tier_mode == "volume", "lasts": price.block_on == "counter",
                    "rule": f"{price.offer}/{price.item}/{price.band}/{price.tier_from}",
                },
            )
        )  # fmt: skip
    return steps


def _amount(price: Price, units: int, rows: dict[str, Any], mine: Any) -> int:
    """What the units cost. Of a price for the whole volume: as it was charged, since lines give back and take."""
    if price.tier_mode == "volume" and price.tier_scope != "event":
        return int((rows["amount_micro"] + rows["cut_micro"])[mine].sum())
    return int(divide(units * price.price_micro, price.per, HALF_UP))


def _same_ladder(one: Any, other: Any) -> bool:
    return (one.offer, one.item, one.band) == (other.offer, other.item, other.band)


def _cap(month: Month, item: str) -> dict[str, object]:
    amounts = {(cap.amount_micro, cap.period) for cap in month.known.compiled.caps if item in cap.items}
    limit, period = amounts.pop() if len(amounts) == 1 else (None, "cycle")
    return {"limit_micro": limit, "period": period}
