"""A small operator for the life of months: two offers with everything that makes usage depend on other usage."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import transaction
from tests.billing.desk import YUAN, tariff

from yidian.domains.customer_bill import operations, queries
from yidian.domains.product_catalog.operations import load_tariff
from yidian.domains.product_inventory.operations import import_customers
from yidian.kernel.calendar import month_period
from yidian.kernel.rating.tariff import (
    Allowance,
    Cap,
    Discount,
    Fee,
    Minimum,
    Offer,
    Place,
    Prefix,
    Price,
    Rule,
    Zone,
)
from yidian.platform.lake.operations import register, write_file
from yidian.platform.writing.types import Actor
from yidian.runs.bill.report import BillReport
from yidian.runs.bill.results import bill_table, item_tables
from yidian.runs.bill.run import bill
from yidian.runs.post.close import close
from yidian.runs.post.run import PostReport, post
from yidian.runs.rate.inputs import Places
from yidian.runs.rate.run import rate

ZHANG, LI = Actor("staff", "zhang"), Actor("staff", "li")
ZONE = "Asia/Shanghai"
SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = "2026-09", "2026-10", "2026-11", "2026-12"
PEOPLE = (
    "c1,a1,s1,13800000001,PLAN,2026-01-01,,",
    "c1,a1,s1,13800000001,PACK,2026-01-01,,",
    "c2,a2,s2,13800000002,PLAN,2026-01-01,,family",
    "c2,a3,s3,13800000003,PLAN,2026-01-01,,family",
    "c4,a4,s4,13800000004,PLAN,2026-01-01,2026-10-21,",
    "c5,a5,s5,13800000005,PACK,2026-01-01,,",
)
TARIFF = tariff(
    zones=(Zone(code="cn", domestic=True),), prefixes=(Prefix(prefix="1", zone="cn", area="10"),),
    places=(Place(place="10", zone="cn", area="10"),),
    rules=(Rule(order=1, item="DATA", service="data"), Rule(order=2, item="LOCAL")),
    offers=(Offer(code="PLAN"), Offer(code="PACK", kind="pack")),
    prices=(
        Price(offer="PLAN", item="LOCAL", price_micro=333_333, per=60, block=60),
        Price(offer="PLAN", item="DATA", price_micro=YUAN, per=1000, block=1, tier_scope="cycle"),
        Price(offer="PLAN", item="DATA", price_micro=1, per=1000, block=1, tier_scope="cycle", tier_from=20_000),
        Price(offer="PACK", item="LOCAL", price_micro=190_000, per=60, block=60),
        Price(offer="PACK", item="DATA", price_micro=500_000, per=1000, block=1000),
    ),
    allowances=(
        Allowance(code="pool", offer="PLAN", items=("LOCAL",), quantity=1_800, block=60, scope="unit"),
        Allowance(code="free", offer="PACK", items=("DATA",), quantity=5_000, block=1),
    ),
    caps=(Cap(code="cap", offer="PLAN", items=("LOCAL",), amount_micro=30 * YUAN),),
    fees=(Fee(offer="PLAN", item="RENT", amount_micro=31 * YUAN, proration="by_days"),),
    discounts=(
        Discount(
            code="D5", offer="PACK", item="OFF", items=("LOCAL", "DATA"), rate_ppm=500_000, threshold_micro=20 * YUAN
        ),
    ),
    minimums=(Minimum(offer="PLAN", item="LEAST", amount_micro=45 * YUAN),),
)  # fmt: skip
Event = tuple[int, str, str, int, int]  # id, identifier, service, start_ms, seconds or bytes


@dataclass
class World:
    """A tenant with customers, and its months told in few words."""

    tenant: Any
    home: Path
    now: datetime = datetime(2026, 11, 2, 2, tzinfo=UTC)
    written: int = field(default=0)

    @property
    def places(self) -> Places:
        return Places(lake=self.home / "lake", work=self.home / "work")

    def open(self, *months: str, people: tuple[str, ...] = PEOPLE) -> World:
        load_tariff(tenant=self.tenant, tariff=TARIFF, source="t", now=self.now)
        path = self.home / "customers.csv"
        self.home.mkdir(exist_ok=True)
        path.write_text("customer,account,subscriber,identifier,offer,from,to,pool\n" + "\n".join(people) + "\n")
        offers = {row.split(",")[4] for row in people}
        import_customers(tenant=self.tenant, path=path, known_offers=dict.fromkeys(offers, (None, None)))
        for month in months:
            operations.open_cycle(tenant=self.tenant, name=month, now=self.now)
        return self

    def usage(self, *events: Event) -> World:
        """A usage file comes in."""
        if not events:
            return self
        self.written += 1
        pending = write_file(
            tenant=self.tenant, kind="usage", subject="switch", table=usage_table(events), name=f"u{self.written}",
            lake=self.places.lake,
        )  # fmt: skip
        with transaction.atomic():
            register(tenant=self.tenant, files=[pending])
        return self

    def rate(self, month: str) -> World:
        rate(tenant=self.tenant, places=self.places, cycle=month, now=self.now, threads=1)
        return self

    def bill(self, month: str, accounts: list[str] | None = None) -> BillReport:
        return bill(tenant=self.tenant, place=self.places, cycle_name=month, now=self.now, threads=1, accounts=accounts)

    def billed(self, month: str) -> World:
        self.rate(month).bill(month)
        return self

    def post(self, month: str) -> PostReport:
        return post(tenant=self.tenant, places=self.places, cycle=month, now=self.now, actor=ZHANG)

    def close(self, month: str, actor: Actor = ZHANG) -> World:
        close(tenant=self.tenant, places=self.places, cycle=month, now=self.now, actor=actor)
        return self

    def state(self, month: str) -> str:
        return queries.cycle_named(tenant=self.tenant, name=month).state

    def bills(self, month: str) -> dict[str, dict[str, Any]]:
        rows = bill_table(tenant=self.tenant, cycle=month).to_pylist()
        return {row["account"]: row for row in rows}

    def items(self, month: str) -> list[dict[str, Any]]:
        tables = item_tables(tenant=self.tenant, cycle=month, lake=self.places.lake)
        return [row for table in tables for row in table.to_pylist()]


def usage_table(events: tuple[Event, ...]) -> pa.Table:
    count = len(events)
    data = [service == "data" for _, _, service, _, _ in events]
    numbers = {
        "event_id": [e[0] for e in events], "event_check": [e[0] for e in events], "start_ms": [e[3] for e in events],
        "duration_s": [0 if d else e[4] for d, e in zip(data, events, strict=True)],
        "bytes_up": [e[4] if d else 0 for d, e in zip(data, events, strict=True)],
        "bytes_down": [0] * count, "count": [1] * count, "file_id": [1] * count, "record_no": list(range(count)),
    }  # fmt: skip
    texts = {
        "service": [e[2] for e in events], "direction": ["out"] * count, "identifier_kind": ["msisdn"] * count,
        "place": ["10"] * count, "rating_group": [""] * count, "identifier": [e[1] for e in events],
        "other_party": ["" if d else "13900000000" for d in data],
    }  # fmt: skip
    return pa.table(
        {n: pa.array(v, pa.int64()) for n, v in numbers.items()}
        | {n: pa.array(v, pa.string()) for n, v in texts.items()}
    )


def some_usage(chance: random.Random, month: str, count: int, first_id: int = 1) -> list[Event]:
    """Random calls and sessions of everybody, some by a number that nobody has."""
    period = month_period(month, ZONE)
    found = []
    for n in range(count):
        number = f"1380000000{chance.choice([1, 1, 2, 2, 3, 3, 4, 5, 9])}"
        service = chance.choice(["voice", "data"])
        most = chance.choice([90, 600, 4_000]) if service == "voice" else chance.choice([100, 3_000, 30_000])
        start = chance.randrange(period.start_ms, period.end_ms)
        found.append((first_id + n, number, service, start, chance.randrange(1, most)))
    return found


def told(rows: list[dict[str, Any]], *, origin: str) -> dict[tuple[str, ...], tuple[int, int]]:
    """(micro, minor) by all that tells lines apart, of the lines of a month that are of `origin`."""
    names = ("account", "subscriber", "kind", "item", "of_item", "offer", "discount", "tax_class")
    sums: dict[tuple[str, ...], tuple[int, int]] = {}
    for row in rows:
        if row["origin"] == origin and row["kind"] != "adjustment":
            key = tuple(row[name] for name in names)
            micro, minor = sums.get(key, (0, 0))
            sums[key] = (micro + row["amount_micro"], minor + row["amount_minor"])
    return sums


def together(*sums: dict[tuple[str, ...], tuple[int, int]]) -> dict[tuple[str, ...], tuple[int, int]]:
    """Sums added up; what came to nothing is left out."""
    total: dict[tuple[str, ...], tuple[int, int]] = {}
    for one in sums:
        for key, (micro, minor) in one.items():
            before = total.get(key, (0, 0))
            total[key] = (before[0] + micro, before[1] + minor)
    return {key: value for key, value in total.items() if value != (0, 0)}
