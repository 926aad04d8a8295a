"""Tariff + cycle → the tables of classification (docs/pricing.md §2), one set per epoch.

Zones that no rule tells apart share a class, so the table of rules stays dense and small whatever the number of zones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np

from yidian.kernel.rating.arrays import I32, I64, array
from yidian.kernel.rating.book import Compiled
from yidian.kernel.rating.digits import build_trie
from yidian.kernel.rating.prefixes import Prefixes
from yidian.kernel.rating.tariff import ANY, Rule

RELATIONS = ("none", "local", "province", "long")
CIRCLES = ("none", "friend", "unit", "group")
NET_WORDS = ("own", "other", "none")  # of a rule, beside codes of networks
NET, FRIENDS, TIES = 1, 2, 4  # of the other party's network, of its circle: whether a friend, whether another tie
WITHIN = "province"
WIDER = {"visited": "national", "relation": "long"}  # fits WITHIN too
NO_ZONE = "none"
UNKNOWN = -1
Indices = Sequence[int]


class Tables(NamedTuple):
    """Arrays for classify.py. A destination entry has a zone class, an area and a domestic flag."""

    epoch_from_ms: I64
    child: I32
    value: I32
    root: I64  # by epoch
    dest_zone: I64  # by destination entry: zone class
    dest_area: I64
    dest_domestic: I64
    none_zone: I64  # [0]: the zone class of "no other party"
    visited: I64  # the visited classes of home, province, national
    province: I64  # [epoch, area + 1], 0: in none; without columns where no rule asks
    item_of: I32  # [epoch, service, direction, zone class, visited class, relation, group, network × circle], flat
    shape: I64  # of item_of
    hangs_on: I64  # [epoch, service, direction, zone class], flat: what the item still hangs on, NET, FRIENDS, TIES


@dataclass(slots=True)
class Codes:
    """Names seen in rules → small numbers; 0 is every name that no rule tells apart."""

    names: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Iterable[str]) -> Codes:
        return cls({v: n + 1 for n, v in enumerate(sorted({v for v in values if v != ANY}))})

    def __call__(self, name: str) -> int:
        return self.names.get(name, 0)

    def __len__(self) -> int:
        return len(self.names) + 1

    def columns(self, name: str) -> Indices:
        return range(len(self)) if name == ANY else (self.names[name],)


@dataclass(frozen=True, slots=True)
class Nets:
    """Classes of networks: none; other and own of all that no rule names; other and own of each that a rule names.

    Without rules that ask there is one class.
    """

    named: Codes
    asked: bool

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> Nets:
        wanted = {rule.net for rule in rules} - {ANY}
        return cls(Codes.of(wanted - set(NET_WORDS)), bool(wanted))

    def __call__(self, code: str, *, own: bool) -> int:
        return 1 + 2 * self.named(code) + int(own)

    def __len__(self) -> int:
        return 1 + 2 * len(self.named) if self.asked else 1

    def columns(self, name: str) -> Indices:
        if name == ANY:
            return range(len(self))
        if name in NET_WORDS:
            return {"none": range(1), "other": range(1, len(self), 2), "own": range(2, len(self), 2)}[name]
        first = self(name, own=False)
        return first, first + 1


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    zone: str
    area: int
    domestic: bool


class Classifier:
    """Names ↔ numbers of classification, and the tables.

    Places and areas are few: they are looked up here, per distinct text.
    """

    def __init__(self, compiled: Compiled) -> None:
        tariff = compiled.tariff
        self.compiled = compiled
        self.service = Codes.of(r.service for r in tariff.rules)
        self.direction = Codes.of(r.direction for r in tariff.rules)
        self.group = Codes.of(r.rating_group for r in tariff.rules)
        self.zone = Codes.of(r.zone for r in tariff.rules)
        self.visited = Codes.of((*(r.visited for r in tariff.rules), "home", WITHIN, "national"))
        self.nets = Nets.of(tariff.rules)
        self.circles = len(CIRCLES) if any(r.circle != ANY for r in tariff.rules) else 1
        self._prefixes = Prefixes.of(tariff.prefixes)
        named = ({p.area for p in tariff.places}, {a.area for a in tariff.areas})
        areas = sorted({*self._prefixes.areas}.union(*named) - {""})
        self._area = {area: n + 1 for n, area in enumerate(areas)}
        self._places = [self._epoch_places(epoch) for epoch in range(len(compiled.epochs))]
        self.tables = self._tables()

    def area(self, code: str) -> int:
        """The number of an area; 0 stands for no area, and -1 for one the tariff does not know (equal to none)."""
        return self._area.get(code, -1) if code else 0

    def place(self, epoch: int, text: str) -> PlaceEntry | None:
        """The longest place in force that begins the text; None: unknown."""
        places = self._places[epoch]
        for length in range(len(text), 0, -1):
            found = places.get(text[:length])
            if found is not None:
                return found
        return None

    def _domestic(self, epoch: int) -> set[str]:
        day = self.compiled.epochs[epoch].day
        return {z.code for z in self.compiled.tariff.zones if z.domestic and z.in_force(day)}

    def _epoch_places(self, epoch: int) -> dict[str, PlaceEntry]:
        day, domestic = self.compiled.epochs[epoch].day, self._domestic(epoch)
        return {
            p.place: PlaceEntry(p.zone, self.area(p.area), p.zone in domestic)
            for p in self.compiled.tariff.places
            if p.in_force(day)
        }

    def _tables(self) -> Tables:
        child, value, root, zone, area, domestic = [], [], [], [], [], []
        nodes = entries = 0
        prefixes = self._prefixes
        zone_of = array([self.zone(code) for code in prefixes.zones])
        area_of = array([self.area(code) for code in prefixes.areas])
        for n, epoch in enumerate(self.compiled.epochs):
            in_force = prefixes.in_force(epoch.day)
            trie = build_trie(prefixes.digits[in_force])
            root.append(nodes)
            child.append(trie.child + np.where(trie.child > 0, nodes, 0) - np.where(trie.child < 0, entries, 0))
            value.append(np.where(trie.value >= 0, trie.value + entries, -1))
            nodes += len(trie.value)
            entries += len(in_force)
            home = self._domestic(n)
            zone.append(zone_of[prefixes.zone[in_force]])
            area.append(area_of[prefixes.area[in_force]])
            domestic.append(array([code in home for code in prefixes.zones])[prefixes.zone[in_force]])
        table = np.stack([self._items(epoch.day) for epoch in self.compiled.epochs])
        return Tables(
            epoch_from_ms=array([epoch.start_ms for epoch in self.compiled.epochs]),
            child=array(np.concatenate(child), np.int32),
            value=array(np.concatenate(value), np.int32),
            root=array(root),
            dest_zone=array(np.concatenate(zone)), dest_area=array(np.concatenate(area)),
            dest_domestic=array(np.concatenate(domestic)),
            none_zone=array([self.zone(NO_ZONE)]),
            visited=array([self.visited(name) for name in ("home", WITHIN, "national")]), province=self._provinces(),
            item_of=array(table.reshape(-1), np.int32), shape=array(table.shape),
            hangs_on=array(self._hangs_on(table).reshape(-1)),
        )  # fmt: skip

    def _items(self, day: date) -> I32:
        """The item of every combination of classes, -1 where no rule fits. Earlier rules overwrite later ones."""
        index = {item.code: n for n, item in enumerate(self.compiled.items)}
        sizes = [len(codes) for codes in (self.service, self.direction, self.zone, self.visited)]
        table = np.full((*sizes, len(RELATIONS), len(self.group), len(self.nets), self.circles), UNKNOWN, np.int32)
        rules: Sequence[Rule] = sorted(
            (r for r in self.compiled.tariff.rules if r.in_force(day)), key=lambda r: -r.order
        )
        for rule in rules:
            table[np.ix_(*self._columns(rule))] = index[rule.item]
        return table.reshape(*table.shape[:-2], -1)

    def _hangs_on(self, table: I32) -> I64:
        """Where another network, or another circle, would make another item: only there anybody looks for them."""
        items = table.reshape(*table.shape[:4], -1, len(self.nets), self.circles)
        found = _differ(items, axis=5) * NET
        if self.circles > 1:
            ties = [n for n, name in enumerate(CIRCLES) if name != "friend"]
            found += _differ(items, axis=6) * FRIENDS + _differ(items[..., ties], axis=6) * TIES
        return found

    def _columns(self, rule: Rule) -> tuple[Indices, ...]:
        """The classes that each column of a rule fits."""
        visited = self.visited.columns(rule.visited)
        if rule.visited == WIDER["visited"]:
            visited = (*visited, *self.visited.columns(WITHIN))
        near = ("long", WITHIN) if rule.relation == WIDER["relation"] else (rule.relation,)
        relation = range(len(RELATIONS)) if rule.relation == ANY else [RELATIONS.index(name) for name in near]
        circle = range(self.circles) if rule.circle == ANY else (CIRCLES.index(rule.circle),)
        return (
            self.service.columns(rule.service), self.direction.columns(rule.direction), self.zone.columns(rule.zone),
            visited, relation, self.group.columns(rule.rating_group), self.nets.columns(rule.net), circle,
        )  # fmt: skip

    def _provinces(self) -> I64:
        """By epoch and area its province, where rules tell provinces apart."""
        tariff, epochs = self.compiled.tariff, self.compiled.epochs
        if not any(WITHIN in (rule.visited, rule.relation) for rule in tariff.rules):
            return np.zeros((len(epochs), 0), np.int64)
        number = Codes.of(area.province for area in tariff.areas)
        found = np.zeros((len(epochs), len(self._area) + 2), np.int64)
        for n, epoch in enumerate(epochs):
            for row in tariff.areas:
                if row.area and row.in_force(epoch.day):
                    found[n, self._area[row.area] + 1] = number(row.province)
        return found


def _differ(items: I32, *, axis: int) -> I64:
    """By the first four axes: 1 where there are different items along `axis`."""
    found: I64 = np.any(items != items.take([0], axis=axis), axis=(4, 5, 6)).astype(np.int64)
    return found
