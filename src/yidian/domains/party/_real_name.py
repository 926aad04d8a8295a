"""Reading terms of real names, checks, contacts, and what customers were called before."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from django_scopes import scope

from yidian.domains.party._identities import blinds_of_customer, holders
from yidian.domains.party.models import (
    CustomerContact,
    FormerDocument,
    FormerParticulars,
    IdentityCheck,
    RealNameTerm,
)
from yidian.domains.party.types import CheckFacts, Contact, DatedRealNameTerms, Former, FormerProof, RealNameTerms
from yidian.platform.database.kept import Reading
from yidian.platform.tenancy.models import Tenant

_CHECK: Final = (
    "id", "customer__code", "how", "document", "actor_kind", "actor_id", "place", "at_ms", "until_ms",
    "stand_in__role", "stand_in__name", "stand_in__kind", "stand_in__masked",
)  # fmt: skip
_TERMS: Final = Reading(lambda: RealNameTerm.objects.order_by("-valid_from"))  # one for each time the law changed


def real_name_terms_on(*, tenant: Tenant, on: date) -> RealNameTerms:
    """The terms in force on a local day."""
    with scope(tenant=tenant):
        rows = _TERMS.instances(tenant=tenant)
    return next((_terms(row) for row in rows if row.valid_from <= on), RealNameTerms())


def dated_real_name_terms(*, tenant: Tenant) -> list[DatedRealNameTerms]:
    """All rows of terms, oldest first."""
    with scope(tenant=tenant):
        rows = RealNameTerm.objects.filter(tenant=tenant).order_by("valid_from")
        return [DatedRealNameTerms(row.valid_from, _terms(row)) for row in rows]


def checks(*, tenant: Tenant, ids: Collection[int]) -> list[CheckFacts]:
    """Those of some identity checks that exist, by id."""
    with scope(tenant=tenant):
        return _checks(IdentityCheck.objects.filter(tenant=tenant, id__in=sorted(ids)).order_by("id"))


def checks_of(*, tenant: Tenant, customer: str, limit: int) -> list[CheckFacts]:
    """Identity checks of a customer (by code), newest first."""
    with scope(tenant=tenant):
        rows = IdentityCheck.objects.filter(customer__tenant=tenant, customer__code=customer).order_by("-id")
        return _checks(rows[:limit])


def contacts_of(*, tenant: Tenant, customer: str, at_ms: int) -> list[Contact]:
    """Whom to speak to at a customer (by code) at an instant (UTC ms), by role and name."""
    with scope(tenant=tenant):
        rows = CustomerContact.objects.filter(customer__tenant=tenant, customer__code=customer)
        rows = rows.filter(from_ms__lte=at_ms, to_ms__gt=at_ms).order_by("role", "name", "id")
        return [Contact(*row) for row in rows.values_list(*Contact._fields)]


def called_before(*, tenant: Tenant, customer: str) -> list[Former]:
    """What a customer (by code) was called and how it was reached before, newest first."""
    with scope(tenant=tenant):
        rows = FormerParticulars.objects.filter(customer__tenant=tenant, customer__code=customer).order_by("-id")
        return [Former(*row) for row in rows.values_list(*Former._fields)]


def documents_before(*, tenant: Tenant, customer: str) -> list[FormerProof]:
    """Documents of a customer (by code) that others took the place of, masked, newest first."""
    with scope(tenant=tenant):
        rows = FormerDocument.objects.filter(customer__tenant=tenant, customer__code=customer).order_by("-id")
        return [FormerProof(*row) for row in rows.values_list(*FormerProof._fields)]


def sharing_identity(*, tenant: Tenant, customer: str) -> set[int]:
    """Ids of the customers that share a document with this one (by code), itself among them; none without one."""
    with scope(tenant=tenant):
        shown = blinds_of_customer(tenant, customer)
        return {id_ for kind, blinds in shown for id_ in holders(tenant, kind, blinds)}


def _checks(rows: Any) -> list[CheckFacts]:
    return [CheckFacts(*row[:9], *(told or "" for told in row[9:])) for row in rows.values_list(*_CHECK)]


def _terms(row: RealNameTerm) -> RealNameTerms:
    return RealNameTerms(row.check_minutes, row.most_person, row.most_organisation, row.adult_years)
