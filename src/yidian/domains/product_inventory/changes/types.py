"""What may be changed about one subscription, and what a change left behind. All instants are UTC milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal

Action = Literal["add", "modify", "keep", "remove"]


class UnableToChange(Exception):
    """A change was refused; nothing of the call is written. `params` has at least `subscriber` and `change`, the place
    of the change in the sequence from 0 (-1: of none)."""

    def __init__(self, code: str, params: Mapping[str, str | int]) -> None:
        super().__init__(code)
        self.code, self.params = code, dict(params)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSubscription:
    """A subscription begins, and is in use. `unit`: code of its rating unit (POOL + …, else the account's code)."""

    subscriber: str
    customer: str
    account: str
    unit: str
    home_area: str = ""
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveIdentifier:
    """`kind`: one of types.KINDS."""

    subscriber: str
    kind: str
    value: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndIdentifier:
    subscriber: str
    kind: str
    value: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveOffer:
    """`to_ms` None: open, or until the offer ends by itself."""

    subscriber: str
    offer: str
    at_ms: int
    to_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOffer:
    """Ends what is held of an offer at `at_ms`; of one that stacks the holding that began at `began_ms` (None: the only
    one held then)."""

    subscriber: str
    offer: str
    at_ms: int
    began_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePayer:
    """From `at_ms` on another account pays, and the subscription is in the unit."""

    subscriber: str
    account: str
    unit: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StopFor:
    """`reason`: one of stops.types.REASONS; `ways`: "one" (单停: outgoing) or "two" (双停: both)."""

    subscriber: str
    reason: str
    ways: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeFrom:
    """Takes away one reason; the line opens when no other is left."""

    subscriber: str
    reason: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLife:
    """`life`: in_use, pre_terminated, terminated."""

    subscriber: str
    life: str
    at_ms: int


Change = (
    OpenSubscription
    | GiveIdentifier
    | EndIdentifier
    | GiveOffer
    | EndOffer
    | MovePayer
    | StopFor
    | ResumeFrom
    | SetLife
)
NAMED: Final[Mapping[str, type[Change]]] = {
    "open_subscription": OpenSubscription,
    "give_identifier": GiveIdentifier,
    "end_identifier": EndIdentifier,
    "give_offer": GiveOffer,
    "end_offer": EndOffer,
    "move_payer": MovePayer,
    "stop_for": StopFor,
    "resume_from": ResumeFrom,
    "set_life": SetLife,
}
NAMES: Final = {kind: name for name, kind in NAMED.items()}


def as_json(change: Change) -> dict[str, Any]:
    """As it is kept in an order: {"change": a key of NAMED, and its fields}."""
    return {"change": NAMES[type(change)], **asdict(change)}


def change_of(told: Mapping[str, Any]) -> Change:
    """The same again; ValueError where it is none."""
    kind = NAMED.get(str(told.get("change")))
    values = {name: value for name, value in told.items() if name != "change"}
    if kind is None or not values.keys() <= {field.name for field in fields(kind)}:
        raise ValueError(told)
    try:
        return kind(**values)
    except TypeError as missing:
        raise ValueError(told) from missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One row that a change wrote.

    `table`: subscribers, units, identifiers, holdings, payers, memberships, lives, stops, states; `row`: its key;
    `what`: what it says (a number, an offer, an account, a reason …), `kind` of a number or the ways of a stop;
    `replaces`: the key of the row in whose place it came (0: none); `was_to_ms`: the end it had before ("modify").
    "keep": what was asked is so already, and nothing was written.
    """

    action: Action
    table: str
    row: int
    subscriber: str
    what: str
    from_ms: int
    to_ms: int
    replaces: int = 0
    kind: str = ""
    was_to_ms: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def effect_of(told: Mapping[str, Any]) -> Effect:
    """The same again."""
    return Effect(**told)
