"""How many subscriptions stand at an instant: for lists, a few statements however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django_scopes import scope

from yidian.domains.product_inventory.models import SubscriberLife, SubscriberStop
from yidian.domains.product_inventory.stops.types import Stop
from yidian.platform.tenancy.models import Tenant

CHUNK = 500


def lives_and_reasons(
    *, tenant: Tenant, subscribers: Collection[int], at_ms: int
) -> dict[int, tuple[str, tuple[Stop, ...]]]:
    """By id: the life ("" where nothing was ever said of it) and why the line is stopped, the oldest reason first."""
    ordered, lives, stops = sorted(subscribers), dict[int, str](), defaultdict[int, list[Stop]](list)
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            told = {
                "tenant": tenant, "subscriber_id__in": ordered[start : start + CHUNK], "from_ms__lte": at_ms,
                "to_ms__gt": at_ms,
            }  # fmt: skip
            lives |= dict(SubscriberLife.objects.filter(**told).values_list("subscriber_id", "life"))
            rows = SubscriberStop.objects.filter(**told).order_by("from_ms", "id")
            for subscriber, reason, ways, from_ms in rows.values_list("subscriber_id", "reason", "ways", "from_ms"):
                stops[subscriber].append(Stop(reason, ways, from_ms))
    return {id_: (lives.get(id_, ""), tuple(stops[id_])) for id_ in ordered}


def last_stopped_or_resumed(
    *, tenant: Tenant, subscribers: Collection[int], reason: str, at_ms: int
) -> dict[int, int]:  # fmt: skip
    """By id: when, up to an instant (UTC ms), a line was last stopped for a reason or stopped no more; 0: never."""
    ordered = sorted(subscribers)
    found = dict.fromkeys(ordered, 0)
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            some = ordered[start : start + CHUNK]
            rows = SubscriberStop.objects.filter(
                tenant=tenant, subscriber_id__in=some, reason=reason, from_ms__lte=at_ms
            )
            for subscriber, from_ms, to_ms in rows.values_list("subscriber_id", "from_ms", "to_ms"):
                found[subscriber] = max(found[subscriber], from_ms, to_ms if to_ms <= at_ms else 0)
    return found
