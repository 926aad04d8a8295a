"""Reading tariffs that were loaded."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django_scopes import scope

from yidian.domains.product_catalog import models
from yidian.domains.product_catalog.bulk import prefixes
from yidian.domains.product_catalog.canonical import HEAD, ROWS, field_names
from yidian.domains.product_catalog.canonical import digest as digest
from yidian.domains.product_catalog.drafts import drafts as drafts
from yidian.domains.product_catalog.drafts import known_drafts as known_drafts
from yidian.domains.product_catalog.drafts import offers_held_back as offers_held_back
from yidian.domains.product_catalog.drafts import tariff_draft as tariff_draft
from yidian.domains.product_catalog.drafts import tariff_of_draft as tariff_of_draft
from yidian.domains.product_catalog.drafts import trial_of_draft as trial_of_draft
from yidian.domains.product_catalog.drafts import trials_of_draft as trials_of_draft
from yidian.domains.product_catalog.drafts import workbook_of_draft as workbook_of_draft
from yidian.domains.product_catalog.for_orders import offers_for_orders as offers_for_orders
from yidian.domains.product_catalog.for_orders import own_network as own_network
from yidian.domains.product_catalog.for_orders import stacking_offers as stacking_offers
from yidian.domains.product_catalog.workbook import read_tariff as read_tariff
from yidian.kernel.faults import refuse
from yidian.kernel.rating.tariff import Row, Tariff
from yidian.platform.tenancy.models import Tenant


def current_tariff(*, tenant: Tenant) -> tuple[int, Tariff]:
    """The newest edition: its number and its rows in canonical order. BadInput TARIFF_NOT_LOADED when there is none."""
    number = newest_edition(tenant=tenant)
    if not number:
        raise refuse("TARIFF_NOT_LOADED", value=tenant.code)
    return number, tariff_of_edition(tenant=tenant, number=number)


def newest_edition(*, tenant: Tenant) -> int:
    """The number of the newest edition; 0 when no tariff has been loaded."""
    with scope(tenant=tenant):
        return models.TariffEdition.objects.order_by("-number").values_list("number", flat=True).first() or 0


def tariff_of_edition(*, tenant: Tenant, number: int, without: Collection[str] = ()) -> Tariff:
    """The tariff of an edition as it was loaded. BadInput TARIFF_EDITION_UNKNOWN.

    `without`: kinds of rows that the caller does not look at (prefixes may be 100,000); they are left empty.
    """
    with scope(tenant=tenant):
        edition = models.TariffEdition.objects.filter(number=number).first()
        if edition is None:
            raise refuse("TARIFF_EDITION_UNKNOWN", value=number)
        rows: dict[str, Any] = {
            kind: _rows(edition, kind, row_type) for kind, row_type in ROWS.items() if kind not in without
        }
    return Tariff(**{name: getattr(edition, name) for name in HEAD}, **rows)


def edition_digest(*, tenant: Tenant, number: int) -> str:
    """The SHA-256 of an edition's rows; BadInput TARIFF_EDITION_UNKNOWN."""
    with scope(tenant=tenant):
        found = models.TariffEdition.objects.filter(number=number).values_list("sha256", flat=True).first()
    if found is None:
        raise refuse("TARIFF_EDITION_UNKNOWN", value=number)
    return str(found)


def edition_digests(*, tenant: Tenant, numbers: Collection[int]) -> dict[int, str]:
    """The SHA-256 of the rows of some editions, by number; those that are not there are left out."""
    with scope(tenant=tenant):
        rows = models.TariffEdition.objects.filter(number__in=sorted(numbers)).order_by("number")
        return dict(rows.values_list("number", "sha256"))


def offer_names(*, tenant: Tenant, codes: Collection[str]) -> dict[str, tuple[str, str]]:
    """What offers are called, code → (zh, en), in the newest edition that has them; the latest of their dated rows."""
    return _names(tenant, models.TariffOffer, codes)


def item_names(*, tenant: Tenant, codes: Collection[str]) -> dict[str, tuple[str, str]]:
    """The same of charge items."""
    return _names(tenant, models.TariffItem, codes)


def _names(tenant: Tenant, table: type[models.EditionRow], codes: Collection[str]) -> dict[str, tuple[str, str]]:
    columns = ("code", "name_zh", "name_en")
    with scope(tenant=tenant):
        rows = table.objects.filter(tenant=tenant, code__in=sorted(codes))
        ordered = rows.order_by("edition__number", "valid_from", "id").values_list(*columns)
        return {code: (zh, en) for code, zh, en in ordered}


def editions(*, tenant: Tenant) -> list[dict[str, Any]]:
    """The editions, newest first: number, loaded_at (aware UTC), source, currency, zone, sha256."""
    names = ("number", "loaded_at", "source", "currency", "zone", "sha256")
    with scope(tenant=tenant):
        return list(models.TariffEdition.objects.order_by("-number").values(*names))


def _rows(edition: models.TariffEdition, kind: str, row_type: type[Row]) -> Sequence[Row]:
    if kind == "prefixes":
        return prefixes(tenant_id=edition.tenant_id, edition=edition.pk)
    names = field_names(row_type)
    lists = [name for name in names if name in models.LISTS]
    found = []
    for stored in models.TABLES[kind].objects.filter(edition=edition).order_by("id").values_list(*names):
        values = dict(zip(names, stored, strict=True))
        for name in lists:
            values[name] = tuple(values[name].split())
        found.append(row_type(**values))
    return tuple(found)
