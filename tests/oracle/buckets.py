"""The buckets of a cycle: what the offers include, for whom, from when until when (§6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .roundings import rounded
from .rows import ANY, holds, overlap, unit_at
from .time import days_touched, days_within, local_date, within_validity

Row = dict[str, Any]
FOREVER = 10**18


@dataclass
class Bucket:
    code: str
    owner: tuple[str, str]  # ("subscriber" | "unit", code)
    window: tuple[int, int]
    row: Row
    left: int
    period: str  # "cycle", or the date of a bucket of one day

    def serves(self, item: str, band: str, instant_ms: int) -> bool:
        fits = item in self.row["items"] and (ANY in self.row["bands"] or band in self.row["bands"])
        return fits and holds(self.window, instant_ms) and self.left > 0

    def member_limit(self) -> int:
        return int(self.row["member_limit"]) if self.row["scope"] == "unit" else 0

    def limit_key(self) -> tuple[str, str, str]:
        """What one member's draws are counted by: all buckets of this allowance in this period together."""
        return self.row["offer"], self.code, self.period

    def rank(self) -> tuple[int, int, str, int, str]:
        return self.row["priority"], self.window[1], self.code, self.window[0], self.row["offer"]


def quantity_of(row: Row, window: tuple[int, int], cycle: tuple[int, int], zone: str) -> int:
    if row["proration"] == "none" or row["period"] == "day":
        return int(row["quantity"])
    share = Fraction(row["quantity"] * days_touched(window, zone), days_touched(cycle, zone))
    return rounded(share / row["block"], row["rounding"]) * int(row["block"])


def buckets_of_cycle(tariff: Row, cycle: tuple[int, int], subscribers: list[Row]) -> list[Bucket]:
    found: list[Bucket] = []
    for subscriber in subscribers:
        for offer, begins, ends in subscriber["holdings"]:
            held = overlap((begins, ends), cycle)
            for row in tariff["allowances"]:
                whole = within_validity(held, row, tariff["zone"]) if held and row["offer"] == offer else None
                for window in windows(row, whole, tariff["zone"]):
                    units = quantity_of(row, window, cycle, tariff["zone"])
                    owner = unit_at(subscriber, window[0]) if row["scope"] == "unit" else subscriber["code"]
                    # what reaches the end of the cycle serves the cycle's last call to that call's end
                    serving = (window[0], FOREVER if window[1] == cycle[1] else window[1])
                    period = str(local_date(window[0], tariff["zone"])) if row["period"] == "day" else "cycle"
                    if owner is not None:
                        put(found, Bucket(row["code"], (row["scope"], owner), serving, row, units, period))
    return found


def windows(row: Row, whole: tuple[int, int] | None, zone: str) -> list[tuple[int, int]]:
    """One bucket for the window, or one for each local day of it."""
    if whole is None:
        return []
    return days_within(whole, zone) if row["period"] == "day" else [whole]


def put(found: list[Bucket], bucket: Bucket) -> None:
    """An allowance is one bucket for an owner and a window: the sum of what members, and packs that stack, bring."""
    for other in found:
        same = (other.owner, other.window) == (bucket.owner, bucket.window) and other.row is bucket.row
        if same:
            other.left += bucket.left
            return
    found.append(bucket)


def bucket_for(
    buckets: list[Bucket], subscriber: Row, item: str, band: str, instant_ms: int, pays: Callable[[Bucket], bool]
) -> Bucket | None:
    """Of the subscriber's own buckets and those of the unit it belongs to at the instant, the one to draw from.

    `pays`: whether enough is left in a bucket, for this subscriber, to draw anything at all.
    """
    mine = (("subscriber", subscriber["code"]), ("unit", unit_at(subscriber, instant_ms)))
    able = [b for b in buckets if b.owner in mine and b.serves(item, band, instant_ms) and pays(b)]
    return min(able, key=lambda bucket: bucket.rank()) if able else None
