"""What every query of the doctor is told: whose installation, how deep, and how much of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from yidian.domains.customer_bill.queries import cycles
from yidian.domains.customer_bill.types import Cycle
from yidian.platform.network.types import Adapter
from yidian.platform.tenancy.models import Tenant
from yidian.runs.rate.inputs import Places


@dataclass(frozen=True, slots=True)
class Visit:
    """`deep` reads every byte. `parts` of a rate run are rated again, `units` are priced again. `now`: aware UTC.

    `money`: it is an installation that bills real customers. `network`: reaches what opens services; None: not asked.
    """

    tenant: Tenant
    home: Path
    places: Places
    now: datetime
    deep: bool = False
    parts: int = 2
    units: int = 20
    money: bool = False
    network: Callable[[], Adapter] | None = None

    def rated_cycles(self) -> list[Cycle]:
        return [cycle for cycle in cycles(tenant=self.tenant) if cycle.rate_run is not None]

    def sample(self, count: int, wanted: int, what: str) -> list[int]:
        """`wanted` of 0 … count-1, ascending: the same all day long, others tomorrow."""
        chance = random.Random(f"{what} {self.now:%Y-%m-%d}")
        return sorted(chance.sample(range(count), min(count, wanted)))
