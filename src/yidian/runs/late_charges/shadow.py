"""What a month in the books would have billed, had its late usage been in time; and the difference to what it billed.

Only the rating units that late events fall on are rated again, with all their events and the month's own tariff, and
only the accounts that pay for them are billed again. Nothing of the month is changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yidian.domains.customer_bill import queries
from yidian.domains.customer_bill.types import Cycle
from yidian.domains.product_catalog.queries import tariff_of_edition
from yidian.domains.product_inventory.queries import versions
from yidian.kernel.billing.book import BillingBook, compile_billing
from yidian.kernel.rating.batch import RECORD
from yidian.platform.lake.queries import Stored, files
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill.facts import facts
from yidian.runs.bill.inputs import Inputs as BillInputs
from yidian.runs.bill.inputs import accounts_billed_with
from yidian.runs.bill.inputs import gather as gather_bill
from yidian.runs.bill.parts import PartOfBills, compute
from yidian.runs.bill.tariffs import tariffs_of
from yidian.runs.late_charges.lines import (
    COUNTS,
    EXTRA,
    KEYS,
    LINES,
    OWN,
    TAXES,
    added,
    billed_lines,
    of_accounts,
    plain,
)
from yidian.runs.rate import classified, results
from yidian.runs.rate.inputs import Inputs, Places, parts_for
from yidian.runs.rate.left import left_files
from yidian.runs.rate.partial import rate_units, scratch_of
from yidian.runs.rate.people import People
from yidian.runs.rate.rate_part import RatedPart
from yidian.runs.rate.run import prepare
from yidian.runs.rate.spill import ScratchLost, Spilled
from yidian.runs.reference import reference


@dataclass(frozen=True, slots=True)
class Difference:
    """Of one month: lines and taxes by account, and what became of the late events that are no money."""

    lines: pa.Table
    taxes: pa.Table
    taken: int
    rejected: dict[str, int]
    parked_units: int


def difference(
    *, tenant: Tenant, places: Places, origin: Cycle, late: Sequence[Stored], earlier: Sequence[str],
    now: datetime, threads: int,
) -> Difference:  # fmt: skip
    """What late files add to what the month has billed, itself and as late usage on bills of `earlier` cycles."""
    inputs = _inputs(tenant, origin, late)
    for last in (False, True):
        try:
            everybody, spilled = _classified(tenant, places, inputs, now, threads)
            mine = [one for file, one in zip(inputs.files, spilled, strict=True) if file in late]
            units = _units(everybody, scratch_of(tenant, places, inputs), mine)
            made = rate_units(
                tenant=tenant, places=places, inputs=inputs, units=units, spilled=spilled, everybody=everybody.ids,
                threads=threads,
            )  # fmt: skip
            break
        except ScratchLost:
            classified.forget(tenant=tenant, cycle=origin.name)
            if last:
                raise
    would = _bills(tenant, places, inputs, units, made)
    return Difference(
        *_compared(tenant, places, origin, would, earlier),
        taken=sum(one.taken for one in mine),
        rejected=_rejected(mine),
        parked_units=len(made.parked),
    )


def _inputs(tenant: Tenant, origin: Cycle, late: Sequence[Stored]) -> Inputs:
    base = results.current_run(tenant=tenant, cycle=origin.name)
    assert base is not None, "a month in the books was rated"
    edition = int(base.counts["edition"])
    newest = max(file.id for file in late)
    usage = [
        f for f in files(tenant=tenant, kind="usage", overlaps=(origin.from_ms, origin.to_ms)) if f.id <= newest
    ]  # fmt: skip
    tariff = tariff_of_edition(tenant=tenant, number=edition)
    parts = parts_for(sum(f.rows for f in usage))
    left = left_files(tenant=tenant, cycle=origin, tariff=tariff)
    return Inputs(origin, edition, tariff, versions(tenant=tenant), tuple(usage), parts, left)


def _classified(
    tenant: Tenant, places: Places, inputs: Inputs, now: datetime, threads: int
) -> tuple[People, list[Spilled]]:
    ready, _ = prepare(tenant, places, inputs)
    spilled = classified.classify(
        tenant=tenant, places=places, inputs=inputs, on=ready, now=now, threads=threads, advance=None
    )
    return ready.people, spilled


def _units(everybody: People, scratch: Any, late: Sequence[Spilled]) -> list[int]:
    """Ids of all units of the groups on whose members late events fall."""
    found: set[int] = set()
    for one in late:
        try:
            records = np.fromfile(scratch / one.name, RECORD)
        except OSError as error:
            raise ScratchLost(one.name) from error
        if len(records) != one.first[-1]:
            raise ScratchLost(one.name)
        found.update(np.unique(everybody.group[np.unique(records["sub"])]).tolist())
    who = everybody.reference
    group = everybody.group[everybody.number[np.asarray(who.mem_sub, np.int64)]]
    units = np.asarray(who.mem_unit, np.int64)[np.isin(group, np.array(sorted(found), np.int64))]
    return sorted(np.unique(np.asarray(who.unit_id, np.int64)[units]).tolist())


def _rejected(late: Sequence[Spilled]) -> dict[str, int]:
    total: dict[str, int] = {}
    for one in late:
        for reason, count in one.reasons.items():
            total[reason] = total.get(reason, 0) + count
    return dict(sorted(total.items()))


@dataclass(frozen=True, slots=True)
class _Would:
    accounts: list[int]
    book: BillingBook
    made: PartOfBills


def _bills(tenant: Tenant, places: Places, inputs: Inputs, units: list[int], rated: RatedPart) -> _Would:
    """The bills of the accounts that pay for these units, with the new totals in place of those before."""
    origin = inputs.cycle
    before = results.rated_totals(tenant=tenant, cycle=origin.name, lake=places.lake)
    others = before.filter(pc.invert(pc.is_in(before["unit"], pa.array(units, pa.int64()))))
    totals = pa.concat_tables([_texted(others), _texted(rated.totals)]).combine_chunks()
    parked = {one.unit_id for one in queries.parked(tenant=tenant, cycle=origin.name) if one.unit_id is not None}
    parked = parked - set(units) | {int(one["unit"]) for one in rated.parked}
    book = compile_billing(inputs.tariff, inputs.period, tariffs_of(tenant=tenant, cycle=origin)[1])
    who = reference(tenant=tenant, cycle=origin, work=places.work)
    known = facts(tenant=tenant, cycle=origin)
    gathered = gather_bill(book=book, reference=who, totals=totals, parked_units=sorted(parked), facts=known)
    wanted = accounts_billed_with(gathered, units) & (1 - gathered.aside)
    made = compute(gathered, np.ascontiguousarray(wanted))
    return _Would(_good(gathered, wanted, made), book, made)


def _good(gathered: BillInputs, wanted: Any, made: PartOfBills) -> list[int]:
    """Ids of the accounts that could be billed: the others have no difference yet."""
    ids = np.asarray(gathered.reference.account_id, np.int64)
    found: list[int] = sorted(set(ids[wanted == 1].tolist()) - set(ids[made.too_large].tolist()))
    return found


def _texted(totals: pa.Table) -> pa.Table:
    columns = {name: totals[name] for name in totals.column_names}
    return pa.table(columns | {"item": totals["item"].cast(pa.string())})


def _compared(
    tenant: Tenant, places: Places, origin: Cycle, would: _Would, earlier: Sequence[str]
) -> tuple[pa.Table, pa.Table]:
    lines = [(1, of_accounts(plain(would.made.items), would.accounts))]
    lines.append((-1, _told(tenant, places, origin.name, would, OWN)))
    taxes = [(1, _taxes_of(would)), (-1, _taxes_billed(tenant, origin.name, would, "", ""))]
    for cycle in earlier:
        told = _told(tenant, places, cycle, would, EXTRA)
        late = pc.and_(pc.equal(told["origin"], origin.name), pc.not_equal(told["kind"], "adjustment"))
        lines.append((-1, told.filter(late)))
        taxes.append((-1, _taxes_billed(tenant, cycle, would, "late", origin.name)))
    return _lines(origin, lines), _taxes(origin, would.book, taxes)


def _told(tenant: Tenant, places: Places, cycle: str, would: _Would, kind: str) -> pa.Table:
    found = billed_lines(tenant=tenant, cycle=cycle, lake=places.lake, kind=kind)
    return of_accounts(found, would.accounts)


def _lines(origin: Cycle, signed: list[tuple[int, pa.Table]]) -> pa.Table:
    found = added(signed, KEYS, COUNTS)
    columns = {name: found[name] for name in (*KEYS, *COUNTS)}
    columns["origin"] = pa.array([origin.name] * found.num_rows, pa.string())
    columns["adjustment"] = pa.array(np.zeros(found.num_rows, np.int64))
    return pa.table({field.name: columns[field.name] for field in LINES}).cast(LINES)


def _taxes_of(would: _Would) -> pa.Table:
    """Base and tax of every class on the bills that would have been."""
    headers = of_accounts(would.made.headers, would.accounts)
    tables = [
        _tax_table(headers["account"], name, headers[f"base_{n}"], headers[f"tax_{n}"])
        for n, name in enumerate(would.book.tax_classes)
    ]
    return pa.concat_tables(tables)


def _tax_table(account: Any, tax_class: str, base: Any, tax: Any) -> pa.Table:
    columns = {"account": account, "tax_class": pa.array([tax_class] * len(account), pa.string())}
    return pa.table(columns | {"base_minor": base, "tax_minor": tax})


def _taxes_billed(tenant: Tenant, cycle: str, would: _Would, kind: str, origin: str) -> pa.Table:
    rows = queries.taxes_of(tenant=tenant, cycle=cycle, accounts=would.accounts, kind=kind, origin=origin)
    names = ("account", "tax_class", "base_minor", "tax_minor")
    kinds = (pa.int64(), pa.string(), pa.int64(), pa.int64())
    return pa.table({name: pa.array([row[n] for row in rows], kinds[n]) for n, name in enumerate(names)})


def _taxes(origin: Cycle, book: BillingBook, signed: list[tuple[int, pa.Table]]) -> pa.Table:
    found = added(signed, ("account", "tax_class"), ("base_minor", "tax_minor"))
    rate = dict(zip(book.tax_classes, book.rates_ppm.tolist(), strict=True))
    columns = {name: found[name] for name in found.column_names}
    columns["origin"] = pa.array([origin.name] * found.num_rows, pa.string())
    columns["kind"] = pa.array(["late"] * found.num_rows, pa.string())
    columns["rate_ppm"] = pa.array([rate.get(name, 0) for name in found["tax_class"].to_pylist()], pa.int64())
    return pa.table({field.name: columns[field.name] for field in TAXES}).cast(TAXES)
