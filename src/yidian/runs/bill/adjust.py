"""Entering an adjustment under the law of the month it is about: the item's tax class and the rate then in force."""

from __future__ import annotations

from datetime import datetime

from yidian.domains.customer_bill import operations
from yidian.domains.customer_bill.queries import cycle_named
from yidian.domains.customer_bill.types import Adjusted
from yidian.domains.product_catalog.queries import current_tariff, tariff_of_edition
from yidian.kernel.calendar import local_date
from yidian.kernel.faults import refuse
from yidian.kernel.tax import rate_ppm
from yidian.platform.jobs.models import Run
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor


def adjust(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, account: str, cycle: str, item: str, amount_minor: int,
    reason: str, disputed: bool = False,
) -> Adjusted:  # fmt: skip
    """As operations.adjust, with class and rate from the tariff with which the month was rated, else from today's.

    BadInput ADJUSTMENT_ITEM too.
    """
    tax_class, rate = law_of(tenant=tenant, cycle=cycle, item=item)
    return operations.adjust(
        tenant=tenant, actor=actor, key=key, now=now, account=account, cycle=cycle, item=item, tax_class=tax_class,
        rate_ppm=rate, amount_minor=amount_minor, reason=reason, disputed=disputed,
    )  # fmt: skip


def law_of(*, tenant: Tenant, cycle: str, item: str) -> tuple[str, int]:
    """The tax class of an item and the rate (ppm) on the last day of a cycle, by the tariff it was rated with.

    UnableToFindCycle; BadInput ADJUSTMENT_ITEM.
    """
    found = cycle_named(tenant=tenant, name=cycle)
    run = Run.objects.filter(tenant=tenant, pk=found.rate_run).first()
    number = int(run.counts["edition"]) if run is not None else current_tariff(tenant=tenant)[0]
    tariff = tariff_of_edition(tenant=tenant, number=number, without=("prefixes", "places", "prices"))
    classes = {one.code: one.tax_class for one in tariff.items}
    if item not in classes:
        raise refuse("ADJUSTMENT_ITEM", value=item)
    tax_class = classes[item]
    rate = rate_ppm(tariff.taxes, tax_class, local_date(found.to_ms - 1, found.zone)) if tax_class else 0
    return tax_class, rate
