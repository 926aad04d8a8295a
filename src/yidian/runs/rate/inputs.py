"""What a rate run stands on, fixed at its beginning: the tariff's edition, the inventory's versions, usage files."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from yidian.domains.customer_bill.queries import cycle_named
from yidian.domains.customer_bill.types import Cycle
from yidian.domains.product_catalog.queries import current_tariff
from yidian.domains.product_inventory.queries import versions
from yidian.domains.product_inventory.types import Versions
from yidian.kernel.calendar import Period
from yidian.kernel.compiling import sources_hash
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.lake.queries import Stored, files
from yidian.platform.tenancy.models import Tenant
from yidian.runs.rate.left import LeftFiles, left_files, told
from yidian.runs.rate.others import asks_for

EVENTS_PER_PART = int(os.environ.get("YIDIAN_EVENTS_PER_PART", "400000"))  # tests make it small to have many parts
MOST_PARTS = 64


@dataclass(frozen=True, slots=True)
class Inputs:
    """Same inputs, same result: `digest` names all of it, `reference_digest` what classification alone depends on."""

    cycle: Cycle
    edition: int
    tariff: Tariff
    versions: Versions
    files: tuple[Stored, ...]
    parts: int
    left: LeftFiles = ()  # what the cycle before left, where an allowance asks for it
    as_of: str = ""  # the day whose rows of the tariff count (ISO), where they are not those of the cycle

    @property
    def period(self) -> Period:
        return Period(self.cycle.from_ms, self.cycle.to_ms)

    @property
    def reference_digest(self) -> str:
        return digest_of(
            [
                self.cycle.name,
                self.cycle.from_ms,
                self.cycle.to_ms,
                self.edition,
                self.versions.identifiers,
                self.parts,
                sources_hash(),
                *self._others,
                *([self.as_of] if self.as_of else []),
            ]
        )

    @property
    def _others(self) -> list[int]:
        """Versions of what is known of other parties, as far as rules ask for it."""
        nets, circles = asks_for(self.tariff)
        return [*([self.versions.ported] if nets else ()), *([self.versions.circles] if circles else ())]

    @property
    def usage_digest(self) -> str:
        return digest_of([f.sha256 for f in self.files])

    @property
    def digest(self) -> str:
        left = [told(self.left)] if self.left else []
        return digest_of([self.reference_digest, self.versions.holdings, self.usage_digest, *left])

    @property
    def cutoff_file(self) -> int:
        return max((f.id for f in self.files), default=0)


@dataclass(frozen=True, slots=True)
class Places:
    """Where a run works: the lake, scratch, and the folder of locks."""

    lake: Path
    work: Path

    @property
    def locks(self) -> Path:
        return self.work / "locks"

    def scratch(self, tenant: Tenant, cycle: Cycle) -> Path:
        """Where the classified events of a cycle lie until they are rated, and longer."""
        return self.work / tenant.code / cycle.name


def gather(*, tenant: Tenant, cycle: Cycle) -> Inputs:
    """The inputs as they are now; of a cycle that was cut, the usage files up to the cut."""
    edition, tariff = current_tariff(tenant=tenant)
    usage = files(tenant=tenant, kind="usage", overlaps=(cycle.from_ms, cycle.to_ms))
    if cycle.cut_fixed:
        usage = [f for f in usage if f.id <= cycle.cutoff_file]
    parts = parts_for(sum(f.rows for f in usage))
    left = left_files(tenant=tenant, cycle=cycle, tariff=tariff)
    return Inputs(cycle, edition, tariff, versions(tenant=tenant), tuple(usage), parts, left)


def steps(*, tenant: Tenant, cycle: str) -> int:
    """How many steps a rating takes: one for each usage file, each part, and the list of rejects. UnableToFindCycle."""
    found = cycle_named(tenant=tenant, name=cycle)
    usage = files(tenant=tenant, kind="usage", overlaps=(found.from_ms, found.to_ms))
    return len(usage) + parts_for(sum(file.rows for file in usage)) + 1


def parts_for(rows: int) -> int:
    """How many parts a run has: a power of two that depends on the usage alone, never on the threads."""
    parts = 1
    while parts < MOST_PARTS and parts * EVENTS_PER_PART < rows:
        parts *= 2
    return parts


def digest_of(value: object) -> str:
    """SHA-256 of a value's JSON."""
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()
