"""Usage that came after its cycle was posted: it is in the lake, and goes into the bills of the next cycle."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from yidian.domains.customer_bill.queries import cycles
from yidian.domains.customer_bill.types import FIXED, Cycle
from yidian.platform.lake.queries import Stored, files, read_stored
from yidian.platform.tenancy.models import Tenant


@dataclass(frozen=True, slots=True)
class Late:
    """Events of a posted or closed cycle in a usage file that was registered after the cycle's rating."""

    cycle: str
    path: str
    file: int
    events: int


def late_usage(*, tenant: Tenant, lake: Path, after_file: int = 0) -> list[Late]:
    """All late usage, or that of files registered after `after_file`."""
    found = []
    for cycle in cycles(tenant=tenant):
        if cycle.state not in FIXED:
            continue
        after = max(cycle.cutoff_file, after_file)
        within = files(tenant=tenant, kind="usage", overlaps=(cycle.from_ms, cycle.to_ms))
        counted = [(file, _events(file, lake, cycle)) for file in within if file.id > after]
        found += [Late(cycle.name, file.path, file.id, events) for file, events in counted if events]
    return found


def newest_file(*, tenant: Tenant) -> int:
    """The highest id of a usage file."""
    return max((file.id for file in files(tenant=tenant, kind="usage")), default=0)


def _events(file: Stored, lake: Path, cycle: Cycle) -> int:
    start = read_stored(file, lake, ["start_ms"])["start_ms"].to_numpy()
    return int(((start >= cycle.from_ms) & (start < cycle.to_ms)).sum())
