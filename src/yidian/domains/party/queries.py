"""Reading customers and accounts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final, NamedTuple

from django.db.models import F, QuerySet
from django_scopes import scope

from yidian.domains.party import _addressing, _naming
from yidian.domains.party._documents import looks_full, written
from yidian.domains.party._naming import folded as folded
from yidian.domains.party._particulars import blinds_of, changed_documents
from yidian.domains.party._real_name import called_before as called_before
from yidian.domains.party._real_name import checks as checks
from yidian.domains.party._real_name import checks_of as checks_of
from yidian.domains.party._real_name import contacts_of as contacts_of
from yidian.domains.party._real_name import dated_real_name_terms as dated_real_name_terms
from yidian.domains.party._real_name import documents_before as documents_before
from yidian.domains.party._real_name import real_name_terms_on as real_name_terms_on
from yidian.domains.party._real_name import sharing_identity as sharing_identity
from yidian.domains.party.grades.queries import grade_at as grade_at
from yidian.domains.party.models import AddressKey, BillingAccount, Customer, IdentityDocument, IdentityLook, NameKey
from yidian.domains.party.types import (
    AccountFacts,
    CustomerFacts,
    DocumentFacts,
    KnownAccount,
    KnownCustomer,
    Look,
    Particulars,
)
from yidian.platform.database.kept import Reading
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor

FEW: Final = 8  # as many codes as a kept statement is made for
CHUNK: Final = 500  # codes in one IN list
WHOLE: Final = 10_000  # with more codes than this one pass over the tenant's rows is quicker
_FACTS: Final = CustomerFacts._fields
_OF_KEY: Final = tuple(f"customer__{name}" for name in _FACTS)
_ACCOUNT: Final = ("id", "code", "currency", "customer__code", "customer__organisation")
_DOCUMENT: Final = ("customer__code", "kind", "masked", "valid_until")
COMPARED: Final = 500
SHORTEST_DOCUMENT: Final = 4  # signs that a number of a document has at least

# Rows of a customer are asked for by `customer__tenant` and code: one index leads to the customer, another to its rows.
Reach = Collection[str] | None  # codes of the organisation's nodes; None: the whole tenant


class _Coded(NamedTuple):
    """Columns of a table's rows, the code first: `few` of them by a statement that is kept."""

    model: Any
    columns: tuple[str, ...]
    few: Reading


def _coded_by(model: Any, *columns: str) -> _Coded:
    return _Coded(model, columns, Reading(lambda codes: model.objects.filter(code__in=codes).values_list(*columns)))


_CUSTOMERS: Final = _coded_by(Customer, "code", "id", "name", "organisation", "phone", "address")
_ACCOUNTS: Final = _coded_by(BillingAccount, "code", "id", "customer__code", "currency")
_ACCOUNTS_OF: Final = Reading(
    lambda customer: (
        BillingAccount.objects.filter(customer__tenant=F("tenant"), customer__code=customer)
        .order_by("code")
        .values_list(*_ACCOUNT)
    )
)


def customers_by_code(*, tenant: Tenant, codes: Collection[str]) -> dict[str, KnownCustomer]:
    """Those of the named customers that exist."""
    with scope(tenant=tenant):
        return {code: KnownCustomer(*row) for code, *row in _coded(tenant, _CUSTOMERS, codes)}


def accounts_by_code(*, tenant: Tenant, codes: Collection[str]) -> dict[str, KnownAccount]:
    """Those of the named accounts that exist."""
    with scope(tenant=tenant):
        return {code: KnownAccount(*row) for code, *row in _coded(tenant, _ACCOUNTS, codes)}


def account_codes(*, tenant: Tenant, ids: Collection[int]) -> dict[int, str]:
    """Codes of accounts by id."""
    ordered, found = sorted(set(ids)), {}
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            rows = BillingAccount.objects.filter(id__in=ordered[start : start + CHUNK])
            found.update(rows.values_list("id", "code"))
    return found


def customers(*, tenant: Tenant, codes: Collection[str], within: Reach = None) -> list[CustomerFacts]:
    """Those of the named customers that exist and that one of the nodes looks after, by code."""
    with scope(tenant=tenant):
        found = _named(_within(Customer.objects.filter(tenant=tenant), within), codes, *_FACTS)
        return sorted((CustomerFacts(*row) for row in found), key=lambda row: row.code)


def customers_looked_after(*, tenant: Tenant, organisation: str) -> int:
    """How many customers a node (code) of the organisation looks after."""
    with scope(tenant=tenant):
        return int(Customer.objects.filter(tenant=tenant, organisation=organisation).count())


def accounts(*, tenant: Tenant, codes: Collection[str]) -> list[AccountFacts]:
    """Those of the named accounts that exist, with their customers, by code."""
    with scope(tenant=tenant):
        rows = _named(BillingAccount.objects.filter(tenant=tenant), codes, "code", *_ACCOUNT)
        return sorted((AccountFacts(*row) for _, *row in rows), key=lambda row: row.code)


def accounts_of(*, tenant: Tenant, customer: str) -> list[AccountFacts]:
    """The accounts of a customer, by code."""
    with scope(tenant=tenant):
        return [AccountFacts(*row) for row in _ACCOUNTS_OF.rows(tenant=tenant, customer=customer)]


def accounts_of_many(*, tenant: Tenant, customers: Collection[str]) -> list[AccountFacts]:
    """The accounts of some customers (codes), by code."""
    ids = sorted(row.id for row in customers_by_code(tenant=tenant, codes=customers).values())
    found: list[AccountFacts] = []
    with scope(tenant=tenant):
        for start in range(0, len(ids), CHUNK):
            rows = BillingAccount.objects.filter(tenant=tenant, customer_id__in=ids[start : start + CHUNK])
            found += [AccountFacts(*row) for row in rows.values_list(*_ACCOUNT)]
    return sorted(found, key=lambda row: row.code)


def customers_of_ids(*, tenant: Tenant, ids: Collection[int], within: Reach = None) -> dict[int, CustomerFacts]:
    """Customers by id."""
    with scope(tenant=tenant):
        rows = _within(Customer.objects.filter(tenant=tenant, id__in=sorted(ids)), within)
        return {row[0]: CustomerFacts(*row) for row in rows.values_list(*_FACTS)}


def customers_called(*, tenant: Tenant, asked: str, limit: int, within: Reach = None) -> list[CustomerFacts]:
    """Customers whose name begins with what is asked, then those that have it further on: ranges of an index.

    At most `limit`; of each kind in the order of their names' signs.
    """
    wanted, found = folded(asked), dict[int, CustomerFacts]()
    if not wanted:
        return []
    with scope(tenant=tenant):
        keys = _keys(NameKey, tenant, asked, _naming.LONGEST_KEY, within)
        # What is longer than a key is compared here, among so many.
        most = limit if len(wanted) <= _naming.LONGEST_KEY else COMPARED
        for here in (keys.filter(place=0), keys.filter(place__gt=0)):
            for row in here.order_by("key", "place", "customer_id").values_list(*_OF_KEY)[:most]:
                if wanted in folded(row[2]) and len(found) < limit:
                    found.setdefault(row[0], CustomerFacts(*row))
            if len(found) >= limit:
                break
    return list(found.values())


def customers_at(*, tenant: Tenant, asked: str, limit: int, within: Reach = None) -> list[CustomerFacts]:
    """Customers with an address one of whose parts begins with what is asked, in the order of their addresses' signs;
    at most `limit`."""
    wanted = folded(asked)
    if not wanted:
        return []
    with scope(tenant=tenant):
        keys = _keys(AddressKey, tenant, asked, _addressing.LONGEST_KEY, within)
        rows = keys.order_by("key", "customer_id").values_list(*_OF_KEY)[:COMPARED]
        found = {row[0]: CustomerFacts(*row) for row in rows if wanted in folded(row[6])}
    return list(found.values())[:limit]


def address_keys(address: str) -> list[bytes]:
    """What an address is looked for by: each of its parts from its beginning on."""
    return _addressing.keys_of(address)


def address_range(asked: str) -> tuple[bytes, bytes]:
    """[from, to) of the keys of addresses (`address_keys`) that begin with what is asked."""
    return _naming.range_of(asked, _addressing.LONGEST_KEY)


def _keys(of: type[NameKey | AddressKey], tenant: Tenant, asked: str, longest: int, within: Reach) -> QuerySet[Any]:
    """Keys, of at most `longest` signs, that begin with what is asked; of customers within reach."""
    begin, end = _naming.range_of(asked, longest)
    keys: QuerySet[Any] = of.objects.filter(tenant=tenant, key__gte=begin, key__lt=end)
    return keys if within is None else keys.filter(customer__organisation__in=sorted(within))


def customers_with_document(*, tenant: Tenant, number: str, within: Reach = None) -> list[CustomerFacts]:
    """Customers with a document of exactly this number. Who asks says so to the audit first."""
    if len(written(number)) < SHORTEST_DOCUMENT:
        return []
    with scope(tenant=tenant):
        rows = IdentityDocument.objects.filter(tenant=tenant, blind__in=blinds_of(tenant, number))
        ids = list(rows.values_list("customer_id", flat=True))
    return sorted(customers_of_ids(tenant=tenant, ids=ids, within=within).values(), key=lambda row: row.code)


def is_document_number(text: str) -> bool:
    """Whether a text is a whole number of a resident or a company, its check digit right."""
    return looks_full(text)


def documents_of(*, tenant: Tenant, customers: Collection[str]) -> list[DocumentFacts]:
    """The documents of customers (codes), masked."""
    ordered = sorted(customers)
    found: list[DocumentFacts] = []
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            rows = IdentityDocument.objects.filter(
                customer__tenant=tenant, customer__code__in=ordered[start : start + CHUNK]
            )
            found += [DocumentFacts(*row) for row in rows.values_list(*_DOCUMENT)]
    return sorted(found)


def looks_of(*, tenant: Tenant, customer: str, limit: int) -> list[Look]:
    """Who saw documents of a customer (by code) in full, newest first."""
    with scope(tenant=tenant):
        rows = IdentityLook.objects.filter(customer__tenant=tenant, customer__code=customer).order_by("-id")[:limit]
        return [Look(*row) for row in rows.values_list(*Look._fields)]


def looks_since(*, tenant: Tenant, actor: Actor, since_ms: int) -> int:
    """How many documents somebody saw in full since an instant (UTC ms)."""
    with scope(tenant=tenant):
        rows = IdentityLook.objects.filter(tenant=tenant, actor_id=actor.id, actor_kind=actor.kind)
        return int(rows.filter(at_ms__gte=since_ms).count())


def documents_that_differ(*, tenant: Tenant, told: dict[str, Particulars]) -> set[str]:
    """Codes of the customers whose document is told and is not the one that is stored."""
    with scope(tenant=tenant):
        return changed_documents(tenant, told)


def _coded(tenant: Tenant, told: _Coded, codes: Collection[str]) -> Iterator[tuple[Any, ...]]:
    if len(codes) <= FEW:
        return iter(told.few.rows(tenant=tenant, codes=sorted(codes)))
    return _named(told.model.objects.all(), codes, *told.columns)


def _within(rows: Any, within: Reach) -> Any:
    return rows if within is None else rows.filter(organisation__in=sorted(within))


def _named(rows: Any, codes: Collection[str], *columns: str) -> Iterator[tuple[Any, ...]]:
    """Values of the rows whose code is among `codes`, in few queries however many they are."""
    if len(codes) > WHOLE:
        wanted, at = frozenset(codes), columns.index("code")
        yield from (row for row in rows.values_list(*columns).iterator(chunk_size=10_000) if row[at] in wanted)
        return
    ordered = sorted(codes)
    for start in range(0, len(ordered), CHUNK):
        yield from rows.filter(code__in=ordered[start : start + CHUNK]).values_list(*columns)
