"""A month worked out anew as far as it may come out otherwise: which components, by which tariff, with what bills."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yidian.domains.customer_bill.types import Chosen
from yidian.kernel.rating.batch import RECORD
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill.facts import facts, with_payers
from yidian.runs.differences.components import Components, components
from yidian.runs.differences.lines import EXTRA, OWN, billed_lines
from yidian.runs.differences.sources import Correcting, Source
from yidian.runs.differences.would import Month, Would, classify, would
from yidian.runs.rate import classified, results
from yidian.runs.rate.inputs import Places
from yidian.runs.rate.partial import scratch_of
from yidian.runs.rate.people import People
from yidian.runs.rate.spill import ScratchLost, Spilled
from yidian.runs.reference import reference

T = TypeVar("T")
NOBODY: Final = Chosen((), (), ())


@dataclass(frozen=True, slots=True)
class Billed:
    """What a month has billed: its own lines, and those that later bills have borne for it (differences.lines)."""

    own: pa.Table
    borne: pa.Table


@dataclass(frozen=True, slots=True)
class Group:
    """Components with one newest correction (None: none, there is late usage of them), and their bills."""

    correcting: Correcting | None
    chosen: Chosen
    would: Would


@dataclass(frozen=True, slots=True)
class Worked:
    """`live`: the accounts of all components that were worked out, also of those that could not be billed.

    `taken`, `rejected`: of the late events, by reason.
    """

    month: Month
    billed: Billed
    groups: list[Group]
    live: tuple[int, ...]
    taken: int
    rejected: dict[str, int]


def work_out(
    *, tenant: Tenant, places: Places, source: Source, correcting: Sequence[Correcting], earlier: Sequence[str],
    now: datetime, threads: int, only: Correcting | None = None,
) -> Worked:  # fmt: skip
    """`correcting`: the newest last; `only`: no components but those that this one of them touches.

    The caller works on the month alone. BadInput TARIFF_EDITION_UNKNOWN.
    """
    month = month_of(tenant=tenant, places=places, source=source, now=now, threads=threads)
    billed = billed_of(tenant=tenant, places=places, source=source, earlier=earlier)
    late, taken, rejected = _late(month) if month.late else (NOBODY, 0, {})
    tied = components(
        reference=month.reference, facts=month.facts, lines=(billed.own, billed.borne),
        totals=results.rated_totals(tenant=tenant, cycle=source.origin.name, lake=places.lake),
        chosen=[late, *(one.chosen for one in correcting)],
    )  # fmt: skip
    by = _newest(tied, late, correcting)
    if only is not None:
        by = {label: one for label, one in by.items() if one is only}
    groups = _groups(month, tied, by)
    live = tied.within(np.array(sorted(by), np.int64)).accounts
    return Worked(month, billed, groups, live, taken, rejected)


def month_of(*, tenant: Tenant, places: Places, source: Source, now: datetime, threads: int) -> Month:
    known = facts(tenant=tenant, cycle=source.origin)
    who = with_payers(reference(tenant=tenant, cycle=source.origin, work=places.work), known)
    return Month(tenant, places, source.origin, source.late, who, known, now, threads)


def billed_of(*, tenant: Tenant, places: Places, source: Source, earlier: Sequence[str]) -> Billed:
    """The month's own bills, and what the bills of earlier cycles have borne for it, adjustments not among it."""
    name = source.origin.name
    own = billed_lines(tenant=tenant, cycle=name, lake=places.lake, kind=OWN)
    borne = []
    for cycle in earlier:
        told = billed_lines(tenant=tenant, cycle=cycle, lake=places.lake, kind=EXTRA)
        late = pc.and_(pc.equal(told["origin"], name), pc.not_equal(told["kind"], "adjustment"))
        borne.append(told.filter(late))
    nothing = billed_lines(tenant=tenant, cycle="", lake=places.lake, kind=EXTRA)
    return Billed(own, pa.concat_tables([nothing, *borne]))


def again_if_lost(month: Month, work: Callable[[], T]) -> T:
    """What needs classified events; once more from the beginning where their scratch was lost."""
    try:
        return work()
    except ScratchLost:
        classified.forget(tenant=month.tenant, cycle=month.cycle.name)
        return work()


def _late(month: Month) -> tuple[Chosen, int, dict[str, int]]:
    """On whom late events fall, how many were taken, and why others were not."""

    def work() -> tuple[Chosen, int, dict[str, int]]:
        inputs = month.inputs(month.own_edition, None)
        everybody, spilled = classify(month, inputs)
        mine = [one for file, one in zip(inputs.files, spilled, strict=True) if file in month.late]
        subscribers = _fallen_on(everybody, scratch_of(month.tenant, month.places, inputs), mine)
        return Chosen((), subscribers, ()), sum(one.taken for one in mine), _rejected(mine)

    return again_if_lost(month, work)


def _fallen_on(everybody: People, scratch: Any, late: Sequence[Spilled]) -> tuple[int, ...]:
    found: set[int] = set()
    for one in late:
        try:
            records = np.fromfile(scratch / one.name, RECORD)
        except OSError as error:
            raise ScratchLost(one.name) from error
        if len(records) != one.first[-1]:
            raise ScratchLost(one.name)
        found.update(everybody.ids[np.unique(records["sub"])].tolist())
    return tuple(sorted(found))


def _rejected(late: Sequence[Spilled]) -> dict[str, int]:
    total: dict[str, int] = {}
    for one in late:
        for reason, count in one.reasons.items():
            total[reason] = total.get(reason, 0) + count
    return dict(sorted(total.items()))


def _newest(tied: Components, late: Chosen, correcting: Sequence[Correcting]) -> dict[int, Correcting | None]:
    """Each component that anything touches → the newest correction that touches it."""
    found: dict[int, Correcting | None] = dict.fromkeys(tied.touched_by(late).tolist())
    for one in correcting:
        found |= dict.fromkeys(tied.touched_by(one.chosen).tolist(), one)
    return found


def _groups(month: Month, tied: Components, by: dict[int, Correcting | None]) -> list[Group]:
    """Components with one correction together; those by one tariff after one another: they share what is classified."""
    labels: dict[str, tuple[Correcting | None, list[int]]] = {}
    for label, one in by.items():
        key = one.number if one is not None else "late"
        labels.setdefault(key, (one, []))[1].append(label)
    found = []
    own = month.own_edition
    for _, (one, mine) in sorted(labels.items(), key=lambda item: (_tariff(item[1][0], own), item[0])):
        chosen = tied.within(np.array(sorted(mine), np.int64))
        edition, on = _tariff(one, own)[0], one.as_of if one is not None else None
        found.append(Group(one, chosen, _would(month, edition, on, chosen)))
    return found


def _would(month: Month, edition: int, on: date | None, chosen: Chosen) -> Would:
    return again_if_lost(month, lambda: would(month, month.inputs(edition, on), chosen))


def _tariff(one: Correcting | None, own: int) -> tuple[int, str]:
    if one is None:
        return own, ""
    return one.edition or own, str(one.as_of or "")
