"""Writing customers and accounts."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models, transaction
from django.db.models import Max
from django_scopes import scope, scopes_disabled

from yidian.domains.party.bulk import insert_accounts, insert_customers
from yidian.domains.party.models import BillingAccount, Customer
from yidian.domains.party.queries import accounts_by_code, customers_by_code
from yidian.domains.party.types import Parties
from yidian.platform.identity import make_id, sequence_of
from yidian.platform.tenancy.models import Tenant


class UnableToAddAccount(Exception):
    """The account belongs to another customer than the one named."""

    def __init__(self, *, account: str, customer: str) -> None:
        self.account, self.customer = account, customer
        super().__init__(f"account {account} belongs to {customer}")


def add_parties(*, tenant: Tenant, customers: Mapping[str, str], accounts: Mapping[str, str]) -> Parties:
    """Make the customers (code → name) and accounts (code → code of its customer) that do not exist yet.

    A customer that exists takes the new name when one is given (not empty). Accounts are in the tenant's currency.
    UnableToAddAccount when an account exists with another customer. Every account's customer is among `customers`.
    """
    with transaction.atomic(), scope(tenant=tenant):
        hold_numbering()
        customer_ids = _add_customers(tenant, customers)
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


def _add_customers(tenant: Tenant, names: Mapping[str, str]) -> dict[str, int]:
    known = customers_by_code(tenant=tenant, codes=names)
    renamed = [
        Customer(id=row.id, name=names[code]) for code, row in known.items() if names[code] and names[code] != row.name
    ]
    Customer.objects.bulk_update(renamed, ["name"], batch_size=200)
    missing = sorted(names.keys() - known.keys())
    ids = {code: row.id for code, row in known.items()}
    ids |= {code: make_id(n, code) for n, code in enumerate(missing, next_sequence(Customer))}
    kind = Customer.Kind.PERSON.value
    insert_customers(tenant=tenant, rows=((ids[code], code, names[code], kind) for code in missing))
    return ids


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
