"""A synthetic operator for measuring: subscribers, a tariff with thousands of programs, and a month of usage in the lake.

Seeded: the same numbers give the same operator. One subscriber in five shares a family account; 40,000 prefixes.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from yidian.kernel.rating.tariff import (
    Allowance, Band, Cap, Discount, Fee, Item, Offer, Place, Prefix, Price, Rule, Tariff, Tax, Zone,
)  # fmt: skip

CYCLE = "2026-10"
DAYS = 31
NOW = datetime(2026, 11, 1, tzinfo=UTC)
AREAS = [f"{n}" for n in range(310, 650)]
PLANS = 60
M0 = int(datetime(2026, 9, 30, 16, tzinfo=UTC).timestamp()) * 1000


def tariff(rng: np.random.Generator) -> Tariff:
    segments = np.sort(rng.choice(np.arange(1300000, 1999999), 30_000, replace=False))
    area = rng.integers(0, len(AREAS), len(segments))
    prefixes = [Prefix(prefix=str(s), zone="cn", area=AREAS[a]) for s, a in zip(segments, area, strict=True)]
    prefixes += [Prefix(prefix=f"0{a}", zone="cn", area=a) for a in AREAS]
    abroad = {f"00{n}" for n in rng.integers(20, 99999, 9_700)}
    prefixes += [Prefix(prefix=p, zone=f"z{int(p) % 6}") for p in sorted(abroad)]
    voice = [Item(code=c, measure="duration", tax_class="basic", band_set="day", split="block")
             for c in ("local", "long", "roam", *(f"idd{n}" for n in range(6)))]  # fmt: skip
    data = [Item(code=c, measure="volume", tax_class="value", round_on="total", round_to="minor") for c in ("data", "data_abroad")]
    sms = [Item(code="sms", measure="count", tax_class="value")]
    money = [Item(code=c, kind=k, tax_class="basic") for c, k in (("rent", "recurring"), ("off", "discount"))]
    rules = [Rule(order=1, service="data", visited="home", item="data"), Rule(order=2, service="data", visited="national", item="data"),
             Rule(order=3, service="data", item="data_abroad"), Rule(order=4, service="sms", item="sms"),
             *(Rule(order=5 + n, service="voice", zone=f"z{n}", item=f"idd{n}") for n in range(6)),
             Rule(order=20, service="voice", visited="national", item="roam"),
             Rule(order=21, service="voice", relation="local", item="local"), Rule(order=22, service="voice", item="long")]  # fmt: skip
    offers, fees, prices, allowances, caps, discounts = [], [], [], [], [], []
    for n in range(PLANS):
        code = f"plan{n:02d}"
        offers.append(Offer(code=code))
        fees.append(Fee(offer=code, item="rent", amount_micro=int(rng.integers(8, 199)) * 1_000_000, proration="by_days"))
        block = int(rng.choice([6, 60, 60]))
        for item in voice:
            for band, factor in (("day", 10), ("night", 6)):
                prices.append(Price(offer=code, item=item.code, band=band, price_micro=int(rng.integers(1, 40)) * 1000 * factor, per=60, block=block))
        prices += [Price(offer=code, item="data", price_micro=30_000, per=1 << 20, block=1024, tier_scope="cycle"),
                   Price(offer=code, item="data", price_micro=5_000, per=1 << 20, block=1024, tier_scope="cycle", tier_from=200 << 20),
                   Price(offer=code, item="data_abroad", price_micro=300_000, per=1 << 20, block=1024),
                   Price(offer=code, item="sms", price_micro=100_000, per=1, block=1)]  # fmt: skip
        allowances += [
            Allowance(code=f"{code}v0", offer=code, items=("local",), quantity=int(rng.integers(0, 200)) * 60 + 60, block=60, priority=1),
            Allowance(code=f"{code}v1", offer=code, items=("local", "long", "roam"), quantity=int(rng.integers(1, 300)) * 60, block=60, priority=2, scope="unit", proration="by_days"),
            Allowance(code=f"{code}d0", offer=code, items=("data",), quantity=int(rng.integers(1, 4096)) << 20, block=1024, scope="unit", proration="by_days"),
            Allowance(code=f"{code}s0", offer=code, items=("sms",), quantity=int(rng.integers(1, 30)), block=1),
        ]  # fmt: skip
        caps.append(Cap(code="data600", offer=code, items=("data",), amount_micro=600_000_000))
        discounts.append(Discount(code=f"{code}off", offer=code, item="off", items=("local", "long"), rate_ppm=100_000, threshold_micro=100_000_000))
    return Tariff(
        currency="CNY", zone="Asia/Shanghai",
        zones=(Zone(code="cn", domestic=True), *(Zone(code=f"z{n}") for n in range(6)), *(Zone(code=f"r{n}") for n in range(6))),
        prefixes=tuple(prefixes),
        places=(*(Place(place=a, zone="cn", area=a) for a in AREAS), *(Place(place=f"x{n}", zone=f"r{n}") for n in range(6))),
        bands=(Band(band_set="day", band="night", day_type="*", from_minute=0, to_minute=420),
               Band(band_set="day", band="day", day_type="*", from_minute=420, to_minute=1440)),
        items=(*voice, *data, *sms, *money), rules=tuple(rules), offers=tuple(offers), fees=tuple(fees), prices=tuple(prices),
        allowances=tuple(allowances), caps=tuple(caps), discounts=tuple(discounts),
        taxes=(Tax(tax_class="basic", rate_ppm=90_000), Tax(tax_class="value", rate_ppm=90_000, valid_from=date(2026, 1, 1))),
    )  # fmt: skip


def numbers(rng: np.random.Generator, table: Tariff, count: int) -> tuple[np.ndarray, list[str]]:
    """Distinct mobile numbers and their home areas."""
    mobile = [p for p in table.prefixes if p.prefix[0] == "1"]
    chosen = rng.permutation(np.unique(rng.integers(0, len(mobile) * 10_000, 2 * count)))[:count]
    value = np.array([int(p.prefix) for p in mobile])[chosen // 10_000] * 10_000 + chosen % 10_000
    return value, [mobile[n].area for n in (chosen // 10_000).tolist()]


def customers(rng: np.random.Generator, msisdn: np.ndarray, home: list[str]) -> list[tuple[int, dict[str, str]]]:
    """Rows of a customers file: 92 % one plan, the rest change it within the month; one in five in a family account."""
    rows: list[dict[str, str]] = []
    account, left = 0, 0
    for n, number in enumerate(msisdn.tolist()):
        if left == 0:
            account += 1
            left = int(rng.integers(2, 6)) if rng.random() < 0.0625 else 1
        left -= 1
        base = {"customer": f"C{account:07d}", "account": f"A{account:07d}", "subscriber": f"S{n:07d}", "identifier": str(number),
                "home_area": home[n]}  # fmt: skip
        plan = int(rng.integers(0, PLANS))
        if rng.random() < 0.08:
            day = f"2026-10-{int(rng.integers(3, 30)):02d}"
            rows.append({**base, "offer": f"plan{plan:02d}", "from": "2025-06-01", "to": day})
            rows.append({**base, "offer": f"plan{(plan + 7) % PLANS:02d}", "from": day, "to": ""})
        else:
            rows.append({**base, "offer": f"plan{plan:02d}", "from": "2025-06-01", "to": ""})
    return [(n + 2, row) for n, row in enumerate(rows)]


def usage(
    rng: np.random.Generator, msisdn: np.ndarray, home: list[str], others: np.ndarray, table: Tariff, day: int, rows: int
) -> pa.Table:  # fmt: skip
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
    hour = np.array([1, .6, .4, .3, .3, .5, 1.5, 3, 5, 6, 6, 6, 6, 5, 5, 5.5, 6, 6.5, 7, 7.5, 7, 6, 4, 2])
    start = M0 + day * 86_400_000 + rng.choice(24, rows, p=hour / hour.sum()) * 3_600_000 + rng.integers(0, 3_600_000, rows)
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
    subprocess.run([str(Path(sys.executable).with_name("yidian")), "init", str(home), "--cycle", CYCLE], check=True)

    start(home)
    from django.db import transaction
    from django_scopes import scope

    from yidian.domains.product_catalog.operations import load_tariff
    from yidian.domains.product_inventory.operations import import_sheet
    from yidian.platform.lake.operations import register, write_file
    from yidian.platform.sheets import Sheet
    from yidian.platform.tenancy.queries import tenant_by_code

    tenant = tenant_by_code(code="operator")
    rng = np.random.default_rng(seed)
    table = tariff(rng)
    msisdn, area = numbers(rng, table, subscribers)
    others = numbers(np.random.default_rng(11), table, 1_000_000)[0]
    with scope(tenant=tenant):
        load_tariff(tenant=tenant, tariff=table, source="bench", now=NOW)
        rows = customers(rng, msisdn, area)
        sheet = Sheet("customers.csv", "customers", ("customer", "account", "subscriber", "identifier", "home_area", "offer", "from", "to"), 1, rows)
        import_sheet(tenant=tenant, sheet=sheet, known_offers={o.code: (None, None) for o in table.offers})
        for day in range(DAYS):
            part = usage(np.random.default_rng(seed * 1000 + day), msisdn, area, others, table, day, events // DAYS)
            file = write_file(tenant=tenant, kind="usage", subject="bench", table=part, name=f"{day:02d}", lake=home / "lake")
            with transaction.atomic():
                register(tenant=tenant, files=[file])
    (home / "made").write_text("")


if __name__ == "__main__":
    make(Path(sys.argv[1]), subscribers=int(sys.argv[2]), events=int(sys.argv[3]))
