"""What a customer has, read for one customer at a time: subscriptions, their numbers, who pays, offers held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, Final

from django_scopes import scope

from yidian.domains.product_inventory.models import (
    AccessIdentifier,
    AccountOfSubscriber,
    OfferHolding,
    RatingUnit,
    Subscriber,
    UnitMembership,
)
from yidian.domains.product_inventory.types import KINDS, Held, LineOfCustomer
from yidian.platform.database.asking import where
from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 500
Dated = tuple[int, str, int, int]  # subscriber, value, from, to


def lines_of(*, tenant: Tenant, customer: str, at_ms: int) -> list[LineOfCustomer]:
    """The subscriptions of a customer (by code) as they are at an instant (UTC ms), by code.

    Of one that has no number (or payer) then, the last it had.
    """
    with scope(tenant=tenant):
        rows = Subscriber.objects.filter(customer__tenant=tenant, customer__code=customer).order_by("code")
        mine = dict(rows.values_list("id", "code"))
        numbers = _numbers(sorted(mine), at_ms)
        payers = _told(AccountOfSubscriber.objects, sorted(mine), "account__code")
        held = _told(OfferHolding.objects, sorted(mine), "offer")
    paid: defaultdict[int, list[Dated]] = defaultdict(list)
    for row in payers:
        paid[row[0]].append(row)
    has: defaultdict[int, list[Held]] = defaultdict(list)
    for subscriber, offer, begin, end in held:
        if begin <= at_ms < end:
            has[subscriber].append(Held(offer, begin, end))
    return [
        LineOfCustomer(id_, code, numbers.get(id_, ""), _as_of(paid[id_], at_ms), tuple(sorted(has[id_])))
        for id_, code in mine.items()
    ]


def numbers_of(*, tenant: Tenant, subscribers: Collection[int], at_ms: int) -> dict[int, str]:
    """The number by which people know each subscription (ids) at an instant, or the last it had."""
    with scope(tenant=tenant):
        return _numbers(sorted(subscribers), at_ms)


def units_of_subscribers(*, tenant: Tenant, subscribers: Collection[int]) -> list[int]:
    """Ids of the rating units that some subscriptions (ids) ever belonged to."""
    with scope(tenant=tenant):
        rows = where(UnitMembership, "subscriber_id", set(subscribers), "unit_id", tenant=tenant)
        return sorted({unit for _, unit in rows})


def subscriber_ids(*, tenant: Tenant, codes: Collection[str]) -> dict[str, int]:
    """Ids of subscriptions by code, of those that are there."""
    return _ids(tenant, Subscriber, codes)


def unit_ids(*, tenant: Tenant, codes: Collection[str]) -> dict[str, int]:
    """Ids of rating units by code, of those that are there."""
    return _ids(tenant, RatingUnit, codes)


def _ids(tenant: Tenant, model: Any, codes: Collection[str]) -> dict[str, int]:
    with scope(tenant=tenant):
        return dict(where(model, "code", set(codes), "id", tenant=tenant))


def _numbers(subscribers: list[int], at_ms: int) -> dict[int, str]:
    """Of several kinds the first of KINDS."""
    by: defaultdict[tuple[int, str], list[Dated]] = defaultdict(list)
    for subscriber, kind, value, begin, end in _told(AccessIdentifier.objects, subscribers, "kind", "value"):
        by[subscriber, kind].append((subscriber, value, begin, end))
    found: dict[int, str] = {}
    for kind in KINDS:
        for subscriber in subscribers:
            if subscriber not in found and by[subscriber, kind]:
                found[subscriber] = _as_of(by[subscriber, kind], at_ms)
    return found


def _as_of(rows: Iterable[Dated], at_ms: int) -> str:
    """The value at an instant; else the one that ended last before it, else the first after."""
    ordered = sorted(rows, key=lambda row: row[2])
    begun = [row for row in ordered if row[2] <= at_ms]
    return (begun[-1] if begun else ordered[0])[1] if ordered else ""


def _told(rows: Any, subscribers: list[int], *names: str) -> list[Any]:
    found: list[Any] = []
    for start in range(0, len(subscribers), CHUNK):
        some = rows.filter(subscriber_id__in=subscribers[start : start + CHUNK])
        found += some.order_by("subscriber_id", "from_ms").values_list("subscriber_id", *names, "from_ms", "to_ms")
    return found
