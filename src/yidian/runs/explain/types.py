"""What the hall shows of results: values, codes and parameters; the words are made by whoever shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from yidian.domains.customer_bill.types import TaxLine
from yidian.domains.payment.types import Clearing, Owed
from yidian.domains.product_inventory.types import LineOfCustomer


class Named(NamedTuple):
    """What the tariff calls something; the code where it calls it nothing."""

    code: str
    zh: str
    en: str

    def __str__(self) -> str:
        return self.code


NOTHING = Named("", "", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """A line of a bill. `place` names it within the bill. Quantities in base units of `measure` ("": days of fees).

    group: month | beyond | within | discount | before (of other cycles). `origin`: the cycle that a line is of, where
    it is another one; `adjustment`: its id; `correction`: the number of what it comes of. `subscriber` 0: none.
    """

    place: int
    group: str
    kind: str
    item: Named
    of_item: Named
    offer: Named
    discount: str
    tax_class: str
    subscriber: int
    number: str
    measure: str
    quantity: int
    events: int
    amount_micro: int
    amount_minor: int
    origin: str = ""
    adjustment: int = 0
    correction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a bill differs from the one before: this kind of line then and now; differences sum to the whole."""

    group: str
    kind: str
    item: Named
    of_item: Named
    offer: Named
    measure: str
    now_minor: int
    before_minor: int
    now_quantity: int
    before_quantity: int
    rest: int = 0  # how many kinds of lines, of the one that stands for all others

    @property
    def difference_minor(self) -> int:
        return self.now_minor - self.before_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfBills:
    """A bill in the list of all: `open_minor` is what is still to pay, by `due_on`."""

    cycle: str
    account: str
    number: str
    total_minor: int
    open_minor: int
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBill:
    """A bill as its customer reads it. `until`: the cycle's last instant, UTC ms. `digest`: SHA-256 of what it says.

    `paid`: what cleared it. `before`: the cycle whose bill `reasons` compare with; "" where there is none.
    """

    cycle: str
    from_ms: int
    until_ms: int
    account: str
    customer: str
    number: str
    currency: str
    total_minor: int
    tax_minor: int
    taxes: tuple[TaxLine, ...]
    lines: tuple[BillLine, ...]
    paid: tuple[Clearing, ...]
    due: Owed | None
    before: str
    before_minor: int
    reasons: tuple[Reason, ...]
    months: tuple[MonthOfBills, ...]  # oldest first, this one the last
    after: str  # the next cycle with a bill; "": none
    digest: str

    @property
    def open_minor(self) -> int:
        return self.due.open_minor if self.due else 0

    @property
    def difference_minor(self) -> int:
        return self.total_minor - self.before_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of a slip: what it is (`code`), what it adds to the line (micro-units), and its parameters."""

    code: str
    amount_micro: int = 0
    told: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """How a line of a bill came about: the steps' amounts sum to the line's, in micro-units, exactly.

    `customer`: whose bill it is. `tax_minor`: the tax inside the line at `rate_ppm`. `reduced`: the discount lines that
    take something off it.
    """

    cycle: str
    customer: str
    account: str
    line: BillLine
    steps: tuple[Step, ...]
    rate_ppm: int
    tax_minor: int
    reduced: tuple[BillLine, ...]
    events: int  # that can be looked at one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One use of a service: what of it was drawn from allowances and what was charged. `other` "": not asked for."""

    event_id: int
    start_ms: int
    subscriber: int
    number: str
    item: Named
    service: str
    direction: str
    measure: str
    quantity: int
    drawn: int
    amount_micro: int
    cut_micro: int
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """A page of events, newest first. `following`: what to ask the next page with; "": there is none.

    `count`, `amount_micro`, `quantities` (by measure) are of everything that the filter lets through.
    """

    events: tuple[Event, ...]
    count: int
    amount_micro: int
    quantities: Mapping[str, int]
    following: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left of an allowance in the open cycle, in base units. Estimates: None where nothing can be said yet.

    `projected`: what will be used by the end at this pace; `out_ms`: when it will be used up; `emptied_ms`: it was.
    `day_ms`: the beginning of the day it is for, of what is given anew every day; then nothing is estimated.
    """

    allowance: str
    offer: Named
    items: tuple[Named, ...]
    hours: str  # the hours of its bands, "" any
    measure: str
    shared: int  # among so many subscriptions; 1: one's own
    granted: int
    drawn: int
    projected: int | None
    out_ms: int | None
    emptied_ms: int | None
    day_ms: int | None = None

    @property
    def left(self) -> int:
        return self.granted - self.drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A quantity of use that has a consequence: `mark` throttle, stop or notice; `value` says more ("1Mbps")."""

    mark: str
    value: str
    quantity: int
    measure: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SoFar:
    """The open cycle: what it would cost if it ended with what is rated. `rated_at` None: nothing is rated yet."""

    cycle: str
    until_ms: int
    rated_at: datetime | None
    amount_minor: int | None
    left: tuple[Left, ...]
    reached: tuple[Reached, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSum:
    """What the balance books of one type hold for an account. `until`: the first day on which some of it is gone."""

    type: str
    principal: bool
    balance_minor: int
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """Something the customer should know: a code and its parameters; `cycle`, `account` of a bill it leads to."""

    code: str
    told: Mapping[str, object]
    account: str = ""
    cycle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The first page. `line`: the subscription looked at (None: the customer has none); `account`: who pays for it.

    `dues` are of all accounts of the customer, the rest of `account`: what is owed must not hide behind a number.
    """

    customer: str
    lines: tuple[LineOfCustomer, ...]
    accounts: tuple[str, ...]
    line: LineOfCustomer | None
    account: str
    mine: bool  # whether the account is the customer's own
    dues: tuple[Owed, ...]
    newest: MonthOfBills | None
    books: tuple[BookSum, ...]
    so_far: SoFar | None
    unread: bool  # the month's files cannot be read now; everything else stands
    offers: tuple[Named, ...]
    concerns: tuple[Concern, ...]

    @property
    def owed_minor(self) -> int:
        return sum(due.open_minor for due in self.dues)
