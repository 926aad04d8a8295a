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
Charge = tuple[str, str, str, str]  # account, subscriber, item, tax class
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
                    {"account": account_at(subscriber, window[0]), "item": fee["item"], "amount_micro": amount}
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
    return sorted(((offer, window) for offer, window in held if window), key=lambda pair: (pair[1], pair[0]))


def discounts_of(tariff: Row, cycle: tuple[int, int], subscriber: Row) -> list[Row]:
    """Discount rows by (priority, code); of one code only that of the earliest holding."""
    chosen: dict[str, Row] = {}
    for offer, window in windows(cycle, subscriber):
        for row in only(in_force(tariff["discounts"], local_date(window[0], tariff["zone"])), offer=offer):
            chosen.setdefault(row["code"], row)
    return sorted(chosen.values(), key=lambda row: (row["priority"], row["code"]))


def reduce(left: dict[Charge, int], row: Row) -> dict[Charge, int]:
    """What a discount takes from each charge, largest remainder first, then item code, then account."""
    listed = sorted(
        (c for c, amount in left.items() if c[2] in row["items"] and amount > 0), key=lambda c: (c[2], c[0])
    )
    base = sum(left[charge] for charge in listed)
    if base <= 0 or base < row["threshold_micro"]:
        return {}
    if row["rate_ppm"]:
        reduction = min(base, rounded(Fraction(base * row["rate_ppm"], MILLION), "half_up"))
    else:
        reduction = min(base, row["amount_micro"])
    parts = shared(reduction, [(f"{place:06}", left[charge]) for place, charge in enumerate(listed)])
    return {charge: parts[f"{place:06}"] for place, charge in enumerate(listed) if parts[f"{place:06}"]}


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


def lines_of(tariff: Row, cycle: tuple[int, int], subscriber: Row, usage: dict[tuple[str, str, str], int]) -> list[Row]:
    """The lines of one subscriber in micro-units: usage and fees per item, reductions, the minimum's difference."""
    last_day = local_date(cycle[1] - 1, tariff["zone"])
    charges: dict[Charge, int] = defaultdict(int)
    for (code, account, item), amount in usage.items():
        if code == subscriber["code"]:
            charges[account, code, item, tax_class(tariff, item, last_day)] += amount
    for fee in fees_of(tariff, cycle, subscriber):
        key = (fee["account"], subscriber["code"], fee["item"], tax_class(tariff, fee["item"], last_day))
        charges[key] += fee["amount_micro"]
    lines = dict(charges)
    left = dict(charges)
    for row in discounts_of(tariff, cycle, subscriber):
        for charge, amount in reduce(left, row).items():
            left[charge] -= amount
            key = (charge[0], charge[1], row["item"], charge[3])
            lines[key] = lines.get(key, 0) - amount
    least = minimum_of(tariff, cycle, subscriber)
    missing = least[0] - sum(lines.values()) if least else 0
    if least and missing > 0:
        account, item = account_at(subscriber, least[2]), least[1]["item"]
        key = (str(account), subscriber["code"], item, tax_class(tariff, item, last_day))
        lines[key] = lines.get(key, 0) + missing
    names = ("account", "subscriber", "item", "tax_class")
    return [{**dict(zip(names, key, strict=True)), "amount_micro": amount} for key, amount in sorted(lines.items())]


def bill(
    tariff: Row, cycle: tuple[int, int], subscribers: list[Row], usage: dict[tuple[str, str, str], int]
) -> tuple[list[Row], dict[str, Row]]:
    """(lines with amount_minor, headers by account: total_minor, taken_micro, tax by class)."""
    unit = minor_unit(tariff)
    lines = [line for subscriber in subscribers for line in lines_of(tariff, cycle, subscriber, usage)]
    for line in lines:
        line["amount_minor"] = rounded_to(Fraction(line["amount_micro"]), unit, tariff["bill_rounding"]) // unit
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
