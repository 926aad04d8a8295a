"""Loading a tariff: the only way that rows of an edition come into this domain."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import PurePath

from django.db import transaction
from django_scopes import scope

from yidian.domains.product_catalog import models, queries
from yidian.domains.product_catalog.bulk import store
from yidian.domains.product_catalog.canonical import HEAD, ROWS, canonical, digest
from yidian.domains.product_catalog.history import changes_before
from yidian.domains.product_catalog.types import LoadedTariff
from yidian.domains.product_catalog.types import UnableToLoadTariff as UnableToLoadTariff
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.points import point
from yidian.platform.sheets.fault_list import MOST
from yidian.platform.tenancy.models import Tenant


def load_tariff(
    *, tenant: Tenant, tariff: Tariff, source: str, now: datetime, closed_until: date | None = None
) -> LoadedTariff:
    """Store a tariff as the tenant's next edition; the rows of the newest edition again add nothing.

    `source` names the file it came from. `closed_until`: the first local date that no closed cycle contains; an edition
    that says something else of the days before it raises UnableToLoadTariff (TARIFF_CHANGES_HISTORY).
    """
    with scope(tenant=tenant), transaction.atomic():
        loaded = load_within(tenant=tenant, tariff=tariff, source=source, now=now, closed_until=closed_until)
        if loaded.added:
            point("import.commit")
    if loaded.added:
        point("import.committed")
    return loaded


def load_within(
    *, tenant: Tenant, tariff: Tariff, source: str, now: datetime, closed_until: date | None
) -> LoadedTariff:
    """The same inside a transaction and scope of the caller's."""
    tariff = canonical(tariff)
    counts = {kind: len(getattr(tariff, kind)) for kind in ROWS}
    sha256 = digest(tariff)
    one_at_a_time(tenant)
    newest = models.TariffEdition.objects.order_by("-number").first()
    if newest is not None and newest.sha256 == sha256:
        return LoadedTariff(edition=newest.number, sha256=sha256, added=False, counts=counts)
    if newest is not None and closed_until is not None:
        refuse_changed_history(
            tenant=tenant, number=newest.number, tariff=tariff, closed_until=closed_until, source=source
        )
    edition = models.TariffEdition.objects.create(
        tenant=tenant,
        number=newest.number + 1 if newest else 1,
        sha256=sha256,
        loaded_at=now,
        source=PurePath(source).name[:255],
        **{name: getattr(tariff, name) for name in HEAD},
    )
    for kind in ROWS:
        store(tenant_id=tenant.pk, edition=edition.pk, kind=kind, rows=getattr(tariff, kind))
    return LoadedTariff(edition=edition.number, sha256=sha256, added=True, counts=counts)


def one_at_a_time(tenant: Tenant) -> None:
    """Two loads at once would give one number to two editions; the second waits (SQLite has but one writer anyway)."""
    Tenant.objects.select_for_update(of=("self",), no_key=True).order_by("id").get(pk=tenant.pk)


def refuse_changed_history(*, tenant: Tenant, number: int, tariff: Tariff, closed_until: date, source: str) -> None:
    """UnableToLoadTariff TARIFF_CHANGES_HISTORY: a tariff says of closed days what edition `number` does not say."""
    old = queries.tariff_of_edition(tenant=tenant, number=number)
    if faults := changes_before(old, tariff, closed_until, file=source):
        raise UnableToLoadTariff(faults[:MOST])
