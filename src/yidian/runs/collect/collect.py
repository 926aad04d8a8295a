"""Take the files of one command. A file that is refused stops no other; its faults are told with the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from yidian.domains.usage import operations
from yidian.domains.usage.types import TakenFile
from yidian.kernel.faults import BadInput, Fault
from yidian.platform.clock import elapsed_s
from yidian.platform.tenancy.models import Tenant
from yidian.runs.late import late_usage, newest_file


@dataclass(frozen=True, slots=True)
class CollectedFile:
    """One file of a command: what became of it (outcome REFUSED: nothing was taken), and how long it took.

    records = good + sum(rejected) + duplicates.
    """

    name: str
    outcome: str
    records: int
    good: int
    rejected: Mapping[str, int]
    duplicates: int
    warnings: tuple[str, ...]
    faults: tuple[Fault, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class CollectReport:
    """`late`: events of this command by closed cycle; no bill has them, and no run will take them."""

    source: str
    files: tuple[CollectedFile, ...]
    late: Mapping[str, int]

    @property
    def faults(self) -> tuple[Fault, ...]:
        return tuple(fault for file in self.files for fault in file.faults)

    @property
    def records(self) -> int:
        return sum(file.records for file in self.files)

    @property
    def good(self) -> int:
        return sum(file.good for file in self.files)

    @property
    def duplicates(self) -> int:
        return sum(file.duplicates for file in self.files)

    @property
    def rejected(self) -> Mapping[str, int]:
        """Records by reason, over all files."""
        counts: Counter[str] = Counter()
        for file in self.files:
            counts.update(file.rejected)
        return dict(sorted(counts.items()))


def collect(
    *,
    tenant: Tenant,
    lake: Path,
    mapping: operations.Mapping,
    paths: Sequence[Path],
    now: datetime,
    advance: Callable[[int], None] = operations.nobody_watches,
) -> CollectReport:
    """Take each file through the mapping, in the order given. `advance` is told bytes as they are read."""
    known = operations.KnownEvents()
    newest = newest_file(tenant=tenant)
    files = []
    for path in paths:
        began_s = elapsed_s()
        try:
            taken = operations.take_file(
                tenant=tenant, lake=lake, mapping=mapping, path=path, now=now, known=known, advance=advance
            )
            files.append(_collected(taken, elapsed_s() - began_s))
        except BadInput as refused:
            faults = refused.faults
            files.append(CollectedFile(str(path), "REFUSED", 0, 0, {}, 0, (), faults, elapsed_s() - began_s))
    late: Counter[str] = Counter()
    for one in late_usage(tenant=tenant, lake=lake, after_file=newest):
        late[one.cycle] += one.events
    return CollectReport(mapping.source, tuple(files), dict(late))


def _collected(taken: TakenFile, seconds: float) -> CollectedFile:
    return CollectedFile(
        taken.name,
        taken.outcome,
        taken.records,
        taken.good,
        taken.rejected,
        taken.duplicates,
        taken.warnings,
        (),
        seconds,
    )
