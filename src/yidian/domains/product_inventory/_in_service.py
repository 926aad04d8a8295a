"""Every line that is in service at an instant, as a network ought to have it: number, card, how it is stopped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from django_scopes import scope

from yidian.domains.product_inventory.bulk import load_reference
from yidian.domains.product_inventory.changes.lifecycle import PRE_TERMINATED, TERMINATED
from yidian.domains.product_inventory.models import SubscriberLife, SubscriberStop
from yidian.domains.product_inventory.stops.types import ONE, TWO
from yidian.domains.product_inventory.types import LineInService
from yidian.platform.tenancy.models import Tenant

NUMBERED: Final = ("msisdn", "login")  # by these a network knows a line, the first before the second
CARD: Final = ("imsi", "iccid")


def lines_in_service(*, tenant: Tenant, at_ms: int) -> Iterator[LineInService]:
    """Ascending by subscriber (code point); who has no number is in no network. All is read at once, in columns."""
    found = load_reference(tenant=tenant, period_start_ms=at_ms, period_end_ms=at_ms + 1)
    numbers: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for kind, value, line in zip(found.id_kind, found.id_value, found.id_sub.tolist(), strict=True):
        had = numbers[line]
        had[kind] = min(had.get(kind, value), value)
    offers: defaultdict[int, list[str]] = defaultdict(list)
    for line, offer in zip(found.hold_sub.tolist(), found.hold_offer.tolist(), strict=True):
        offers[line].append(found.offer_codes[offer])
    over, two, one = _rest(tenant, at_ms)
    for line in sorted(numbers, key=found.subscriber_code.__getitem__):
        code, had = found.subscriber_code[line], numbers[line]
        number = next((had[kind] for kind in NUMBERED if kind in had), "")
        if number and code not in over:
            ways = TWO if code in two else ONE if code in one else ""
            offered = tuple(sorted(offers[line]))
            yield LineInService(code, number, had.get("imsi", ""), had.get("iccid", ""), ways, offered)


def _rest(tenant: Tenant, at_ms: int) -> tuple[set[str], set[str], set[str]]:
    """Whose line is over, stopped both ways, stopped one way."""
    with scope(tenant=tenant):
        lives = dict(_now(SubscriberLife, tenant, at_ms).values_list("subscriber__code", "life"))
        stops = list(_now(SubscriberStop, tenant, at_ms).values_list("subscriber__code", "ways"))
    over = {code for code, life in lives.items() if life == TERMINATED}
    two = {code for code, ways in stops if ways == TWO} | {
        code for code, life in lives.items() if life == PRE_TERMINATED
    }
    return over, two, {code for code, ways in stops if ways == ONE}


def _now(model: Any, tenant: Tenant, at_ms: int) -> Any:
    return model.objects.filter(tenant=tenant, from_ms__lte=at_ms, to_ms__gt=at_ms)
