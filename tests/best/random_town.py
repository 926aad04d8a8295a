"""Random people of a small operator: main offers that change, packs, pools, payers of others, stops."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from tests.best.town import RICH
from tests.cycles.world import OCTOBER, SEPTEMBER, ZHANG, World, some_usage

from yidian.domains.product_catalog.operations import load_tariff
from yidian.domains.product_inventory.operations import import_payers, import_states

OFFERS = ("PLAN", "ROLL", "TOGETHER", "AHEAD")
DAYS = ("2026-08-20", "2026-09-07", "2026-09-30", "2026-10-01", "2026-10-17")


def random_people(chance: random.Random) -> tuple[str, ...]:
    """Customers c1 … c5, each with an account and a subscription of that number."""
    rows = []
    for n in range(1, 6):
        head = f"c{n},a{n},s{n},1380000000{n}"
        pool = chance.choice(["", "", "family", "firm"])
        first, *more = sorted(chance.sample(DAYS, chance.choice([1, 1, 2, 3])))
        begins = ["2026-01-01", *([first, *more] if chance.random() < 0.6 else [])]
        ends = [*begins[1:], chance.choice(["", "", "2026-10-25"])]
        offer = ""
        for begin, end in zip(begins, ends, strict=True):
            offer = chance.choice([code for code in OFFERS if code != offer])
            rows.append(f"{head},{offer},{begin},{end},{pool}")
        if chance.random() < 0.5:
            rows.append(f"{head},PACK,{chance.choice(DAYS)},,{pool}")
    return tuple(rows)


def random_town(tenant: Any, home: Path, seed: int) -> World:
    """Both months rated."""
    chance = random.Random(seed)
    world = World(tenant, home).open(SEPTEMBER, OCTOBER, people=random_people(chance))
    load_tariff(tenant=tenant, tariff=RICH, source="t", now=world.now)
    one, other = chance.sample(range(1, 6), 2)
    states = f"subscriber,state,from\ns{chance.randrange(1, 6)},stopped,{chance.choice(DAYS)}\n"
    how = chance.choice(["share,,40%", "limit,5,", "full,,"])
    payers = (
        f"subscriber,items,account,mode,limit,rate,priority,from,to\ns{one},LOCAL;DATA,a{other},{how},1,2026-01-01,\n"
    )
    for name, text in (("states", states), ("payers", payers)):
        (home / f"{name}.csv").write_text(text, encoding="utf-8")
    import_states(tenant=tenant, actor=ZHANG, path=home / "states.csv", now=world.now)
    known = ("LOCAL", "DATA")
    import_payers(tenant=tenant, actor=ZHANG, path=home / "payers.csv", now=world.now, known_items=known)
    world.usage(*some_usage(chance, SEPTEMBER, 120)).usage(*some_usage(chance, OCTOBER, 60, first_id=1001))
    world.usage(*some_usage(chance, OCTOBER, 60, first_id=2001))
    return world.rate(SEPTEMBER).rate(OCTOBER)
