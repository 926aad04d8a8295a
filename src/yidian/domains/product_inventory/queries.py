"""Reading what customers have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from django_scopes import scope

from yidian.domains.party.queries import accounts_by_code
from yidian.domains.product_inventory._ended import held_after_end as held_after_end
from yidian.domains.product_inventory._found import had_by as had_by
from yidian.domains.product_inventory._found import lines_counted as lines_counted
from yidian.domains.product_inventory._found import numbers_beginning as numbers_beginning
from yidian.domains.product_inventory._found import paid_for_by as paid_for_by
from yidian.domains.product_inventory._in_service import lines_in_service as lines_in_service
from yidian.domains.product_inventory._lines import lines_of as lines_of
from yidian.domains.product_inventory._lines import numbers_of as numbers_of
from yidian.domains.product_inventory._lines import subscriber_ids as subscriber_ids
from yidian.domains.product_inventory._lines import unit_ids as unit_ids
from yidian.domains.product_inventory._lines import units_of_subscribers as units_of_subscribers
from yidian.domains.product_inventory._paid_by import LinePaid as LinePaid
from yidian.domains.product_inventory._paid_by import lines_paid_by as lines_paid_by
from yidian.domains.product_inventory._paid_by import lines_stopped_for as lines_stopped_for
from yidian.domains.product_inventory._standing import standing as standing
from yidian.domains.product_inventory._stopped import last_stopped_or_resumed as last_stopped_or_resumed
from yidian.domains.product_inventory._stopped import lives_and_reasons as lives_and_reasons
from yidian.domains.product_inventory.bulk import units_beside, units_paid_by
from yidian.domains.product_inventory.changes.bulk import stored
from yidian.domains.product_inventory.models import (
    AccessIdentifier,
    AccountOfSubscriber,
    InventoryVersion,
    OfferHolding,
    Subscriber,
    SubscriberLife,
    SubscriberState,
    SubscriberStop,
    UnitMembership,
)
from yidian.domains.product_inventory.stops.astray import lives_and_stops as lives_and_stops
from yidian.domains.product_inventory.stops.astray import states_astray as states_astray
from yidian.domains.product_inventory.stops.foreseen import states_foreseen as states_foreseen
from yidian.domains.product_inventory.types import Overlap, Versions
from yidian.kernel.calendar import to_ms
from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 500
MOST: Final = 100


def who_has(*, tenant: Tenant, kind: str, value: str, at: datetime) -> str | None:
    """Code of the subscriber that had the identifier at an aware instant."""
    at_ms = to_ms(at)
    with scope(tenant=tenant):
        rows = AccessIdentifier.objects.filter(kind=kind, value=value, from_ms__lte=at_ms, to_ms__gt=at_ms)
        return rows.values_list("subscriber__code", flat=True).first()  # type: ignore[no-any-return]


def payers_at(*, tenant: Tenant, kind: str, asked: Collection[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Which account (code) paid for whoever had an identifier at an instant: (value, UTC ms) → code, those that are."""
    values = sorted({value for value, _ in asked})
    had: list[tuple[str, int, int, int]] = []
    paid: dict[int, list[tuple[int, int, str]]] = {}
    with scope(tenant=tenant):
        for start in range(0, len(values), CHUNK):
            rows = AccessIdentifier.objects.filter(kind=kind, value__in=values[start : start + CHUNK])
            had += list(rows.values_list("value", "subscriber_id", "from_ms", "to_ms"))
        people = sorted({subscriber for _, subscriber, _, _ in had})
        for start in range(0, len(people), CHUNK):
            payers = AccountOfSubscriber.objects.filter(subscriber_id__in=people[start : start + CHUNK])
            for subscriber, *period in payers.values_list("subscriber_id", "from_ms", "to_ms", "account__code"):
                paid.setdefault(subscriber, []).append((period[0], period[1], period[2]))
    whose: dict[str, list[tuple[int, int, int]]] = {}
    for value, subscriber, from_ms, end_ms in had:
        whose.setdefault(value, []).append((subscriber, from_ms, end_ms))
    found = {}
    for value, at_ms in asked:
        users = [subscriber for subscriber, from_ms, end_ms in whose.get(value, ()) if from_ms <= at_ms < end_ms]
        codes = [code for user in users for from_ms, end_ms, code in paid.get(user, ()) if from_ms <= at_ms < end_ms]
        if codes:
            found[value, at_ms] = codes[0]
    return found


def subscriber_owners(*, tenant: Tenant, codes: Collection[str]) -> dict[str, tuple[str, str]]:
    """Whose subscribers are: code → (customer, the node that looks after it)."""
    columns = ("code", "customer__code", "customer__organisation")
    with scope(tenant=tenant):
        rows = Subscriber.objects.filter(tenant=tenant, code__in=sorted(codes))
        return {code: (customer, node) for code, customer, node in rows.values_list(*columns)}


def subscriber_codes(*, tenant: Tenant, ids: Collection[int]) -> dict[int, str]:
    """Codes of subscribers by id."""
    ordered, found = sorted(set(ids)), {}
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            rows = Subscriber.objects.filter(id__in=ordered[start : start + CHUNK])
            found.update(rows.values_list("id", "code"))
    return found


def unit_ids_of(*, tenant: Tenant, account_codes: Collection[str]) -> list[int]:
    """Ids, ascending, of the rating units of every subscriber that one of the accounts ever paid for."""
    accounts = accounts_by_code(tenant=tenant, codes=account_codes)
    found = units_paid_by(tenant=tenant, accounts=[row.id for row in accounts.values()])
    return [int(unit) for unit in found]


def payers_of_units(*, tenant: Tenant, unit_ids: Collection[int]) -> dict[int, list[str]]:
    """Codes of the accounts that ever paid for a member of each rating unit, in order."""
    found: dict[int, set[str]] = {unit: set() for unit in unit_ids}
    ordered = sorted(found)
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            rows = UnitMembership.objects.filter(unit_id__in=ordered[start : start + CHUNK])
            unit_of: dict[int, set[int]] = {}
            for subscriber, unit in rows.values_list("subscriber_id", "unit_id"):
                unit_of.setdefault(subscriber, set()).add(unit)
            payers = AccountOfSubscriber.objects.filter(subscriber_id__in=sorted(unit_of))
            for subscriber, account in payers.values_list("subscriber_id", "account__code"):
                for unit in unit_of[subscriber]:
                    found[unit].add(account)
    return {unit: sorted(accounts) for unit, accounts in found.items()}


def units_priced_with(*, tenant: Tenant, unit_ids: Collection[int]) -> list[int]:
    """Ids, ascending, of these units and of all that a chain of common members ties to them."""
    found: set[int] = set()
    new = set(unit_ids)
    while new:
        found |= new
        new = set(units_beside(tenant=tenant, units=sorted(new)).tolist()) - found
    return sorted(found)


def rows_there(*, tenant: Tenant, table: str, ids: Collection[int]) -> dict[int, tuple[str, str, int]]:
    """Rows that an effect of a change may name (Effect.table), by id: (subscriber, what, from_ms)."""
    with scope(tenant=tenant):
        rows = stored(tenant=tenant, table=table, pks=ids)
        return {id: (row.subscriber, row.what, row.from_ms) for id, row in rows.items()}


def versions(*, tenant: Tenant) -> Versions:
    """The counters of the tenant; zeros before the first import."""
    with scope(tenant=tenant):
        row = InventoryVersion.objects.filter(tenant=tenant).values_list(*Versions._fields).first()
    return Versions(*row) if row else Versions(0, 0)


def subscribers_counted(*, tenant: Tenant) -> int:
    """How many subscriptions a tenant has, those that are over too."""
    with scope(tenant=tenant):
        return int(Subscriber.objects.filter(tenant=tenant).count())


def overlaps(*, tenant: Tenant, stacking: Collection[str] = ()) -> list[Overlap]:
    """The law of histories: nothing is two things at one instant. The first hundred pairs that break it; none is right.

    An identifier has one subscriber; a subscriber one payer, one unit, one state, one life, each reason of a stop once,
    and each offer once; of those that are `stacking` (codes) several, none of which begins with another.
    """
    laws = (
        ("identifiers", AccessIdentifier, ("kind", "value")),
        ("holdings", OfferHolding, ("subscriber__code", "offer")),
        ("payers", AccountOfSubscriber, ("subscriber__code",)),
        ("memberships", UnitMembership, ("subscriber__code",)),
        ("states", SubscriberState, ("subscriber__code",)),
        ("lives", SubscriberLife, ("subscriber__code",)),
        ("stops", SubscriberStop, ("subscriber__code", "reason")),
    )
    found: list[Overlap] = []
    with scope(tenant=tenant):
        for table, model, keys in laws:
            rows: Any = model.objects.order_by(*keys, "from_ms", "to_ms").values_list(*keys, "from_ms", "to_ms")
            if table == "holdings" and stacking:
                rows = rows.exclude(offer__in=sorted(stacking))
            for overlap in _overlaps(table, rows.iterator(chunk_size=10_000)):
                found.append(overlap)
                if len(found) == MOST:
                    return found
    return found


def _overlaps(table: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[Overlap]:
    for (*key, from_ms, end_ms), (*other, next_ms, _) in pairwise(rows):
        if key == other and next_ms < end_ms:
            yield Overlap(table, " ".join(key), from_ms, end_ms, next_ms)
