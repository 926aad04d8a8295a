"""What the board of a month shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from yidian.domains.customer_bill.types import Cycle
from yidian.platform.access.types import ApprovalFacts
from yidian.platform.jobs.types import JobFacts

STEPS: Final = ("collect", "rate", "bill", "post", "clear", "close")
KINDS: Final[Mapping[str, tuple[str, ...]]] = {  # which jobs work on a step
    "collect": ("cut", "collect"), "rate": ("rate",), "bill": ("bill", "bill.again"), "post": ("post",),
    "clear": ("clear",), "close": ("close",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Law:
    """in = good + rejected, counted in `unit`s ("record", "event", "account", "bill"). `of_rejected`: what they are."""

    unit: str
    taken: int
    good: int
    rejected: int
    of_rejected: Mapping[str, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return self.taken == self.good + self.rejected


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step. `state`: "done", "working", "stopped", "next", "open" (goes on until the cut), "waits".

    `note`: (code, parameters) of what stands below its name. Amounts in minor units, those of rating cut to them.
    """

    number: int
    name: str
    state: str
    law: Law | None = None
    amount_minor: int | None = None
    took_s: int | None = None
    per_s: int | None = None
    before_s: int | None = None
    note: tuple[str, Mapping[str, object]] | None = None
    job: JobFacts | None = None


@dataclass(frozen=True, slots=True)
class ParkedGroup:
    """How many rating units or accounts are parked for a reason."""

    code: str
    count: int


@dataclass(frozen=True, slots=True)
class Compared:
    """A sum of this month's bills beside last month's, minor units. `tenths`: the change in tenths of a percent."""

    code: str
    this_minor: int
    last_minor: int
    tenths: int | None

    @property
    def difference_minor(self) -> int:
        return self.this_minor - self.last_minor

    @property
    def is_large(self) -> bool:
        return self.tenths is not None and abs(self.tenths) > 100


@dataclass(frozen=True, slots=True)
class LogLine:
    """Something that was done to the month. `tone`: "ok", "act", "wait", "bad" or ""."""

    at: datetime
    tone: str
    code: str
    params: Mapping[str, object]
    job: int | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody may do now: a job of `kind`. `main`: it is the next step. `second`: it takes two people."""

    kind: str
    main: bool = False
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Board:
    """`says`: the sentence above all, code and parameters. `waiting`: files in the inbox, by source;
    `people`: names by login.
    """

    cycle: Cycle
    says: tuple[str, Mapping[str, object]]
    tone: str
    steps: tuple[StepRow, ...]
    acts: tuple[Act, ...]
    at_work: JobFacts | None
    parked: tuple[ParkedGroup, ...]
    compared: tuple[Compared, ...]
    before: str
    log: tuple[LogLine, ...]
    approvals: tuple[ApprovalFacts, ...]
    waiting: Mapping[str, int]
    people: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month in the list. Amounts of its bills in minor units; None where it has none yet."""

    cycle: Cycle
    bills: int | None
    total_minor: int | None
    parked: int
