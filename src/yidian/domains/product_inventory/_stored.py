"""What is stored about the subscribers and numbers that a file speaks of, read in few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django_scopes import scope

from yidian.domains.party.queries import accounts_by_code, customers_by_code, documents_that_differ
from yidian.domains.party.types import KnownAccount, KnownCustomer
from yidian.domains.product_inventory._rows import Statement
from yidian.domains.product_inventory.models import (
    AccessIdentifier,
    AccountOfSubscriber,
    OfferHolding,
    RatingUnit,
    Subscriber,
    UnitMembership,
)
from yidian.platform.access.queries import known_nodes
from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 500  # values in one IN list
WHOLE: Final = 10_000  # with more values than this one pass over the tenant's rows is quicker


class Kept(NamedTuple):
    """A stored row of a history: its key, its period, and what it says (a subscriber, offer, account or unit code)."""

    pk: int
    from_ms: int
    to_ms: int
    what: str


class KnownSubscriber(NamedTuple):
    id: int
    customer: str
    home_area: str


History = dict[str, list[Kept]]  # by subscriber code


@dataclass(frozen=True, slots=True)
class Stored:
    customers: dict[str, KnownCustomer]
    accounts: dict[str, KnownAccount]
    subscribers: dict[str, KnownSubscriber]
    units: dict[str, int]
    identifiers: dict[tuple[str, str], list[Kept]]  # by (kind, value), of any subscriber
    holdings: History
    payers: History
    memberships: History
    nodes: set[str]  # of the organisation, among those that are named
    new_documents: set[str]  # customers whose document is not the stored one


def read_stored(*, tenant: Tenant, statements: Sequence[Statement]) -> Stored:
    """A snapshot; call it inside the transaction that will write."""
    values: dict[str, set[str]] = defaultdict(set)
    for one in statements:
        if one.identifier:
            values[one.kind].add(one.identifier)
    with scope(tenant=tenant):
        subscribers = {
            code: KnownSubscriber(pk, customer, home_area)
            for code, pk, customer, home_area in rows_where(
                Subscriber.objects.all(),
                "code",
                {s.subscriber for s in statements},
                "id",
                "customer__code",
                "home_area",
            )
        }
        code_of = {row.id: code for code, row in subscribers.items()}
        return Stored(
            customers=customers_by_code(tenant=tenant, codes={s.customer for s in statements}),
            accounts=accounts_by_code(tenant=tenant, codes={s.account for s in statements}),
            subscribers=subscribers,
            units=dict(rows_where(RatingUnit.objects.all(), "code", {s.unit for s in statements}, "id")),
            identifiers=_identifiers(values),
            holdings=_history(OfferHolding, "offer", code_of),
            payers=_history(AccountOfSubscriber, "account__code", code_of),
            memberships=_history(UnitMembership, "unit__code", code_of),
            nodes=known_nodes(tenant=tenant, codes={s.told.organisation for s in statements if s.told.organisation}),
            new_documents=documents_that_differ(
                tenant=tenant, told={s.customer: s.told for s in statements if s.told.id_number}
            ),
        )


def _identifiers(values: dict[str, set[str]]) -> dict[tuple[str, str], list[Kept]]:
    found: dict[tuple[str, str], list[Kept]] = defaultdict(list)
    columns = ("id", "from_ms", "to_ms", "subscriber__code")
    for kind, wanted in sorted(values.items()):
        for value, *kept in rows_where(AccessIdentifier.objects.filter(kind=kind), "value", wanted, *columns):
            found[kind, value].append(Kept(*kept))
    return found


def _history(model: Any, what: str, code_of: dict[int, str]) -> History:
    found: History = defaultdict(list)
    columns = ("id", "from_ms", "to_ms", what)
    for subscriber, *kept in rows_where(model.objects.all(), "subscriber_id", code_of.keys(), *columns):
        found[code_of[subscriber]].append(Kept(*kept))
    return found


def rows_where(rows: Any, key: str, wanted: Collection[Any], *columns: str) -> Iterator[tuple[Any, ...]]:
    """(key, *columns) of the rows whose key is among `wanted`, in few queries however many they are."""
    if len(wanted) > WHOLE:
        among = frozenset(wanted)
        yield from (row for row in rows.values_list(key, *columns).iterator(chunk_size=10_000) if row[0] in among)
        return
    ordered = sorted(wanted)
    for start in range(0, len(ordered), CHUNK):
        yield from rows.filter(**{f"{key}__in": ordered[start : start + CHUNK]}).values_list(key, *columns)
