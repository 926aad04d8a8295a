"""An office for tests: customers and a tariff in a database, rated totals as if a rate run had made them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.db import transaction
from tests.billing.desk import YUAN, tariff

from yidian.domains.customer_bill import operations
from yidian.domains.customer_bill.types import Parked
from yidian.domains.product_catalog.operations import load_tariff
from yidian.domains.product_inventory.bulk import load_reference
from yidian.domains.product_inventory.operations import import_customers
from yidian.kernel.calendar import month_period
from yidian.kernel.rating.tariff import Discount, Fee, Minimum, Offer
from yidian.platform.jobs.engine import finish, open_run
from yidian.platform.jobs.models import Run
from yidian.runs.bill import run as bill_run
from yidian.runs.bill.report import BillReport
from yidian.runs.rate import results as rated
from yidian.runs.rate.inputs import Places

NOW = datetime(2026, 11, 1, 2, tzinfo=UTC)
MONTH = "2026-10"
PLAN = tariff(
    offers=(Offer(code="PLAN"), Offer(code="PACK", kind="pack")),
    fees=(
        Fee(offer="PLAN", item="RENT", amount_micro=31 * YUAN, proration="by_days"),
        Fee(offer="PACK", item="RENT", amount_micro=10 * YUAN),
    ),
    discounts=(Discount(code="D8", offer="PACK", item="OFF", items=("LOCAL",), rate_ppm=200_000),),
    minimums=(Minimum(offer="PLAN", item="LEAST", amount_micro=40 * YUAN),),
)
Total = tuple[str, str, str, int]  # subscriber, account, item, micro


@dataclass
class Office:
    tenant: Any
    home: Path
    patch: pytest.MonkeyPatch
    totals: list[Total] = field(default_factory=list)
    parked: list[str] = field(default_factory=list)

    @property
    def places(self) -> Places:
        return Places(lake=self.home / "lake", work=self.home / "work")

    def open(self) -> Office:
        number = load_tariff(tenant=self.tenant, tariff=PLAN, source="t", now=NOW).edition
        operations.open_cycle(tenant=self.tenant, name=MONTH, now=NOW)
        self.edition = number
        self.patch.setattr(rated, "rated_totals", lambda **_: self._table())
        return self

    def customers(self, rows: list[str]) -> Office:
        path = self.home / "customers.csv"
        path.write_text("customer,account,subscriber,identifier,offer,from,to,pool\n" + "\n".join(rows) + "\n")
        known = {"PLAN": (None, None), "PACK": (None, None)}
        import_customers(tenant=self.tenant, path=path, known_offers=known)
        return self

    def rate(self, *totals: Total, parked: tuple[str, ...] = ()) -> Run:
        """What a rate run leaves: its row, the totals of the units that are not parked, the parked ones."""
        self.totals = list(totals)
        count = Run.objects.filter(kind="rate").count()
        run = open_run(tenant=self.tenant, kind="rate", subject=MONTH, input_digest=str(count), now=NOW)
        reference = self.reference()
        units = dict(zip(reference.unit_code, reference.unit_id.tolist(), strict=True))
        with transaction.atomic():
            finish(run, counts={"edition": self.edition}, now=NOW)
            operations.take_rating(tenant=self.tenant, name=MONTH, run=run, cutoff_file=0)
            operations.resolve(tenant=self.tenant, name=MONTH, kind="rate", now=NOW)
            found = [Parked(code="AMOUNT_OVERFLOW", run=run.pk, unit_id=units[code]) for code in parked]
            operations.park(tenant=self.tenant, name=MONTH, run=run, found=found)
        return run

    def reference(self) -> Any:
        period = month_period(MONTH, self.tenant.zone)
        return load_reference(tenant=self.tenant, period_start_ms=period.start_ms, period_end_ms=period.end_ms)

    def _table(self) -> pa.Table:
        reference = self.reference()
        subs = dict(zip(reference.subscriber_code, reference.subscriber_id.tolist(), strict=True))
        accounts = dict(zip(reference.account_code, reference.account_id.tolist(), strict=True))
        rows = [(0, accounts[a], subs[s], item, micro, 60, 2, 0) for s, a, item, micro in self.totals]
        names = ("unit", "account", "subscriber", "item", "amount_micro", "quantity", "events", "cut_micro")
        return pa.table({name: pa.array([r[n] for r in rows], pa.string() if name == "item" else pa.int64())
                         for n, name in enumerate(names)})  # fmt: skip

    def bill(self, *, threads: int = 1, accounts: list[str] | None = None) -> BillReport:
        return bill_run.bill(
            tenant=self.tenant, place=self.places, cycle_name=MONTH, now=NOW, threads=threads, accounts=accounts
        )
