"""Offers that are sold so many times and no more: a holding that ever began is a sale, ended or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Count
from django_scopes import scope

from yidian.domains.product_inventory._changes import Changes
from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory._rows import Statement
from yidian.domains.product_inventory.models import OfferHolding
from yidian.platform.tenancy.models import Tenant


def refuse_beyond_quota(
    tenant: Tenant, holdings: Changes, statements: Sequence[Statement], quotas: Mapping[str, int], faults: Faults
) -> None:
    """OFFER_SOLD_OUT for every row, in their order, that would begin one holding of an offer more than its quota.

    Call it in the transaction that will write, while nobody else may.
    """
    added = {(new.subscriber, new.what, new.from_ms) for new in holdings.add if new.what in quotas}
    if not added:
        return
    sold = _sold(tenant, {offer for _, offer, _ in added})
    for one in statements:
        here = one.subscriber, one.offer, one.from_ms
        if here in added:
            added.discard(here)  # beside another number the same holding may be told again
            sold[one.offer] = sold.get(one.offer, 0) + 1
            if sold[one.offer] > quotas[one.offer]:
                faults.note(
                    "OFFER_SOLD_OUT", one.line, "offer", one.offer, offer=one.offer, quota=quotas[one.offer]
                )  # fmt: skip


def _sold(tenant: Tenant, offers: set[str]) -> dict[str, int]:
    with scope(tenant=tenant):
        rows = OfferHolding.objects.filter(tenant=tenant, offer__in=sorted(offers)).order_by()
        return dict(rows.values("offer").annotate(sold=Count("id")).values_list("offer", "sold"))
