"""The month-close equation (I11): what was rated, itemised, billed, posted, owed and paid, each from its own source."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from yidian.domains.customer_bill import queries
from yidian.domains.payment.queries import receivables_of_cycle, totals
from yidian.kernel.money import currency, micro_per_minor
from yidian.platform.jobs.queries import done
from yidian.platform.tenancy.models import Tenant
from yidian.runs.books.sums import Sums, sums

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


def month_books(*, tenant: Tenant, lake: Path, cycle: str, work: Path | None = None) -> MonthBooks:
    """Add up a cycle. UnableToFindCycle; of a cycle without bills nothing but what was rated.

    `work`: sums of many rows may be those kept there (`sums.py`); who checks the books leaves it out.
    """
    queries.cycle_named(tenant=tenant, name=cycle)
    posted = bool(done(tenant=tenant, kind="post", subject=cycle))
    many = sums(tenant=tenant, lake=lake, cycle=cycle, work=work)
    bills = queries.sums(tenant=tenant, cycle=cycle)
    terms, equations = _billed(tenant, many, bills)
    if posted:
        for part in (_posted(tenant, cycle, many, bills), _paid(tenant)):
            terms += part[0]
            equations += part[1]
    return MonthBooks(cycle, posted, tuple(terms), tuple(equations))


Part = tuple[list[Term], list[Equation]]
Bills = tuple[int, int, int, int]  # how many, total, tax, remainders


def _billed(tenant: Tenant, many: Sums, bills: Bills) -> Part:
    count, total, tax, rounding = bills
    terms = [
        Term("MONTH_RATED", MICRO, many.rated_micro),
        Term("MONTH_UNBILLED", MICRO, many.unbilled_micro),
        Term("MONTH_ITEMS", MICRO, many.own_micro),
        Term("MONTH_LATE", MICRO, many.late_micro),
        Term("MONTH_ADJUSTED", MICRO, many.adjusted_micro),
        Term("MONTH_ROUNDING", MICRO, -rounding),
        Term("MONTH_BILLS", MINOR, total),
        Term("MONTH_TAX", MINOR, tax),
    ]
    if not count:
        return terms, []
    unit = micro_per_minor(currency(tenant.currency))
    items_micro = many.own_micro + many.late_micro + many.adjusted_micro
    return terms, [
        Equation("MONTH_RATED_IS_ITEMS", MICRO, many.rated_micro, many.usage_micro + many.unbilled_micro),
        Equation("MONTH_ITEMS_ARE_BILLS", MICRO, items_micro, total * unit + rounding),
        Equation("MONTH_LINES_ARE_BILLS", MINOR, many.own_minor + many.extra_minor, total),
    ]


def _posted(tenant: Tenant, cycle: str, many: Sums, bills: Bills) -> Part:
    _, total, tax, _ = bills
    credited = queries.credit_notes(tenant=tenant, cycle=cycle)
    owed = receivables_of_cycle(tenant=tenant, cycle=cycle)
    terms = [
        Term("MONTH_REVENUE", MINOR, many.revenue_minor),
        Term("MONTH_RECEIVABLES", MINOR, owed.amount_minor),
        Term("MONTH_CREDIT_NOTES", MINOR, credited),
        Term("MONTH_CLEARED", MINOR, owed.cleared_minor),
        Term("MONTH_OWED", MINOR, owed.amount_minor - owed.cleared_minor),
    ]
    return terms, [
        Equation("MONTH_BILLS_ARE_OWED", MINOR, total, owed.amount_minor - credited),
        Equation("MONTH_BILLS_ARE_POSTED", MINOR, total, many.revenue_minor + many.tax_minor),
        Equation("MONTH_TAX_IS_POSTED", MINOR, tax, many.tax_minor),
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
        Term("MONTH_RECEIPTS_KEPT", MINOR, paid.kept_minor),
        Term("MONTH_RECEIPTS_DEPOSITED", MINOR, paid.deposited_minor),
    ]
    return terms, [Equation("MONTH_RECEIPTS_ARE_PLACED", MINOR, paid.taken_minor, paid.placed_minor)]
