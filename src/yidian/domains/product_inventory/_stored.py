"""What is stored about the subscribers and numbers that a file speaks of, read in few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
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
from yidian.platform.database.asking import FEW, where
from yidian.platform.database.kept import Reading
from yidian.platform.tenancy.models import Tenant

_NUMBER: Final = ("id", "from_ms", "to_ms", "subscriber__code")
_NUMBERS: Final = Reading(
    lambda kind, values: AccessIdentifier.objects.filter(kind=kind, value__in=values).values_list("value", *_NUMBER)
)


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
            for code, pk, customer, home_area in where(
                Subscriber,
                "code",
                {s.subscriber for s in statements},
                "id",
                "customer__code",
                "home_area",
                tenant=tenant,
            )
        }
        code_of = {row.id: code for code, row in subscribers.items()}
        return Stored(
            customers=customers_by_code(tenant=tenant, codes={s.customer for s in statements}),
            accounts=accounts_by_code(tenant=tenant, codes={s.account for s in statements}),
            subscribers=subscribers,
            units=dict(where(RatingUnit, "code", {s.unit for s in statements}, "id", tenant=tenant)),
            identifiers=_identifiers(tenant, values),
            holdings=_history(tenant, OfferHolding, "offer", code_of),
            payers=_history(tenant, AccountOfSubscriber, "account__code", code_of),
            memberships=_history(tenant, UnitMembership, "unit__code", code_of),
            nodes=known_nodes(tenant=tenant, codes={s.told.organisation for s in statements if s.told.organisation}),
            new_documents=documents_that_differ(
                tenant=tenant, told={s.customer: s.told for s in statements if s.told.id_number}
            ),
        )


def _identifiers(tenant: Tenant, values: dict[str, set[str]]) -> dict[tuple[str, str], list[Kept]]:
    found: dict[tuple[str, str], list[Kept]] = defaultdict(list)
    for kind, wanted in sorted(values.items()):
        rows = (
            _NUMBERS.rows(tenant=tenant, kind=kind, values=sorted(wanted))
            if len(wanted) <= FEW
            else where(AccessIdentifier.objects.filter(kind=kind), "value", wanted, *_NUMBER)
        )
        for value, *kept in rows:
            found[kind, value].append(Kept(*kept))
    return found


def _history(tenant: Tenant, model: Any, what: str, code_of: dict[int, str]) -> History:
    found: History = defaultdict(list)
    columns = ("id", "from_ms", "to_ms", what)
    for subscriber, *kept in where(model, "subscriber_id", code_of.keys(), *columns, tenant=tenant):
        found[code_of[subscriber]].append(Kept(*kept))
    return found
