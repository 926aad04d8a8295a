"""Numbers looked for by their beginning, and everything a customer ever had: for one customer at a time, at a desk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, Final

from django.db.models import Min
from django_scopes import scope

from yidian.domains.product_inventory.models import AccessIdentifier, AccountOfSubscriber, OfferHolding, Subscriber
from yidian.domains.product_inventory.types import KINDS, HadLine, NumberFound, Period
from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 500
Reach = Collection[str] | None  # codes of the organisation's nodes; None: the whole tenant
_FOUND: Final = (
    "kind", "value", "from_ms", "to_ms", "subscriber__code", "subscriber__customer__code", "subscriber__customer__name",
    "subscriber__customer__organisation",
)  # fmt: skip


def numbers_beginning(*, tenant: Tenant, asked: str, limit: int, within: Reach = None) -> list[NumberFound]:
    """Numbers that begin with some digits, logins of just this text: ranges of an index. The latest holder first."""
    found: list[NumberFound] = []
    with scope(tenant=tenant):
        rows = AccessIdentifier.objects.filter(tenant=tenant)
        if within is not None:
            rows = rows.filter(subscriber__customer__organisation__in=sorted(within))
        for kind in KINDS:
            if asked.isascii() and asked.isdigit() and kind != "login":
                these = rows.filter(kind=kind, value__gte=asked)
                end = _end(asked)
                these = these.filter(value__lt=end) if end else these
            else:
                these = rows.filter(kind=kind, value=asked)
            ordered = these.order_by("value", "-from_ms").values_list(*_FOUND)
            found += [NumberFound(*row) for row in ordered[: limit - len(found)]]
            if len(found) >= limit:
                break
    return found


def had_by(*, tenant: Tenant, customer: str) -> list[HadLine]:
    """Every subscription of a customer (by code) with all it had, in order of time; subscriptions by code."""
    with scope(tenant=tenant):
        rows = Subscriber.objects.filter(customer__tenant=tenant, customer__code=customer).order_by("code")
        mine = {id_: (code, area) for id_, code, area in rows.values_list("id", "code", "home_area")}
        numbers = _periods(AccessIdentifier.objects, mine, "value", "kind")
        payers = _periods(AccountOfSubscriber.objects, mine, "account__code")
        offers = _periods(OfferHolding.objects, mine, "offer")
    return [
        HadLine(id_, code, area, numbers[id_], payers[id_], offers[id_]) for id_, (code, area) in mine.items()
    ]  # fmt: skip


def lines_counted(*, tenant: Tenant, customer: str, at_ms: int) -> tuple[int, int, int | None]:
    """Subscriptions of a customer (by code), those with a number at an instant (UTC ms), and when the first began."""
    with scope(tenant=tenant):
        rows = Subscriber.objects.filter(customer__tenant=tenant, customer__code=customer)
        numbers = AccessIdentifier.objects.filter(subscriber__in=rows.values("id"))
        now = numbers.filter(from_ms__lte=at_ms, to_ms__gt=at_ms).values("subscriber_id").distinct()
        since_ms = numbers.aggregate(first=Min("from_ms"))["first"]
        return rows.count(), now.count(), since_ms


def paid_for_by(*, tenant: Tenant, account: str, at_ms: int, limit: int) -> list[str]:
    """Codes of the subscriptions, whoever's, that an account (code) pays for at an instant (UTC ms); by code."""
    with scope(tenant=tenant):
        rows = AccountOfSubscriber.objects.filter(
            account__tenant=tenant, account__code=account, from_ms__lte=at_ms, to_ms__gt=at_ms
        ).order_by("subscriber__code")
        return list(rows.values_list("subscriber__code", flat=True)[:limit])


def _periods(rows: Any, subscribers: Iterable[int], what: str, *more: str) -> defaultdict[int, tuple[Period, ...]]:
    found: defaultdict[int, tuple[Period, ...]] = defaultdict(tuple)
    ordered = sorted(subscribers)
    for start in range(0, len(ordered), CHUNK):
        some = rows.filter(subscriber_id__in=ordered[start : start + CHUNK]).order_by("from_ms", "id")
        for subscriber, *told in some.values_list("subscriber_id", what, "from_ms", "to_ms", *more):
            found[subscriber] = (*found[subscriber], Period(*told))
    return found


def _end(digits: str) -> str:
    """The first text of digits after all that begin with these: 199 → 2; "" where there is none.

    Digits stand in their own order in every collation, which cannot be said of any sign after the nine.
    """
    shorter = digits.rstrip("9")
    return shorter[:-1] + str(int(shorter[-1]) + 1) if shorter else ""
