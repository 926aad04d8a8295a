"""A synthetic operator for measuring: subscribers, a tariff of sixty plans, and a month of usage in the lake.

Seeded: the same numbers give the same operator. One subscriber in five shares a family account; 40,000 prefixes.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from yidian.kernel.rating.tariff import (
    Allowance,
    Band,
    Cap,
    Discount,
    Fee,
    Item,
    Offer,
    Place,
    Prefix,
    Price,
    Rule,
    Tariff,
    Tax,
    Zone,
)  # fmt: skip

CYCLE = "2026-10"
PLAIN = "plain"  # the tariff as it is made here; see features.py for the others
DAYS = 31
HEADER = ("customer", "customer_name", "account", "subscriber", "identifier", "home_area", "offer", "from", "to")
NOW = datetime(2026, 11, 1, tzinfo=UTC)
AREAS = [f"{n}" for n in range(310, 650)]
PLANS = 60
SINCE = date(2026, 1, 1)
FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚建国志文红梅晓雨思远子轩欣怡浩然诗涵"
VOICE = ("local", "long", "roam", *(f"idd{n}" for n in range(6)))
M0 = int(datetime(2026, 9, 30, 16, tzinfo=UTC).timestamp()) * 1000


def tariff(rng: np.random.Generator) -> Tariff:
    """60 plans of 18 voice prices, a ladder for data, four allowances, a cap and a discount each; 40,000 prefixes."""
    plans = [f"plan{n:02d}" for n in range(PLANS)]
    return Tariff(
        currency="CNY",
        zone="Asia/Shanghai",
        zones=(Zone(code="cn", domestic=True), *(Zone(code=f"{k}{n}") for k in "zr" for n in range(6))),
        prefixes=tuple(prefixes(rng)),
        places=(
            *(Place(place=a, zone="cn", area=a) for a in AREAS),
            *(Place(place=f"x{n}", zone=f"r{n}") for n in range(6)),
        ),
        bands=(
            Band(band_set="day", band="night", day_type="*", from_minute=0, to_minute=420),
            Band(band_set="day", band="day", day_type="*", from_minute=420, to_minute=1440),
        ),
        items=tuple(items()),
        rules=tuple(rules()),
        offers=(*(Offer(code=code) for code in plans), Offer(code="extra", kind="pack", priority=1)),
        fees=tuple(fee(rng, code) for code in plans),
        prices=(
            *(p for code in plans for p in prices(rng, code)),
            Price(offer="extra", item="sms", price_micro=50_000, per=1, block=1),
        ),
        allowances=tuple(a for code in plans for a in allowances(rng, code)),
        caps=tuple(Cap(code="data600", offer=code, items=("data",), amount_micro=600_000_000) for code in plans),
        discounts=tuple(
            Discount(code=f"{code}off", offer=code, item="off", items=("local", "long"), rate_ppm=100_000,
                     threshold_micro=100_000_000)
            for code in plans
        ),
        taxes=(Tax(tax_class="basic", rate_ppm=90_000), Tax(tax_class="value", rate_ppm=90_000, valid_from=SINCE)),
    )  # fmt: skip


def fee(rng: np.random.Generator, plan: str) -> Fee:
    return Fee(offer=plan, item="rent", amount_micro=int(rng.integers(8, 199)) * 1_000_000, proration="by_days")


def prefixes(rng: np.random.Generator) -> list[Prefix]:
    segments = np.sort(rng.choice(np.arange(1_300_000, 1_999_999), 30_000, replace=False))
    area = rng.integers(0, len(AREAS), len(segments))
    abroad = {f"00{n}" for n in rng.integers(20, 99_999, 9_700)}
    return [
        *(Prefix(prefix=str(s), zone="cn", area=AREAS[a]) for s, a in zip(segments, area, strict=True)),
        *(Prefix(prefix=f"0{a}", zone="cn", area=a) for a in AREAS),
        *(Prefix(prefix=p, zone=f"z{int(p) % 6}") for p in sorted(abroad)),
    ]


def items() -> list[Item]:
    voice = {"measure": "duration", "tax_class": "basic", "band_set": "day", "split": "block"}
    data = {"measure": "volume", "tax_class": "value", "round_on": "total", "round_to": "minor"}
    return [
        *(Item(code=code, **voice) for code in VOICE),  # type: ignore[arg-type]
        *(Item(code=code, **data) for code in ("data", "data_abroad")),  # type: ignore[arg-type]
        Item(code="sms", measure="count", tax_class="value"),
        Item(code="rent", kind="recurring", tax_class="basic"),
        Item(code="off", kind="discount", tax_class="basic"),
    ]


def rules() -> list[Rule]:
    wanted: list[dict[str, str]] = [
        {"service": "data", "visited": "home", "item": "data"},
        {"service": "data", "visited": "national", "item": "data"},
        {"service": "data", "item": "data_abroad"},
        {"service": "sms", "item": "sms"},
        *({"service": "voice", "zone": f"z{n}", "item": f"idd{n}"} for n in range(6)),
        {"service": "voice", "visited": "national", "item": "roam"},
        {"service": "voice", "relation": "local", "item": "local"},
        {"service": "voice", "item": "long"},
    ]
    return [Rule(order=n, **rule) for n, rule in enumerate(wanted, 1)]  # type: ignore[arg-type]


def prices(rng: np.random.Generator, plan: str) -> list[Price]:
    block = int(rng.choice([6, 60, 60]))
    data = {"offer": plan, "item": "data", "per": 1 << 20, "block": 1024, "tier_scope": "cycle"}
    return [
        *(
            Price(
                offer=plan,
                item=item,
                band=band,
                price_micro=int(rng.integers(1, 40)) * 1000 * factor,
                per=60,
                block=block,
            )
            for item in VOICE
            for band, factor in (("day", 10_000), ("night", 6_000))
        ),
        Price(price_micro=30_000, **data),  # type: ignore[arg-type]
        Price(price_micro=5_000, tier_from=200 << 20, **data),  # type: ignore[arg-type]
        Price(offer=plan, item="data_abroad", price_micro=300_000, per=1 << 20, block=1024),
        Price(offer=plan, item="sms", price_micro=100_000, per=1, block=1),
    ]


def allowances(rng: np.random.Generator, plan: str) -> list[Allowance]:
    def some(high: int) -> int:
        return int(rng.integers(1, high))

    shared = {"offer": plan, "scope": "unit", "proration": "by_days"}
    return [
        Allowance(code=f"{plan}v0", offer=plan, items=("local",), quantity=some(200) * 60, block=60, priority=1),
        Allowance(code=f"{plan}v1", items=VOICE[:3], quantity=some(300) * 60, block=60, priority=2, **shared),  # type: ignore[arg-type]
        Allowance(code=f"{plan}d0", items=("data",), quantity=some(4096) << 20, block=1024, **shared),  # type: ignore[arg-type]
        Allowance(code=f"{plan}s0", offer=plan, items=("sms",), quantity=some(30), block=1),
    ]


def numbers(rng: np.random.Generator, table: Tariff, count: int) -> tuple[np.ndarray, list[str]]:
    """Distinct mobile numbers and their home areas."""
    mobile = [p for p in table.prefixes if p.prefix[0] == "1"]
    chosen = rng.permutation(np.unique(rng.integers(0, len(mobile) * 10_000, 2 * count)))[:count]
    value = np.array([int(p.prefix) for p in mobile])[chosen // 10_000] * 10_000 + chosen % 10_000
    return value, [mobile[n].area for n in (chosen // 10_000).tolist()]


def name_of(n: int) -> str:
    """Of the n-th customer: one of some 25,000, the first ones more often than the last."""
    given = n * n % 1_259 * 7
    return FAMILY[n % 7 * (n % 3) % len(FAMILY)] + GIVEN[given % len(GIVEN)] + GIVEN[given // 11 % len(GIVEN)]


def customers(rng: np.random.Generator, msisdn: np.ndarray, home: list[str]) -> list[tuple[int, dict[str, str]]]:
    """Rows of a customers file: 92 % one plan, the rest change it within the month; one in five in a family account."""
    rows: list[dict[str, str]] = []
    account, left = 0, 0
    for n, number in enumerate(msisdn.tolist()):
        if left == 0:
            account += 1
            left = int(rng.integers(2, 6)) if rng.random() < 0.0625 else 1
        left -= 1
        customer = {"customer": f"C{account:07d}", "customer_name": name_of(account)}
        who = {**customer, "account": f"A{account:07d}", "subscriber": f"S{n:07d}"}
        base = {**who, "identifier": str(number), "home_area": home[n]}
        plan = int(rng.integers(0, PLANS))
        if rng.random() < 0.08:
            day = f"2026-10-{int(rng.integers(3, 30)):02d}"
            rows.append({**base, "offer": f"plan{plan:02d}", "from": "2025-06-01", "to": day})
            rows.append({**base, "offer": f"plan{(plan + 7) % PLANS:02d}", "from": day, "to": ""})
        else:
            rows.append({**base, "offer": f"plan{plan:02d}", "from": "2025-06-01", "to": ""})
    return [(n + 2, row) for n, row in enumerate(rows)]


def write_customers(path: Path, rows: list[tuple[int, dict[str, str]]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(row for _, row in rows)


def usage(
    rng: np.random.Generator,
    msisdn: np.ndarray,
    home: list[str],
    others: np.ndarray,
    table: Tariff,
    day: int,
    rows: int,
) -> pa.Table:
    """A day of usage: 60 % voice, 25 % data, 15 % messages; 0.2 % of unknown numbers."""
    abroad = [p.prefix for p in table.prefixes if p.prefix.startswith("00")]
    who = rng.integers(0, len(msisdn), rows)
    a = msisdn[who].copy()
    a[rng.random(rows) < 0.002] = 19999999999
    service = rng.choice(3, rows, p=[0.6, 0.25, 0.15])
    b = others[rng.integers(0, len(others), rows)].astype("U19")
    out = rng.random(rows) < 0.03
    b[out] = np.char.add(np.array(abroad)[rng.integers(0, len(abroad), out.sum())], "5551234")
    b[service == 1] = ""
    hour = np.array([1, 0.6, 0.4, 0.3, 0.3, 0.5, 1.5, 3, 5, 6, 6, 6, 6, 5, 5, 5.5, 6, 6.5, 7, 7.5, 7, 6, 4, 2])
    start = (
        M0 + day * 86_400_000 + rng.choice(24, rows, p=hour / hour.sum()) * 3_600_000 + rng.integers(0, 3_600_000, rows)
    )
    order = np.argsort(start + rng.integers(0, 600_000, rows), kind="stable")
    duration = np.where(service == 0, np.minimum(rng.lognormal(3.9, 1.1, rows), 14_400), 0).astype(np.int64)
    volume = np.where(service == 1, np.minimum(rng.lognormal(15.5, 2.0, rows), 8e9), 0).astype(np.int64)
    areas = [*AREAS, "", *(f"x{n}" for n in range(6))]
    home_of = np.array([AREAS.index(h) for h in home], np.int32)
    place = np.where(rng.random(rows) < 0.9, len(AREAS), rng.integers(0, len(areas), rows)).astype(np.int32)
    place = np.where(rng.random(rows) < 0.5, home_of[who], place).astype(np.int32)

    def coded(index: Any, names: list[str]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32)[order]), pa.array(names))

    one = np.zeros(rows, np.int32)
    whole = lambda v: pa.array(np.ascontiguousarray(v[order], dtype=np.int64))  # noqa: E731
    return pa.table({
        "event_id": whole(rng.integers(1, 1 << 62, rows)), "event_check": whole(rng.integers(1, 1 << 62, rows)),
        "start_ms": whole(start), "service": coded(service, ["voice", "data", "sms"]), "direction": coded(one, ["out"]),
        "identifier_kind": coded(one, ["msisdn"]), "place": coded(place, areas), "rating_group": coded(one, [""]),
        "identifier": pa.array(a[order].astype("U19").tolist()), "other_party": pa.array(b[order].tolist()),
        "duration_s": whole(duration), "bytes_up": whole(volume // 10), "bytes_down": whole(volume - volume // 10),
        "count": whole(np.ones(rows)), "file_id": whole(np.full(rows, day + 1)), "record_no": whole(np.arange(rows)),
        "carried": pa.array([""] * rows),
    })  # fmt: skip


def make(home: Path, *, subscribers: int, events: int, seed: int = 1) -> None:
    """Make the operator in `home`: an installation with everything but the runs."""
    from yidian.config.start import start

    if (home / "made").exists():
        return
    database = ["--database", told] if (told := os.environ.get("BENCH_DATABASE")) else []
    yidian = str(Path(sys.executable).with_name("yidian"))
    subprocess.run([yidian, "init", str(home), "--cycle", CYCLE, *database], check=True)

    start(home)
    from django.db import transaction
    from django_scopes import scope

    from yidian.domains.product_catalog.operations import load_tariff
    from yidian.platform.lake.operations import register, write_file
    from yidian.platform.tenancy.queries import tenant_by_code

    tenant = tenant_by_code(code="operator")
    rng = np.random.default_rng(seed)
    table = tariff(rng)
    msisdn, area = numbers(rng, table, subscribers)
    others = numbers(np.random.default_rng(11), table, 1_000_000)[0]
    with scope(tenant=tenant):
        load_tariff(tenant=tenant, tariff=table, source="bench", now=NOW)
        write_customers(home / "customers.csv", customers(rng, msisdn, area))
        began = time.perf_counter()
        subprocess.run([yidian, "--home", str(home), "import", "customers", str(home / "customers.csv")], check=True)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
        print(f"# customers taken in {time.perf_counter() - began:.1f} s, peak RSS {peak} MB", flush=True)
        for day in range(DAYS):
            part = usage(np.random.default_rng(seed * 1000 + day), msisdn, area, others, table, day, events // DAYS)
            file = write_file(
                tenant=tenant, kind="usage", subject="bench", table=part, name=f"{day:02d}", lake=home / "lake"
            )
            with transaction.atomic():
                register(tenant=tenant, files=[file])
    (home / "made").write_text("")


def change(home: Path) -> None:
    """One account in a hundred takes another plan on the 20th; their codes are left in changed.json."""
    from yidian.config.start import start

    start(home)
    from django_scopes import scope

    from yidian.domains.product_inventory.bulk import load_reference
    from yidian.domains.product_inventory.operations import import_sheet
    from yidian.platform.sheets import Sheet
    from yidian.platform.tenancy.queries import tenant_by_code

    tenant = tenant_by_code(code="operator")
    with scope(tenant=tenant):
        known = load_reference(tenant=tenant, period_start_ms=M0, period_end_ms=M0 + 1)
        rows, accounts = [], set()
        for n, sub in enumerate(known.acc_sub.tolist()):
            account = known.account_code[int(known.acc_index[n])]
            if int(account[1:]) % 100 == 7:
                accounts.add(account)
                row = {"customer": f"C{account[1:]}", "customer_name": "", "account": account,
                       "subscriber": known.subscriber_code[sub],
                       "identifier": "", "home_area": "", "offer": "extra", "from": "2026-10-20", "to": ""}  # fmt: skip
                rows.append((n + 2, row))
        sheet = Sheet("changed.csv", "changed", HEADER, 1, rows)
        import_sheet(tenant=tenant, sheet=sheet, known_offers={"extra": (None, None)})
    (home / "changed.json").write_text(json.dumps(sorted(accounts)))


if __name__ == "__main__":
    if sys.argv[2] == "change":
        change(Path(sys.argv[1]))
    else:
        make(Path(sys.argv[1]), subscribers=int(sys.argv[2]), events=int(sys.argv[3]))
