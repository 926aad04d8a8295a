"""What somebody can use and nothing prices: such events wait in suspense as NO_PRICE or NO_ITEM."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from yidian.domains.product_catalog.findings.fitting import NOBODY, Fitting
from yidian.domains.product_catalog.findings.view import View, meet, since, uncovered
from yidian.domains.product_catalog.rules.draft import Written
from yidian.domains.product_catalog.rules.spans import shown
from yidian.kernel.rating import tariff as t

HOME: Final = "home"


def items_without_a_standard_price(view: View) -> None:
    """ITEM_WITHOUT_STANDARD_PRICE, BAND_WITHOUT_PRICE: a rule names an item on days when `*` has no price for it."""
    for rule in _first_rules(view):
        item = rule.row.item
        standard = [price for price in view.prices.get((t.STANDARD, item), ()) if meet(price.span, rule.span)]
        spans = [price.span for price in standard]
        priced_by = sorted(offer for offer, code in view.prices if code == item and offer != t.STANDARD)
        missing = uncovered(_life(view, item, rule), spans) if standard else [rule.span]
        if missing:
            view.tell(
                "ITEM_WITHOUT_STANDARD_PRICE", rule, "item", item, start=since(missing[0]), end=shown(missing[0][1]),
                offers=", ".join(priced_by[:5]) or "–",
            )  # fmt: skip
            continue
        for band in sorted(view.bands.get(item, ())):
            fitting = [price.span for price in standard if price.row.band in (band, t.ANY)]
            if not fitting:
                view.tell("BAND_WITHOUT_PRICE", standard[0], "band", band, item=item)


def _first_rules(view: View) -> Iterator[Written[t.Rule]]:
    told: set[tuple[str, date, date]] = set()
    for rule in view.rules:
        if rule.row.item in view.items and (rule.row.item, *rule.span) not in told:
            told.add((rule.row.item, *rule.span))
            yield rule


def _life(view: View, item: str, rule: Written[t.Rule]) -> tuple[date, date]:
    """The days on which a rule names the item; what began always counts from the first price on."""
    row = view.items[item]
    span = meet(rule.span, (row.valid_from or date.min, row.valid_to or date.max)) or rule.span
    first = min(price.span[0] for price in view.prices[t.STANDARD, item])
    return (max(span[0], first) if span[0] == date.min else span[0], span[1])


@dataclass(frozen=True, slots=True)
class Class:
    """Events of one kind: what a rule may ask of them, but for rating groups and circles, which are extras."""

    service: str
    direction: str
    zone: str
    visited: str
    relation: str
    net: str


def destinations_and_places_without_a_rule(view: View) -> None:
    """DESTINATION_WITHOUT_RULE: from home no rule fits a zone that prefixes lead to. PLACE_WITHOUT_RULE: elsewhere.

    Of each service and direction that rules name; on the days that begin with a rule.
    """
    days = sorted({rule.span[0] for rule in view.rules})[-12:]
    here: dict[tuple[str, str, str], list[Class]] = {}
    away: dict[tuple[str, str], list[Class]] = {}
    for day in days:
        rules = [rule.row for rule in view.rules if rule.span[0] <= day < rule.span[1]]
        world = _World(view, rules)
        for service, direction in sorted(_services(rules)):
            asked = [r for r in rules if r.service in (t.ANY, service) and r.direction in (t.ANY, direction)]
            holes = list(world.holes(service, direction, asked))
            at_home = {(hole.zone, hole.relation, hole.net) for hole in holes if hole.visited == HOME}
            for hole in holes:
                if hole.visited == HOME:
                    here.setdefault((service, direction, hole.zone), []).append(hole)
                elif (hole.zone, hole.relation, hole.net) not in at_home:
                    away.setdefault((service, hole.visited), []).append(hole)
    _tell_destinations(view, here)
    _tell_places(view, away)


def _services(rules: Sequence[t.Rule]) -> set[tuple[str, str]]:
    return {(rule.service, rule.direction) for rule in rules if rule.service != t.ANY}


class _World:
    """What may be asked: the zones of destinations and places, and whether areas and networks are told apart."""

    def __init__(self, view: View, rules: Sequence[t.Rule]) -> None:
        self.fitting = Fitting.of(view.draft)
        self.domestic = {zone.row.code for zone in view.draft.of(t.Zone) if zone.row.domestic}
        self.zones = sorted(view.called)
        self.places = sorted({place.row.zone for place in view.draft.of(t.Place)} - self.domestic)
        self.areas = bool(view.draft.of(t.Area))
        self.nets = sorted(self.fitting.own)[:1] + sorted(self.fitting.other)[:1] + [NOBODY]
        named = {rule.net for rule in rules} - {t.ANY}
        self.nets = sorted({*self.nets, *(named - {"own", "other"})}) if named else [t.ANY]

    def holes(self, service: str, direction: str, rules: Sequence[t.Rule]) -> Iterator[Class]:
        """The kinds of events that no rule fits."""
        by_zone: dict[str, list[t.Rule]] = defaultdict(list)
        for rule in rules:
            if rule.rating_group == t.ANY and rule.circle in (t.ANY, NOBODY):
                by_zone[rule.zone].append(rule)
        called = set(by_zone) - {t.ANY, NOBODY}
        for zone in self.zones if called else [NOBODY]:
            fitting = by_zone[zone] + by_zone[t.ANY]
            for visited in self._places(fitting):
                for relation in self._relations(zone, visited):
                    for net in self.nets if zone != NOBODY else [t.ANY]:
                        kind = Class(service, direction, zone, visited, relation, net)
                        if not any(self._fits(rule, kind) for rule in fitting):
                            yield kind

    def _places(self, rules: Sequence[t.Rule]) -> list[str]:
        """Where a subscriber may be, if any of the rules tells places apart."""
        if all(rule.visited == t.ANY for rule in rules) and rules:
            return [HOME]
        return [HOME, "national", *(["province"] if self.areas else []), *self.places]

    def _relations(self, zone: str, visited: str) -> list[str]:
        if zone not in self.domestic or visited in self.places:
            return [NOBODY]
        return ["local", "long", *(["province"] if self.areas else [])]

    def _fits(self, rule: t.Rule, kind: Class) -> bool:
        return (
            self.fitting.fits("visited", rule.visited, kind.visited)
            and self.fitting.fits("relation", rule.relation, kind.relation)
            and (kind.net == t.ANY or self.fitting.fits("net", rule.net, kind.net))
        )


def _tell_destinations(view: View, here: dict[tuple[str, str, str], list[Class]]) -> None:
    for (service, direction, zone), holes in here.items():
        written: Written[Any] | None = view.called.get(zone)
        if written is None:  # nobody is called: it is the rules that leave something out
            written = next(rule for rule in view.rules if rule.row.service == service)
        asked = sorted({word for hole in holes for word in (hole.relation, hole.net) if word not in (NOBODY, t.ANY)})
        view.tell(
            "DESTINATION_WITHOUT_RULE", written, "zone", zone, service=service, direction=direction,
            when=", ".join(asked) or "–",
        )  # fmt: skip


def _tell_places(view: View, away: dict[tuple[str, str], list[Class]]) -> None:
    by_service: dict[str, dict[str, set[str]]] = defaultdict(dict)
    for (service, visited), holes in away.items():
        by_service[service][visited] = {hole.zone for hole in holes}
    for service, places in by_service.items():
        first = next(rule for rule in view.rules if rule.row.service == service)
        zones = sorted(set().union(*places.values()) - {NOBODY})
        view.tell(
            "PLACE_WITHOUT_RULE", first, "visited", ", ".join(sorted(places)), service=service,
            zones=", ".join(zones) or "–",
        )  # fmt: skip
