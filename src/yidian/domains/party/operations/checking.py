"""Before any business a customer proves who they are (BH-14): by a document, by the service password, or by somebody
who acts for them and shows both documents (R1). The check is a row that an order carries.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from yidian.domains.party._documents import COMPANY, masked
from yidian.domains.party._identities import age_on
from yidian.domains.party._particulars import IDENTITY, blinds_of
from yidian.domains.party._real_name import checks, real_name_terms_on
from yidian.domains.party._spelling import clean, name_fault, phone_of
from yidian.domains.party.models import Customer, IdentityCheck, IdentityDocument, StandIn
from yidian.domains.party.operations.identities import (
    Reach,
    add_document,
    expect_nobodys,
    found_customer,
    read,
    renew_document,
    today,
)
from yidian.domains.party.operations.refusal import UnableToRegister
from yidian.domains.party.types import (
    DOCUMENT,
    DOCUMENT_DEEDS,
    GUARDIAN,
    ORGANISATION,
    PASSWORD,
    PROXY,
    RESPONSIBLE,
    Acting,
    CheckFacts,
    Shown,
)
from yidian.kernel.calendar import to_ms
from yidian.platform.secrets.sealing import blind_index, seal
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.types import Actor

MISSING: Final = {PROXY: "PROXY_NEEDED", GUARDIAN: "MINOR_NEEDS_GUARDIAN", RESPONSIBLE: "RESPONSIBLE_NEEDED"}
MINUTE_MS: Final = 60_000
LARGEST_ID: Final = 2**63 - 1
LONGEST_NUMBER: Final = 64


def check_identity(
    *, frame: Frame, customer: str, how: str, kind: str = "", number: str = "", valid_until: date | None = None,
    acting: Acting | None = None, place: str = "", first: bool = False, within: Reach = None,
) -> int:  # fmt: skip
    """Write down that a customer (by code) has proved who they are; the id of the check. UnableToRegister.

    `how` DOCUMENT or PROXY: `kind` and `number` are read from the customer's document and compared with the known one;
    `acting` is who came for the customer and what they showed: needed of PROXY, of an organisation, of a minor.
    PASSWORD: the caller has had it proved (platform.sign_in.proving). `first`: a customer without any document gets
    this as the first, if it is nobody else's within or beyond the clerk's reach (`within`). `place`: where the actor
    works; the check is good for the same actor there, for as long as the terms of the day say.
    """
    row = found_customer(frame.tenant, customer)
    if how == PASSWORD and acting is None and not number:
        return _written(frame, row, PASSWORD, "", None, place)
    if how not in (DOCUMENT, PROXY):
        raise UnableToRegister("CHECK_HOW", how=how[:16])
    on = today(frame)
    shown = read(Shown(kind, number, valid_until), on)
    _expect_theirs(frame, row, shown, first, within)
    stand_in = _expect_entitled(row, shown, how, acting, real_name_terms_on(tenant=frame.tenant, on=on).adult_years, on)
    return _written(frame, row, PROXY if stand_in else DOCUMENT, shown.kind, stand_in, place)


def expect_checked(
    *, tenant: Tenant, actor: Actor, customer: str, now: datetime, check: int, deeds: Collection[str] = (),
    place: str = "",
) -> CheckFacts:  # fmt: skip
    """That a check is the actor's own, here, of this customer, not over, and enough for what is to be done.

    UnableToRegister CHECK_UNKNOWN, CHECK_OTHERS, CHECK_EXPIRED, CHECK_DOCUMENT_NEEDED (a password does not do for one
    of DOCUMENT_DEEDS).
    """
    found = checks(tenant=tenant, ids=[check]) if 0 < check <= LARGEST_ID else []
    if not found:
        raise UnableToRegister("CHECK_UNKNOWN")
    [facts] = found
    mine = (facts.customer, facts.actor_kind, facts.actor_id, facts.place) == (customer, actor.kind, actor.id, place)
    if not mine:
        raise UnableToRegister("CHECK_OTHERS")
    if not facts.at_ms <= to_ms(now) < facts.until_ms:
        raise UnableToRegister("CHECK_EXPIRED")
    asked = sorted(DOCUMENT_DEEDS.intersection(deeds))
    if facts.how == PASSWORD and asked:
        raise UnableToRegister("CHECK_DOCUMENT_NEEDED", deed=asked[0])
    return facts


def end_check(*, frame: Frame, check: int) -> None:
    """The customer has left the desk: a check of the actor's is over. Of one that is not theirs nothing is said."""
    actor, now_ms = frame.actor, to_ms(frame.now)
    rows = IdentityCheck.objects.filter(actor_kind=actor.kind, actor_id=actor.id, until_ms__gt=now_ms)
    row = rows.filter(pk=min(check, LARGEST_ID), at_ms__lte=now_ms).select_related("customer").first()
    if row is not None:
        row.until_ms = now_ms
        row.save(update_fields=["until_ms"])
        frame.changed("identity", row.customer.code, before=None, after={"check": row.pk, "ended_ms": now_ms})


def _expect_theirs(frame: Frame, row: Customer, shown: Shown, first: bool, within: Reach) -> None:
    known = {one.kind: one for one in IdentityDocument.objects.filter(customer=row)}
    if not known:
        if not first:
            raise UnableToRegister("DOCUMENT_NONE", customer=row.code)
        expect_nobodys(frame, shown, but=row.pk, within=within)
        add_document(frame, row, shown)
        return
    old = known.get(shown.kind)
    if old is None or old.blind not in blinds_of(frame.tenant, shown.number):
        raise UnableToRegister("DOCUMENT_NOT_THEIRS")
    if shown.valid_until is None and old.valid_until is not None and old.valid_until < today(frame):
        raise UnableToRegister("DOCUMENT_EXPIRED", until=old.valid_until)
    renew_document(frame, row, old, shown.valid_until)


def _expect_entitled(
    row: Customer, shown: Shown, how: str, acting: Acting | None, adult: int, on: date
) -> Acting | None:
    """Who acts for the customer, with what they showed read; None: the customer came in person."""
    age = age_on(shown, on)
    minor = age is not None and age < adult
    role = RESPONSIBLE if row.kind == ORGANISATION else GUARDIAN if minor else PROXY if how == PROXY else ""
    if acting is None:
        if not role:
            return None
        raise UnableToRegister(MISSING[role], years=adult)
    if acting.role not in ((role,) if role in (RESPONSIBLE, GUARDIAN) else (PROXY, GUARDIAN)):
        raise UnableToRegister("PROXY_ROLE", role=acting.role[:16])
    theirs = read(acting.document, on)
    if theirs.kind == COMPANY:
        raise UnableToRegister("DOCUMENT_OF_OTHERS", kind=theirs.kind)
    if theirs.number == shown.number:
        raise UnableToRegister("PROXY_IS_CUSTOMER")
    years = age_on(theirs, on)
    if years is not None and years < adult:
        raise UnableToRegister("PROXY_TOO_YOUNG", years=adult)
    name, phone = expect_name(acting.name), expect_phone(acting.phone)
    return Acting(acting.role, name, theirs, phone)


def expect_name(told: str) -> str:
    """A name as it is kept. NAME_EMPTY, NAME_LONG, NAME_SIGN."""
    name = clean(told)
    code, sign = name_fault(name)
    if code:
        raise UnableToRegister(code, sign=sign)
    return name


def expect_phone(told: str) -> str:
    """A telephone number as it is kept, "" of none. PHONE_INVALID."""
    phone = phone_of(told)
    if phone is None:
        raise UnableToRegister("PHONE_INVALID")
    return phone


def _written(frame: Frame, row: Customer, how: str, document: str, acting: Acting | None, place: str) -> int:
    at_ms, tenant = to_ms(frame.now), frame.tenant
    minutes = real_name_terms_on(tenant=tenant, on=today(frame)).check_minutes
    made = IdentityCheck.objects.create(
        tenant=tenant, customer=row, how=how, document=document, actor_kind=frame.actor.kind,
        actor_id=frame.actor.id, place=place[:64], at_ms=at_ms, until_ms=at_ms + minutes * MINUTE_MS,
    )  # fmt: skip
    after: dict[str, str | int] = {"check": made.pk, "how": how, "document": document, "until_ms": made.until_ms}
    if acting is not None:
        number = acting.document.number
        StandIn.objects.create(
            tenant=tenant, check_of=made, role=acting.role, name=acting.name, phone=acting.phone,
            kind=acting.document.kind, masked=masked(number), valid_until=acting.document.valid_until,
            sealed=seal(tenant=tenant, purpose=IDENTITY, bound=bound_of(made.pk), plain=number),
            blind=blind_index(tenant=tenant, purpose=IDENTITY, plain=number),
        )  # fmt: skip
        after |= {"acting": acting.role, "name": acting.name, "masked": masked(number)}
    frame.changed("identity", row.code, before=None, after=after)
    return int(made.pk)


def bound_of(check: int) -> str:
    """What a stand-in's document is sealed for. No customer's code ends so: kinds of documents have no digits."""
    return f"stand-in/{check}"
