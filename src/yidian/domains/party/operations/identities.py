"""Documents of customers: read, held, taken in, and one in the place of another."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import connection
from django_scopes import scope

from yidian.domains.party._documents import masked, written
from yidian.domains.party._identities import blinds_of_customer, fault_of_shown, holders, is_of_organisation
from yidian.domains.party._particulars import blinds_of, document_rows
from yidian.domains.party.models import Customer, FormerDocument, IdentityDocument
from yidian.domains.party.operations.refusal import UnableToRegister
from yidian.domains.party.queries import customers_of_ids
from yidian.domains.party.types import ORGANISATION, Particulars, Shown
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.locks import hold_until_commit
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame

Reach = Collection[str] | None  # codes of the organisation's nodes; None: the whole tenant


def today(frame: Frame) -> date:
    """The tenant's local day of a write."""
    return local_date(to_ms(frame.now), frame.tenant.zone)


def found_customer(tenant: Tenant, code: str) -> Customer:
    """CUSTOMER_UNKNOWN."""
    can_be = code[:65] if code.isprintable() else ""  # a forged one may have signs that a database does not take
    row: Customer | None = Customer.objects.filter(tenant=tenant, code=can_be).first()
    if row is None:
        raise UnableToRegister("CUSTOMER_UNKNOWN", value=code[:65])
    return row


def read(shown: Shown, on: date) -> Shown:
    """A document that can be right and is good on a day, its number as it is kept. UnableToRegister."""
    fault = fault_of_shown(shown, on)
    if fault == "DOCUMENT_EXPIRED" and shown.valid_until is not None:
        raise UnableToRegister(fault, until=shown.valid_until)
    if fault:
        raise UnableToRegister(fault, kind=shown.kind[:16])
    return shown._replace(number=written(shown.number))


def hold_identity(*, tenant: Tenant, customer: str) -> list[str]:
    """Codes of all customers that share a document with this one, itself among them; in order.

    From here until the transaction ends nobody else holds one of these documents, so that what is counted of them
    stays counted. UnableToRegister CUSTOMER_UNKNOWN, DOCUMENT_NONE; UnableToUnseal.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an identity is held until the transaction ends that counts by it")
    with scope(tenant=tenant):
        found_customer(tenant, customer)
        shown = blinds_of_customer(tenant, customer)
        if not shown:
            raise UnableToRegister("DOCUMENT_NONE", customer=customer)
        for kind, blinds in sorted(shown, key=lambda one: (one[0], min(one[1]))):
            _hold(tenant, kind, blinds)
        ids = {id_ for kind, blinds in shown for id_ in holders(tenant, kind, blinds)}
    return sorted(row.code for row in customers_of_ids(tenant=tenant, ids=ids).values())


def expect_nobodys(frame: Frame, shown: Shown, *, but: int = 0, within: Reach = None) -> None:
    """That no other customer than `but` (id) has this document, and will not until the write ends.

    DOCUMENT_KNOWN names the customer to whom may see them; DOCUMENT_KNOWN_ELSEWHERE names nobody.
    """
    blinds = blinds_of(frame.tenant, shown.number)
    _hold(frame.tenant, shown.kind, blinds)
    others = [id_ for id_ in holders(frame.tenant, shown.kind, blinds) if id_ != but]
    if others:
        seen = customers_of_ids(tenant=frame.tenant, ids=others, within=within)
        if not seen:
            raise UnableToRegister("DOCUMENT_KNOWN_ELSEWHERE")
        raise UnableToRegister("DOCUMENT_KNOWN", customer=min(row.code for row in seen.values()))


def add_document(frame: Frame, row: Customer, shown: Shown) -> None:
    """A document of a kind that the customer had none of."""
    _expect_fitting(row, shown)
    told = {row.code: Particulars(id_kind=shown.kind, id_number=shown.number)}
    [made] = document_rows(frame.tenant, {row.code: row.pk}, told)
    IdentityDocument.objects.create(tenant=frame.tenant, valid_until=shown.valid_until, **made._asdict())
    after = {"kind": shown.kind, "masked": made.masked, "valid_until": _told(shown.valid_until)}
    frame.changed("identity", row.code, before=None, after=after)


def replace_document(*, frame: Frame, customer: str, shown: Shown, within: Reach = None) -> None:
    """Another document in the place of the customer's one of that kind, or beside its others (换证, 更正).

    The old one is kept, sealed as it was, and proves nothing any more. UnableToRegister.
    """
    row = found_customer(frame.tenant, customer)
    shown = read(shown, today(frame))
    expect_nobodys(frame, shown, but=row.pk, within=within)
    old = IdentityDocument.objects.filter(customer=row, kind=shown.kind).first()
    if old is None:
        add_document(frame, row, shown)
        return
    if old.blind in blinds_of(frame.tenant, shown.number):
        renew_document(frame, row, old, shown.valid_until)
        return
    _expect_fitting(row, shown)
    FormerDocument.objects.create(
        tenant=frame.tenant, customer=row, kind=old.kind, sealed=old.sealed, masked=old.masked,
        valid_until=old.valid_until, until_ms=to_ms(frame.now),
    )  # fmt: skip
    before = {"kind": old.kind, "masked": old.masked, "valid_until": _told(old.valid_until)}
    told = {row.code: Particulars(id_kind=shown.kind, id_number=shown.number)}
    [made] = document_rows(frame.tenant, {row.code: row.pk}, told)
    old.sealed, old.blind, old.masked, old.valid_until = made.sealed, made.blind, made.masked, shown.valid_until
    old.save(update_fields=["sealed", "blind", "masked", "valid_until"])
    after = {"kind": shown.kind, "masked": masked(shown.number), "valid_until": _told(shown.valid_until)}
    frame.changed("identity", row.code, before=before, after=after)


def renew_document(frame: Frame, row: Customer, old: IdentityDocument, valid_until: date | None) -> None:
    """The same number on a new card: only its last day is another. Not told: the known one stays."""
    if valid_until is None or valid_until == old.valid_until:
        return
    before = {"kind": old.kind, "valid_until": _told(old.valid_until)}
    IdentityDocument.objects.filter(pk=old.pk, customer=row).update(valid_until=valid_until)
    frame.changed("identity", row.code, before=before, after={"kind": old.kind, "valid_until": _told(valid_until)})


def _expect_fitting(row: Customer, shown: Shown) -> None:
    """A company's code is no person's, a person's document no company's. DOCUMENT_OF_OTHERS."""
    if is_of_organisation(shown.kind) != (row.kind == ORGANISATION) and shown.kind != "other":
        raise UnableToRegister("DOCUMENT_OF_OTHERS", kind=shown.kind)


def _hold(tenant: Tenant, kind: str, blinds: Collection[str]) -> None:
    hold_until_commit(f"identity {tenant.pk} {kind} {min(blinds)}")


def _told(day: date | None) -> str:
    return "" if day is None else day.isoformat()
