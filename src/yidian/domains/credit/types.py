"""Values that cross the border of this room. Amounts in minor units of the tenant's currency; days are local dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

AGE_BUCKETS: Final = (30, 60, 90)  # days overdue: up to 30, 31-60, 61-90, more
GRACE: Final = "grace"
STAGES: Final = (GRACE, "remind", "single_stop", "double_stop", "removal")


@dataclass(frozen=True, slots=True)
class FeeTerm:
    """Terms of the late fee of a brand ("": every brand without its own) from a day until the brand's next term."""

    brand: str
    from_on: date
    charged: bool
    rate_ppm: int
    grace_days: int = 0
    cap_ppm: int = 1_000_000


@dataclass(frozen=True, slots=True)
class StageRule:
    """A stage applies from so many days overdue and such an amount on, from a day until the stage's next rule."""

    brand: str
    stage: str
    from_on: date
    days_overdue: int
    at_least_minor: int = 0


# L4: more than 30 days after the agreed term may be suspended; unpaid within 60 days of suspension may be terminated.
DEFAULT_RULES: Final = tuple(
    StageRule("", stage, date.min, days)
    for stage, days in (("grace", 1), ("remind", 4), ("single_stop", 31), ("double_stop", 46), ("removal", 92))
)


class Held(NamedTuple):
    """A part of a receivable that is not asked for on the local days [from_on, to_on), None: until told otherwise."""

    from_on: date
    to_on: date | None
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """An overdue account on the list of a day. `buckets`: what is overdue by age, as AGE_BUCKETS, then older."""

    account: str
    on: date
    stage: str
    overdue_minor: int
    oldest_due_on: date
    buckets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BookedFee:
    """The late fee of a receivable for the days [from_on, to_on); `fee` is the receivable it is owed by."""

    id: int
    receivable: int
    account: str
    from_on: date
    to_on: date
    amount_minor: int
    waived_minor: int
    fee: int | None
    cycle: str
