"""Who somebody is before any business (BH-14), and how many mobile numbers one identity has (R3).

Every refusal of a proof is written to the audit: who tries numbers on a customer leaves a trail.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from yidian.domains.party.operations import (
    UnableToRegister,
    check_identity,
    expect_words,
    hold_identity,
    register_customer,
)
from yidian.domains.party.queries import customers, customers_of_ids, real_name_terms_on, sharing_identity
from yidian.domains.party.types import DOCUMENT, ORGANISATION, PASSWORD, PROXY, Acting, Registered, Shown
from yidian.domains.product_inventory.queries import had_by
from yidian.journeys.hall_names import NUMBER, still_theirs
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.secrets.sealing import blind_index
from yidian.platform.sign_in.proving import prove_password
from yidian.platform.sign_in.types import CUSTOMER
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

MOBILE: Final = re.compile(r"(?:\+?86)?1[3-9][0-9]{9}")  # of the national numbering plan; fixed lines do not count
NOT_THEIRS: Final = frozenset(
    {"DOCUMENT_NOT_THEIRS", "PROXY_IS_CUSTOMER", "DOCUMENT_KNOWN", "DOCUMENT_KNOWN_ELSEWHERE"}
)
Reach = Collection[str] | None
InFlight = Callable[[Collection[str]], int]
Then = Callable[[Frame, int], None]  # what else is written with a check (its id), in the same write


def _nothing(_frame: Frame, _check: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Room:
    """Mobile numbers of an identity: in use, and the most there may be (None: any number)."""

    have: int
    most: int | None
    customers: tuple[str, ...]


def check_document(
    *, tenant: Tenant, actor: Actor, customer: str, shown: Shown, key: str, now: datetime, acting: Acting | None = None,
    place: str = "", first: bool = False, within: Reach = None, then: Then = _nothing,
) -> int:  # fmt: skip
    """A customer (by code) shows a document, or somebody with theirs and the customer's; the id of the check.

    `first`: a customer of whom nothing is known yet gets this as their document. UnableToRegister, after it is on
    record that a document was not the customer's; what `then` refuses: there is no check either.
    """

    def work(frame: Frame) -> dict[str, Any]:
        check = check_identity(
            frame=frame, customer=customer, how=PROXY if acting and acting.role == PROXY else DOCUMENT,
            kind=shown.kind, number=shown.number, valid_until=shown.valid_until, acting=acting, place=place,
            first=first, within=within,
        )  # fmt: skip
        then(frame, check)
        return {"check": check}

    request = {"customer": customer, "first": first, "place": place, "shown": fingerprint(tenant, shown)}
    request["acting"] = stand_in(tenant, acting)
    try:
        outcome = perform(
            tenant=tenant, actor=actor, operation="identity.check", key=key, request=request, now=now, work=work
        )
    except UnableToRegister as refusal:
        on_record(tenant=tenant, actor=actor, customer=customer, refusal=refusal, now=now)
        raise
    return int(outcome.answer["check"])


def check_password(
    *, tenant: Tenant, actor: Actor, customer: str, name: str, password: str, key: str, now: datetime, place: str = "",
    demo: bool = False, then: Then = _nothing,
) -> int:  # fmt: skip
    """A customer (by code) says their service password; the id of the check.

    `name`: a number of theirs or the name they sign in with. UnableToSignIn SIGN_IN_WRONG, SIGN_IN_TOO_OFTEN: the same
    whether or not there is such a customer, or a password.
    """
    vouch = still_theirs(tenant=tenant, realm=CUSTOMER, now=now)
    code = prove_password(
        tenant=tenant, actor=actor, name=name, password=password, now=now, subject=customer, demo=demo, vouch=vouch
    )

    def work(frame: Frame) -> dict[str, Any]:
        check = check_identity(frame=frame, customer=code, how=PASSWORD, place=place)
        then(frame, check)
        return {"check": check}

    request = {"customer": code, "place": place}
    outcome = perform(
        tenant=tenant, actor=actor, operation="identity.check", key=key, request=request, now=now, work=work
    )
    return int(outcome.answer["check"])


def register(
    *, tenant: Tenant, actor: Actor, name: str, kind: str, shown: Shown, key: str, now: datetime, phone: str = "",
    address: str = "", organisation: str = "", acting: Acting | None = None, place: str = "", within: Reach = None,
) -> Registered:  # fmt: skip
    """A new customer at the desk, checked by the document it is made with. The same `key` again answers the same.

    UnableToRegister, after it is on record that somebody's document was known already.
    """
    told = {"name": name, "phone": phone, "address": address, "organisation": organisation}
    expect_words(**told)

    def work(frame: Frame) -> dict[str, Any]:
        made = register_customer(
            frame=frame, name=name, kind=kind, id_kind=shown.kind, number=shown.number, valid_until=shown.valid_until,
            phone=phone, address=address, organisation=organisation, acting=acting, place=place, within=within,
        )  # fmt: skip
        return made._asdict()

    request = told | {"kind": kind, "shown": fingerprint(tenant, shown), "acting": stand_in(tenant, acting)}
    try:
        outcome = perform(
            tenant=tenant, actor=actor, operation="customer.register", key=key, request=request, now=now, work=work
        )
    except UnableToRegister as refusal:
        whose = str(refusal.params.get("customer", ""))
        on_record(tenant=tenant, actor=actor, customer=whose, refusal=refusal, now=now)
        raise
    return Registered(**outcome.answer)


def expect_room_for(*, tenant: Tenant, customer: str, more: int, in_flight: InFlight, now: datetime) -> Room:
    """That an identity may have `more` mobile numbers, and that nobody else takes the room until the write ends.

    Inside the caller's write. Counted are the numbers of every customer that has one of this customer's documents, and
    what `in_flight` answers for their codes: numbers that are ordered and not yet in use. It is asked after the
    identity is held, so of two orders at once the second one sees the first; and before what is in use, so that a
    number which gets there meanwhile is counted twice rather than not. UnableToRegister TOO_MANY_NUMBERS (`most`,
    `have`), DOCUMENT_NONE, CUSTOMER_UNKNOWN.
    """
    who = hold_identity(tenant=tenant, customer=customer)
    most = _most(tenant, customer, now)
    have = 0
    if most is not None:
        have = in_flight(who)
        have += sum(_mobile_numbers(tenant, code, to_ms(now)) for code in who)
        if have + more > most and more > 0:
            raise UnableToRegister("TOO_MANY_NUMBERS", customer=customer, have=have, most=most)
    return Room(have, most, tuple(who))


def room_of(*, tenant: Tenant, customer: str, now: datetime) -> Room:
    """What an identity has of its room, to be shown; nothing is held. Only the customer's own without a document."""
    ids = sharing_identity(tenant=tenant, customer=customer)
    who = {row.code for row in customers_of_ids(tenant=tenant, ids=ids).values()} | {customer}
    have = sum(_mobile_numbers(tenant, code, to_ms(now)) for code in sorted(who))
    return Room(have, _most(tenant, customer, now), tuple(sorted(who)))


def _most(tenant: Tenant, customer: str, now: datetime) -> int | None:
    terms = real_name_terms_on(tenant=tenant, on=local_date(to_ms(now), tenant.zone))
    organisations = [row for row in customers(tenant=tenant, codes=[customer]) if row.kind == ORGANISATION]
    return terms.most_organisation if organisations else terms.most_person


def _mobile_numbers(tenant: Tenant, customer: str, now_ms: int) -> int:
    """Mobile numbers of a customer in use, of a subscription that has none yet those it will have.

    A number that another one takes the place of later is one number, not two.
    """
    count = 0
    for line in had_by(tenant=tenant, customer=customer):
        mine = [one for one in line.numbers if one.kind == NUMBER and MOBILE.fullmatch(one.what)]
        present = {one.what for one in mine if one.holds(now_ms)}
        later = {one.what for one in mine if one.from_ms > now_ms}
        count += len(present) or len(later)
    return count


def fingerprint(tenant: Tenant, shown: Shown) -> str:
    """What a request is told apart by without a number in it."""
    until: date | None = shown.valid_until
    plain = shown.number[:80].encode(errors="replace").decode()
    return f"{shown.kind[:16]} {until or ''} {blind_index(tenant=tenant, purpose='request', plain=plain)}"


def stand_in(tenant: Tenant, acting: Acting | None) -> str:
    """The same of who acts for a customer; "" of nobody."""
    if acting is None:
        return ""
    expect_words(name=acting.name, phone=acting.phone)
    return f"{acting.role[:16]} {acting.name} {acting.phone} {fingerprint(tenant, acting.document)}"


def on_record(*, tenant: Tenant, actor: Actor, customer: str, refusal: UnableToRegister, now: datetime) -> None:
    """A proof was refused, and its write with it: that somebody tried a number on a customer is kept all the same."""
    if refusal.code not in NOT_THEIRS:
        return

    def work(frame: Frame) -> dict[str, Any]:
        frame.changed("identity", customer[:64], before=None, after={"refused": refusal.code})
        return {}

    perform(
        tenant=tenant, actor=actor, operation="identity.refuse", key=secrets.token_hex(16), request={}, now=now,
        work=work,
    )  # fmt: skip
