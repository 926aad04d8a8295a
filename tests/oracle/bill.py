"""The bill of a cycle (§8)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from .fees import cycles_since, days_counted, fees_of, is_free
from .payers import Charge, settled
from .reductions import Mine, capped, in_minor_units, item_of, reduce
from .roundings import minor_unit, rounded, rounded_to
from .rows import account_at, at_instant, in_force, only, overlap
from .time import days_touched, local_date

Row = dict[str, Any]
Usage = dict[tuple[str, str, str], int]  # (subscriber, account, item) → amount_micro
MILLION = 1_000_000


def windows(cycle: tuple[int, int], subscriber: Row) -> list[tuple[str, tuple[int, int], int]]:
    """(offer, holding within the cycle, when it began), earliest first."""
    held = [(offer, overlap((begins, ends), cycle), begins) for offer, begins, ends in subscriber["holdings"]]
    found = [(offer, window, begins) for offer, window, begins in held if window]
    return sorted(found, key=lambda each: (each[1][0], each[0]))


def unit_of(cycle: tuple[int, int], subscriber: Row) -> str:
    """The rating unit of the last membership in the cycle; without one the subscriber is alone."""
    found = [row for row in subscriber["units"] if overlap(row[1:], cycle)]
    return max(found, key=lambda row: row[1])[0] if found else f"alone {subscriber['code']}"


def grade_of(cycle: tuple[int, int], subscriber: Row) -> str:
    return at_instant(subscriber.get("grades", ()), cycle[1] - 1) or "normal"


def counts(row: Row, cycle: tuple[int, int], holder: Row, begins: int, members: list[Row], zone: str) -> bool:
    """Whether the conditions of a discount are met: bundle, grade, first months."""
    held = {offer for who in members for offer, *_ in windows(cycle, who)}
    promoted = not row["cycles"] or cycles_since(cycle, begins, zone) < row["cycles"]
    graded = "*" in row["level"] or grade_of(cycle, holder) in row["level"]
    return promoted and graded and all(offer in held for offer in row["requires"])


def discounts_of(tariff: Row, cycle: tuple[int, int], members: list[Row]) -> list[tuple[Row, str]]:
    """(discount row, its holder) of a unit by (priority, code); of one code a subscriber has the first, of those of
    scope unit the unit has."""
    zone, found = tariff["zone"], []
    for place, who in enumerate(members):
        own = []
        for offer, window, begins in windows(cycle, who):
            rows = only(in_force(tariff["discounts"], local_date(window[0], zone)), offer=offer)
            rows = [row for row in rows if row["scope"] != "account"]
            own += [row for row in rows if counts(row, cycle, who, begins, members, zone)]
        own.sort(key=lambda row: (row["priority"], row["code"], row["offer"], row["valid_from"] or date.min))
        codes = [row["code"] for row in own]
        found += [(row, place) for at, row in enumerate(own) if row["code"] not in codes[:at]]
    found.sort(key=lambda each: (*order_of(each[0]), each[1]))
    once: set[str] = set()
    kept = []
    for row, place in found:
        if row["scope"] != "unit" or row["code"] not in once:
            kept.append((row, members[place]["code"]))
        if row["scope"] == "unit":
            once.add(row["code"])
    return kept


def order_of(row: Row) -> tuple[Any, ...]:
    return row["priority"], row["code"], row["offer"], row["valid_from"] or date.min, row["valid_to"] or date.max


def minimum_of(tariff: Row, cycle: tuple[int, int], subscriber: Row) -> tuple[int, Row, int] | None:
    """(least micro, its row, first instant of its window): the highest of those held."""
    found = []
    zone = tariff["zone"]
    for offer, window, begins in windows(cycle, subscriber):
        for row in only(in_force(tariff["minimums"], local_date(window[0], zone)), offer=offer):
            counted = days_counted(subscriber, window, row["during"], zone)
            if not {"*", grade_of(cycle, subscriber)} & set(row["level"]):
                continue
            if counted and not is_free(row, cycle, begins, zone):
                days = Fraction(len(counted), days_touched(cycle, zone))
                least = rounded_to(row["amount_micro"] * days, minor_unit(tariff), "half_up")
                found += [(least, row, window[0])] if least else []  # of nothing there is no minimum
    return max(found, key=lambda each: each[0]) if found else None


def tax_class(tariff: Row, item: str, last_day: date) -> str:
    rows = only(tariff["items"], code=item)
    return str((in_force(rows, last_day) or rows)[0]["tax_class"])


def charges_of(
    tariff: Row, cycle: tuple[int, int], subscriber: Row, usage: Usage, before: Row | None
) -> dict[Charge, int]:
    """Usage and fees of a subscriber in micro-units, by who bears them; a fee of nothing is none."""
    used: dict[Charge, int] = defaultdict(int)
    for (code, account, item), amount in usage.items():
        if code == subscriber["code"]:
            used[item, account, "usage", ""] += amount
    fees: dict[Charge, int] = defaultdict(int)
    for fee in fees_of(tariff, cycle, subscriber, before):
        fees[fee["item"], fee["account"], fee["kind"], fee["offer"]] += fee["amount_micro"]
    charges = {**used, **{charge: amount for charge, amount in fees.items() if amount}}
    return settled(charges, subscriber, cycle)


def lines_of(
    tariff: Row, cycle: tuple[int, int], members: list[Row], usage: Usage, before: Row | None = None
) -> list[Row]:
    """The lines of a unit in micro-units: usage and fees per item, each part of a reduction, the minimums."""
    left: dict[Mine, int] = {}
    for place, who in enumerate(members):
        charges = charges_of(tariff, cycle, who, usage, before)
        left |= {(place, charge): amount for charge, amount in charges.items()}
    lines = [
        line(tariff, cycle, members[place], kind, account, item, amount, offer=offer)
        for (place, (item, account, kind, offer)), amount in left.items()
    ]
    for row, holder in discounts_of(tariff, cycle, members):
        taken = 0
        reach = {m: a for m, a in left.items() if row["scope"] == "unit" or members[m[0]]["code"] == holder}
        of_whom = {members[place]["code"] for place, _ in reach}
        reached = [one for one in lines if one["subscriber"] in of_whom and item_of(one) in row["items"]]
        parts = []
        for mine, amount in reduce(reach, row).items():
            left[mine] -= amount
            of = {"of_item": mine[1][0], "code": row["code"]}
            parts.append(line(tariff, cycle, members[mine[0]], "discount", mine[1][1], row["item"], -amount, **of))
            parts[-1]["before_micro"] = taken  # what this discount has taken from the lines above
            taken -= amount
        lines += capped(row, reached, parts)
    for place, who in enumerate(members):
        least = minimum_of(tariff, cycle, who)
        missing = least[0] - sum(amount for mine, amount in left.items() if mine[0] == place) if least else 0
        if least and missing > 0:
            account = account_at(who, least[2])
            lines.append(line(tariff, cycle, who, "minimum", account, least[1]["item"], missing))
    return lines


def discounts_of_account(tariff: Row, cycle: tuple[int, int], account: str, units: list[list[Row]]) -> list[Row]:
    """Rows of scope account that holdings bring of which the account pays, by (priority, code), each code once."""
    zone, found = tariff["zone"], []
    for members in units:
        for who in members:
            for offer, window, begins in windows(cycle, who):
                rows = only(in_force(tariff["discounts"], local_date(window[0], zone)), offer=offer, scope="account")
                if account_at(who, window[0]) == account:
                    found += [row for row in rows if counts(row, cycle, who, begins, members, zone)]
    found.sort(key=order_of)
    codes = [row["code"] for row in found]
    return [row for at, row in enumerate(found) if row["code"] not in codes[:at]]


def lines_of_account(
    tariff: Row, cycle: tuple[int, int], account: str, subscribers: list[Row], units: list[list[Row]], lines: list[Row]
) -> list[Row]:
    """What the discounts of scope account take from what is left on it of each item of each subscriber."""
    places = {who["code"]: place for place, who in enumerate(subscribers)}
    left: dict[Mine, int] = defaultdict(int)
    for one in lines:
        if one["account"] == account and one["kind"] != "minimum":
            item = one["of_item"] or one["item"]
            left[places[one["subscriber"]], (item, account, "usage", "")] += one["amount_micro"]
    made: list[Row] = []
    for row in discounts_of_account(tariff, cycle, account, units):
        taken = 0
        here = [one for one in (*lines, *made) if one["account"] == account and one["kind"] != "minimum"]
        reached = [one for one in here if item_of(one) in row["items"]]
        parts = []
        for (place, charge), amount in reduce(left, row).items():
            left[place, charge] -= amount
            of = {"of_item": charge[0], "code": row["code"]}
            parts.append(line(tariff, cycle, subscribers[place], "discount", account, row["item"], -amount, **of))
            parts[-1]["before_micro"] = taken
            taken -= amount
        made += capped(row, reached, parts)
    return made


def line(
    tariff: Row,
    cycle: tuple[int, int],
    subscriber: Row,
    kind: str,
    account: str | None,
    item: str,
    amount_micro: int,
    of_item: str = "",
    code: str = "",
    offer: str = "",
) -> Row:
    return {
        "account": account,
        "subscriber": subscriber["code"],
        "kind": kind,
        "item": item,
        "of_item": of_item,
        "code": code,
        "offer": offer,
        "tax_class": tax_class(tariff, of_item or item, local_date(cycle[1] - 1, tariff["zone"])),
        "amount_micro": amount_micro,
    }


def bill(
    tariff: Row, cycle: tuple[int, int], subscribers: list[Row], usage: Usage, before: Row | None = None
) -> tuple[list[Row], dict[str, Row]]:
    """(lines with amount_minor, headers by account: total_minor, taken_micro, tax by class)."""
    unit = minor_unit(tariff)
    units: dict[str, list[Row]] = defaultdict(list)
    for who in subscribers:
        units[unit_of(cycle, who)].append(who)
    lines = [line for members in units.values() for line in lines_of(tariff, cycle, members, usage, before)]
    together = list(units.values())
    for account in sorted({line["account"] for line in lines}):
        lines += lines_of_account(tariff, cycle, account, subscribers, together, lines)
    in_minor_units(tariff, lines)
    last_day = local_date(cycle[1] - 1, tariff["zone"])
    headers = {}
    for account in sorted({line["account"] for line in lines}):
        own = [line for line in lines if line["account"] == account]
        total = sum(line["amount_minor"] for line in own)
        headers[account] = {
            "total_minor": total,
            "rounding_micro": total * unit - sum(line["amount_micro"] for line in own),
            "tax_minor": taxes(tariff, own, last_day),
        }
    return lines, headers


def taxes(tariff: Row, lines: list[Row], last_day: date) -> dict[str, int]:
    """Tax contained in the lines, per tax class that has a rate."""
    found = {}
    for row in in_force(tariff["taxes"], last_day):
        own = [line["amount_minor"] for line in lines if line["tax_class"] == row["tax_class"]]
        if own:
            found[row["tax_class"]] = rounded(
                Fraction(sum(own) * row["rate_ppm"], MILLION + row["rate_ppm"]), "half_up"
            )
    return found
