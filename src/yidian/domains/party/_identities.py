"""Whose a document is: found by kind and blind index, read only where its own customer's numbers are compared."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.db.models import F

from yidian.domains.party._documents import COMPANY, KINDS, RESIDENT, fault_of, looks_full, written
from yidian.domains.party._particulars import blinds_of, opened
from yidian.domains.party.models import IdentityDocument
from yidian.domains.party.types import Shown
from yidian.platform.database.kept import Reading
from yidian.platform.tenancy.models import Tenant

OTHER: Final = "other"
LONGEST: Final = 64  # signs of a number as typed
_HOLDERS: Final = Reading(
    lambda blinds, kind: IdentityDocument.objects.filter(blind__in=blinds, kind=kind).values_list("customer_id")
)
_OF_CUSTOMER: Final = Reading(
    lambda customer: IdentityDocument.objects.filter(
        customer__tenant=F("tenant"), customer__code=customer
    ).order_by("kind")
)  # fmt: skip


def fault_of_shown(shown: Shown, on: date) -> str:
    """Why a document proves nothing on a local day: DOCUMENT_KIND, IDENTITY_…, DOCUMENT_KIND_OTHER (a resident's or a
    company's number under `other` would escape all that goes by it), DOCUMENT_EXPIRED; "" where it does.
    """
    if shown.kind not in KINDS:
        return "DOCUMENT_KIND"
    number = written(shown.number[: LONGEST + 1])
    fault = fault_of(shown.kind, number)
    if fault:
        return fault
    if shown.kind == OTHER and looks_full(number):
        return "DOCUMENT_KIND_OTHER"
    return "DOCUMENT_EXPIRED" if shown.valid_until is not None and shown.valid_until < on else ""


def age_on(shown: Shown, on: date) -> int | None:
    """Full years of who has this document; None: it does not tell."""
    if shown.kind != RESIDENT:
        return None
    told = written(shown.number)
    born = (int(told[6:10]), int(told[10:12]), int(told[12:14]))
    return on.year - born[0] - ((on.month, on.day) < born[1:])


def is_of_organisation(kind: str) -> bool:
    """Whether a document of this kind says that its owner is an organisation; `other` may be anybody's."""
    return kind == COMPANY


def holders(tenant: Tenant, kind: str, blinds: Iterable[str]) -> list[int]:
    """Ids of the customers that have this document, ascending."""
    return sorted(id_ for (id_,) in _HOLDERS.rows(tenant=tenant, blinds=list(blinds), kind=kind))


def blinds_of_customer(tenant: Tenant, code: str) -> list[tuple[str, list[str]]]:
    """(kind, indexes) of each of a customer's documents, whatever key was current when another was stored."""
    rows = _OF_CUSTOMER.instances(tenant=tenant, customer=code)
    return [(row.kind, blinds_of(tenant, opened(tenant, code, row))) for row in rows]
