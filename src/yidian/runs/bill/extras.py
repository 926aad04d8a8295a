"""Lines that a cycle's bills bear for other cycles: late usage of them, corrections, and adjustments."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from yidian.domains.customer_bill import queries
from yidian.domains.customer_bill.types import Adjusted, BillHeader, Cycle, TaxLine
from yidian.kernel.tax import included_tax
from yidian.platform.lake.queries import files, read_stored
from yidian.platform.tenancy.models import Tenant
from yidian.runs.differences.lines import EXTRA, LINES, TAXES, of_accounts
from yidian.runs.differences.run import differences, read
from yidian.runs.rate.inputs import Places

ADJUSTMENT = "adjustment"
LATE = "late"


@dataclass(frozen=True)
class Extras:
    """`lines` and `taxes` as in differences.lines; amounts in minor units, of late usage in micro-units too."""

    lines: pa.Table
    taxes: pa.Table
    micro_per_minor: int

    @property
    def accounts(self) -> set[int]:
        return set(self.lines["account"].to_pylist())

    @property
    def adjustments(self) -> list[int]:
        return sorted(n for n in self.lines["adjustment"].to_pylist() if n)

    @property
    def told(self) -> tuple[str, ...]:
        """What the bill run's digest is told of them; nothing where there are none."""
        if not self.lines.num_rows:
            return ()
        rows = repr((self.lines.to_pylist(), self.taxes.to_pylist()))
        return (hashlib.sha256(rows.encode()).hexdigest(),)

    def only(self, accounts: Collection[int]) -> Extras:
        """Those of some accounts."""
        return replace(self, lines=of_accounts(self.lines, accounts), taxes=of_accounts(self.taxes, accounts))

    def headers(self, currency: str) -> dict[int, BillHeader]:
        """What they add to the bill of each account."""
        taxes: defaultdict[int, list[TaxLine]] = defaultdict(list)
        for t in self.taxes.to_pylist():
            line = TaxLine(t["tax_class"], t["rate_ppm"], t["base_minor"], t["tax_minor"], t["kind"], t["origin"])
            taxes[t["account"]].append(line)
        sums: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        for row in self.lines.select(["account", "amount_minor", "amount_micro"]).to_pylist():
            mine = sums[row["account"]]
            mine[0] += row["amount_minor"]
            mine[1] += row["amount_micro"]
            mine[2] += 1
        return {
            account: BillHeader(
                account, currency, minor, sum(t.tax_minor for t in taxes[account]),
                micro - minor * self.micro_per_minor, items, tuple(taxes[account]),
            )
            for account, (minor, micro, items) in sums.items()
        }  # fmt: skip

    def sums(self) -> dict[str, int]:
        """Sums as the run's report wants them."""
        adjusted = pc.equal(self.lines["kind"], ADJUSTMENT)
        micro = self.lines["amount_micro"]
        own = self.lines.filter(adjusted)["amount_micro"]
        total = sum(self.lines["amount_minor"].to_pylist())
        all_micro, adjusted_micro = sum(micro.to_pylist()), sum(own.to_pylist())
        return {
            "items": self.lines.num_rows,
            "late_micro": all_micro - adjusted_micro,
            "adjusted_micro": adjusted_micro,
            "total_minor": total,
            "tax_minor": sum(self.taxes["tax_minor"].to_pylist()),
            "remainder_micro": all_micro - total * self.micro_per_minor,
        }


def gather(
    *, tenant: Tenant, places: Places, cycle: Cycle, now: datetime, threads: int, micro_per_minor: int
) -> Extras:
    """The late usage, brought up to date, and the adjustments that the cycle's bills bear now."""
    run = differences(tenant=tenant, places=places, cycle=cycle, now=now, threads=threads)
    lines, taxes = read(tenant=tenant, places=places, run=run)
    bears = queries.takes_late_usage(tenant=tenant, cycle=cycle)
    adjusted = queries.pending_adjustments(tenant=tenant) if bears else []
    return Extras(
        lines=pa.concat_tables([lines, _lines(adjusted, micro_per_minor)]),
        taxes=pa.concat_tables([taxes, _taxes(adjusted)]),
        micro_per_minor=micro_per_minor,
    )


def _lines(adjusted: Sequence[Adjusted], micro_per_minor: int) -> pa.Table:
    rows = [
        {
            "origin": one.origin, "account": one.account_id, "subscriber": 0, "kind": ADJUSTMENT, "item": one.item,
            "of_item": "", "offer": "", "discount": "", "tax_class": one.tax_class, "quantity": 0, "events": 0,
            "amount_micro": one.amount_minor * micro_per_minor, "amount_minor": one.amount_minor, "adjustment": one.id,
            "correction": "",
        }
        for one in adjusted
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=LINES)


def _taxes(adjusted: Sequence[Adjusted]) -> pa.Table:
    """The tax inside the adjustments of an account, class and month together, at the rate of that month."""
    bases: defaultdict[tuple[str, int, str, int], int] = defaultdict(int)
    for one in adjusted:
        bases[one.origin, one.account_id, one.tax_class, one.rate_ppm] += one.amount_minor
    rows = [
        {
            "origin": origin, "kind": ADJUSTMENT, "account": account, "tax_class": tax_class, "rate_ppm": rate,
            "base_minor": base, "tax_minor": included_tax(gross_minor=base, rate_ppm=rate),
        }
        for (origin, account, tax_class, rate), base in sorted(bases.items())
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=TAXES)


def joined(header: BillHeader, more: BillHeader | None) -> BillHeader:
    """A bill with the lines of other cycles added."""
    if more is None:
        return header
    return replace(
        header,
        total_minor=header.total_minor + more.total_minor,
        tax_minor=header.tax_minor + more.tax_minor,
        remainder_micro=header.remainder_micro + more.remainder_micro,
        items=header.items + more.items,
        taxes=(*header.taxes, *more.taxes),
    )


def billed_by(*, tenant: Tenant, lake: Path, cycle: str, run: int, micro_per_minor: int) -> dict[int, dict[str, Any]]:
    """What the extra lines of a run have added to each bill: amount, remainder, items by account id."""
    found: dict[int, dict[str, Any]] = {}
    for file in files(tenant=tenant, kind=EXTRA, subject=cycle, run_id=run):
        for row in read_stored(file, lake).to_pylist():
            mine = found.setdefault(row["account"], {"total_minor": 0, "remainder_micro": 0, "items": 0})
            mine["total_minor"] += row["amount_minor"]
            mine["remainder_micro"] += row["amount_micro"] - row["amount_minor"] * micro_per_minor
            mine["items"] += 1
    return found


def tax_of(taxes: Iterable[TaxLine]) -> int:
    """The tax of a bill's lines of other cycles."""
    return sum(tax.tax_minor for tax in taxes if tax.kind)
