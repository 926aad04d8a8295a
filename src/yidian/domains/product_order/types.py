"""Values that cross the border of this room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from yidian.domains.product_order import lifecycle as lifecycle
from yidian.domains.product_order.deeds import DEEDS as DEEDS
from yidian.domains.product_order.deeds import LINES as LINES
from yidian.domains.product_order.deeds import Deed as Deed
from yidian.domains.product_order.deeds import Field as Field
from yidian.domains.product_order.deeds import checked as checked
from yidian.domains.product_order.deeds import conflicts as conflicts
from yidian.domains.product_order.lifecycle import UnableToChangeOrder as UnableToChangeOrder

NETWORK: Final = "network"  # a command to the network
MANUAL: Final = "manual"  # somebody's work: 资源确认, 上门
CREDIT: Final = "credit"  # the channel of credit control, which stops for arrears and resumes
PAYMENT: Final = "payment"  # the name of the step that waits for what is paid with an order, where no till took it
COMPLETE: Final = "complete"  # 竣工: what the customer has is changed, and billed from then on


def new_subscription(*, order: str, place: int) -> str:
    """The code of the subscription that an item of an order makes: nobody has to count for it."""
    return f"U{order.removeprefix('O')}-{place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan:
    """A step as it is planned: see models.OrderStep. `place` counts from 1 within its item."""

    place: int
    kind: str
    name: str
    needs: tuple[int, ...] = ()
    command: Mapping[str, Any] = field(default_factory=dict)
    undo: Mapping[str, Any] = field(default_factory=dict)
    due_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFacts:
    """A step as it stands; see models.OrderStep."""

    id: int
    place: int
    kind: str
    name: str
    state: str
    ready: bool
    attempts: int
    due_ms: int
    reason: str
    params: Mapping[str, Any]
    done_ms: int | None


def waits_for_payment(step: StepFacts) -> bool:
    """Whether a step is one that nobody works at: it is done when the order is paid."""
    return step.name == PAYMENT and step.kind == MANUAL and step.state == lifecycle.WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """An item as it stands: fields of its deed in `told` (deeds.py)."""

    id: int
    place: int
    deed: str
    subscriber: str
    told: Mapping[str, Any]
    after: int
    state: str
    completed_ms: int | None
    moves: tuple[tuple[str, ...], ...] = ()
    deposits: tuple[int, ...] = ()
    steps: tuple[StepFacts, ...] = ()


class DueDeposit(NamedTuple):
    """The deposit of an item (its place), on an account (code), which comes back over `months`."""

    item: int
    account: str
    amount_minor: int
    months: int


class Advance(NamedTuple):
    """预存话费: what is paid ahead on an account (code) because the customer wishes it."""

    account: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Due:
    """What is paid with an order: deposits that it takes, in the order of the items, and advances that are wished."""

    deposits: tuple[DueDeposit, ...] = ()
    advances: tuple[Advance, ...] = ()

    @property
    def deposits_minor(self) -> int:
        return sum(one.amount_minor for one in self.deposits)

    @property
    def total_minor(self) -> int:
        return self.deposits_minor + sum(one.amount_minor for one in self.advances)

    def of_item(self, place: int) -> DueDeposit | None:
        return next((one for one in self.deposits if one.item == place), None)

    def to_json(self) -> dict[str, Any]:
        return {"deposits": [list(one) for one in self.deposits], "advances": [list(one) for one in self.advances]}


def due_of_json(kept: Mapping[str, Any] | None) -> Due | None:
    """As it was kept; None where nobody asked."""
    if kept is None:
        return None
    return Due(
        tuple(DueDeposit(*one) for one in kept.get("deposits", ())),
        tuple(Advance(*one) for one in kept.get("advances", ())),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """An order as it stands. `form`: version, number and state of its newest form, None: none was printed. `due`: what
    is paid with it, None where nobody asked: it is a cart without a price, or was submitted when deposits were taken
    with completion."""

    id: int
    number: str
    customer: str
    organisation: str
    channel: str
    state: str
    revision: int
    check: int | None
    quote: Mapping[str, Any]
    quoted: bool
    read_back: bool
    taken_at: datetime
    submitted_at: datetime | None
    promised_at: datetime | None
    ended_at: datetime | None
    actor: str
    items: tuple[ItemFacts, ...]
    form: tuple[int, str, str] | None = None
    due: Due | None = None

    @property
    def holder(self) -> str:
        """By this name resources are reserved for it."""
        return f"order/{self.number}"

    @property
    def waits_for_payment(self) -> bool:
        return any(waits_for_payment(step) for item in self.items for step in item.steps)


@dataclass(frozen=True, slots=True)
class OriginFacts:
    """See models.OrderOrigin."""

    system: str
    external_id: str
    items: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order in a list: its deeds in the order of its items, and the step it stands at ("" none), `reason` and
    `params` why that fell out.
    """

    id: int
    number: str
    customer: str
    name: str
    organisation: str
    channel: str
    state: str
    deeds: tuple[str, ...]
    step: str
    reason: str
    params: Mapping[str, Any]
    taken_at: datetime
    promised_at: datetime | None

    @property
    def counted(self) -> list[tuple[str, int]]:
        """Its deeds, each once, and how often."""
        return list(Counter(self.deeds).items())


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """Something that happened to an order; see models.OrderEvent."""

    sequence: int
    event: str
    item: int
    step: int
    state: str
    at: datetime
    actor: str
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FormFacts:
    """A printed form as it stands; see models.OrderForm."""

    number: str
    version: int
    revision: int
    state: str
    at: datetime
    printed_by: str
    signed_at: datetime | None
    signed_by: str
    void_at: datetime | None
    void_by: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A step that this process has taken for a while: what it says of it counts while nobody takes it after.

    `key` names what is sent now; `command`: as it was sent under it before, else as it is planned. `forward`, `unsure`:
    of a step that is being undone though nobody knows whether it was done, the key under which it was sent, and what.
    `planned`: the command as it was laid out; `sent`: those sent, by key; `faults`: what went wrong unforeseen before.
    """

    id: int
    fence: int
    order: str
    item: int
    item_id: int
    place: int
    kind: str
    name: str
    state: str
    attempts: int
    began: datetime | None
    heard: datetime | None
    command: Mapping[str, Any]
    key: str
    forward: str = ""
    unsure: Mapping[str, Any] = field(default_factory=dict)
    planned: Mapping[str, Any] = field(default_factory=dict)
    sent: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    faults: int = 0

    @property
    def done_before(self) -> bool:
        """Whether something of it was done in a round before this one."""
        return any(not key.startswith(self.key.removesuffix("/undo")) for key in self.sent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of something said of a step: `taken` False, somebody was quicker or the order went another way.

    `undone`: places of items that are back where they were, so that their effects and reservations are to go.
    `state`: of the order now.
    """

    taken: bool
    state: str
    undone: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFacts:
    """What a deed brings along: codes of offers whose one-off fees are due, and when it is promised."""

    fees: tuple[str, ...] = ()
    free_for: tuple[str, ...] = ()
    hours: int = 0


@dataclass(frozen=True, slots=True)
class OrderCounts:
    """How many orders wait for somebody, are promised for soon or before, for before, are in flight, are carts."""

    waiting: int
    near: int
    late: int
    flight: int
    carts: int
