"""Writing customers and accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.db import models, transaction
from django.db.models import Max
from django_scopes import scope, scopes_disabled

from yidian.domains.party._documents import COMPANY
from yidian.domains.party._particulars import changed_documents, changed_fields, document_rows
from yidian.domains.party.bulk import (
    CustomerRow,
    insert_accounts,
    insert_address_keys,
    insert_customers,
    insert_documents,
    insert_name_keys,
    rename_customers,
    tell_customers,
)
from yidian.domains.party.models import AddressKey, BillingAccount, Customer, IdentityDocument, NameKey
from yidian.domains.party.queries import accounts_by_code, customers_by_code
from yidian.domains.party.types import KnownCustomer, Particulars, Parties
from yidian.platform.identity import make_id, sequence_of
from yidian.platform.tenancy.models import Tenant

UNTOLD: Final = Particulars()


class UnableToAddAccount(Exception):
    """The account belongs to another customer than the one named."""

    def __init__(self, *, account: str, customer: str) -> None:
        self.account, self.customer = account, customer
        super().__init__(f"account {account} belongs to {customer}")


def add_parties(
    *, tenant: Tenant, customers: Mapping[str, str], accounts: Mapping[str, str],
    particulars: Mapping[str, Particulars] | None = None,
) -> Parties:  # fmt: skip
    """Make the customers (code → name) and accounts (code → code of its customer) that do not exist yet.

    A customer that exists takes the new name when one is given (not empty); so with everything of its `particulars`.
    Accounts are in the tenant's currency. UnableToAddAccount when an account exists with another customer. Every
    account's customer, and whoever has particulars, is among `customers`.
    """
    with transaction.atomic(), scope(tenant=tenant):
        hold_numbering()
        known = customers_by_code(tenant=tenant, codes=customers)
        told = particulars or {}
        customer_ids = _add_customers(tenant, customers, known, told)
        _tell(tenant, customer_ids, known, told)
        return Parties(customer_ids, _add_accounts(tenant, accounts, customer_ids))


def hold_numbering() -> None:
    """Let nobody else give out ids until this transaction ends: sequences run over all tenants.

    SQLite has one writer anyway; PostgreSQL locks the tenants' rows in a way that foreign keys to them do not mind.
    """
    list(Tenant.objects.select_for_update(no_key=True).order_by("id").values_list("id", flat=True))


def next_sequence(model: type[models.Model]) -> int:
    """The first free sequence of a table with bucketed ids; call it after `hold_numbering`."""
    with scopes_disabled():
        newest = model._default_manager.aggregate(newest=Max("id"))["newest"]
    return 1 if newest is None else sequence_of(newest) + 1


def _add_customers(
    tenant: Tenant, names: Mapping[str, str], known: Mapping[str, KnownCustomer], told: Mapping[str, Particulars]
) -> dict[str, int]:
    renamed = [(row.id, names[code]) for code, row in known.items() if names[code] and names[code] != row.name]
    rename_customers(tenant=tenant, names=renamed)
    _called(tenant, renamed)
    missing = sorted(names.keys() - known.keys())
    ids = {code: row.id for code, row in known.items()}
    ids |= {code: make_id(n, code) for n, code in enumerate(missing, next_sequence(Customer))}
    insert_customers(
        tenant=tenant, rows=(_new_customer(ids[code], code, names[code], told.get(code, UNTOLD)) for code in missing)
    )
    return ids


def _new_customer(id_: int, code: str, name: str, told: Particulars) -> CustomerRow:
    kind = Customer.Kind.ORGANISATION if told.id_number and told.id_kind == COMPANY else Customer.Kind.PERSON
    return CustomerRow(id_, code, name, kind.value, told.organisation, told.phone, told.address)


def found_at(tenant: Tenant, addresses: Sequence[tuple[int, str]]) -> None:
    """(id, address): customers are looked for there from now on, and nowhere else."""
    _without_keys(AddressKey, tenant, addresses)
    insert_address_keys(tenant=tenant, addresses=addresses)


def _called(tenant: Tenant, names: Sequence[tuple[int, str]]) -> None:
    """(id, name): customers are looked for by it from now on, and by no other."""
    _without_keys(NameKey, tenant, names)
    insert_name_keys(tenant=tenant, names=names)


def _without_keys(of: type[NameKey | AddressKey], tenant: Tenant, changed: Sequence[tuple[int, str]]) -> None:
    for start in range(0, len(changed), 500):
        ids = [id_ for id_, _ in changed[start : start + 500]]
        of.objects.filter(tenant=tenant, customer_id__in=ids).delete()


def _tell(
    tenant: Tenant, ids: Mapping[str, int], known: Mapping[str, KnownCustomer], told: Mapping[str, Particulars]
) -> None:
    """Store what is told of customers and is not known already: of new ones their documents, the rest is there."""
    fields = changed_fields(known, told)
    tell_customers(tenant=tenant, rows=((ids[code], *after) for code, after in sorted(fields.items())))
    found_at(tenant, [(ids[code], address) for code, (_, _, address) in sorted(fields.items())])
    changed = changed_documents(tenant, told)
    fresh = {code: told[code] for code in changed if code not in known}
    insert_documents(tenant=tenant, rows=document_rows(tenant, ids, fresh))
    again = {code: told[code] for code in changed if code in known}
    if again:
        IdentityDocument.objects.bulk_create(
            [IdentityDocument(tenant=tenant, **row._asdict()) for row in document_rows(tenant, ids, again)],
            batch_size=200, update_conflicts=True, unique_fields=["customer", "kind"],
            update_fields=["sealed", "blind", "masked", "valid_until"],
        )  # fmt: skip
        firms = [code for code, row in sorted(again.items()) if row.id_kind == COMPANY]
        companies = [Customer(id=ids[code], kind=Customer.Kind.ORGANISATION) for code in firms]
        Customer.objects.bulk_update(companies, ["kind"], batch_size=200)


def _add_accounts(tenant: Tenant, owners: Mapping[str, str], customers: Mapping[str, int]) -> dict[str, int]:
    known = accounts_by_code(tenant=tenant, codes=owners)
    for code, row in sorted(known.items()):
        if row.customer != owners[code]:
            raise UnableToAddAccount(account=code, customer=row.customer)
    missing = sorted(owners.keys() - known.keys())
    ids = {code: row.id for code, row in known.items()}
    ids |= {code: make_id(n, code) for n, code in enumerate(missing, next_sequence(BillingAccount))}
    insert_accounts(
        tenant=tenant, rows=((ids[code], code, customers[owners[code]], tenant.currency) for code in missing)
    )
    return ids
