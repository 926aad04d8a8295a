"""The plain door: what would these events of these subscribers cost in this cycle, and why.

The run's own functions, without numba.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from yidian.kernel.calendar import BEGINNING_MS, FOREVER_MS, Period
from yidian.kernel.rating import classify, engine
from yidian.kernel.rating.arrays import OVERFLOW, Lines, array
from yidian.kernel.rating.book import Compiled, compile_tariff
from yidian.kernel.rating.buckets import names_of
from yidian.kernel.rating.carry import Left, closing
from yidian.kernel.rating.classifier import Classifier
from yidian.kernel.rating.holders import Parties, first_of, opened
from yidian.kernel.rating.marks import marks_reached
from yidian.kernel.rating.price import NO_PAYER, NO_PRICE
from yidian.kernel.rating.programs import Programs
from yidian.kernel.rating.quote_others import Others
from yidian.kernel.rating.tariff import Allowance, Mark, Price, Tariff
from yidian.kernel.rating.units import Events, Groups, Totals

REASONS = {**classify.REASONS, NO_PRICE: "NO_PRICE", NO_PAYER: "NO_PAYER", classify.OUT_OF_CYCLE: "OUT_OF_CYCLE"}
PARKED = {OVERFLOW: "AMOUNT_OVERFLOW"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Something had from … to (UTC ms, half-open): an offer's code, an account's, a rating unit's."""

    code: str
    from_ms: int = BEGINNING_MS
    to_ms: int = FOREVER_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    code: str
    holdings: tuple[Held, ...]
    home_area: str = ""
    accounts: tuple[Held, ...] = ()  # none given: an account of its own
    units: tuple[Held, ...] = ()  # none given: a rating unit of its own
    numbers: tuple[Held, ...] = ()  # by which others may call it
    friends: tuple[Held, ...] = ()  # numbers on its list
    groups: tuple[Held, ...] = ()  # closed groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Ported:
    """A number that was taken to another network (携号转网)."""

    number: str
    network: str
    from_ms: int = BEGINNING_MS
    to_ms: int = FOREVER_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    event_id: int
    subscriber: str
    start_ms: int
    service: str
    direction: str = "out"
    other_party: str = ""
    place: str = ""
    rating_group: str = ""
    duration_s: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One stretch of one event: drawn from `allowance`, or charged by `price`."""

    event_id: int
    subscriber: str
    part: int
    item: str
    band: str
    account: str
    unit: str
    price: Price | None
    allowance: Allowance | None
    quantity: int
    units: int
    amount_micro: int
    cut_micro: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOver:
    """What a cycle left of an allowance (see carry.Left). `owner`: code of a subscriber, or of a unit if `shared`."""

    owner: str
    allowance: str
    offer: str
    balance: int
    remains: int = 0
    shared: bool = False
    once: bool = False
    origin_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    subscriber: str
    account: str
    item: str
    quantity: int
    events: int
    amount_micro: int
    cut_micro: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A mark that was reached by an event. `owner`: a subscriber, or a rating unit; `from_ms`: the period's begin."""

    mark: Mark
    owner: str
    from_ms: int
    event_id: int


@dataclass(frozen=True, slots=True)
class Priced:
    """`lines` in the order of pricing; `rejects` (event id → reason); `parked` (rating unit → reason)."""

    lines: tuple[Line, ...]
    rejects: dict[int, str]
    totals: tuple[Total, ...]
    parked: dict[str, str]
    left: tuple[LeftOver, ...] = ()
    marks: tuple[Marked, ...] = ()


def price_unit(
    tariff: Tariff,
    cycle: Period,
    subscribers: Sequence[Subscriber],
    events: Sequence[Event],
    *,
    ported: Sequence[Ported] = (),
    beside: Sequence[Subscriber] = (),
    before: Sequence[LeftOver] = (),
    with_engine: SimpleNamespace | None = None,
) -> Priced:
    """Classify and price. `beside`: others whose numbers may be called, known by them, their units and groups.
    `before`: what the cycle before left.

    Events of subscribers that are not given are rejected UNKNOWN_SUBSCRIBER, those outside the cycle OUT_OF_CYCLE.
    """
    compiled = compile_tariff(tariff, cycle)
    programs = Programs(compiled)
    people = sorted(subscribers, key=lambda s: (_units_of(s)[0].code, s.code))
    table = _Names(people)
    held, buckets = opened(compiled, programs, table.parties(programs, people), left=table.left(compiled, before))
    verdict = _classified(compiled, people, events, table, _Known(ported, beside))
    order = sorted(
        (n for n, found in enumerate(verdict) if found >= 0),
        key=lambda n: (table.group[events[n].subscriber], events[n].start_ms, events[n].event_id),
    )
    good = [events[n] for n in order]
    rejects = {e.event_id: REASONS[v] for e, v in zip(events, verdict, strict=True) if v < 0}
    batch = _batch(compiled, good, [verdict[n] for n in order], table)
    groups = Groups(first_of(array([table.group[e.subscriber] for e in good]), table.groups), array(table.group_first))
    out, sums, found = engine.price_all(with_engine or engine.plain(), programs.book(), held, batch, groups)
    rejects |= {good[n].event_id: REASONS[int(v)] for n, v in enumerate(found.event) if v}
    parked = {table.group_names[n]: PARKED[int(v)] for n, v in enumerate(found.group) if v}
    left = table.left_over(compiled, closing(programs.grants, buckets, held.balance))
    reached = marks_reached(compiled, programs, held, batch, out)
    marks = tuple(
        Marked(
            mark=compiled.marks[mark], from_ms=from_ms, event_id=good[event].event_id,
            owner=table.units[unit] if compiled.marks[mark].scope == "unit" else good[event].subscriber,
        )
        for mark, event, unit, from_ms in zip(*(column.tolist() for column in reached), strict=True)
    )  # fmt: skip
    return Priced(
        _lines(compiled, out, batch, good, table), rejects, _totals(compiled, sums, table), parked, left, marks
    )


def _units_of(subscriber: Subscriber) -> tuple[Held, ...]:
    return subscriber.units or (Held(code=f"unit:{subscriber.code}"),)


def _accounts_of(subscriber: Subscriber) -> tuple[Held, ...]:
    return subscriber.accounts or (Held(code=subscriber.code),)


class _Known(NamedTuple):
    """What is known of other parties."""

    ported: Sequence[Ported]
    beside: Sequence[Subscriber]


class _Names:
    """Numbers for the names of a quote. Subscribers that ever share a rating unit form one group."""

    def __init__(self, people: list[Subscriber]) -> None:
        self.units = sorted({u.code for s in people for u in _units_of(s)})
        root = {u: u for u in self.units}

        def find(unit: str) -> str:
            while root[unit] != unit:
                unit = root[unit]
            return unit

        for s in people:
            first, *others = sorted({find(u.code) for u in _units_of(s)})
            for other in others:
                root[other] = first
        people.sort(key=lambda s: (find(_units_of(s)[0].code), s.code))
        self.people = people
        self.index = {s.code: n for n, s in enumerate(people)}
        self.group_names = sorted({find(_units_of(s)[0].code) for s in people})
        number = {name: n for n, name in enumerate(self.group_names)}
        self.group = {s.code: number[find(_units_of(s)[0].code)] for s in people}
        self.groups = len(self.group_names)
        self.group_first = [*np.searchsorted([self.group[s.code] for s in people], range(self.groups + 1)).tolist()]
        self.payers = [(s, a) for s in people for a in sorted(_accounts_of(s), key=lambda a: a.from_ms)]

    def parties(self, programs: Programs, people: list[Subscriber]) -> Parties:
        holdings = [
            (n, h)
            for n, s in enumerate(people)
            for h in sorted(s.holdings, key=lambda h: h.from_ms)
            if h.code in programs.rank
        ]
        units = [(n, u) for n, s in enumerate(people) for u in sorted(_units_of(s), key=lambda u: u.from_ms)]
        unit_index = {u: n for n, u in enumerate(self.units)}
        return Parties(
            subscribers=len(people), units=len(self.units),
            hold_sub=array([n for n, _ in holdings]), hold_offer=array([programs.rank[h.code] for _, h in holdings]),
            hold_from_ms=array([h.from_ms for _, h in holdings]), hold_to_ms=array([h.to_ms for _, h in holdings]),
            payer_sub=array([self.index[s.code] for s, _ in self.payers]),
            payer_from_ms=array([a.from_ms for _, a in self.payers]),
            payer_to_ms=array([a.to_ms for _, a in self.payers]),
            unit_sub=array([n for n, _ in units]), unit=array([unit_index[u.code] for _, u in units]),
            unit_from_ms=array([u.from_ms for _, u in units]), unit_to_ms=array([u.to_ms for _, u in units]),
        )  # fmt: skip

    def left(self, compiled: Compiled, before: Sequence[LeftOver]) -> Left:
        units, names = {u: n for n, u in enumerate(self.units)}, names_of(compiled)
        known = [one for one in before if one.owner in (units if one.shared else self.index)]
        return Left(
            owner=array([units[one.owner] if one.shared else self.index[one.owner] for one in known]),
            shared=array([int(one.shared) for one in known]),
            name=array([names.get((one.allowance, one.offer), -1) for one in known]),
            once=array([int(one.once) for one in known]), origin_ms=array([one.origin_ms for one in known]),
            remains=array([one.remains for one in known]), balance=array([one.balance for one in known]),
        )  # fmt: skip

    def left_over(self, compiled: Compiled, left: Left) -> tuple[LeftOver, ...]:
        names = sorted(names_of(compiled))
        return tuple(
            LeftOver(
                owner=self.units[owner] if shared else self.people[owner].code, allowance=names[name][0],
                offer=names[name][1], balance=balance, remains=remains, shared=bool(shared), once=bool(once),
                origin_ms=origin_ms,
            )
            for owner, shared, name, once, origin_ms, remains, balance in zip(*(c.tolist() for c in left), strict=True)
        )  # fmt: skip


def _classified(
    compiled: Compiled, people: list[Subscriber], events: Sequence[Event], table: _Names, known: _Known
) -> list[int]:
    """By event its item number, or a reason below zero."""
    classifier = Classifier(compiled)
    others = Others(classifier, [(s, _units_of(s)) for s in (*people, *known.beside)], known.ported)

    def verdict(event: Event) -> int:
        if not compiled.cycle.start_ms <= event.start_ms < compiled.cycle.end_ms:
            return classify.OUT_OF_CYCLE
        if event.subscriber not in table.index:
            return classify.UNKNOWN_SUBSCRIBER
        return _item_of(classifier, others, people, table.index[event.subscriber], event)

    return [verdict(event) for event in events]


def _item_of(classifier: Classifier, others: Others, people: list[Subscriber], sub: int, event: Event) -> int:
    tables = classifier.tables
    epoch = classify.epoch_at(tables, event.start_ms)
    area = visited = domestic = 0
    if event.place:
        place = classifier.place(epoch, event.place)
        if place is None:
            return classify.UNKNOWN_PLACE
        area, visited, domestic = place.area, classifier.visited(place.zone), int(place.domestic)
    digits = array(list(event.other_party.encode("utf-8")))
    found = classify.longest_prefix(tables, int(tables.root[epoch]), digits, 0, len(digits))
    return int(
        classify.item_of(
            tables, epoch, classifier.service(event.service), classifier.direction(event.direction),
            classifier.group(event.rating_group), found if len(digits) else classify.NO_OTHER_PARTY,
            area, visited if event.place else -2, domestic,
            classifier.area(people[sub].home_area), others.of(sub, event.other_party, epoch, event.start_ms),
        )
    )  # fmt: skip


def _batch(compiled: Compiled, good: Sequence[Event], item: Sequence[int], table: _Names) -> Events:
    measure = compiled.book.item_measure
    quantities = [
        (e.duration_s, e.bytes_up + e.bytes_down, e.count)[measure[i]] for e, i in zip(good, item, strict=True)
    ]
    return Events(
        sub=array([table.index[e.subscriber] for e in good]), start_ms=array([e.start_ms for e in good]),
        event_id=array([e.event_id for e in good]), item=array(item),
        quantity=array(quantities),
    )  # fmt: skip


def _lines(compiled: Compiled, out: Lines, batch: Events, good: Sequence[Event], table: _Names) -> tuple[Line, ...]:
    made = []
    for event, part, band, rule, allowance, payer, unit, quantity, units, amount, cut in zip(
        *(c.tolist() for c in out), strict=True
    ):
        source = good[event]
        price = compiled.prices[rule] if rule >= 0 else None
        drawn = compiled.allowances[allowance] if allowance >= 0 else None
        item = int(batch.item[event])
        made.append(
            Line(
                event_id=source.event_id,
                subscriber=source.subscriber,
                part=part,
                item=compiled.items[item].code,
                band=compiled.bands[item][band],
                account=table.payers[payer][1].code,
                unit=table.units[unit],
                price=price,
                allowance=drawn,
                quantity=quantity,
                units=units,
                amount_micro=amount,
                cut_micro=cut,
            )
        )
    return tuple(made)


def _totals(compiled: Compiled, sums: Totals, table: _Names) -> tuple[Total, ...]:
    made = []
    for payer, item in zip(*np.nonzero(sums.events), strict=True):
        subscriber, account = table.payers[payer]
        made.append(
            Total(
                subscriber=subscriber.code,
                account=account.code,
                item=compiled.items[item].code,
                quantity=int(sums.quantity[payer, item]),
                events=int(sums.events[payer, item]),
                amount_micro=int(sums.amount_micro[payer, item]),
                cut_micro=int(sums.cut_micro[payer, item]),
            )
        )
    return tuple(made)
