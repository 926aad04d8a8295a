"""Values that cross the border of this room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from yidian.domains.product_inventory.changes.types import Change as Change
from yidian.domains.product_inventory.changes.types import Effect as Effect
from yidian.domains.product_inventory.changes.types import EndIdentifier as EndIdentifier
from yidian.domains.product_inventory.changes.types import EndOffer as EndOffer
from yidian.domains.product_inventory.changes.types import GiveIdentifier as GiveIdentifier
from yidian.domains.product_inventory.changes.types import GiveOffer as GiveOffer
from yidian.domains.product_inventory.changes.types import MovePayer as MovePayer
from yidian.domains.product_inventory.changes.types import OpenSubscription as OpenSubscription
from yidian.domains.product_inventory.changes.types import ResumeFrom as ResumeFrom
from yidian.domains.product_inventory.changes.types import SetLife as SetLife
from yidian.domains.product_inventory.changes.types import StopFor as StopFor
from yidian.domains.product_inventory.changes.types import UnableToChange as UnableToChange
from yidian.domains.product_inventory.changes.types import as_json as as_json
from yidian.domains.product_inventory.changes.types import change_of as change_of
from yidian.domains.product_inventory.changes.types import effect_of as effect_of
from yidian.domains.product_inventory.rules import DEEDS as DEEDS
from yidian.domains.product_inventory.rules import Verdict as Verdict
from yidian.domains.product_inventory.rules import permitted as permitted
from yidian.domains.product_inventory.rules import permitted_to_credit as permitted_to_credit
from yidian.domains.product_inventory.stops.types import Stop as Stop

if TYPE_CHECKING:  # the command line reads these types without waiting for numpy
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

KINDS = ("msisdn", "imsi", "iccid", "login")
POOL = "pool:"  # rating units of pools begin with it, those of accounts are the account's code

KnownOffers = Mapping[str, tuple[date | None, date | None]]  # code → on sale from, until before (None: open)


@dataclass(slots=True)
class Count:
    """What an import did with one kind of rows. `changed`: a new name of a customer, a home area not known before."""

    added: int = 0
    ended: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Counts per kind, in the order: customers accounts subscribers identifiers holdings payers units memberships.

    `states`: of a file that was only looked at, line → new | changed | same.
    """

    rows: int
    counts: Mapping[str, Count]
    states: Mapping[int, str] = field(default_factory=dict)

    @property
    def seen(self) -> str:
        """A name of all that the file does: another one, and something else would be done."""
        told = [(kind, one.added, one.ended, one.changed, one.unchanged) for kind, one in sorted(self.counts.items())]
        return sha256(repr((self.rows, told)).encode()).hexdigest()

    @property
    def nothing_new(self) -> bool:
        return not any(count.added or count.ended or count.changed for count in self.counts.values())


class Versions(NamedTuple):
    """See models.InventoryVersion."""

    identifiers: int
    holdings: int
    ported: int = 0
    circles: int = 0


class Overlap(NamedTuple):
    """Two rows of one table (identifiers, holdings, payers, memberships) that cannot both be true at one instant."""

    table: str
    key: str
    first_from_ms: int
    first_to_ms: int
    second_from_ms: int


class Held(NamedTuple):
    """An offer held in [from_ms, to_ms), UTC ms."""

    offer: str
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class LineOfCustomer:
    """A subscription as its customer knows it, at an instant: its number ("": none), who pays, what it has."""

    id: int
    code: str
    number: str
    account: str
    holdings: tuple[Held, ...]


class NumberFound(NamedTuple):
    """Who has, or had, a number in [from_ms, to_ms), UTC ms."""

    kind: str
    value: str
    from_ms: int
    to_ms: int
    subscriber: str
    customer: str
    name: str
    organisation: str


class Period(NamedTuple):
    """Something had in [from_ms, to_ms), UTC ms; `kind` of a number, else ""."""

    what: str
    from_ms: int
    to_ms: int
    kind: str = ""

    def holds(self, at_ms: int) -> bool:
        return self.from_ms <= at_ms < self.to_ms


@dataclass(frozen=True, slots=True)
class HadLine:
    """A subscription and all it ever had: numbers, who paid (accounts), offers; each in order of time."""

    id: int
    code: str
    home_area: str
    numbers: tuple[Period, ...]
    payers: tuple[Period, ...]
    offers: tuple[Period, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A subscription at an instant. `life`: in_use, pre_terminated, terminated; "" before it begins.

    `billing_state`: active, stopped, kept; `account` and `unit`: "" before it begins; `identifiers`: by kind, in order.
    """

    id: int
    code: str
    customer: str
    home_area: str
    life: str
    reasons: tuple[Stop, ...]
    billing_state: str
    account: str
    unit: str
    identifiers: Mapping[str, tuple[str, ...]]
    holdings: tuple[Held, ...]


class LineInService(NamedTuple):
    """A line that is in service: `number` as the network knows it, `ways` one, two, or "" where nothing is stopped."""

    subscriber: str
    number: str
    imsi: str
    iccid: str
    ways: str
    offers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """Who had what during a period, as columns; indexes point into the lists beside them.

    Subscribers, accounts and units are in the order (bucket of the id, code), so that no order of imports shows.
    Histories are sorted by (subscriber, from, value). Times are UTC ms, half-open, not cut to the period.
    """

    subscriber_id: NDArray[np.int64]
    subscriber_code: list[str]
    home_area: list[str]

    id_kind: list[str]
    id_value: list[str]
    id_sub: NDArray[np.int32]
    id_from: NDArray[np.int64]
    id_to: NDArray[np.int64]

    offer_codes: list[str]  # sorted
    hold_sub: NDArray[np.int32]
    hold_offer: NDArray[np.int32]
    hold_from: NDArray[np.int64]
    hold_to: NDArray[np.int64]

    account_id: NDArray[np.int64]
    account_code: list[str]
    acc_sub: NDArray[np.int32]
    acc_index: NDArray[np.int32]
    acc_from: NDArray[np.int64]
    acc_to: NDArray[np.int64]

    unit_id: NDArray[np.int64]
    unit_code: list[str]
    mem_sub: NDArray[np.int32]
    mem_unit: NDArray[np.int32]
    mem_from: NDArray[np.int64]
    mem_to: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PortedRows:
    """Ported numbers of a period as columns: Arrow texts, and places in the list of networks. UTC ms, half-open."""

    number: pa.StringArray
    network: NDArray[np.int64]  # into `networks`
    from_ms: NDArray[np.int64]
    to_ms: NDArray[np.int64]
    networks: list[str]  # sorted


@dataclass(frozen=True, slots=True)
class CircleRows:
    """Friends and closed groups of a period as columns: ids of subscribers, numbers, groups as numbers of their own."""

    friend_of: NDArray[np.int64]
    friend: pa.StringArray
    friend_from_ms: NDArray[np.int64]
    friend_to_ms: NDArray[np.int64]
    member: NDArray[np.int64]
    group: NDArray[np.int64]  # into `groups`
    member_from_ms: NDArray[np.int64]
    member_to_ms: NDArray[np.int64]
    groups: list[str]  # sorted
