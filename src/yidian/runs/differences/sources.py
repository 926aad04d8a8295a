"""What may make a month in the books come out otherwise: usage that came late, and corrections that were agreed on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from yidian.domains.customer_bill import queries
from yidian.domains.customer_bill.types import FIXED, Chosen, CorrectionRow, Cycle
from yidian.platform.jobs.queries import done
from yidian.platform.lake.queries import Stored, files, read_stored
from yidian.platform.tenancy.models import Tenant

KIND = "late"


@dataclass(frozen=True, slots=True)
class Correcting:
    """A correction as far as prices ask for it. `edition` 0: the month's own; `number` "": it is only looked at."""

    number: str
    edition: int
    as_of: date | None
    chosen: Chosen


@dataclass(frozen=True, slots=True)
class Source:
    """Of one month: the late files that hold events of it, corrections by rank (the newest last), and the numbers of
    those that were agreed on and withdrawn."""

    origin: Cycle
    late: tuple[Stored, ...]
    agreed: tuple[CorrectionRow, ...]
    withdrawn: tuple[str, ...]

    @property
    def told(self) -> list[Any]:
        """What a digest is told of it."""
        agreed = [[one.number, one.edition, str(one.as_of or ""), one.sha256] for one in self.agreed]
        return [[file.sha256 for file in self.late], *([agreed, self.withdrawn] if agreed or self.withdrawn else [])]

    def __bool__(self) -> bool:
        return bool(self.late or self.agreed or self.withdrawn)


def sources(*, tenant: Tenant, lake: Path, cycle: Cycle, earlier: Sequence[str]) -> list[Source]:
    """Months in the books, oldest first, that may come out otherwise on the bills of a cycle."""
    taken = _taken(tenant, earlier)
    found = [
        _source(tenant, lake, origin, cycle, taken.get(origin.name, set()))
        for origin in queries.cycles(tenant=tenant)
        if origin.state in FIXED and origin.name != cycle.name
    ]
    return [one for one in found if one]


def source_of(*, tenant: Tenant, lake: Path, origin: Cycle) -> Source:
    """Of one month, whoever may bear it."""
    return _source(tenant, lake, origin, None, set())


def _source(tenant: Tenant, lake: Path, origin: Cycle, bearing: Cycle | None, taken: Collection[int]) -> Source:
    """`bearing`: the cycle whose bills bear it, where its cut is to be kept to; `taken`: late files that bills have."""
    within = files(tenant=tenant, kind="usage", overlaps=(origin.from_ms, origin.to_ms))
    until = bearing.cutoff_file if bearing is not None and bearing.cut_fixed else None
    late = [
        file for file in within
        if file.id > origin.cutoff_file and (until is None or file.id <= until or file.id in taken)
    ]  # fmt: skip
    return Source(
        origin,
        late=tuple(file for file in late if events_of(file, lake, origin)),
        agreed=tuple(queries.agreed_corrections(tenant=tenant, cycle=origin.name)),
        withdrawn=tuple(queries.withdrawn_corrections(tenant=tenant, cycle=origin.name)),
    )


def _taken(tenant: Tenant, earlier: Sequence[str]) -> dict[str, set[int]]:
    """Late files that earlier bills have taken of each month, whatever this cycle was cut at."""
    found: dict[str, set[int]] = {}
    for cycle in earlier:
        for run in done(tenant=tenant, kind=KIND, subject=cycle):
            for origin, told in run.counts["months"].items():
                found.setdefault(origin, set()).update(told["files"])
    return found


def events_of(file: Stored, folder: Path, cycle: Cycle) -> int:
    """How many events of a cycle a usage file holds."""
    start = read_stored(file, folder, ["start_ms"])["start_ms"].to_numpy()
    return int(((start >= cycle.from_ms) & (start < cycle.to_ms)).sum())


def corrections_of(*, tenant: Tenant, source: Source) -> list[Correcting]:
    """The corrections with whom they are about, the newest last."""
    return [
        Correcting(one.number, one.edition, one.as_of, queries.chosen_by(tenant=tenant, number=one.number))
        for one in source.agreed
    ]
