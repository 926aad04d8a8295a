"""Loading a tariff of 200 plans and an A–Z rate deck from the command line: `make bench CASES=tariff`.

The deck is the real one of the shared folder when it is there (36,205 prefixes of 1,294 destinations), else a made one
of that size. The floor: the same bytes through the reader alone (csv; calamine for the workbook), in its own process.
Seconds are those that somebody waits; the ratio is one of processor time, which other work beside it moves less.
"""

from __future__ import annotations

import csv
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import xlsxwriter

PLANS: Final = 200
DOMESTIC: Final = 12  # items at home, priced by every plan
ABROAD: Final = 20  # destinations of which a plan has prices of its own
SHARED: Final = Path(os.environ.get("YIDIAN_SHARED", Path(__file__).resolve().parents[2] / "shared"))
DECK: Final = SHARED / "data" / "rates_astpp_az" / "astpp_az_rates.csv"
REPEATED: Final = 3
Rows = list[Sequence[object]]


def deck() -> list[tuple[str, str, str, str]]:
    """(prefix, destination, price a minute, seconds of a block)."""
    if DECK.is_file():
        with DECK.open(encoding="utf-8", newline="") as file:
            return [
                (row["prefix"], row["destination"], row["cost_per_min"], row["increment_seconds"])
                for row in csv.DictReader(file)
            ]
    rng = random.Random(1)
    costs = [f"{rng.randint(10, 5_000) / 1000}" for _ in range(1_294)]
    numbers = rng.sample(range(2 * 10**6, 10**7), 36_205)
    return [(str(n), f"destination {n % 1_294}", costs[n % 1_294], "6") for n in numbers]


def sheets() -> Iterator[tuple[str, Rows]]:
    """Every sheet of the tariff, with its header."""
    rates = deck()
    destinations = {name: (cost, block) for _, name, cost, block in rates}
    zone_of = {name: f"z{n:04d}" for n, name in enumerate(destinations)}
    rng = random.Random(2)
    plans = [f"plan{n:03d}" for n in range(PLANS)]
    home = [f"home{n:02d}" for n in range(DOMESTIC)]
    abroad = list(zone_of.values())
    yield "tariff", [("key", "value"), ("format", "1"), ("currency", "CNY"), ("zone", "Asia/Shanghai")]
    yield "zones", [("code", "name_en", "domestic"), ("cn", "home", "yes"),
                    *((zone, name[:200], "no") for name, zone in zone_of.items())]  # fmt: skip
    yield "prefixes", [("prefix", "zone"), *((f"00{prefix}", zone_of[name]) for prefix, name, _, _ in rates),
                       ("0", "cn"), ("1", "cn")]  # fmt: skip
    yield "places", [("place", "zone"), ("460", "cn")]
    yield "taxes", [("tax_class", "rate"), ("basic", "9%")]
    yield "items", [("code", "kind", "measure", "tax_class", "round_to", "round_on"),
                    *((item, "usage", "duration", "basic", "minor", "event") for item in [*home, *abroad]),
                    ("fee", "recurring", "count", "basic", "minor", "event"),
                    ("gift", "discount", "count", "", "minor", "event")]  # fmt: skip
    yield "rules", [("order", "item", "service", "direction", "zone"),
                    *((n, item, f"s{n}", "out", "*") for n, item in enumerate(home)),
                    *((n, zone, "voice", "out", zone) for n, zone in enumerate(abroad, 1000)),
                    (9999, home[0], "voice", "out", "cn")]  # fmt: skip
    yield "offers", [("code", "kind", "name_zh"), *((plan, "base", f"套餐{n}") for n, plan in enumerate(plans))]
    yield "fees", [("offer", "item", "amount", "proration"),
                   *((plan, "fee", rng.randint(9, 599), "by_days") for plan in plans)]  # fmt: skip
    yield "prices", [("offer", "item", "price", "per", "block"), *_prices(rng, plans, home, destinations, zone_of)]
    yield "allowances", [("code", "offer", "items", "quantity", "block"), *(
        (f"{plan}-{n}", plan, f"{home[n]};{home[n + 1]}", f"{rng.randint(10, 3000)}min", "1min")
        for plan in plans for n in range(0, 6, 2))]  # fmt: skip
    yield "discounts", [("code", "offer", "item", "items", "amount", "priority"),
                        *((f"d-{plan}", plan, "gift", "fee", "5", 10) for plan in plans)]  # fmt: skip


def _prices(
    rng: random.Random, plans: list[str], home: list[str], destinations: dict[str, tuple[str, str]],
    zone_of: dict[str, str],
) -> Rows:  # fmt: skip
    found: Rows = [("*", item, "0.20", "1min", "1min") for item in home]
    found += [("*", zone_of[name], cost, "1min", f"{block}s") for name, (cost, block) in destinations.items()]
    for plan in plans:
        found += [(plan, item, f"0.{rng.randint(5, 39):02d}", "1min", "1min") for item in home]
        for name in rng.sample(list(destinations), ABROAD):
            found.append((plan, zone_of[name], f"{float(destinations[name][0]) / 2:.4f}", "1min", "6s"))
    return found


def write(home: Path) -> tuple[Path, Path, int]:
    """The tariff as a folder of CSV and as a workbook; rows."""
    folder, workbook = home / "csv", home / "tariff.xlsx"
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with xlsxwriter.Workbook(workbook) as book:
        for name, rows in sheets():
            count += len(rows) - 1
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(rows)
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write_string(number, column, str(cell))
    return folder, workbook, count


FLOORS: Final = {
    "csv": "import csv, pathlib, sys\n"
    "for path in sorted(pathlib.Path(sys.argv[1]).glob('*.csv')):\n"
    "    with path.open(encoding='utf-8', newline='') as file: rows = list(csv.reader(file))\n",
    "xlsx": "import sys; from python_calamine import CalamineWorkbook\n"
    "book = CalamineWorkbook.from_path(sys.argv[1])\n"
    "for name in book.sheet_names: rows = book.get_sheet_by_name(name).to_python()\n",
}


def measure(root: Path) -> None:
    """Prints seconds of `yidian tariff load` into a new installation, of its floor, and the ratio; medians."""
    folder, workbook, rows = write(root)
    yidian = str(Path(sys.executable).with_name("yidian"))
    told = "the real deck" if DECK.is_file() else "a made deck"
    print(f"# {rows:,} rows: {PLANS} plans and {told}", flush=True)
    for kind, path in (("csv", folder), ("xlsx", workbook)):
        runs, floors = [], []
        for turn in range(REPEATED):
            home = root / f"{kind}-{turn}-{os.getpid()}"
            subprocess.run([yidian, "init", str(home)], check=True, capture_output=True)
            runs.append(_took([yidian, "--home", str(home), "tariff", "load", str(path)]))
            floors.append(_took([sys.executable, "-c", FLOORS[kind], str(path)]))
        again, _ = _took([yidian, "--home", str(home), "tariff", "load", str(path)])
        check, _ = _took([yidian, "tariff", "check", str(path)])
        load, floor = (
            tuple(statistics.median(column) for column in zip(*some, strict=True)) for some in (runs, floors)
        )
        print(
            f"tariff-{kind}: load {load[0]:.2f} s (goal < 10; {load[1]:.2f} s of a processor), the same again "
            f"{again:.2f} s, check {check:.2f} s; reader alone {floor[1]:.2f} s of a processor"
        )
        print(f"tariff-{kind} ratio_to_floor: {load[1] / floor[1]:.2f}", flush=True)


def _took(command: list[str]) -> tuple[float, float]:
    """Seconds by the clock, and of a processor."""
    began, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    wall, now = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime


if __name__ == "__main__":
    measure(Path(sys.argv[1]))
