"""Marks: with which event a quantity of use was first reached (§10)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from .rows import in_force, offers_in_order
from .time import local_date

Row = dict[str, Any]
Told = tuple[str, str, str, str, int]  # mark, offer, owner, period's first day ("": the cycle), event


def marks_reached(tariff: Row, subscribers: list[Row], events: list[Row], lines: list[Row]) -> list[Told]:
    """All that were reached, by the lines that pricing gave."""
    by_code = {subscriber["code"]: subscriber for subscriber in subscribers}
    of_event: dict[int, list[Row]] = defaultdict(list)
    for line in lines:
        of_event[line["event_id"]].append(line)
    sums: dict[tuple[str, ...], int] = defaultdict(int)
    told: dict[tuple[str, ...], int] = {}
    for event in sorted(events, key=lambda event: (event["start_ms"], event["event_id"])):
        own = of_event.get(event["event_id"])
        if not own:
            continue
        day = local_date(event["start_ms"], tariff["zone"])
        offers = offers_in_order(tariff, by_code[event["subscriber"]], event["start_ms"], day)
        for mark in in_force(tariff["marks"], day):
            if mark["offer"] in offers and own[0]["item"] in mark["items"]:
                owner = own[0]["unit"] if mark["scope"] == "unit" else event["subscriber"]
                period = str(day) if mark["period"] == "day" else ""
                key = (mark["code"], mark["offer"], owner, period)
                sums[key] += sum(line["quantity"] for line in own)
                if sums[key] >= mark["quantity"]:
                    told.setdefault(key, event["event_id"])
    return sorted((*key, event) for key, event in told.items())  # type: ignore[misc]
