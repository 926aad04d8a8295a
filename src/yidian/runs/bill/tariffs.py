"""The tariffs of a cycle's bills: its own, and that of the cycle before where fees are asked in advance."""

from __future__ import annotations

from collections.abc import Sequence

from yidian.domains.customer_bill.queries import cycle_before
from yidian.domains.customer_bill.types import Cycle
from yidian.domains.product_catalog.queries import tariff_of_edition
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.jobs.models import Run
from yidian.platform.tenancy.models import Tenant


def tariffs_of(*, tenant: Tenant, cycle: Cycle, without: Sequence[str] = ()) -> tuple[Tariff, Tariff | None]:
    """(the tariff a cycle was rated by, that of the cycle before if it was another edition)."""
    edition, before = editions_of(tenant=tenant, cycle=cycle)
    if edition is None:
        raise LookupError(f"{cycle.name} is not rated")
    return (
        tariff_of_edition(tenant=tenant, number=edition, without=without),
        tariff_of_edition(tenant=tenant, number=before, without=without) if before not in (None, edition) else None,
    )


def editions_of(*, tenant: Tenant, cycle: Cycle) -> tuple[int | None, int | None]:
    """The numbers of the editions a cycle, and the cycle before it, were rated by; None: it is not rated."""
    former = cycle_before(tenant=tenant, cycle=cycle)
    rated = [one.rate_run if one is not None else None for one in (cycle, former)]
    runs = Run.objects.filter(tenant=tenant, pk__in=[run for run in rated if run is not None])
    edition = {run.pk: int(run.counts["edition"]) for run in runs}
    own, before = (edition.get(run) if run is not None else None for run in rated)
    return own, before
