"""One account's (or one number's) part of a cycle's rating: who was in it with what, and the rated rows of all of them.

What is priced together is read together: a pool's allowance is emptied by all its members.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yidian.domains.customer_bill.types import Cycle
from yidian.domains.party.queries import accounts_by_code
from yidian.domains.product_inventory.bulk import Reference, load_reference, subscribers_taken
from yidian.domains.product_inventory.queries import unit_ids_of, units_of_subscribers, units_priced_with
from yidian.platform.identity import BUCKET_BITS, bucket_of
from yidian.platform.jobs.queries import tasks_done
from yidian.platform.lake.queries import whole
from yidian.platform.lake.rows import rows_of
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill.facts import facts
from yidian.runs.bill.inputs import Inputs, gather
from yidian.runs.explain.tariffs import Known, known
from yidian.runs.rate.results import EMPTY_TOTALS, Layers, layers, rated_files, run_numbered

RATED: Final = (
    "event_id", "part", "start_ms", "unit", "subscriber", "account", "item", "band", "rule", "allowance", "quantity",
    "units", "amount_micro", "cut_micro",
)  # fmt: skip
NO_ROWS: Final = pa.table({name: pa.array([], pa.int64()) for name in RATED})


class Month:
    """Everything is read when it is first asked for."""

    def __init__(
        self, *, tenant: Tenant, lake: Path, cycle: Cycle, accounts: Collection[str] = (),
        subscribers: Collection[int] = (), by: Known | None = None,
    ) -> None:  # fmt: skip
        """`by`: the month's tariff, where it is known already."""
        self.tenant, self.lake, self.cycle = tenant, lake, cycle
        self._accounts, self._subscribers, self._by = accounts, subscribers, by

    @cached_property
    def known(self) -> Known:
        return self._by or known(tenant=self.tenant, cycle=self.cycle)

    @cached_property
    def _layers(self) -> Layers:
        return layers(tenant=self.tenant, base=run_numbered(tenant=self.tenant, number=self.cycle.rate_run))

    @cached_property
    def units(self) -> list[int]:
        """Ids of the rating units, and of those priced together with them."""
        mine = set(unit_ids_of(tenant=self.tenant, account_codes=self._accounts)) if self._accounts else set()
        people = {*self._subscribers, *self._taken()}
        if people:
            mine |= set(units_of_subscribers(tenant=self.tenant, subscribers=people))
        return units_priced_with(tenant=self.tenant, unit_ids=mine)

    def _taken(self) -> list[int]:
        """Of whom the accounts take lines that are not their own."""
        if not self._accounts:
            return []
        ids = [one.id for one in accounts_by_code(tenant=self.tenant, codes=self._accounts).values()]
        return subscribers_taken(tenant=self.tenant, accounts=ids, at_ms=self.cycle.to_ms - 1)

    @cached_property
    def inputs(self) -> Inputs:
        """What the bill arithmetic is told of the month's people, as the inventory says now."""
        subscribers = np.asarray(self.reference.subscriber_id, np.int64).tolist()
        known = facts(tenant=self.tenant, cycle=self.cycle, subscribers=subscribers)
        return gather(
            book=self.known.billing, reference=self.reference, totals=self.totals, parked_units=(), facts=known
        )  # fmt: skip

    @cached_property
    def reference(self) -> Reference:
        return load_reference(
            tenant=self.tenant, period_start_ms=self.cycle.from_ms, period_end_ms=self.cycle.to_ms, unit_ids=self.units
        )

    @cached_property
    def rated(self) -> pa.Table:
        """Rated rows (RATED) of the units, in the order in which they were priced."""
        found = self.read("rated", RATED)
        if not found:
            return NO_ROWS
        rows = pa.concat_tables([pa.table({name: t[name].cast(pa.int64()) for name in RATED}) for t in found])
        return rows.sort_by([("start_ms", "ascending"), ("event_id", "ascending"), ("part", "ascending")])

    @cached_property
    def totals(self) -> pa.Table:
        """Sums per (account, subscriber, item) of the units, as the bill run reads them."""
        names = EMPTY_TOTALS.column_names
        found = self.read("rated_total", names)
        texted = [t.set_column(names.index("item"), "item", t["item"].cast(pa.string())) for t in found]
        return pa.concat_tables([EMPTY_TOTALS, *texted]).combine_chunks()

    def rows_of(self, *, subscriber: int, item: str, account: int) -> dict[str, Any]:
        """Rated rows of one line of a bill as numpy columns, in the order of pricing."""
        codes = [one.code for one in self.known.compiled.items]
        number = codes.index(item) if item in codes else -1
        rows = self.rated
        mine = pc.and_(pc.equal(rows["subscriber"], subscriber), pc.equal(rows["item"], number))
        mine = pc.and_(mine, pc.equal(rows["account"], account))
        return columns(rows.filter(mine))

    def read(self, kind: str, names: Sequence[str]) -> list[pa.Table]:
        """Columns of a kind of result file, of the units."""
        if not self.units:
            return []
        stored = rated_files(tenant=self.tenant, cycle=self.cycle.name, kind=kind, of=self._layers)
        found = []
        for file, without in stored:
            units = set(self.units) - without
            if units and (file.run_id != self.cycle.rate_run or self._parts is None or file.part in self._parts):
                found.append(rows_of(whole(file, self.lake), names, key="unit", values=units))
        return found

    @cached_property
    def _parts(self) -> set[int] | None:
        """The parts of the cycle's rating that the units can be in: ranges of buckets of the unit naming a group.

        None: in any.
        """
        if self.cycle.rate_run is None:
            return set()
        tasks = tasks_done(tenant=self.tenant, run=self.cycle.rate_run) - 1  # one of them wrote the rejects
        if tasks < 1:
            return None
        return {int(bucket_of(unit)) * tasks >> BUCKET_BITS for unit in self.units}


def columns(table: pa.Table) -> dict[str, Any]:
    """Columns as int64 arrays."""
    return {
        name: np.asarray(table[name].combine_chunks().to_numpy(zero_copy_only=False)) for name in table.column_names
    }
