"""Values that cross the border of this room. Amounts are minor units (分)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from yidian.domains.ledger.types import AccountKey
from yidian.kernel.ledger import Due

DueLine = Due  # (ref, item, subscriber, amount_minor, cycle)
ALL_ITEMS: Final = "*"


@dataclass(frozen=True, slots=True)
class BalanceType:
    """A type of books (K2). `items`: charge items its books pay, ("*",) all. `priority`: lower pays first."""

    code: str
    priority: int
    items: tuple[str, ...] = (ALL_ITEMS,)
    refundable: bool = False
    invoiceable: bool = False
    revenue: bool = False
    may_pay_arrears: bool = False
    carries_over: bool = False
    principal: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed of one book (K3). `expires_on` is the first date on which it no longer pays. None: no limit."""

    subscriber: str = ""
    effective_on: date | None = None
    expires_on: date | None = None
    lower_minor: int = 0
    upper_minor: int | None = None
    cycle_lower_minor: int = 0
    cycle_upper_minor: int | None = None

    @property
    def plain(self) -> bool:
        """Nothing but whose it is: money of the same kind goes into the same book."""
        return self == Terms(self.subscriber)


@dataclass(frozen=True, slots=True)
class Credit:
    """Money that goes into a book of an account (by code), from `against`. `refers` "": the book itself."""

    account: str
    type: str
    amount_minor: int
    against: AccountKey
    terms: Terms = Terms()
    refers: str = ""
    cycle: str = ""


@dataclass(frozen=True, slots=True)
class HeldBook:
    """A book as it stands. `key` names its account in the ledger (`AccountKey("book", account, key)`)."""

    id: int
    account: str
    type: str
    principal: bool
    refundable: bool
    terms: Terms
    balance_minor: int
    reserved_minor: int
    key: str

    @property
    def available_minor(self) -> int:
        return self.balance_minor - self.reserved_minor


@dataclass(frozen=True, slots=True)
class HeldDeposit:
    """A deposit as it stands; `next_on` None: all returned."""

    id: int
    account: str
    type: str
    amount_minor: int
    months: int
    returned: int
    returned_minor: int
    next_on: date | None


class Deduction(NamedTuple):
    """What a book has paid of a due. `transaction` is the ledger's: give it to `give_back` to undo it."""

    book: int
    ref: str
    item: str
    amount_minor: int
    transaction: int = 0


class Taken(NamedTuple):
    """Money that left a book, or moved out of it, and with which transaction."""

    book: int
    amount_minor: int
    transaction: int


@dataclass(frozen=True, slots=True)
class Closing:
    """What removal did with an account's books (K8): refunded principal, lapsed gifts, and what stays held."""

    refunded: tuple[Taken, ...]
    lapsed: tuple[Taken, ...]
    kept_minor: int


@dataclass(frozen=True, slots=True)
class Expired:
    """What an expiry run did. `carried`: rests that went on into another book."""

    books: int
    lapsed_minor: int
    carried_minor: int


@dataclass(frozen=True, slots=True)
class Returned:
    """What a run of deposit returns did."""

    deposits: int
    returns: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Gift:
    """One row of a gift file (K4); `subscriber` "" puts it on the whole account. `line` is its place in the file."""

    account: str
    subscriber: str
    type: str
    amount_minor: int
    cycle_upper_minor: int | None
    cycle_lower_minor: int
    effective_on: date | None
    expires_on: date | None
    line: int


@dataclass(frozen=True, slots=True)
class GiftReport:
    """What an import of gifts did. `repeated`: the same file had been taken before, nothing was done."""

    rows: int
    accounts: int
    amount_minor: int
    repeated: bool
