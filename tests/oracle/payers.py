"""Who pays (§8.1): lines of a subscriber that others have taken upon them, whole, in part or up to a limit."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

from .roundings import rounded
from .rows import holds

Row = dict[str, Any]
Charge = tuple[str, str, str, str]  # item, account, kind, offer of a fee
KINDS = ("usage", "fee", "advance")
MILLION = 1_000_000


def in_order(charge: Charge) -> tuple[str, str, int, str]:
    return charge[0], charge[1], KINDS.index(charge[2]), charge[3]


def payers_of(subscriber: Row, cycle: tuple[int, int]) -> list[Row]:
    rows = [row for row in subscriber.get("payers", ()) if holds((row["from"], row["to"]), cycle[1] - 1)]
    return sorted(rows, key=lambda row: (row["priority"], row["account"]))


def settled(charges: dict[Charge, int], subscriber: Row, cycle: tuple[int, int]) -> dict[Charge, int]:
    """The charges by who bears them. What somebody has taken nobody else takes."""
    left, taken = dict(charges), defaultdict(int)
    rates: dict[Charge, int] = defaultdict(int)
    for row in payers_of(subscriber, cycle):
        limit = row["limit_micro"]
        for charge in sorted(left, key=in_order):
            if row["items"] != "*" and charge[0] not in row["items"]:
                continue
            if row["mode"] == "full":
                moved = left[charge]
            elif row["mode"] == "limit":
                moved = max(0, min(left[charge], limit))
                limit -= moved
            else:
                moved = share_of(charges[charge], rates, charge, row["rate_ppm"], left[charge])
            if moved or row["mode"] == "full":
                taken[charge[0], row["account"], charge[2], charge[3]] += moved
                left[charge] -= moved
                if not left[charge]:
                    del left[charge]
    for charge, amount in taken.items():
        left[charge] = left.get(charge, 0) + amount
    return left


def share_of(whole: int, rates: dict[Charge, int], charge: Charge, rate_ppm: int, left: int) -> int:
    """The shares of one line telescope: all of them together are the rounded share of all rates together."""
    before, rates[charge] = rates[charge], min(rates[charge] + rate_ppm, MILLION)
    upto, earlier = (rounded(Fraction(whole * rate, MILLION), "half_up") for rate in (rates[charge], before))
    part = upto - earlier
    return min(part, left) if whole > 0 else max(part, left)
