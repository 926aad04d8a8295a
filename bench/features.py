"""What each feature of a tariff costs, and all of them together: the synthetic operator under variants of its tariff.

A variant is the synthetic tariff with one feature written into every plan, so that everybody uses it; `all` writes
each feature into some of the plans, so that somebody uses it. Printed is the processor time of a month rated and
billed, as a ratio to the plain tariff's in the same run (`feature_ratio`).
`python -m bench.features HOME use NAME` loads a variant; `facts` imports states, payers, grades, friends, ported
numbers; `forget` takes the month back to where nothing was rated.
"""

from __future__ import annotations

import csv
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench.synthetic import AREAS, PLAIN, PLANS, VOICE, numbers, tariff
from yidian.kernel.rating.tariff import (
    Allowance,
    Area,
    Cap,
    Conversion,
    Discount,
    Item,
    Mark,
    Minimum,
    Network,
    Part,
    Price,
    Rule,
    Tariff,
)

Plans = frozenset[str]
Variant = Callable[[Tariff, Plans], Tariff]
EVERY: Final[Plans] = frozenset(f"plan{n:02d}" for n in range(PLANS))
SECONDS, MEGABYTES, YUAN = 60, 1 << 20, 1_000_000


def prices(changed: Callable[[Price], Price], *items: str) -> Variant:
    """Change the prices of some items."""

    def variant(plain: Tariff, plans: Plans) -> Tariff:
        wanted = items or VOICE
        rows = (changed(p) if p.offer in plans and p.item in wanted else p for p in plain.prices)
        return replace(plain, prices=tuple(rows))

    return variant


def allowances(changed: Callable[[Allowance], Allowance]) -> Variant:
    """Change the first allowance of voice."""

    def variant(plain: Tariff, plans: Plans) -> Tariff:
        rows = (changed(a) if a.offer in plans and a.code.endswith("v0") else a for a in plain.allowances)
        return replace(plain, allowances=tuple(rows))

    return variant


def more(name: str, rows: Callable[[str], Iterator[Any]]) -> Variant:
    """More rows of a sheet for each plan."""

    def variant(plain: Tariff, plans: Plans) -> Tariff:
        return replace(plain, **{name: (*getattr(plain, name), *(r for p in sorted(plans) for r in rows(p)))})

    return variant


def fees(**changed: Any) -> Variant:
    def variant(plain: Tariff, plans: Plans) -> Tariff:
        return replace(plain, fees=tuple(replace(f, **changed) if f.offer in plans else f for f in plain.fees))

    return variant


def items(*codes: str, **changed: Any) -> Variant:
    """Change items: they are everybody's, whatever the plan."""

    def variant(plain: Tariff, _: Plans) -> Tariff:
        return replace(plain, items=tuple(replace(i, **changed) if i.code in codes else i for i in plain.items))

    return variant


def day_ladder(plain: Tariff, plans: Plans) -> Tariff:
    """Data by the day: the first 100 MB of each dear, the rest cheap."""
    return prices(lambda p: replace(p, tier_scope="day", tier_from=p.tier_from // 2), "data")(plain, plans)


def networks(plain: Tariff, _: Plans) -> Tariff:
    """Calls within the own network at half the price, by blocks of numbers (and ported ones)."""
    blocks = tuple(Network(prefix=f"1{n}", network=f"n{n % 3}", own=n % 3 == 0) for n in range(30, 100))
    return _called(replace(plain, networks=blocks), "onnet", net="own")


def circles(plain: Tariff, _: Plans) -> Tariff:
    return _called(plain, "friends", circle="friend")


def _called(plain: Tariff, item: str, **whom: str) -> Tariff:
    """An item of calls to some, priced by everybody as local calls are."""
    local = next(i for i in plain.items if i.code == "local")
    rule = Rule(order=0, service="voice", zone="cn", item=item, **whom)  # type: ignore[arg-type]
    rules = (rule, *(replace(r, order=r.order + 1) for r in plain.rules))
    same = tuple(replace(p, item=item, price_micro=p.price_micro // 2) for p in plain.prices if p.item == "local")
    return replace(plain, items=(*plain.items, replace(local, code=item)), rules=rules, prices=plain.prices + same)


def provinces(plain: Tariff, _: Plans) -> Tariff:
    """Calls within the province as a third relation."""
    areas = tuple(Area(area=area, province=f"p{n // 12}") for n, area in enumerate(AREAS))
    rules = list(plain.rules)
    rules.insert(-1, Rule(order=len(rules), service="voice", relation="province", item="local"))
    rules[-1] = replace(rules[-1], order=len(rules))
    return replace(plain, areas=areas, rules=tuple(rules))


def conversion(plain: Tariff, plans: Plans) -> Tariff:
    """A minute for a megabyte, from the first allowance of voice."""
    rows = tuple(
        Conversion(allowance=a.code, item="data", block=MEGABYTES, takes=SECONDS)
        for a in plain.allowances if a.offer in plans and a.code.endswith("v0")
    )  # fmt: skip
    return replace(plain, conversions=rows)


def parts(plain: Tariff, plans: Plans) -> Tariff:
    shown = (Item(code="rent_voice", kind="recurring", tax_class="basic"),
             Item(code="rent_data", kind="recurring", tax_class="value"))  # fmt: skip
    rows = [
        Part(offer=plan, item="rent", part_item=item.code, price_micro=price * YUAN)
        for plan in sorted(plans) for item, price in zip(shown, (30, 50), strict=True)
    ]  # fmt: skip
    return replace(plain, items=(*plain.items, *shown), parts=tuple(rows))


def minimums(plain: Tariff, plans: Plans) -> Tariff:
    rows = (Minimum(offer=plan, item="least", amount_micro=60 * YUAN) for plan in sorted(plans))
    return replace(plain, items=(*plain.items, Item(code="least", kind="minimum", tax_class="basic")),
                   minimums=tuple(rows))  # fmt: skip


def discount(code: str, **told: Any) -> Callable[[str], Iterator[Discount]]:
    def rows(plan: str) -> Iterator[Discount]:
        named = {"items": ("local", "long", "roam"), "rate_ppm": 50_000, "priority": 50, **told}
        yield Discount(code=f"{plan}{code}", offer=plan, item="off", **named)

    return rows


VARIANTS: Final[dict[str, Variant]] = {
    "set-up fee": prices(lambda p: replace(p, setup_micro=20_000 if p.tier_from == 0 else 0)),
    "free below 10 s": items(*VOICE, free_below=10),
    "blocks over events": prices(lambda p: replace(p, block_on="counter", tier_scope="cycle")),
    "ladder of a day": day_ladder,
    "price by the whole volume": prices(lambda p: replace(p, tier_mode="volume"), "data"),
    "cap of a day": more("caps", lambda plan: iter([Cap(
        code="day50", offer=plan, items=("local", "long"), amount_micro=50 * YUAN, period="day")])),
    "allowance of a day": allowances(lambda a: replace(a, period="day")),
    "rollover": allowances(lambda a: replace(a, rollover=1)),
    "as long as it is held": allowances(lambda a: replace(a, period="holding")),
    "limit of a member": allowances(lambda a: replace(a, scope="unit", member_limit=a.quantity // 2 + SECONDS)),
    "conversion": conversion,
    "mark": more("marks", lambda plan: iter([Mark(
        code=f"{plan}m", offer=plan, items=("data",), quantity=500 * MEGABYTES, mark="throttle")])),
    "networks, ported numbers": networks,
    "friends": circles,
    "provinces": provinces,
    "half a month": fees(proration="half"),
    "in advance": fees(billed="advance"),
    "by state": fees(during="active"),
    "free at first": fees(free_cycles=1),
    "fee in parts": parts,
    "discount of a unit": more("discounts", discount("u", scope="unit")),
    "bundle": more("discounts", discount("b", scope="unit", requires=("plan00", "plan01"))),
    "by grade": more("discounts", discount("g", level=("gold",))),
    "minimum": minimums,
}  # fmt: skip


def variant(name: str) -> Tariff:
    """The synthetic tariff, plain, with one feature for everybody, or (`all`) with each in some of its plans."""
    made = tariff(np.random.default_rng(1))
    if name == "all":
        plans = sorted(EVERY)
        for n, change in enumerate(VARIANTS.values()):
            made = change(made, frozenset(plans[n :: len(VARIANTS)]))
        return made
    return made if name == PLAIN else VARIANTS[name](made, EVERY)


def use(home: Path, name: str) -> None:
    """Load a variant as the newest edition."""
    from yidian.config.start import start

    start(home)
    from yidian.domains.product_catalog.operations import load_tariff
    from yidian.platform.tenancy.queries import serving

    with serving(code="operator") as tenant:
        load_tariff(tenant=tenant, tariff=variant(name), source=f"bench {name}", now=datetime.now(UTC))


def facts(home: Path) -> None:
    """States, payers and grades of one subscriber in twenty, friends of one in three, 200,000 ported numbers."""
    with (home / "customers.csv").open(encoding="utf-8", newline="") as file:
        people = {row["subscriber"]: row for row in csv.DictReader(file)}
    some = list(people.values())
    called = numbers(np.random.default_rng(11), tariff(np.random.default_rng(1)), 1_000_000)[0][:200_000].tolist()
    told: dict[str, tuple[str, Iterator[str]]] = {
        "states": ("subscriber,state,from", (f"{p['subscriber']},stopped,2026-10-12" for p in some[::20])),
        "payers": (
            "subscriber,items,account,mode,limit,rate,priority,from,to",
            (f"{p['subscriber']},local;long,{some[0]['account']},limit,30,,,2026-10-01," for p in some[1::20]),
        ),
        "grades": (
            "customer,grade,from",
            (f"{c},gold,2026-01-01" for c in sorted({p["customer"] for p in some[::20]})),
        ),
        "friends": (
            "subscriber,number,from",
            (f"{p['subscriber']},{called[n % len(called)]},2026-01-01" for n, p in enumerate(some[::3])),
        ),
        "ported": ("number,network,from", (f"{number},n{number % 3},2026-01-01" for number in called)),
    }
    for subject, (head, lines) in told.items():
        path = home / f"{subject}.csv"
        path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
        yidian = str(Path(sys.executable).with_name("yidian"))
        subprocess.run([yidian, "--home", str(home), "import", subject, str(path)], check=True, capture_output=True)


def measure(home: Path, job: Callable[..., dict[str, Any]], *, rounds: int = 3) -> None:
    """The case: every variant against the plain tariff, measured again after every six; the least of `rounds`."""

    def cost(name: str) -> tuple[float, float]:
        subprocess.run([sys.executable, "-m", "bench.features", str(home), "use", name], check=True)
        found = []
        for _ in range(rounds):
            rated, billed = job(home, "bench.month", 1, "rate"), job(home, "bench.month", 1, "bill")
            assert (rated["again"], billed["again"]) == (False, False), name
            found.append((rated["cpu_s"], billed["cpu_s"]))
            subprocess.run([sys.executable, "-m", "bench.features", str(home), "forget"], check=True)
        rate_s, bill_s = (min(column) for column in zip(*found, strict=True))
        return rate_s, bill_s

    def line(name: str, plain: tuple[float, float], mine: tuple[float, float]) -> float:
        ratio = sum(mine) / sum(plain)
        print(
            f"feature_ratio {name}: {ratio:.3f} (rated {mine[0]:.2f} s against {plain[0]:.2f}, "
            f"billed {mine[1]:.2f} against {plain[1]:.2f})",
            flush=True,
        )
        return ratio

    told, plain = [], cost(PLAIN)
    for n, name in enumerate(VARIANTS, 1):
        told.append(line(name, plain, cost(name)))
        if n % 6 == 0:
            plain = cost(PLAIN)
    print(f"features: median feature_ratio {statistics.median(told):.3f}, highest {max(told):.3f}", flush=True)
    facts(home)
    line("states, payers, grades of one in twenty", plain, cost(PLAIN))
    line("all", plain, cost("all"))


if __name__ == "__main__":
    place = Path(sys.argv[1])
    if sys.argv[2] == "use":
        use(place, sys.argv[3])
    elif sys.argv[2] == "facts":
        facts(place)
    else:
        from bench.__main__ import forget

        forget(place)
