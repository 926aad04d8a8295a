"""Fees and the bill of a cycle (§7, §8)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from .roundings import minor_unit, rounded, rounded_to, shared
from .rows import account_at, holds, in_force, only, overlap
from .time import days_touched, local_date, within_validity

Row = dict[str, Any]
Charge = tuple[str, str, str, str]  # item, account, kind, offer of a fee
Usage = dict[tuple[str, str, str], int]  # (subscriber, account, item) → amount_micro
MILLION = 1_000_000


def fees_of(tariff: Row, cycle: tuple[int, int], subscriber: Row) -> list[Row]:
    """One row per fee row that counts: account, item, amount_micro (rounded as the fee names)."""
    found = []
    for offer, begins, ends in subscriber["holdings"]:
        window = overlap((begins, ends), cycle)
        if window is None:
            continue
        for fee in only(tariff["fees"], offer=offer):
            exact = fee_amount(tariff, cycle, fee, window, begins)
            if exact is not None:
                unit = minor_unit(tariff) if fee["round_to"] == "minor" else 1
                amount = rounded_to(exact, unit, fee["rounding"])
                found.append(
                    {
                        "account": account_at(subscriber, window[0]),
                        "item": fee["item"],
                        "offer": offer,
                        "amount_micro": amount,
                    }
                )
    return found


def fee_amount(tariff: Row, cycle: tuple[int, int], fee: Row, window: tuple[int, int], begins: int) -> Fraction | None:
    zone = tariff["zone"]
    first_day = local_date(window[0], zone)
    in_force_first_day = bool(in_force([fee], first_day))
    if fee["charged"] == "once":
        return Fraction(fee["amount_micro"]) if in_force_first_day and holds(cycle, begins) else None
    if fee["proration"] == "none":
        return Fraction(fee["amount_micro"]) if in_force_first_day else None
    part = within_validity(window, fee, zone)
    if part is None:
        return None
    days = days_touched(part, zone)
    if fee["proration"] == "day_price":
        return Fraction(min(fee["amount_micro"], days * fee["day_price_micro"]))
    return Fraction(fee["amount_micro"] * days, days_touched(cycle, zone))


def windows(cycle: tuple[int, int], subscriber: Row) -> list[tuple[str, tuple[int, int]]]:
    """(offer, holding within the cycle), earliest first."""
    held = [(offer, overlap((begins, ends), cycle)) for offer, begins, ends in subscriber["holdings"]]
    return sorted(((offer, window) for offer, window in held if window), key=lambda pair: (pair[1][0], pair[0]))


def discounts_of(tariff: Row, cycle: tuple[int, int], subscriber: Row) -> list[Row]:
    """The discount rows that count, by (priority, code); of one code the first."""
    found = []
    for offer, window in windows(cycle, subscriber):
        found += only(in_force(tariff["discounts"], local_date(window[0], tariff["zone"])), offer=offer)
    found.sort(key=lambda row: (row["priority"], row["code"], row["offer"], row["valid_from"] or date.min))
    return [row for place, row in enumerate(found) if row["code"] not in {before["code"] for before in found[:place]}]


def reduction(left: dict[Charge, int], row: Row) -> int:
    base = sum(amount for charge, amount in left.items() if charge[0] in row["items"])
    if base <= 0 or base < row["threshold_micro"]:
        return 0
    if row["rate_ppm"]:
        return min(base, rounded(Fraction(base * row["rate_ppm"], MILLION), "half_up"))
    return min(base, int(row["amount_micro"]))


def reduce(left: dict[Charge, int], row: Row) -> dict[Charge, int]:
    """What a discount takes from each charge: shared over the items, then the part of an item over its accounts."""
    whole = reduction(left, row)
    if not whole:
        return {}
    items = sorted({item for item, *_ in left if item in row["items"]})
    by_item = shared(whole, [(item, sum(left[c] for c in left if c[0] == item)) for item in items])
    taken = {}
    for item, part in by_item.items():
        own = sorted(charge for charge in left if charge[0] == item)
        for name, micro in shared(part, [(" ".join(charge), left[charge]) for charge in own]).items() if part else ():
            taken[next(charge for charge in own if " ".join(charge) == name)] = micro
    return {charge: micro for charge, micro in taken.items() if micro}


def minimum_of(tariff: Row, cycle: tuple[int, int], subscriber: Row) -> tuple[int, Row, int] | None:
    """(least micro, its row, first instant of its window): the highest of those held."""
    found = []
    for offer, window in windows(cycle, subscriber):
        for row in only(in_force(tariff["minimums"], local_date(window[0], tariff["zone"])), offer=offer):
            days = Fraction(days_touched(window, tariff["zone"]), days_touched(cycle, tariff["zone"]))
            least = rounded_to(row["amount_micro"] * days, minor_unit(tariff), "half_up")
            found.append((least, row, window[0]))
    return max(found, key=lambda each: each[0]) if found else None


def tax_class(tariff: Row, item: str, last_day: date) -> str:
    rows = only(tariff["items"], code=item)
    return str((in_force(rows, last_day) or rows)[0]["tax_class"])


def charges_of(tariff: Row, cycle: tuple[int, int], subscriber: Row, usage: Usage) -> dict[Charge, int]:
    """Usage and fees of a subscriber in micro-units; a fee of nothing is none."""
    charges: dict[Charge, int] = defaultdict(int)
    for (code, account, item), amount in usage.items():
        if code == subscriber["code"]:
            charges[item, account, "usage", ""] += amount
    for fee in fees_of(tariff, cycle, subscriber):
        if fee["amount_micro"]:
            charges[fee["item"], fee["account"], "fee", fee["offer"]] += fee["amount_micro"]
    return dict(charges)


def lines_of(tariff: Row, cycle: tuple[int, int], subscriber: Row, usage: Usage) -> list[Row]:
    """The lines of one subscriber in micro-units: usage and fees per item, each part of a reduction, the minimum."""
    charges = charges_of(tariff, cycle, subscriber, usage)
    lines = [
        line(tariff, cycle, subscriber, kind, account, item, amount, offer=offer)
        for (item, account, kind, offer), amount in charges.items()
    ]
    left = dict(charges)
    for row in discounts_of(tariff, cycle, subscriber):
        before = 0
        for charge, amount in reduce(left, row).items():
            left[charge] -= amount
            of = {"of_item": charge[0], "code": row["code"]}
            lines.append(line(tariff, cycle, subscriber, "discount", charge[1], row["item"], -amount, **of))
            lines[-1]["before_micro"] = before  # what this discount has taken from the lines above
            before -= amount
    least = minimum_of(tariff, cycle, subscriber)
    missing = least[0] - sum(each["amount_micro"] for each in lines) if least else 0
    if least and missing > 0:
        account = account_at(subscriber, least[2])
        lines.append(line(tariff, cycle, subscriber, "minimum", account, least[1]["item"], missing))
    return lines


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


def bill(tariff: Row, cycle: tuple[int, int], subscribers: list[Row], usage: Usage) -> tuple[list[Row], dict[str, Row]]:
    """(lines with amount_minor, headers by account: total_minor, taken_micro, tax by class)."""
    unit = minor_unit(tariff)
    lines = [line for subscriber in subscribers for line in lines_of(tariff, cycle, subscriber, usage)]
    for line in lines:
        before = line.pop("before_micro", 0)
        upto = rounded_to(Fraction(before + line["amount_micro"]), unit, tariff["bill_rounding"])
        line["amount_minor"] = (upto - rounded_to(Fraction(before), unit, tariff["bill_rounding"])) // unit
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
