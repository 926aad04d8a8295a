"""Values that cross the border of this room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Cycle:
    """A billing cycle: [from_ms, to_ms) in UTC ms. Runs by id; None: not rated, not billed."""

    id: int
    name: str
    from_ms: int
    to_ms: int
    zone: str
    state: str
    cutoff_file: int
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
    tax_class: str
    rate_ppm: int
    base_minor: int
    tax_minor: int


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
