"""The month-close equation (I11): what was rated, itemised, billed, posted, owed and paid, each from its own source."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from yidian.domains.customer_bill import queries
from yidian.domains.ledger.queries import trial_balance
from yidian.domains.payment.queries import receivables_of_cycle, totals
from yidian.kernel.money import currency, micro_per_minor
from yidian.platform.jobs.queries import done
from yidian.platform.tenancy.models import Tenant
from yidian.runs.differences.lines import EXTRA, OWN, billed_lines
from yidian.runs.rate.results import rated_totals

MICRO, MINOR = "micro", "minor"


@dataclass(frozen=True, slots=True)
class Term:
    """A sum of the month, by code; in micro-units or minor units."""

    code: str
    unit: str
    amount: int


@dataclass(frozen=True, slots=True)
class Equation:
    """Two sums from different sources that must be one."""

    code: str
    unit: str
    left: int
    right: int

    @property
    def holds(self) -> bool:
        return self.left == self.right


@dataclass(frozen=True, slots=True)
class MonthBooks:
    """Of a cycle. `posted`: its bills stand in the ledger wholly; before, only what was billed is added up."""

    cycle: str
    posted: bool
    terms: tuple[Term, ...]
    equations: tuple[Equation, ...]

    @property
    def broken(self) -> list[Equation]:
        return [one for one in self.equations if not one.holds]


def month_books(*, tenant: Tenant, lake: Path, cycle: str) -> MonthBooks:
    """Add up a cycle. UnableToFindCycle; of a cycle without bills nothing but what was rated."""
    queries.cycle_named(tenant=tenant, name=cycle)
    posted = bool(done(tenant=tenant, kind="post", subject=cycle))
    terms, equations = _billed(tenant, lake, cycle)
    if posted:
        for part in (_posted(tenant, cycle), _paid(tenant)):
            terms += part[0]
            equations += part[1]
    return MonthBooks(cycle, posted, tuple(terms), tuple(equations))


Part = tuple[list[Term], list[Equation]]


def _billed(tenant: Tenant, lake: Path, cycle: str) -> Part:
    rated = rated_totals(tenant=tenant, cycle=cycle, lake=lake)
    billed = pa.array(sorted(queries.bill_runs(tenant=tenant, cycle=cycle)), pa.int64())
    unbilled = _sum(rated.filter(pc.invert(pc.is_in(rated["account"], billed))), "amount_micro")
    own = billed_lines(tenant=tenant, cycle=cycle, lake=lake, kind=OWN)
    extra = billed_lines(tenant=tenant, cycle=cycle, lake=lake, kind=EXTRA)
    adjusted = pc.equal(extra["kind"], "adjustment")
    usage = _sum(own.filter(pc.equal(own["kind"], "usage")), "amount_micro")
    count, total, tax, rounding = queries.sums(tenant=tenant, cycle=cycle)
    items_micro = _sum(own, "amount_micro") + _sum(extra, "amount_micro")
    terms = [
        Term("MONTH_RATED", MICRO, _sum(rated, "amount_micro")),
        Term("MONTH_UNBILLED", MICRO, unbilled),
        Term("MONTH_ITEMS", MICRO, _sum(own, "amount_micro")),
        Term("MONTH_LATE", MICRO, _sum(extra.filter(pc.invert(adjusted)), "amount_micro")),
        Term("MONTH_ADJUSTED", MICRO, _sum(extra.filter(adjusted), "amount_micro")),
        Term("MONTH_ROUNDING", MICRO, -rounding),
        Term("MONTH_BILLS", MINOR, total),
        Term("MONTH_TAX", MINOR, tax),
    ]
    if not count:
        return terms, []
    unit = micro_per_minor(currency(tenant.currency))
    return terms, [
        Equation("MONTH_RATED_IS_ITEMS", MICRO, _sum(rated, "amount_micro"), usage + unbilled),
        Equation("MONTH_ITEMS_ARE_BILLS", MICRO, items_micro, total * unit + rounding),
        Equation("MONTH_LINES_ARE_BILLS", MINOR, _sum(own, "amount_minor") + _sum(extra, "amount_minor"), total),
    ]


def _posted(tenant: Tenant, cycle: str) -> Part:
    _, total, tax, _ = queries.sums(tenant=tenant, cycle=cycle)
    credited = queries.credit_notes(tenant=tenant, cycle=cycle)
    owed = receivables_of_cycle(tenant=tenant, cycle=cycle)
    ledger = {"revenue": 0, "tax": 0}
    for line in trial_balance(tenant=tenant, cycle=cycle):
        if line.kind in ledger:
            ledger[line.kind] -= line.balance_minor
    terms = [
        Term("MONTH_REVENUE", MINOR, ledger["revenue"]),
        Term("MONTH_RECEIVABLES", MINOR, owed.amount_minor),
        Term("MONTH_CREDIT_NOTES", MINOR, credited),
        Term("MONTH_CLEARED", MINOR, owed.cleared_minor),
        Term("MONTH_OWED", MINOR, owed.amount_minor - owed.cleared_minor),
    ]
    return terms, [
        Equation("MONTH_BILLS_ARE_OWED", MINOR, total, owed.amount_minor - credited),
        Equation("MONTH_BILLS_ARE_POSTED", MINOR, total, ledger["revenue"] + ledger["tax"]),
        Equation("MONTH_TAX_IS_POSTED", MINOR, tax, ledger["tax"]),
    ]


def _paid(tenant: Tenant) -> Part:
    """Receipts are of no month: money of all months until now."""
    paid = totals(tenant=tenant)
    terms = [
        Term("MONTH_RECEIPTS", MINOR, paid.taken_minor),
        Term("MONTH_RECEIPTS_CLEARED", MINOR, paid.cleared_minor),
        Term("MONTH_RECEIPTS_CREDIT", MINOR, paid.credited_minor),
        Term("MONTH_RECEIPTS_REFUNDED", MINOR, paid.returned_minor),
        Term("MONTH_RECEIPTS_SUSPENSE", MINOR, paid.suspense_minor),
    ]
    placed = paid.cleared_minor + paid.credited_minor + paid.returned_minor + paid.suspense_minor
    return terms, [Equation("MONTH_RECEIPTS_ARE_PLACED", MINOR, paid.taken_minor, placed)]


def _sum(table: pa.Table, name: str) -> int:
    """Exact: the sum of two halves cannot wrap."""
    column = table[name].combine_chunks().to_numpy(zero_copy_only=False)
    return (int((column >> 32).sum()) << 32) + int((column & 0xFFFFFFFF).sum())
