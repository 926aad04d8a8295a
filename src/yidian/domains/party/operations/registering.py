"""A new customer at a desk: who they are, how they are reached, who looks after them, an account to pay from."""

from __future__ import annotations

from datetime import date
from typing import Final

from yidian.domains.party._identities import is_of_organisation
from yidian.domains.party._spelling import address_fault, clean
from yidian.domains.party.models import Customer, FormerParticulars, IdentityDocument
from yidian.domains.party.operations.checking import check_identity, expect_name, expect_phone
from yidian.domains.party.operations.identities import Reach, expect_nobodys, found_customer, read, today
from yidian.domains.party.operations.parties import add_parties, found_at
from yidian.domains.party.operations.refusal import UnableToRegister
from yidian.domains.party.queries import accounts_by_code, customers_by_code
from yidian.domains.party.types import DOCUMENT, ORGANISATION, PERSON, Acting, Particulars, Registered, Shown
from yidian.kernel.calendar import to_ms
from yidian.platform.access.queries import known_nodes
from yidian.platform.numbering.operations import next_number
from yidian.platform.writing.frame import Frame

KINDS: Final = (PERSON, ORGANISATION)


def register_customer(
    *, frame: Frame, name: str, kind: str, id_kind: str, number: str, valid_until: date | None = None, phone: str = "",
    address: str = "", organisation: str = "", acting: Acting | None = None, place: str = "", within: Reach = None,
) -> Registered:  # fmt: skip
    """A new customer with its document, a billing account, and the check that came of reading the document.

    `kind` PERSON or ORGANISATION; `acting` as in `check_identity`. `organisation`: node that looks after it, one of
    `within`. UnableToRegister: DOCUMENT_KNOWN where somebody has this document already, never a second customer.
    """
    told = Particulars(organisation, expect_phone(phone), expect_address(address), id_kind, number)
    shown = read(Shown(id_kind, number, valid_until), today(frame))
    if kind not in KINDS or (is_of_organisation(id_kind) != (kind == ORGANISATION) and id_kind != "other"):
        raise UnableToRegister("DOCUMENT_OF_OTHERS", kind=id_kind)
    called = expect_name(name)
    _expect_node(frame, organisation, within)
    expect_nobodys(frame, shown, within=within)
    month = today(frame).strftime("%Y%m")
    customer = _free(frame, "C", month)
    account = _free(frame, "A", month)
    told = told._replace(id_number=shown.number)
    made = add_parties(
        tenant=frame.tenant, customers={customer: called}, accounts={account: customer}, particulars={customer: told}
    )
    id_ = made.customers[customer]
    Customer.objects.filter(pk=id_).update(kind=kind)
    IdentityDocument.objects.filter(customer_id=id_).update(valid_until=valid_until)
    after = {"name": called, "kind": kind, "organisation": organisation, "document": id_kind, "account": account}
    frame.changed("identity", customer, before=None, after=after)
    check = check_identity(
        frame=frame, customer=customer, how=DOCUMENT, kind=id_kind, number=number, valid_until=valid_until,
        acting=acting, place=place,
    )  # fmt: skip
    return Registered(customer, account, check)


def change_customer(
    *, frame: Frame, customer: str, name: str | None = None, phone: str | None = None, address: str | None = None
) -> None:
    """What a customer is called and how it is reached (改名、资料变更); None: as before. UnableToRegister.

    What it was is kept with the customer. The audit, which forgets nothing, has the names and of the rest only that it
    changed. Bills keep the text they were made with.
    """
    row = found_customer(frame.tenant, customer)
    before = (row.name, row.phone, row.address)
    after = (
        row.name if name is None else expect_name(name),
        row.phone if phone is None else expect_phone(phone),
        row.address if address is None else expect_address(address),
    )
    if after == before:
        return
    FormerParticulars.objects.create(
        tenant=frame.tenant, customer=row, name=row.name, phone=row.phone, address=row.address,
        until_ms=to_ms(frame.now),
    )  # fmt: skip
    told = {customer: Particulars(phone=after[1], address=after[2])}
    add_parties(tenant=frame.tenant, customers={customer: after[0]}, accounts={}, particulars=told)
    Customer.objects.filter(pk=row.pk).update(phone=after[1], address=after[2])  # also where nothing is left of them
    if not after[2]:
        found_at(frame.tenant, [(row.pk, "")])
    changed = [field for field, was, is_ in zip(("name", "phone", "address"), before, after, strict=True) if was != is_]
    names = (before[0], after[0]) if before[0] != after[0] else (None, None)
    frame.changed(
        "identity", customer, before={"name": names[0]} if names[0] is not None else {},
        after={"changed": changed} | ({"name": names[1]} if names[1] is not None else {}),
    )  # fmt: skip


def expect_words(**told: str | None) -> None:
    """What a desk was told of a customer, before a write is asked for it: signs that no database takes have no request
    either. NAME_…, PHONE_INVALID, ADDRESS_…; other words are not looked at.
    """
    looks = {"name": expect_name, "phone": expect_phone, "address": expect_address}
    for word, text in told.items():
        if text is not None and word in looks:
            looks[word](text)


def expect_address(told: str) -> str:
    """An address as it is kept, "" of none. ADDRESS_LONG, ADDRESS_SIGN."""
    address = clean(told)
    code, sign = address_fault(address)
    if code:
        raise UnableToRegister(code, sign=sign)
    return address


def _expect_node(frame: Frame, organisation: str, within: Reach) -> None:
    beyond = within is not None and organisation not in within
    can_be = organisation.isprintable()  # what no database takes is no node
    there = not organisation or (can_be and organisation in known_nodes(tenant=frame.tenant, codes=[organisation]))
    if beyond or not there:
        raise UnableToRegister("ORGANISATION_UNKNOWN", organisation=organisation[:32])


def _free(frame: Frame, letter: str, month: str) -> str:
    """The next code, such as C202611-000001; one that an import has brought is passed over."""
    known = customers_by_code if letter == "C" else accounts_by_code
    while True:
        code = next_number(frame=frame, series=f"party/{letter}{month}", form=f"{letter}{month}-{{:06d}}")
        if not known(tenant=frame.tenant, codes=[code]):
            return code
