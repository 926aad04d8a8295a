"""Values that cross the border of this room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from yidian.domains.customer_bill import correction_lifecycle as correction_lifecycle
from yidian.domains.customer_bill.correction_lifecycle import UnableToCorrect as UnableToCorrect
from yidian.domains.customer_bill.lifecycle import BILLED as BILLED
from yidian.domains.customer_bill.lifecycle import CLOSED as CLOSED
from yidian.domains.customer_bill.lifecycle import CUT as CUT
from yidian.domains.customer_bill.lifecycle import FIXED as FIXED
from yidian.domains.customer_bill.lifecycle import OPEN as OPEN
from yidian.domains.customer_bill.lifecycle import POSTED as POSTED
from yidian.domains.customer_bill.lifecycle import RATED as RATED
from yidian.domains.customer_bill.lifecycle import TABLE as TABLE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Cycle:
    """A billing cycle: [from_ms, to_ms) in UTC ms. Runs by id; None: not rated, not billed.

    `cut_fixed`: usage files above `cutoff_file` are late, whenever it is rated.
    """

    id: int
    name: str
    from_ms: int
    to_ms: int
    zone: str
    state: str
    cutoff_file: int
    cut_fixed: bool
    rate_run: int | None
    bill_run: int | None
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Parked:
    """A rating unit or an account set aside: reason code and its parameters; `run` found it."""

    code: str
    run: int
    unit_id: int | None = None
    account_id: int | None = None
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaxLine:
    """Base with tax and the tax in it. `kind`: "" own lines, "late" or "adjustment" of the cycle `origin`."""

    tax_class: str
    rate_ppm: int
    base_minor: int
    tax_minor: int
    kind: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class BillHeader:
    """A bill to be booked. Amounts in minor units of `currency`; the remainder is what rounding took (micro-units)."""

    account_id: int
    currency: str
    total_minor: int
    tax_minor: int
    remainder_micro: int
    items: int
    taxes: tuple[TaxLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill that counts. `run` wrote its items."""

    id: int
    account_id: int
    account_code: str
    customer_code: str
    run: int
    number: str
    currency: str
    total_minor: int
    tax_minor: int
    remainder_micro: int
    items: int
    state: str
    taxes: tuple[TaxLine, ...]


@dataclass(frozen=True, slots=True)
class BillFound:
    """Where a bill is. `number` "": not in the books yet, or posted before bills had numbers."""

    id: int
    number: str
    cycle: str
    account_code: str
    customer_code: str


@dataclass(frozen=True, slots=True)
class Step:
    """A state of a cycle: [at, until), `until` None: still. `event` led to it."""

    sequence: int
    event: str
    state: str
    at: datetime
    until: datetime | None
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class Adjusted:
    """An adjustment: minor units with tax, of `item` in the cycle `origin`. `taken`: the cycle whose bills have it."""

    id: int
    account_id: int
    account_code: str
    origin: str
    item: str
    tax_class: str
    rate_ppm: int
    amount_minor: int
    reason: str
    made_at: datetime
    actor: str
    approval: int | None
    reverses: int | None
    taken: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom a correction is about, by ids: what has left the month since is found by the others."""

    units: tuple[int, ...]
    subscribers: tuple[int, ...]
    accounts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A correction to be kept, with what its preview found: `told` whole, `rows` (account, before, after; minor units).

    `edition` 0: the month's own; `as_of` None: the rows of the month. `moved_minor`: Σ of the amounts of the accounts'
    differences, whichever way they go. `told["lines"]`: how many lines and taxes bills would bear.
    """

    cycle: str
    edition: int
    as_of: date | None
    criteria: Mapping[str, Any]
    chosen: Chosen
    reason: str
    comment: str
    told: Mapping[str, Any]
    rows: Sequence[tuple[str, int, int]]
    difference_minor: int
    moved_minor: int


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A correction in a list. `approval`: the one that was used when it was agreed on."""

    number: str
    cycle: str
    edition: int
    as_of: date | None
    criteria: Mapping[str, Any]
    sha256: str
    units: int
    accounts: int
    difference_minor: int
    moved_minor: int
    reason: str
    comment: str
    state: str
    rank: int | None
    approval: int | None
    made_at: datetime
    made_by: str
    asked_at: datetime | None
    asked_by: str
    agreed_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_by: str


@dataclass(frozen=True, slots=True)
class Terms:
    """`due_day` of the month after the cycle; adjustments above the limit (minor units) need a second person."""

    due_day: int
    adjust_limit_minor: int


@dataclass(frozen=True, slots=True)
class BillsToPost:
    """Bills on their way into the books, by id, as columns.

    Of each bill its id, its account's id and code, its total. Of each tax, in the order of the bills: the place of its
    bill in the columns, its class and its amount; a bill has one of a class.
    """

    id: NDArray[np.int64]
    account_id: NDArray[np.int64]
    account_code: Sequence[str]
    total_minor: NDArray[np.int64]
    tax_bill: NDArray[np.int64]
    tax_class: Sequence[str]
    tax_minor: NDArray[np.int64]
