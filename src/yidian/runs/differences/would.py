"""What some components of a month would have billed by a tariff: their usage rated and their accounts billed again.

With the month's own usage files and the late ones, and with the inventory as it is now known. Nothing is kept but the
classified events in scratch, which the next one who asks the same finds there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pyarrow as pa

from yidian.domains.customer_bill.types import Chosen, Cycle
from yidian.domains.product_catalog.queries import tariff_of_edition
from yidian.domains.product_inventory.queries import versions
from yidian.domains.product_inventory.types import Reference
from yidian.kernel.billing.book import BillingBook, compile_billing
from yidian.kernel.rating.as_of import as_of
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.lake.queries import Stored, files
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill.facts import Facts
from yidian.runs.bill.inputs import Inputs as BillInputs
from yidian.runs.bill.inputs import gather as gather_bill
from yidian.runs.bill.parts import PartOfBills, compute
from yidian.runs.bill.tariffs import editions_of
from yidian.runs.differences.lines import plain
from yidian.runs.rate import classified, results
from yidian.runs.rate.inputs import Inputs, Places, parts_for
from yidian.runs.rate.left import left_files
from yidian.runs.rate.partial import rate_units
from yidian.runs.rate.people import People
from yidian.runs.rate.run import prepare
from yidian.runs.rate.spill import Spilled


@dataclass(frozen=True, slots=True)
class Month:
    """A month in the books as it is now known: who was there, what else a bill depends on."""

    tenant: Tenant
    places: Places
    cycle: Cycle
    late: tuple[Stored, ...]
    reference: Reference
    facts: Facts
    now: datetime
    threads: int

    @property
    def own_edition(self) -> int:
        base = results.current_run(tenant=self.tenant, cycle=self.cycle.name)
        assert base is not None, "a month in the books was rated"
        return int(base.counts["edition"])

    def inputs(self, edition: int, on: date | None) -> Inputs:
        """What a rating of the whole month by an edition would stand on."""
        within = files(tenant=self.tenant, kind="usage", overlaps=(self.cycle.from_ms, self.cycle.to_ms))
        late = {file.id for file in self.late}
        usage = tuple(f for f in within if f.id <= self.cycle.cutoff_file or f.id in late)
        tariff = tariff_of_edition(tenant=self.tenant, number=edition)
        tariff = as_of(tariff, on) if on else tariff
        return Inputs(
            self.cycle, edition, tariff, versions(tenant=self.tenant), usage, parts_for(sum(f.rows for f in usage)),
            left_files(tenant=self.tenant, cycle=self.cycle, tariff=tariff), on.isoformat() if on else "",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Would:
    """`accounts`: ids of those that can be compared. `lines` as differences.lines.plain; `headers` with the tax of each
    class of the book. `rejected`, `parked_units`: what pricing could not do."""

    accounts: list[int]
    lines: pa.Table
    headers: pa.Table
    book: BillingBook
    inputs: BillInputs
    events: int
    rejected: dict[str, int]
    parked_units: int


def classify(month: Month, inputs: Inputs) -> tuple[People, list[Spilled]]:
    """Every usage file of the month classified under the tariff, from scratch where that is still there."""
    ready, _ = prepare(month.tenant, month.places, inputs)
    spilled = classified.classify(
        tenant=month.tenant, places=month.places, inputs=inputs, on=ready, now=month.now, threads=month.threads,
        advance=None,
    )  # fmt: skip
    return ready.people, spilled


def would(month: Month, inputs: Inputs, chosen: Chosen) -> Would:
    """The bills of whole components. ScratchLost: classification has to be done again."""
    everybody, spilled = classify(month, inputs)
    there = set(np.asarray(month.reference.unit_id, np.int64).tolist())
    units = sorted(there.intersection(chosen.units))
    totals, parked, rejected = results.EMPTY_TOTALS, [], {}
    if units:
        made = rate_units(
            tenant=month.tenant, places=month.places, inputs=inputs, units=units, spilled=spilled,
            everybody=everybody.ids, threads=month.threads,
        )  # fmt: skip
        totals, parked, rejected = _texted(made.totals), [int(one["unit"]) for one in made.parked], made.reasons
    book = compile_billing(inputs.tariff, inputs.period, _former(month, inputs))
    gathered = gather_bill(
        book=book, reference=month.reference, totals=totals, parked_units=parked, facts=month.facts
    )  # fmt: skip
    ids = np.asarray(gathered.reference.account_id, np.int64)
    mine = np.isin(ids, np.array(chosen.accounts, np.int64))
    wanted = np.where(mine, gathered.has_bill & (1 - gathered.aside), 0).astype(np.int64)
    bills = compute(gathered, np.ascontiguousarray(wanted))
    return Would(
        accounts=_comparable(gathered, bills, chosen.accounts), lines=plain(bills.items), headers=bills.headers,
        book=book, inputs=gathered, events=sum(totals["events"].to_pylist()), rejected=dict(rejected),
        parked_units=len(parked),
    )  # fmt: skip


def _former(month: Month, inputs: Inputs) -> Tariff | None:
    """The tariff of the cycle before, where it was another: what was charged in advance was charged by it."""
    before = editions_of(tenant=month.tenant, cycle=month.cycle)[1]
    if before is None or (before == inputs.edition and not inputs.as_of):
        return None
    return tariff_of_edition(tenant=month.tenant, number=before)


def _comparable(gathered: BillInputs, bills: PartOfBills, accounts: Sequence[int]) -> list[int]:
    """Without those that could not be billed: they have no difference yet. Who has no bill now is among them."""
    ids = np.asarray(gathered.reference.account_id, np.int64)
    lost = {*ids[gathered.aside == 1].tolist(), *ids[bills.too_large].tolist()}
    return sorted(set(accounts) - lost)


def _texted(totals: pa.Table) -> pa.Table:
    columns = {name: totals[name] for name in totals.column_names}
    return pa.table(columns | {"item": totals["item"].cast(pa.string())})
