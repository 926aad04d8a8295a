"""What a cycle leaves and the next one finds (§6): rollover, and allowances that live as long as the holding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .buckets import FOREVER, Bucket, buckets_of_cycle, put
from .rows import covers, overlap, unit_at
from .time import local_date

Row = dict[str, Any]


@dataclass(frozen=True)
class LeftOver:
    """`origin`: the begin of the holding; None: of a cycle's own, drawn in `remains` further cycles."""

    owner: tuple[str, str]
    code: str
    offer: str
    origin: int | None
    remains: int
    units: int


@dataclass
class Lasting(Bucket):
    """A bucket that may leave something. `ends`: by what it is ranked, where it is not its window."""

    remains: int = 0
    origin: int | None = None
    ends: int | None = None

    def rank(self) -> tuple[int, int, str, int, str]:
        ends = self.window[1] if self.ends is None else self.ends
        return self.row["priority"], ends, self.code, self.window[0], self.row["offer"]


def opening(
    tariff: Row, cycle: tuple[int, int], subscribers: list[Row], before: Sequence[LeftOver]
) -> list[Bucket]:  # fmt: skip
    of_cycle = [row for row in tariff["allowances"] if row["period"] != "holding"]
    own = buckets_of_cycle({**tariff, "allowances": of_cycle}, cycle, subscribers)
    found: list[Bucket] = [
        Lasting(**vars(bucket), remains=bucket.row["rollover"] if bucket.row["period"] == "cycle" else 0)
        for bucket in own
    ]
    return found + of_holdings(tariff, cycle, subscribers, before) + carried(tariff, cycle, before)


def of_holdings(
    tariff: Row, cycle: tuple[int, int], subscribers: list[Row], before: Sequence[LeftOver]
) -> list[Bucket]:  # fmt: skip
    found: list[Bucket] = []
    for subscriber in subscribers:
        for offer, begins, ends in subscriber["holdings"]:
            window = overlap((begins, ends), cycle)
            for row in tariff["allowances"]:
                wanted = row["period"] == "holding" and row["offer"] == offer
                if window is None or not wanted or not covers(row, local_date(begins, tariff["zone"])):
                    continue
                owner = unit_at(subscriber, window[0]) if row["scope"] == "unit" else subscriber["code"]
                serving = (window[0], FOREVER if window[1] == cycle[1] else window[1])
                if owner is not None:
                    bucket = Lasting(
                        row["code"], (row["scope"], owner), serving, row, row["quantity"], "cycle", origin=begins
                    )
                    put_by_origin(found, bucket)
    known = {(one.owner, one.code, one.offer, one.origin): one.units for one in before if one.origin is not None}
    for bucket in sorted(found, key=lambda one: one.window):
        assert isinstance(bucket, Lasting)
        key = (bucket.owner, bucket.code, bucket.row["offer"], bucket.origin)
        if bucket.origin is not None and bucket.origin < cycle[0] and key in known:
            bucket.left, known[key] = known[key], 0
    return found


def put_by_origin(found: list[Bucket], bucket: Lasting) -> None:
    """Members whose holdings began at one instant bring one bucket; others bring their own."""
    alike = [one for one in found if isinstance(one, Lasting) and one.origin == bucket.origin]
    before = len(alike)
    put(alike, bucket)
    if len(alike) > before:
        found.append(bucket)


def carried(tariff: Row, cycle: tuple[int, int], before: Sequence[LeftOver]) -> list[Bucket]:
    """What was left of a cycle's own: one bucket for each owner, allowance, and number of cycles it has."""
    sums: dict[tuple[tuple[str, str], str, str, int], int] = {}
    for one in before:
        if one.origin is None and one.remains > 0 and one.units > 0:
            key = (one.owner, one.code, one.offer, one.remains)
            sums[key] = sums.get(key, 0) + one.units
    found: list[Bucket] = []
    for (owner, code, offer, remains), units in sums.items():
        row = row_of(tariff, code, offer, cycle)
        if row is not None:
            found.append(
                Lasting(code, owner, (cycle[0], FOREVER), row, units, "cycle", remains=remains - 1,
                        ends=cycle[1] + remains - 1)
            )  # fmt: skip
    return found


def row_of(tariff: Row, code: str, offer: str, cycle: tuple[int, int]) -> Row | None:
    """The row of an allowance in force as the cycle begins, else the last."""
    named = [row for row in tariff["allowances"] if (row["code"], row["offer"]) == (code, offer)]
    day = local_date(cycle[0], tariff["zone"])
    now = [row for row in named if covers(row, day)]
    ordered = sorted(named, key=lambda row: str(row["valid_from"] or ""))
    return now[0] if now else (ordered[-1] if ordered else None)


def closing(buckets: list[Bucket]) -> list[LeftOver]:
    found = []
    for bucket in buckets:
        assert isinstance(bucket, Lasting)
        lasting = bucket.origin is not None and bucket.window[1] == FOREVER
        if lasting or (bucket.origin is None and bucket.remains > 0 and bucket.left > 0):
            found.append(
                LeftOver(bucket.owner, bucket.code, bucket.row["offer"], bucket.origin, bucket.remains, bucket.left)
            )
    return found
