"""What a discount takes, of whom, and what that comes to in minor units (§8.2, §8.4)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .payers import Charge, in_order
from .roundings import minor_unit, rounded, rounded_to, shared

Row = dict[str, Any]
Mine = tuple[int, Charge]  # place of the subscriber in its unit
MILLION = 1_000_000


def reduction(left: dict[Mine, int], row: Row) -> int:
    base = sum(amount for (_, charge), amount in left.items() if charge[0] in row["items"])
    if base <= 0 or base < row["threshold_micro"]:
        return 0
    if row["cap_micro"]:
        return max(0, base - int(row["cap_micro"]))
    if row["rate_ppm"]:
        return min(base, rounded(Fraction(base * row["rate_ppm"], MILLION), "half_up"))
    return min(base, int(row["amount_micro"]))


def divided(whole: int, weights: list[int]) -> list[int]:
    """Largest remainder, equal ones in the order given; what is below nought bears nothing."""
    named = [(f"{place:06}", max(weight, 0)) for place, weight in enumerate(weights)]
    parts = shared(whole, named)
    return [parts[name] for name, _ in named]


def reduce(left: dict[Mine, int], row: Row) -> dict[Mine, int]:
    """What a discount takes from each charge: shared over the items, then the part of an item over who pays it."""
    whole = reduction(left, row)
    if not whole:
        return {}
    items = sorted({charge[0] for _, charge in left if charge[0] in row["items"]})
    sums = [sum(left[mine] for mine in left if mine[1][0] == item) for item in items]
    taken: dict[Mine, int] = {}
    for item, part in zip(items, divided(whole, sums), strict=True):
        own = sorted((mine for mine in left if mine[1][0] == item), key=lambda mine: (mine[0], in_order(mine[1])))
        parts = divided(part, [left[mine] for mine in own]) if part else [0] * len(own)
        taken |= dict(zip(own, parts, strict=True))
    return {mine: micro for mine, micro in taken.items() if micro}


def item_of(line: Row) -> str:
    return str(line["of_item"] or line["item"])


def capped(row: Row, reached: list[Row], parts: list[Row]) -> list[Row]:
    """The parts of a reduction; the last one remembers what a cap counts."""
    if parts and row["cap_micro"]:
        parts[-1]["capped"] = row["cap_micro"], reached, parts
    return parts


def in_minor_units(tariff: Row, lines: list[Row]) -> None:
    """Round the lines in the order in which they came about; what is then above a cap its largest part takes too."""
    unit, how = minor_unit(tariff), tariff["bill_rounding"]
    for line in lines:
        before = line.pop("before_micro", 0)
        upto = rounded_to(Fraction(before + line["amount_micro"]), unit, how)
        line["amount_minor"] = (upto - rounded_to(Fraction(before), unit, how)) // unit
        cap, reached, parts = line.pop("capped", (0, [], []))
        if cap:
            above = sum(one["amount_minor"] for one in (*reached, *parts)) - cap // unit
            min(parts, key=lambda one: one["amount_micro"])["amount_minor"] -= max(0, above)
