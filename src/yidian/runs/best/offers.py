"""Which offers are compared: main offers that anybody may be given today."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from yidian.domains.product_catalog.queries import offers_held_back
from yidian.kernel.faults import BadInput, Fault
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.tenancy.models import Tenant
from yidian.runs.best.lines import is_of_another, lines_of
from yidian.runs.best.types import UnableToCompare


def on_sale(*, tenant: Tenant, tariff: Tariff, on: date, only: Collection[str] = ()) -> tuple[str, ...]:
    """Codes, in order. `only`: of these alone. BadInput OFFER_NOT_COMPARED for one of them that is no such offer."""
    held_back = offers_held_back(tenant=tenant)
    found = {row.code for row in tariff.offers if row.kind == "base" and row.in_force(on)} - held_back.keys()
    strange = sorted(set(only) - found)
    if strange:
        raise BadInput([Fault("OFFER_NOT_COMPARED", value=code) for code in strange])
    chosen = sorted(found & set(only) if only else found)
    if not chosen:
        raise UnableToCompare("NOTHING_ON_SALE")
    return tuple(chosen)


def in_place_of(
    *, tenant: Tenant, tariff: Tariff, on: date, present: str, held: Collection[str], only: Collection[str]
) -> tuple[str, ...]:
    """Of those on sale what could stand in the place of the main offers held, and of `only` each: who names it is told
    why not. Refusals as of on_sale."""
    found, lines = on_sale(tenant=tenant, tariff=tariff, on=on, only=only), lines_of(tariff)
    fitting = tuple(code for code in found if only or code == present or not is_of_another(code, held, lines))
    if not fitting:
        raise UnableToCompare("NOTHING_ON_SALE")
    return fitting


def base_offers(tariff: Tariff) -> frozenset[str]:
    """Every main offer, sold or not: what a candidate takes the place of."""
    return frozenset(row.code for row in tariff.offers if row.kind == "base")
