"""A tariff as rows: what a product manager writes, typed and with units. The compiler reads nothing else.

Money is in micro-units (10⁻⁶ of the currency). Quantities are in base units: seconds, bytes, events.
Dates are business dates local to the tariff's zone; a row is in force from `valid_from` (None: always)
until before `valid_to` (None: open). `"*"` means any. Numbers and places match by longest prefix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Measure = Literal["duration", "volume", "count"]
ANY: Final = "*"
STANDARD: Final = "*"  # the offer of the standard tariff (标准资费): the prices of whoever has no other


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone(Row):
    """A destination or a place that prices tell apart; `domestic` zones take part in area relations."""

    code: str
    name_zh: str = ""
    name_en: str = ""
    domestic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefix(Row):
    """Digits of the other party → zone, and for domestic numbers the area (长途区号) they belong to."""

    prefix: str
    zone: str
    area: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Row):
    """Where the subscriber was, as the network says it (area code, PLMN, TADIG), by longest prefix → zone and area."""

    place: str
    zone: str
    area: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day(Row):
    """A date that is not what its weekday says. day_type: workday, weekend or holiday."""

    on: date
    day_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band(Row):
    """A part of the day with a price of its own. Minutes of the local day, half-open; day_type "*" means any day."""

    band_set: str
    band: str
    day_type: str
    from_minute: int
    to_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Row):
    """A charge item (科目): what is measured, how it is rounded, which tax class it bears.

    kind: usage | recurring | once | discount | minimum. For usage: measure; band_set ("" = no bands);
    split "start" (the whole event in the band of its start) or "block" (each block in the band where it begins);
    rounding + round_to ("micro" | "minor") applied on each "event" or on the cycle's "total" of a subscriber.
    """

    code: str
    kind: str = "usage"
    name_zh: str = ""
    name_en: str = ""
    measure: Measure = "count"
    tax_class: str = ""
    band_set: str = ""
    split: str = "start"
    rounding: str = "half_up"
    round_to: str = "micro"
    round_on: str = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Row):
    """Classification: the first rule (by `order`) that fits an event names its charge item.

    service: voice sms mms data … ; direction: out in forward ; zone: of the other party ("none": no other party);
    visited: home | national | a zone code of the visited place ; relation: local | long | none
    (area of the other party against the visited area) ; rating_group as received ("": none).
    """

    order: int
    item: str
    service: str = ANY
    direction: str = ANY
    zone: str = ANY
    visited: str = ANY
    relation: str = ANY
    rating_group: str = ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Row):
    """A product offering (销售品).

    Where several held offers price the same item, the lowest `priority` wins, then the code.
    """

    code: str
    kind: str = "base"  # base | pack
    name_zh: str = ""
    name_en: str = ""
    priority: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee(Row):
    """A recurring or one-off fee of an offer.

    charged: cycle (each cycle it is held) | once (in the cycle in which the holding begins).
    proration: none (whole fee if held at all) | by_days (held days / days of the cycle) |
    day_price (held days × day_price_micro, at most the fee).
    """

    offer: str
    item: str
    amount_micro: int
    charged: str = "cycle"
    proration: str = "none"
    day_price_micro: int = 0
    rounding: str = "half_up"
    round_to: str = "minor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price(Row):
    """One step of a price: `price_micro` for each `per` base units, charged in whole blocks of `block` base units.

    tier_from: base units at which the step begins. tier_scope "event": counted within one event;
    "cycle": counted over the subscriber's paid units of `counter` in the cycle ("" = the item's own).
    repeat: the ladder begins again every `repeat` base units (0: never).
    """

    offer: str
    item: str
    price_micro: int
    per: int
    block: int
    band: str = ANY
    tier_from: int = 0
    tier_scope: str = "event"
    counter: str = ""
    repeat: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance(Row):
    """Units included in an offer (套餐内资源), drawn before anything is charged, lowest `priority` first.

    items: the charge items it serves, all of one measure; bands (ANY,) = in any band. Quantity in base units, drawn in
    whole blocks of `block` (the last draw takes what is left). scope: subscriber | unit (shared by the rating unit).
    proration: none | by_days, rounded up or as named to a whole `block`.
    """

    code: str
    offer: str
    items: tuple[str, ...]
    quantity: int
    block: int
    bands: tuple[str, ...] = (ANY,)
    priority: int = 100
    scope: str = "subscriber"
    proration: str = "none"
    rounding: str = "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap(Row):
    """The most that the named usage items may cost in a cycle (封顶), per subscriber or per rating unit."""

    code: str
    offer: str
    items: tuple[str, ...]
    amount_micro: int
    scope: str = "subscriber"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount(Row):
    """A reduction on the bill: `rate_ppm` of the named items, or `amount_micro`, at most their sum.

    From a spend of `threshold_micro` on. By ascending `priority`, each on what the former ones left; shown under charge
    item `item`. Reaches the charges of the subscriber that holds the offer.
    """

    code: str
    offer: str
    item: str
    items: tuple[str, ...]
    rate_ppm: int = 0
    amount_micro: int = 0
    threshold_micro: int = 0
    priority: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum(Row):
    """The least a subscriber with this offer pays in a full cycle (低消); the difference is booked on `item`."""

    offer: str
    item: str
    amount_micro: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax(Row):
    """The tax rate of a class, in parts per million of the net. Prices contain it."""

    tax_class: str
    rate_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """All rows of one edition of a tariff. `zone`: an IANA name; `bill_rounding`: micro to minor on bill items."""

    currency: str
    zone: str
    bill_rounding: str = "half_up"
    zones: tuple[Zone, ...] = ()
    prefixes: Sequence[Prefix] = ()  # a tuple, or prefixes.Prefixes
    places: tuple[Place, ...] = ()
    days: tuple[Day, ...] = ()
    bands: tuple[Band, ...] = ()
    items: tuple[Item, ...] = ()
    rules: tuple[Rule, ...] = ()
    offers: tuple[Offer, ...] = ()
    fees: tuple[Fee, ...] = ()
    prices: tuple[Price, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    caps: tuple[Cap, ...] = ()
    discounts: tuple[Discount, ...] = ()
    minimums: tuple[Minimum, ...] = ()
    taxes: tuple[Tax, ...] = ()
