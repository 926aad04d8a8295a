"""What the other rooms know of a party."""

from __future__ import annotations

from typing import NamedTuple


class KnownCustomer(NamedTuple):
    id: int
    name: str


class KnownAccount(NamedTuple):
    id: int
    customer: str  # its code
    currency: str


class Parties(NamedTuple):
    """Ids by code of what `add_parties` was asked for, old and new."""

    customers: dict[str, int]
    accounts: dict[str, int]
