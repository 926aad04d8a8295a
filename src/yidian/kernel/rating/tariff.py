"""A tariff as rows: what a product manager writes, typed and with units. The compiler reads nothing else.

Money is in micro-units (10⁻⁶ of the currency). Quantities are in base units: seconds, bytes, events.
Dates are business dates local to the tariff's zone; a row is in force from `valid_from` (None: always)
until before `valid_to` (None: open). `"*"` means any. Numbers and places match by longest prefix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

Measure = Literal["duration", "volume", "count"]
ANY: Final = "*"
STANDARD: Final = "*"  # the offer of the standard tariff (标准资费): the prices of whoever has no other


def later(default: Any) -> Any:
    """A field that format 1 did not have when it began: rows that leave it at its default keep their digest."""
    return field(default=default, metadata={"later": True})


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
class Area(Row):
    """An area (长途区号) lies in a province: calls and visits within it may have prices of their own."""

    area: str
    province: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Network(Row):
    """Digits of the other party → the network that was given the block (号段). A ported number goes before it (N5)."""

    prefix: str
    network: str
    own: bool = False


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
    free_below: an event of less than this costs nothing and draws nothing (0: none is free).
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
    free_below: int = later(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Row):
    """Classification: the first rule (by `order`) that fits an event names its charge item.

    service: voice sms mms data … ; direction: out in forward ; zone: of the other party ("none": no other party);
    visited: home | province | national | a zone code of the visited place ; relation: local | province | long | none
    (area of the other party against the visited area) ; rating_group as received ("": none) ;
    net: own | other | a network code | none (network of the other party, ported numbers as of the event) ;
    circle: friend | unit | group | none (who the other party is to the subscriber).
    """

    order: int
    item: str
    service: str = ANY
    direction: str = ANY
    zone: str = ANY
    visited: str = ANY
    relation: str = ANY
    rating_group: str = ANY
    net: str = later(ANY)
    circle: str = later(ANY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Row):
    """A product offering (销售品).

    Where several held offers price the same item, the lowest `priority` wins, then the code.
    quota: how often it may be sold, ended holdings counted too (0: without limit). It changes no amount.
    stacks: one subscriber may hold it several times at one time, from an instant of its own each.
    months: a holding that is given without an end ends by itself (0: never), by `ends_with` day: so many calendar
    months after it begins; month: with so many calendar months, the first is that in which it begins.
    needs: it is given only beside a holding of one of these in the same rating unit (empty: beside anything).
    line_of_business: mobile | fixed | broadband | iptv | iot | leased ("": none is named); only the best plan asks it.
    """

    code: str
    kind: str = "base"  # base | pack
    name_zh: str = ""
    name_en: str = ""
    priority: int = 100
    quota: int = later(0)
    stacks: bool = later(False)
    months: int = later(0)
    ends_with: str = later("day")
    needs: tuple[str, ...] = later(())
    line_of_business: str = later("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee(Row):
    """A recurring or one-off fee of an offer.

    charged: cycle (each cycle it is held) | once (in the cycle in which the holding begins) | leaving (in the cycle in
    which the holding ends, where whole calendar cycles of its `term_cycles` are left; the first is that it begins in).
    proration: none (whole fee if held at all) | by_days (held days / days of the cycle) |
    day_price (held days × day_price_micro, at most the fee) | half (half of it if the holding begins after the 15th);
    of leaving: none (the amount) | each_left (for each cycle left) | by_term (cycles left / term_cycles of it).
    during: any | active | stopped | kept: only the days on which the subscriber is in that state count.
    free_cycles: the first so many calendar cycles of the holding are free.
    billed: arrears | advance (on the bill of the cycle before; the first bill has two).
    """

    offer: str
    item: str
    amount_micro: int
    charged: str = "cycle"
    proration: str = "none"
    day_price_micro: int = 0
    rounding: str = "half_up"
    round_to: str = "minor"
    during: str = later("any")
    free_cycles: int = later(0)
    billed: str = later("arrears")
    term_cycles: int = later(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Row):
    """A part of a bundled fee: the fee of `offer` on `item` is shown and taxed as its parts.

    By their stand-alone prices; they sum to the fee.
    """

    offer: str
    item: str
    part_item: str
    price_micro: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Price(Row):
    """One step of a price: `price_micro` for each `per` base units, charged in whole blocks of `block` base units.

    tier_from: base units at which the step begins. tier_scope "event": counted within one event;
    "cycle": counted over the subscriber's paid units of `counter` in the cycle ("" = the item's own); "day": likewise
    over the local day. repeat: the ladder begins again every `repeat` base units (0: never).
    block_on: event | counter (a block once begun lasts until it is used up, over events).
    tier_mode: graduated | volume (everything at the price of the step that was reached).
    setup_micro: once for an event of which anything is charged; on the first step of a ladder.
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
    block_on: str = later("event")
    tier_mode: str = later("graduated")
    setup_micro: int = later(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance(Row):
    """Units included in an offer (套餐内资源), drawn before anything is charged, lowest `priority` first.

    items: the charge items it serves, all of one measure; bands (ANY,) = in any band. Quantity in base units, drawn in
    whole blocks of `block` (the last draw takes what is left). scope: subscriber | unit (shared by the rating unit).
    proration: none | by_days, rounded up or as named to a whole `block`.
    period: cycle | day (anew on each local day) | holding (once, for as long as it is held).
    rollover: for so many further cycles what is left may be drawn, before the cycle's own.
    member_limit: the most that one member draws of a shared one in a period (0: no limit).
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
    period: str = later("cycle")
    rollover: int = later(0)
    member_limit: int = later(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion(Row):
    """An item drawn from an allowance of another measure: each `block` of it takes `takes` units (1 MB = 1 min)."""

    allowance: str
    item: str
    block: int
    takes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark(Row):
    """A quantity of use that has a consequence: mark throttle | stop | notice, per subscriber or rating unit.

    Counted over the cycle or the local day, allowances included. `value` says more ("1Mbps").
    """

    code: str
    offer: str
    items: tuple[str, ...]
    quantity: int
    mark: str
    scope: str = "subscriber"
    period: str = "cycle"
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap(Row):
    """The most that the named usage items may cost (封顶) in a period (cycle | day), per subscriber or rating unit."""

    code: str
    offer: str
    items: tuple[str, ...]
    amount_micro: int
    scope: str = "subscriber"
    period: str = later("cycle")


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount(Row):
    """A reduction on the bill: `rate_ppm` of the named items, or `amount_micro`, at most their sum, or what their sum
    is above `cap_micro` (封顶).

    From a spend of `threshold_micro` on. By ascending `priority`, each on what the former ones left; shown under charge
    item `item`. Reaches the charges of the subscriber that holds the offer, or with scope "unit" those of all who are
    in its rating unit, or with "account", after all others, those on the account that pays for the holding.
    requires: offers of which each is held by somebody of the unit in the cycle.
    level: grades of the customer ((ANY,): any). cycles: only the first so many calendar cycles of the holding (0: all).
    """

    code: str
    offer: str
    item: str
    items: tuple[str, ...]
    rate_ppm: int = 0
    amount_micro: int = 0
    threshold_micro: int = 0
    priority: int = 100
    scope: str = later("subscriber")
    requires: tuple[str, ...] = later(())
    level: tuple[str, ...] = later((ANY,))
    cycles: int = later(0)
    cap_micro: int = later(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum(Row):
    """The least a subscriber with this offer pays in a full cycle (低消); the difference is booked on `item`.

    during: as of a fee. free_cycles: the first so many calendar cycles of the holding have none (TP8: 1).
    level: grades of the customer ((ANY,): any).
    """

    offer: str
    item: str
    amount_micro: int
    during: str = later("any")
    free_cycles: int = later(0)
    level: tuple[str, ...] = later((ANY,))


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
    areas: tuple[Area, ...] = ()
    networks: tuple[Network, ...] = ()
    days: tuple[Day, ...] = ()
    bands: tuple[Band, ...] = ()
    items: tuple[Item, ...] = ()
    rules: tuple[Rule, ...] = ()
    offers: tuple[Offer, ...] = ()
    fees: tuple[Fee, ...] = ()
    parts: tuple[Part, ...] = ()
    prices: tuple[Price, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    marks: tuple[Mark, ...] = ()
    caps: tuple[Cap, ...] = ()
    discounts: tuple[Discount, ...] = ()
    minimums: tuple[Minimum, ...] = ()
    taxes: tuple[Tax, ...] = ()
