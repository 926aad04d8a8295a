"""What an event is: zones, areas, relation, and the charge item the rules give it (§2), and its quantity (§3)."""

from __future__ import annotations

from datetime import date
from typing import Any

from .rows import ANY, in_force

Row = dict[str, Any]
RULE_COLUMNS = ("service", "direction", "zone", "visited", "relation", "rating_group")


class RejectedEvent(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def longest(rows: list[Row], column: str, text: str) -> Row | None:
    fitting = [row for row in rows if text.startswith(row[column])]
    return max(fitting, key=lambda row: len(row[column])) if fitting else None


def is_domestic(tariff: Row, zone: str, day: date) -> bool:
    return any(row["code"] == zone and row["domestic"] for row in in_force(tariff["zones"], day))


def other_party(tariff: Row, event: Row, day: date) -> tuple[str, str, bool]:
    """Zone, area, and whether the zone is domestic."""
    if event["other_party"] == "":
        return "none", "", False
    row = longest(in_force(tariff["prefixes"], day), "prefix", event["other_party"])
    if row is None:
        raise RejectedEvent("UNKNOWN_DESTINATION")
    return row["zone"], row["area"], is_domestic(tariff, row["zone"], day)


def visited_place(tariff: Row, event: Row, subscriber: Row, day: date) -> tuple[str, str, bool]:
    """The word for `visited`, the area, and whether the place is domestic. Home is."""
    if event["place"] == "":
        return "home", subscriber["home_area"], True
    row = longest(in_force(tariff["places"], day), "place", event["place"])
    if row is None:
        raise RejectedEvent("UNKNOWN_PLACE")
    if not is_domestic(tariff, row["zone"], day):
        return row["zone"], row["area"], False
    return ("home" if row["area"] == subscriber["home_area"] else "national"), row["area"], True


def charge_item(tariff: Row, event: Row, subscriber: Row | None, day: date) -> Row:
    """The item row of the first rule that fits."""
    if subscriber is None:
        raise RejectedEvent("UNKNOWN_SUBSCRIBER")
    visited, area, place_domestic = visited_place(tariff, event, subscriber, day)
    zone, other_area, other_domestic = other_party(tariff, event, day)
    relation = "none"
    if other_domestic and place_domestic:
        relation = "local" if other_area == area else "long"
    seen = {**event, "zone": zone, "visited": visited, "relation": relation}
    for rule in sorted(in_force(tariff["rules"], day), key=lambda rule: rule["order"]):
        if all(rule[column] in (ANY, seen[column]) for column in RULE_COLUMNS):
            return item_row(tariff, rule["item"], day)
    raise RejectedEvent("NO_ITEM")


def item_row(tariff: Row, code: str, day: date) -> Row:
    for row in in_force(tariff["items"], day):
        if row["code"] == code:
            return row
    raise RejectedEvent("NO_ITEM")


def quantity(item: Row, event: Row) -> int:
    if item["measure"] == "duration":
        return int(event["duration_s"])
    if item["measure"] == "volume":
        return int(event["bytes_up"]) + int(event["bytes_down"])
    return int(event["count"])
