"""What the other rooms know of a party."""

from __future__ import annotations

from typing import NamedTuple

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


class DocumentFacts(NamedTuple):
    """An identity document as everybody may see it. Its number: operations.reveal_document."""

    customer: str
    kind: str
    masked: str
