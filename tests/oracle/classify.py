"""What an event is: zones, relation, network, circle; the charge item the rules give it (§2); its quantity (§3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from .rows import ANY, at_instant, holds, in_force, unit_at

Row = dict[str, Any]
Ported = tuple[str, str, int, int]  # number, network, from, to
RULE_COLUMNS = ("service", "direction", "zone", "visited", "relation", "rating_group", "net", "circle")
WIDER = {("visited", "national"), ("relation", "long")}  # these fit `province` too


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
    if row["area"] == subscriber["home_area"]:
        return "home", row["area"], True
    near = same_province(tariff, row["area"], subscriber["home_area"], day)
    return ("province" if near else "national"), row["area"], True


def same_province(tariff: Row, one: str, other: str, day: date) -> bool:
    province = {row["area"]: row["province"] for row in in_force(tariff["areas"], day) if row["area"] != ""}
    return one in province and province[one] == province.get(other)


def network_of(tariff: Row, ported: Sequence[Ported], event: Row, day: date) -> str:
    """Code of the other party's network; "": there is none, or nobody knows it."""
    number = event["other_party"]
    if number == "":
        return ""
    moved = at_instant([(network, a, b) for whose, network, a, b in ported if whose == number], event["start_ms"])
    if moved is not None:
        return moved
    row = longest(in_force(tariff["networks"], day), "prefix", number)
    return "" if row is None else str(row["network"])


def circle_of(people: list[Row], subscriber: Row, event: Row) -> str:
    """Who the other party is to the subscriber at the event's start."""
    number, at_ms = event["other_party"], event["start_ms"]
    if number == "":
        return "none"
    if any(friend == number and holds((a, b), at_ms) for friend, a, b in subscriber["friends"]):
        return "friend"
    for other in people:
        if any(own == number and holds((a, b), at_ms) for own, a, b in other["numbers"]):
            if unit_at(subscriber, at_ms) is not None and unit_at(subscriber, at_ms) == unit_at(other, at_ms):
                return "unit"
            mine, theirs = ({g for g, a, b in who["groups"] if holds((a, b), at_ms)} for who in (subscriber, other))
            return "group" if mine & theirs else "none"
    return "none"


def fits(tariff: Row, rule: Row, seen: Row, day: date) -> bool:
    """Whether every column of a rule fits."""
    ours = any(row["network"] == seen["net"] and row["own"] for row in in_force(tariff["networks"], day))
    for column in RULE_COLUMNS:
        wanted, found = rule[column], seen[column]
        if wanted in (ANY, found) or ((column, wanted) in WIDER and found == "province"):
            continue
        if column == "net" and wanted == ("none" if found == "" else "own" if ours else "other"):
            continue
        return False
    return True


def charge_item(
    tariff: Row,
    event: Row,
    subscriber: Row | None,
    day: date,
    people: list[Row],
    ported: Sequence[Ported],
) -> Row:
    """The item row of the first rule that fits. `people`: everybody whose number may be called."""
    if subscriber is None:
        raise RejectedEvent("UNKNOWN_SUBSCRIBER")
    visited, area, place_domestic = visited_place(tariff, event, subscriber, day)
    zone, other_area, other_domestic = other_party(tariff, event, day)
    relation = "none"
    if other_domestic and place_domestic:
        near = same_province(tariff, other_area, area, day)
        relation = "local" if other_area == area else "province" if near else "long"
    seen = {**event, "zone": zone, "visited": visited, "relation": relation}
    seen["net"], seen["circle"] = network_of(tariff, ported, event, day), circle_of(people, subscriber, event)
    for rule in sorted(in_force(tariff["rules"], day), key=lambda rule: rule["order"]):
        if fits(tariff, rule, seen, day):
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
