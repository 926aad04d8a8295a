"""Whom to speak to at a customer: small dated rows, so that what was so stays readable."""

from __future__ import annotations

from typing import Final

from yidian.domains.party.models import CustomerContact
from yidian.domains.party.operations.checking import LARGEST_ID, expect_name, expect_phone
from yidian.domains.party.operations.identities import found_customer
from yidian.domains.party.operations.refusal import UnableToRegister
from yidian.domains.party.types import CONTACT_ROLES
from yidian.kernel.calendar import FOREVER_MS, to_ms
from yidian.platform.locks import hold_until_commit
from yidian.platform.writing.frame import Frame

MOST: Final = 20


def add_contact(*, frame: Frame, customer: str, role: str, name: str, phone: str) -> int:
    """Somebody to speak to, from now on; the id. The same again is the one there. UnableToRegister."""
    row = found_customer(frame.tenant, customer)
    if role not in CONTACT_ROLES:
        raise UnableToRegister("CONTACT_ROLE", role=role[:16])
    told = {"role": role, "name": expect_name(name), "phone": expect_phone(phone)}
    if not told["phone"]:
        raise UnableToRegister("PHONE_INVALID")
    hold_until_commit(f"contacts {frame.tenant.pk} {customer}")
    open_rows = CustomerContact.objects.filter(customer=row, to_ms=FOREVER_MS)
    there: CustomerContact | None = open_rows.filter(**told).first()
    if there is not None:
        return int(there.pk)
    if open_rows.count() >= MOST:
        raise UnableToRegister("CONTACT_MANY", most=MOST)
    made = CustomerContact.objects.create(
        tenant=frame.tenant, customer=row, from_ms=to_ms(frame.now), to_ms=FOREVER_MS, **told
    )
    frame.changed("customer_contact", made.pk, before=None, after={"customer": customer, "role": role})
    return int(made.pk)


def end_contact(*, frame: Frame, customer: str, contact: int) -> None:
    """Not to be spoken to any more, from now on. CONTACT_UNKNOWN."""
    row = found_customer(frame.tenant, customer)
    there = CustomerContact.objects.filter(customer=row, to_ms=FOREVER_MS, pk=max(0, min(contact, LARGEST_ID))).first()
    if there is None:
        raise UnableToRegister("CONTACT_UNKNOWN")
    there.to_ms = max(there.from_ms, to_ms(frame.now))
    there.save(update_fields=["to_ms"])
    frame.changed("customer_contact", there.pk, before={"customer": customer, "role": there.role}, after=None)
