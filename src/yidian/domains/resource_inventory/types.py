"""Values that cross the border of this room. Instants in UTC ms, amounts in minor units of the tenant's currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from yidian.domains.resource_inventory.lifecycle import CARD as CARD
from yidian.domains.resource_inventory.lifecycle import DEVICE as DEVICE
from yidian.domains.resource_inventory.lifecycle import EVENTS as EVENTS
from yidian.domains.resource_inventory.lifecycle import HELD as HELD
from yidian.domains.resource_inventory.lifecycle import KINDS as KINDS
from yidian.domains.resource_inventory.lifecycle import NUMBER as NUMBER
from yidian.domains.resource_inventory.lifecycle import PORT as PORT
from yidian.domains.resource_inventory.lifecycle import RANGE as RANGE
from yidian.domains.resource_inventory.lifecycle import STATES as STATES
from yidian.domains.resource_inventory.lifecycle import TABLES as TABLES


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceFacts:
    """A resource as it stands. `id`: the number's digits, the ICCID, the port's code, the IMEI.

    `holder`: "" nobody; reserved for whoever it names, or in use by the subscriber of that code. `until_ms` 0: no end.
    `address`: where the port's box stands; `installed`: of a port in use, where the line comes out, "" nobody said.
    What its kind does not have is "", 0 or False. `ready`: of a number, all cities of its block have its office data.
    """

    kind: str
    id: str
    state: str
    holder: str
    until_ms: int
    organisation: str = ""
    reseller: str = ""
    block: str = ""
    level: str = ""
    area: str = ""
    network: str = ""
    portable: bool = False
    ready: bool = False
    guest: bool = False
    imsi: str = ""
    card_kind: str = ""
    batch: str = ""
    box: str = ""
    address: str = ""
    model: str = ""
    price_minor: int = 0
    installed: str = ""

    def held_by(self, holder: str, *, now_ms: int) -> bool:
        """Reserved for a holder, and not run out."""
        return self.state == "reserved" and self.holder == holder and self.until_ms > now_ms


class LineAt(NamedTuple):
    """A line in use: its subscriber, the code and the name of the address where it comes out."""

    subscriber: str
    address: str
    name: str


@dataclass(frozen=True, slots=True)
class NumberChoice:
    """A number that can be reserved now. `level` "": ordinary; `organisation` "": anybody's of the operator."""

    number: str
    level: str
    block: str
    kind: str
    area: str
    network: str
    organisation: str


@dataclass(frozen=True, slots=True)
class LevelTerms:
    """What a premium number of a level costs, in force from a local day on (G1, G2).

    Spend at least `min_spend_minor` a month for `months`; `deposit_minor` is paid first and comes back over
    `deposit_months`. Leaving early costs months not done × the minimum × `penalty_ppm`. `kept_pays`: the minimum is
    owed while the number is only kept; `transfer_restarts`: a new owner begins the months anew.
    `offer`: code of the offer that is given with the number, so that all this is billed; "": none was told.
    """

    level: str
    valid_from: date
    min_spend_minor: int
    months: int
    deposit_minor: int
    deposit_months: int
    penalty_ppm: int
    kept_pays: bool
    transfer_restarts: bool
    name: str = ""
    offer: str = ""


@dataclass(frozen=True, slots=True)
class PortChoice:
    """A free port that reaches an address."""

    port: str
    box: str
    kind: str
    address: str


@dataclass(frozen=True, slots=True)
class Capacity:
    """What the boxes that reach an address have (资源确认); `states`: ports by state. `room`: ports not built yet."""

    address: str
    boxes: int
    states: Mapping[str, int]
    room: int

    @property
    def free(self) -> int:
        return self.states.get("free", 0)


@dataclass(frozen=True, slots=True)
class MissingCity:
    """A city that a block waits for: since when it will have the office data, None: nobody knows."""

    block: str
    city: str
    name: str
    since_ms: int | None


@dataclass(frozen=True, slots=True)
class BlockFacts:
    """A block of numbers, how many cities it needs and how many of them it has; ready when it has all."""

    code: str
    kind: str
    first: str
    last: str
    network: str
    area: str
    portable: bool
    needs: int
    has: int

    @property
    def ready(self) -> bool:
        return self.needs == self.has > 0


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many resources are in a state; `of`: block, box, model or batch."""

    of: str
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a resource; `range`: to all of its block between two numbers."""

    event: str
    before: str
    after: str
    holder: str
    organisation: str
    actor: str
    at_ms: int
    range: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class CardSecrets:
    """What of a card is kept sealed, by name: ki, opc, pin1, puk1, pin2, puk2."""

    iccid: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CardMatch:
    """A delivery held against an order of cards. `before`: came earlier; `delivered`: new in this file; `doubled`: came
    before or stand twice; `surplus`: were not ordered; `missing`: have not come, this file counted. The first of each.
    """

    order: str
    ordered: int
    before: int
    delivered: int
    doubled: int
    surplus: int
    missing: int
    surplus_cards: tuple[str, ...] = ()
    missing_cards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardOrderFacts:
    """An order of cards and how many of it have come. `first_iccid`: without its check digit."""

    code: str
    vendor: str
    kind: str
    first_iccid: str
    first_imsi: str
    count: int
    reseller: str
    at_ms: int
    came: int
