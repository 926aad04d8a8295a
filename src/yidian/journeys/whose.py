"""Whose something is: the customer, and where in the organisation that customer belongs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from django_scopes import scope

from yidian.domains.charging.queries import book_accounts
from yidian.domains.customer_bill.queries import adjusted_accounts, bill_owners, cycles, known_corrections
from yidian.domains.dispute.queries import dispute_accounts
from yidian.domains.party.queries import accounts, customers
from yidian.domains.payment.queries import paid_accounts, refunded_accounts
from yidian.domains.product_catalog.queries import known_drafts
from yidian.domains.product_inventory.queries import subscriber_owners
from yidian.domains.product_order.queries import order_owners
from yidian.platform.access.queries import known_nodes, known_roles, nodes_of_approvals, nodes_of_users
from yidian.platform.jobs.queries import known_jobs, known_runs
from yidian.platform.tenancy.models import Tenant

LONGEST_ID: Final = 18  # digits; what is longer is no id of ours, and no database takes it


@dataclass(frozen=True, slots=True)
class Owner:
    """`customer` "": nobody's, the operator's own; `organisation` "": only rights on the whole tenant reach it."""

    customer: str = ""
    organisation: str = ""


OPERATOR: Final = Owner()
Found = Mapping[str, Owner]


def owner(*, tenant: Tenant, kind: str, id: str) -> Owner | None:
    """The owner of something by its public id; None where there is no such thing. KeyError: no such kind."""
    return owners(tenant=tenant, kind=kind, ids=[id]).get(id)


def owners(*, tenant: Tenant, kind: str, ids: Collection[str]) -> Found:
    """The owners of many things of a kind, by id, in one or two queries; what is not there is left out."""
    with scope(tenant=tenant):
        return KINDS[kind](tenant, frozenset(id_ for id_ in ids if "\0" not in id_))  # no text of PostgreSQL holds one


def _customers(tenant: Tenant, codes: Collection[str]) -> Found:
    return {row.code: Owner(row.code, row.organisation) for row in customers(tenant=tenant, codes=codes)}


def _accounts(tenant: Tenant, codes: Collection[str]) -> Found:
    return {row.code: Owner(row.customer, row.organisation) for row in accounts(tenant=tenant, codes=codes)}


def _subscribers(tenant: Tenant, codes: Collection[str]) -> Found:
    return {code: Owner(*whose) for code, whose in subscriber_owners(tenant=tenant, codes=codes).items()}


def _bills(tenant: Tenant, ids: Collection[str]) -> Found:
    return {str(id_): Owner(*whose) for id_, whose in bill_owners(tenant=tenant, ids=_numbers(ids)).items()}


def _payments(tenant: Tenant, named: Collection[str]) -> Found:
    return _of_accounts(tenant, paid_accounts(tenant=tenant, named=named))


def _refunds(tenant: Tenant, numbers: Collection[str]) -> Found:
    return _of_accounts(tenant, refunded_accounts(tenant=tenant, numbers=numbers))


def _adjustments(tenant: Tenant, ids: Collection[str]) -> Found:
    found = adjusted_accounts(tenant=tenant, ids=_numbers(ids))
    return _of_accounts(tenant, {str(id_): account for id_, account in found.items()})


def _disputes(tenant: Tenant, numbers: Collection[str]) -> Found:
    return _of_accounts(tenant, dispute_accounts(tenant=tenant, numbers=numbers))


def _corrections(tenant: Tenant, numbers: Collection[str]) -> Found:
    return dict.fromkeys(known_corrections(tenant=tenant, numbers=numbers), OPERATOR)


def _books(tenant: Tenant, ids: Collection[str]) -> Found:
    found = book_accounts(tenant=tenant, ids=_numbers(ids))
    return _of_accounts(tenant, {str(id_): account for id_, account in found.items()})


def _of_accounts(tenant: Tenant, account_of: Mapping[str, str]) -> Found:
    """Money whose account nobody knows yet is the operator's affair."""
    whose = _accounts(tenant, {account for account in account_of.values() if account})
    return {id_: whose.get(account, OPERATOR) for id_, account in account_of.items()}


def _orders(tenant: Tenant, numbers: Collection[str]) -> Found:
    return {number: Owner(*whose) for number, whose in order_owners(tenant=tenant, numbers=numbers).items()}


def _approvals(tenant: Tenant, ids: Collection[str]) -> Found:
    found = nodes_of_approvals(tenant=tenant, ids=_numbers(ids))
    return {str(id_): Owner(organisation=node) for id_, node in found.items()}


def _users(tenant: Tenant, logins: Collection[str]) -> Found:
    found = nodes_of_users(tenant=tenant, logins=logins)
    return {login: Owner(organisation=node) for login, node in found.items()}


def _nodes(tenant: Tenant, codes: Collection[str]) -> Found:
    return {code: Owner(organisation=code) for code in known_nodes(tenant=tenant, codes=codes)}


def _roles(tenant: Tenant, codes: Collection[str]) -> Found:
    return dict.fromkeys(known_roles(tenant=tenant, codes=codes), OPERATOR)


def _cycles(tenant: Tenant, names: Collection[str]) -> Found:
    return {cycle.name: OPERATOR for cycle in cycles(tenant=tenant) if cycle.name in names}


def _jobs(tenant: Tenant, ids: Collection[str]) -> Found:
    return {str(id_): OPERATOR for id_ in known_jobs(tenant=tenant, ids=_numbers(ids))}


def _runs(tenant: Tenant, ids: Collection[str]) -> Found:
    return {str(id_): OPERATOR for id_ in known_runs(tenant=tenant, ids=_numbers(ids))}


def _tariff_drafts(tenant: Tenant, ids: Collection[str]) -> Found:
    return {str(number): OPERATOR for number in known_drafts(tenant=tenant, numbers=_numbers(ids))}


def _numbers(ids: Collection[str]) -> list[int]:
    """Ids as numbers; only as they are written here: no sign, no zero before them."""
    plain = (id_ for id_ in ids if id_.isascii() and id_.isdigit() and len(id_) <= LONGEST_ID)
    return [int(id_) for id_ in plain if id_ == str(int(id_))]


KINDS: Final[Mapping[str, Callable[[Tenant, Collection[str]], Found]]] = {
    "customer": _customers,
    "account": _accounts,
    "subscriber": _subscribers,
    "bill": _bills,
    "payment": _payments,
    "refund": _refunds,
    "adjustment": _adjustments,
    "dispute": _disputes,
    "correction": _corrections,
    "order": _orders,
    "book": _books,
    "approval": _approvals,
    "user": _users,
    "organisation": _nodes,
    "role": _roles,
    "cycle": _cycles,
    "job": _jobs,
    "run": _runs,
    "tariff_draft": _tariff_drafts,
}
