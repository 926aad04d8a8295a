"""Values that cross the border of this room. Amounts in minor units of the tenant's currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class NewReceivable:
    """Something owed, to be opened. `account` is the account's code; `due_on` the last day that is not overdue.

    Of a late fee `bill_id` is 0, `kind` "late_fee" and `refers` its natural key.
    """

    bill_id: int
    account: str
    cycle: str
    due_on: date
    amount_minor: int
    kind: str = "bill"
    refers: str = ""


@dataclass(frozen=True, slots=True)
class Owed:
    """A receivable and what of it is still open."""

    id: int
    account: str
    kind: str
    refers: str
    cycle: str
    opened_on: date
    due_on: date
    amount_minor: int
    cleared_minor: int

    @property
    def open_minor(self) -> int:
        return self.amount_minor - self.cleared_minor


class Clearing(NamedTuple):
    """What a source ("payment", "book", "waiver") cleared of a receivable with value on a day."""

    receivable: int
    source: str
    on: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class DueItem:
    """What a receivable is for: a charge item of a subscriber ("" where it has none)."""

    item: str
    subscriber: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class NewPayment:
    """Money that came in, to be taken. `account` "": nobody knows whose, it goes to suspense with `payer` as received.

    `named`: ids of the receivables it is for, in order; (): the oldest first.
    """

    channel: str
    channel_txn: str
    account: str
    amount_minor: int
    paid_at: datetime
    payer: str = ""
    method: str = ""
    named: tuple[int, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment as it stands now. Its six parts sum to its amount, or are all 0 when it was reversed."""

    id: int
    channel: str
    channel_txn: str
    number: str
    account: str
    payer: str
    method: str
    amount_minor: int
    currency: str
    paid_at: datetime
    business_on: date
    state: str
    cleared_minor: int
    credited_minor: int
    suspense_minor: int
    returned_minor: int
    book: int | None
    transaction: int | None
    kept_minor: int = 0
    deposited_minor: int = 0
    order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPart:
    """What is paid with an order: the deposit of an `item` (its place), over `months`; or, item 0, an advance."""

    item: int
    account: str
    amount_minor: int
    months: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFacts:
    """A part of an order's receipt as it stands (models.OrderPart). `voucher`: under which number it was returned."""

    item: int
    account: str
    amount_minor: int
    months: int
    state: str
    deposit: int | None
    voucher: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPaid:
    """What was paid with an order (its number), by one receipt, and where each part of it stands."""

    order: str
    payment: int
    number: str
    method: str
    channel: str
    amount_minor: int
    paid_at: datetime
    parts: tuple[PartFacts, ...]

    def standing(self, *states: str) -> int:
        """The sum of the parts in some states."""
        return sum(one.amount_minor for one in self.parts if one.state in states)

    @property
    def kept_minor(self) -> int:
        return self.standing("kept")

    @property
    def returned_minor(self) -> int:
        return self.standing("returned")

    @property
    def vouchers(self) -> tuple[str, ...]:
        return tuple(sorted({one.voucher for one in self.parts if one.voucher}))


class RefundFacts(NamedTuple):
    """Principal, or what was paid with an order, given back under a voucher's number."""

    id: int
    account: str
    number: str
    channel: str
    amount_minor: int
    business_on: date


@dataclass(frozen=True, slots=True)
class ClearedDay:
    """What was cleared of a receivable (reversals deducted) with value of one local day."""

    receivable: int
    value_on: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class OwedOfCycle:
    """What the bills of a cycle asked for, and what of it is cleared."""

    bills: int
    amount_minor: int
    cleared_minor: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over all `receipts` of a tenant: `taken` of those not reversed, and the six places where they stand.

    `by_channel`: taken less returned. `refunded` is principal paid back later, by channel in `refunded_by_channel`:
    what was paid with an order and given back is returned, and none of it.
    """

    taken_minor: int
    cleared_minor: int
    credited_minor: int
    suspense_minor: int
    returned_minor: int
    refunded_minor: int
    by_channel: Mapping[str, int]
    refunded_by_channel: Mapping[str, int]
    receipts: int = 0
    kept_minor: int = 0
    deposited_minor: int = 0

    @property
    def placed_minor(self) -> int:
        """Everything that stands somewhere."""
        return (
            self.cleared_minor + self.credited_minor + self.suspense_minor + self.returned_minor + self.kept_minor
            + self.deposited_minor
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileAgainstPayments:
    """What a file's row says was taken of it, and the payments that came by it."""

    name: str
    state: str
    told: int
    told_minor: int
    rows: int
    minor: int


@dataclass(frozen=True, slots=True)
class FileReport:
    """An imported file: rows = good + duplicates + suspended + rejected; a held one has a `reason` and nothing taken.

    Of a preview `id` is 0 and nothing was taken; its `amount_minor` is what would be.

    `rejects`: (line, column, value, code, parameters). `again`: it had been imported before, nothing was done now.
    """

    name: str
    state: str
    reason: str
    params: Mapping[str, str | int]
    rows: int
    good: int
    duplicates: int
    suspended: int
    rejected: int
    amount_minor: int
    rejects: tuple[tuple[int, str, str, str, Mapping[str, str | int]], ...]
    again: bool = False
    id: int = 0
    channel: str = ""
    sha256: str = ""
    imported_at: datetime | None = None
