"""Values that cross the border of this room. Amounts in minor units with tax."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from yidian.domains.dispute.lifecycle import ENDED as ENDED
from yidian.domains.dispute.lifecycle import EXAMINED as EXAMINED
from yidian.domains.dispute.lifecycle import RAISED as RAISED
from yidian.domains.dispute.lifecycle import REJECTED as REJECTED
from yidian.domains.dispute.lifecycle import RIGHT as RIGHT
from yidian.domains.dispute.lifecycle import SETTLED as SETTLED
from yidian.domains.dispute.lifecycle import STATES as STATES
from yidian.domains.dispute.lifecycle import TABLE as TABLE
from yidian.domains.dispute.lifecycle import WITHDRAWN as WITHDRAWN


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds from a day on: a bill can be disputed for `months` after its own (the present one not counted); an
    over-charge is worth `multiple` times itself; the answer is promised within `answer_hours`.
    """

    months: int
    multiple: int
    answer_hours: int


@dataclass(frozen=True, slots=True)
class DatedTerms:
    """Terms and the local day they begin on."""

    valid_from: date
    terms: Terms


@dataclass(frozen=True, slots=True)
class Charge:
    """What can be disputed: a line of a bill by its `place`, or, place 0, the bill.

    `origin`: the cycle whose law the line bears. `amount_minor` is the line's, `bill_minor` the whole bill's.
    `subscriber` 0: nobody's own.
    """

    account: str
    cycle: str
    bill: int
    place: int
    origin: str
    item: str
    subscriber: int
    amount_minor: int
    bill_minor: int


@dataclass(frozen=True, slots=True)
class DisputeFacts:
    """A dispute as it stands. `over_minor`: what the operator says was charged too much, None: it has not said yet.

    `compensation_minor`: what was paid on top of giving that back; `adjustment`, `approval` by id, once it is settled.
    """

    id: int
    number: str
    account: str
    customer: str
    organisation: str
    bill: int
    cycle: str
    place: int
    origin: str
    item: str
    subscriber: int
    events: tuple[str, ...]
    amount_minor: int
    says: str
    raised_at: datetime
    actor: str
    promised_at: datetime
    multiple: int
    state: str
    over_minor: int | None
    compensation_minor: int
    adjustment: int | None
    approval: int | None
    ended_at: datetime | None

    def late(self, *, now: datetime) -> bool:
        """Whether the promised answer is, or was, overdue."""
        return (self.ended_at or now) > self.promised_at


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a dispute, and what was written down with it."""

    sequence: int
    event: str
    state: str
    at: datetime
    actor: str
    note: str
