"""The cycles that an order is quoted for: the one it is carried out in, and the next."""

from __future__ import annotations

from yidian.domains.customer_bill.queries import cycles
from yidian.domains.customer_bill.types import FIXED, OPEN, Cycle
from yidian.kernel.billing.cycle import next_cycle
from yidian.kernel.calendar import Period, from_ms, local_date, month_period
from yidian.platform.tenancy.models import Tenant
from yidian.runs.first_bill.types import UnableToQuote


def months_of(*, tenant: Tenant, at_ms: int) -> tuple[Cycle, Cycle]:
    """The cycle of an instant and the one after it; those that nobody has opened yet are calendar months.

    UnableToQuote CYCLE_NOT_FOUND (before the first cycle, or in none), CYCLE_FIXED (in the books: what changes in it
    comes as a difference, docs/howto/correct.md).
    """
    known = cycles(tenant=tenant)
    this = next((one for one in known if one.from_ms <= at_ms < one.to_ms), None)
    if this is None:
        if known and at_ms < known[-1].to_ms:
            raise UnableToQuote("CYCLE_NOT_FOUND", cycle=local_date(at_ms, tenant.zone).isoformat()[:7])
        month = _month_of(tenant, at_ms)
        begin_ms = max(month.start_ms, known[-1].to_ms) if known else month.start_ms
        this = _opened(tenant, Period(begin_ms, month.end_ms))
    if this.state in FIXED:
        raise UnableToQuote("CYCLE_FIXED", cycle=this.name)
    after = next((one for one in known if one.from_ms == this.to_ms), None)
    return this, after or _opened(tenant, next_cycle(Period(this.from_ms, this.to_ms), tenant.zone))


def _month_of(tenant: Tenant, at_ms: int) -> Period:
    return month_period(local_date(at_ms, tenant.zone).isoformat()[:7], tenant.zone)


def _opened(tenant: Tenant, period: Period) -> Cycle:
    """A cycle as it would be opened."""
    name = local_date(period.start_ms, tenant.zone).isoformat()[:7]
    return Cycle(
        id=0, name=name, from_ms=period.start_ms, to_ms=period.end_ms, zone=tenant.zone, state=OPEN, cutoff_file=0,
        cut_fixed=False, rate_run=None, bill_run=None, opened_at=from_ms(period.start_ms), closed_at=None,
    )  # fmt: skip
