"""Values that cross the border of this room. Amounts are minor units (分); debit is positive, credit negative."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, NamedTuple

DEBIT: Final = 1  # what others owe: grows by debits
CREDIT: Final = -1  # what is held for others: grows by credits


class Kind(NamedTuple):
    """A kind of account. `stored`: each owner's account keeps its balance; else it is summed from its postings.

    `floor_minor`: the balance seen from `side` never falls below it (None: no floor).
    """

    side: int
    stored: bool
    floor_minor: int | None


KINDS: Final[Mapping[str, Kind]] = {
    "receivable": Kind(DEBIT, True, None),  # owner: account code. A credit note may turn it negative
    "book": Kind(CREDIT, True, 0),  # owner: account code; code: balance type/book id
    "deposit": Kind(CREDIT, True, 0),  # owner: account code; code: deposit id
    "revenue": Kind(CREDIT, False, None),  # code: charge item
    "tax": Kind(CREDIT, False, None),  # code: tax class
    "cash": Kind(DEBIT, False, None),  # code: channel
    "suspense": Kind(CREDIT, False, None),  # code: reason
    "order_money": Kind(CREDIT, True, 0),  # owner: an order's number; paid with it and not yet anything else
    "rounding": Kind(CREDIT, False, None),
    "gift_cost": Kind(DEBIT, False, None),
    "late_fee": Kind(CREDIT, False, None),
    "write_off": Kind(DEBIT, False, None),
    "compensation": Kind(DEBIT, False, None),  # code: what is made good. Cost, no less revenue: it bears no tax
}


# Kinds whose balance another room keeps rows of beside the ledger: charging, payment.
OF_BOOKS: Final = frozenset({"book", "deposit", "order_money"})


class AccountKey(NamedTuple):
    """The natural key of an account; its currency is the tenant's."""

    kind: str
    owner: str = ""
    code: str = ""


class Leg(NamedTuple):
    """One side of a transaction: debit positive, credit negative, never zero."""

    account: AccountKey
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A transaction to be booked: what happened (`kind`), to what it refers ("bill/17"), on which business date."""

    kind: str
    legs: Sequence[Leg]
    refers: str
    on: date
    cycle: str = ""


@dataclass(frozen=True, slots=True)
class Lot:
    """Transactions of one kind, business date and cycle, as columns.

    `refers` and `legs` (how many) of each transaction; `accounts` and `amounts_minor` of each leg, in the order of the
    transactions.
    """

    kind: str
    on: date
    cycle: str
    refers: Sequence[str]
    legs: Sequence[int]
    accounts: Sequence[AccountKey]
    amounts_minor: Sequence[int]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an account's statement. `before_minor` and `after_minor` are the account's balance around it."""

    posting: int
    transaction: int
    kind: str
    refers: str
    on: date
    cycle: str
    posted_at: datetime
    reverses: int | None
    amount_minor: int
    before_minor: int
    after_minor: int

    def seen_from_other_side(self) -> Line:
        """The same line for whoever's money it is: what a book holds grows by credits."""
        return replace(
            self, amount_minor=-self.amount_minor, before_minor=-self.before_minor, after_minor=-self.after_minor
        )


@dataclass(frozen=True, slots=True)
class TrialLine:
    """The turnover of all accounts of one kind and code: sums of debits and of credits, both ≥ 0."""

    kind: str
    code: str
    currency: str
    debit_minor: int
    credit_minor: int

    @property
    def balance_minor(self) -> int:
        return self.debit_minor - self.credit_minor


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored balance that is not the sum of its postings."""

    account: AccountKey
    stored_minor: int
    posted_minor: int
