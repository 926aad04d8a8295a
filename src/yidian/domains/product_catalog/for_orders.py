"""The offers that an order may be about, without the rest of the tariff: its prefixes may be 100,000."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from django_scopes import scope

from yidian.domains.product_catalog.drafts import offers_held_back
from yidian.domains.product_catalog.models import TariffEdition, TariffNetwork, TariffOffer
from yidian.domains.product_catalog.terms import Terms
from yidian.domains.product_catalog.types import OfferForOrder
from yidian.platform.database.kept import Reading
from yidian.platform.tenancy.models import Tenant

NAMES: Final = (
    "code", "kind", "name_zh", "name_en", "valid_from", "valid_to", "quota", "stacks", "months", "ends_with", "needs",
    "line_of_business",
)  # fmt: skip
KEPT: Final = 10  # editions, days and sets of offers held back of which a process remembers the offers
_NEWEST: Final = Reading(lambda: TariffEdition.objects.order_by("-number").values_list("id", "sha256")[:1])


def offers_for_orders(*, tenant: Tenant, on: date) -> Mapping[str, OfferForOrder]:
    """By code, every offer of the newest edition, as who orders on a local day asks it.

    Which edition is the newest, and what is held back, is read each time; its rows, which nobody changes, are kept.
    """
    with scope(tenant=tenant):
        newest = _NEWEST.rows(tenant=tenant)
        held_back = offers_held_back(tenant=tenant)
        return _offers(tenant.pk, *newest[0], frozenset(held_back.items()), on) if newest else {}


@lru_cache(maxsize=KEPT)
def _offers(
    tenant: int, edition: int, digest: str, held_back: frozenset[tuple[str, str]], on: date
) -> Mapping[str, OfferForOrder]:
    del digest  # it only tells this edition from another of the same number
    why = dict(held_back)
    rows = TariffOffer.objects.filter(tenant_id=tenant, edition_id=edition).order_by("id").values(*NAMES)
    return MappingProxyType({row["code"]: _offer(row, why.get(row["code"], ""), on) for row in rows})


def own_network(*, tenant: Tenant) -> str:
    """The code of the operator's own network in the newest edition; "" where it names none."""
    with scope(tenant=tenant):
        edition = TariffEdition.objects.filter(tenant=tenant).order_by("-number").values("pk")[:1]
        rows = TariffNetwork.objects.filter(tenant=tenant, edition__in=edition, own=True).order_by("id")
        found: str | None = rows.values_list("network", flat=True).first()
    return found or ""


def stacking_offers(*, tenant: Tenant) -> frozenset[str]:
    """Offers that one subscriber may, or in some edition might, hold several times at one time."""
    with scope(tenant=tenant):
        rows = TariffOffer.objects.filter(tenant=tenant, stacks=True).order_by()
        return frozenset(rows.values_list("code", flat=True).distinct())


def _offer(row: Mapping[str, Any], held_back: str, on: date) -> OfferForOrder:
    terms = Terms(row["stacks"], row["months"], row["ends_with"], frozenset(row["needs"].split()))
    return OfferForOrder(
        code=row["code"], name_zh=row["name_zh"], name_en=row["name_en"], sale_from=row["valid_from"],
        sale_to=row["valid_to"], role="main" if row["kind"] == "base" else "addon",
        line_of_business=row["line_of_business"], terms=terms, quota=row["quota"], held_back=held_back, asked=on,
    )  # fmt: skip
