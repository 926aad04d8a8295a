"""What the other rooms know of a party."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from yidian.domains.party._documents import KINDS as KINDS
from yidian.domains.party._documents import fault_of, masked, written

document_fault, masked_number, written_number = fault_of, masked, written


class KnownCustomer(NamedTuple):
    id: int
    name: str
    organisation: str = ""
    phone: str = ""
    address: str = ""


class KnownAccount(NamedTuple):
    id: int
    customer: str  # its code
    currency: str


class Parties(NamedTuple):
    """Ids by code of what `add_parties` was asked for, old and new."""

    customers: dict[str, int]
    accounts: dict[str, int]


class Particulars(NamedTuple):
    """What is told of a customer besides its name; "": not told. `id_kind` is one of KINDS, `id_number` as written."""

    organisation: str = ""
    phone: str = ""
    address: str = ""
    id_kind: str = ""
    id_number: str = ""


NORMAL_GRADE = "normal"  # of a customer of whom nothing else is told


class CustomerFacts(NamedTuple):
    """A customer as it stands. `organisation`: code of the node that looks after it, "" none."""

    id: int
    code: str
    name: str
    kind: str
    organisation: str
    phone: str
    address: str


class AccountFacts(NamedTuple):
    """A billing account and whose it is."""

    id: int
    code: str
    currency: str
    customer: str
    organisation: str


class Look(NamedTuple):
    """A document's number was seen in full at an instant (UTC ms), by somebody, for a purpose."""

    kind: str
    purpose: str
    actor_kind: str
    actor_id: str
    at_ms: int
    check_of: int | None = None  # of the identity check whose stand-in's document it was; None: the customer's own


class DocumentFacts(NamedTuple):
    """An identity document as everybody may see it. Its number: operations.reveal_document."""

    customer: str
    kind: str
    masked: str
    valid_until: date | None = None


PERSON: Final = "person"
ORGANISATION: Final = "organisation"
DOCUMENT, PASSWORD, PROXY = "document", "password", "proxy"  # how somebody proved who they are
GUARDIAN, RESPONSIBLE = "guardian", "responsible"  # roles of a stand-in, beside PROXY
CONTACT_ROLES: Final = ("contact", "billing", "technical", "emergency", "responsible")
# What is never done on a password alone: connection, opening, removal and transfer (R1), a new card (X3).
DOCUMENT_DEEDS: Final = frozenset({"new", "relocation", "transfer", "card_swap", "port_in"})


class Shown(NamedTuple):
    """A document as it lies on the desk. `valid_until`: its last local day; None: not told, or for good."""

    kind: str
    number: str
    valid_until: date | None = None


class Acting(NamedTuple):
    """Somebody who acts for a customer: PROXY, GUARDIAN (of a minor) or RESPONSIBLE (of an organisation)."""

    role: str
    name: str
    document: Shown
    phone: str = ""


@dataclass(frozen=True, slots=True)
class RealNameTerms:
    """Terms in force on a day. `most_…`: mobile numbers of one identity, None: any number (R3)."""

    check_minutes: int = 30
    most_person: int | None = 5
    most_organisation: int | None = None
    adult_years: int = 18


class DatedRealNameTerms(NamedTuple):
    valid_from: date
    terms: RealNameTerms


class CheckFacts(NamedTuple):
    """An identity check; instants UTC ms. `document`: the kind shown, "" of a password. `role` … of the stand-in, ""
    where the customer came in person.
    """

    id: int
    customer: str
    how: str
    document: str
    actor_kind: str
    actor_id: str
    place: str
    at_ms: int
    until_ms: int
    role: str = ""
    name: str = ""
    kind: str = ""
    masked: str = ""


class Registered(NamedTuple):
    """Codes of a new customer and of its account, and the check that came of reading its document."""

    customer: str
    account: str
    check: int


class Contact(NamedTuple):
    """Somebody to speak to at a customer. [from_ms, to_ms), UTC ms."""

    id: int
    role: str
    name: str
    phone: str
    from_ms: int
    to_ms: int


class Former(NamedTuple):
    """What a customer was called and how it was reached until an instant (UTC ms)."""

    name: str
    phone: str
    address: str
    until_ms: int


class FormerProof(NamedTuple):
    """A document that another took the place of at an instant (UTC ms)."""

    kind: str
    masked: str
    valid_until: date | None
    until_ms: int
