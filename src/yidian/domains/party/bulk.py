"""Many rows at once. Tables are written to here and in `operations`; inside a transaction of the caller."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from yidian.domains.party import _addressing
from yidian.domains.party._naming import keys_of
from yidian.domains.party.grades.bulk import load_grades as load_grades
from yidian.platform.database.loading import add_rows, change_rows
from yidian.platform.tenancy.models import Tenant

CUSTOMERS: Final = "party_customer"
ACCOUNTS: Final = "party_billingaccount"
NAME_KEYS: Final = "party_namekey"
ADDRESS_KEYS: Final = "party_addresskey"
DOCUMENTS: Final = "party_identitydocument"
WRITTEN: Final = (CUSTOMERS, ACCOUNTS, NAME_KEYS, ADDRESS_KEYS, DOCUMENTS)
SORTED: Final = 100_000  # keys put in order at once


class CustomerRow(NamedTuple):
    id: int
    code: str
    name: str
    kind: str
    organisation: str = ""
    phone: str = ""
    address: str = ""


class DocumentRow(NamedTuple):
    customer_id: int
    kind: str
    sealed: str
    blind: str
    masked: str


def insert_customers(*, tenant: Tenant, rows: Iterable[CustomerRow]) -> None:
    """Afterwards they can be looked for by name and address."""
    made = list(rows)
    add_rows(tenant=tenant, table=CUSTOMERS, columns=CustomerRow._fields, rows=made)
    insert_name_keys(tenant=tenant, names=((row.id, row.name) for row in made))
    insert_address_keys(tenant=tenant, addresses=((row.id, row.address) for row in made if row.address))


def rename_customers(*, tenant: Tenant, names: Iterable[tuple[int, str]]) -> None:
    """(id, name); their old keys are left to the caller."""
    change_rows(tenant=tenant, table=CUSTOMERS, columns={"name": "text"}, rows=names)


def tell_customers(*, tenant: Tenant, rows: Iterable[tuple[int, str, str, str]]) -> None:
    """(id, organisation, phone, address); the keys of their addresses are left to the caller."""
    told = {"organisation": "text", "phone": "text", "address": "text"}
    change_rows(tenant=tenant, table=CUSTOMERS, columns=told, rows=rows)


def insert_documents(*, tenant: Tenant, rows: Iterable[DocumentRow]) -> None:
    """Documents of customers who had none of that kind."""
    add_rows(tenant=tenant, table=DOCUMENTS, columns=DocumentRow._fields, rows=rows)


def insert_accounts(*, tenant: Tenant, rows: Iterable[tuple[int, str, int, str]]) -> None:
    """(id, code, id of the customer, currency)"""
    add_rows(tenant=tenant, table=ACCOUNTS, columns=("id", "code", "customer_id", "currency"), rows=rows)


def insert_name_keys(*, tenant: Tenant, names: Iterable[tuple[int, str]]) -> None:
    """(id of the customer, name): what its name is looked for by. Its old keys are gone already."""
    keys = ((id_, place, key) for id_, name in names for place, key in keys_of(name))
    add_rows(tenant=tenant, table=NAME_KEYS, columns=("customer_id", "place", "key"), rows=_by_key(keys))


def insert_address_keys(*, tenant: Tenant, addresses: Iterable[tuple[int, str]]) -> None:
    """(id of the customer, address): what it is looked for by. Its old keys are gone already."""
    keys = ((id_, key) for id_, address in addresses for key in _addressing.keys_of(address))
    add_rows(tenant=tenant, table=ADDRESS_KEYS, columns=("customer_id", "key"), rows=_by_key(keys))


def _by_key(keys: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Many at a time in the order of the index that they go into: one walk over its pages instead of one look each."""
    while some := list(islice(keys, SORTED)):
        yield from sorted(some, key=lambda row: row[-1])
