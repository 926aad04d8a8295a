"""Changes carried out on people in memory, as the inventory would be were they written.

Who may do what, resources and quotas are asked by whoever writes them; here only what would make the price a wrong one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from yidian.domains.product_catalog.types import Terms
from yidian.domains.product_inventory.types import (
    Change,
    EndIdentifier,
    EndOffer,
    GiveIdentifier,
    GiveOffer,
    MovePayer,
    OpenSubscription,
)
from yidian.kernel.calendar import FOREVER_MS, from_ms, zone_named
from yidian.runs.first_bill.people import Crowd, Had, Person
from yidian.runs.first_bill.types import UnableToQuote

PLAIN: Final = Terms()
RANKS: Final[Mapping[type[Any], int]] = {OpenSubscription: 0, EndIdentifier: 1, EndOffer: 1}
LAST: Final = 2


@dataclass(slots=True)
class CarriedOut:
    """`given`: what is newly given, (place of the change, subscriber, holding)."""

    crowd: Crowd
    given: list[tuple[int, str, Had]] = field(default_factory=list)


def carried_out(crowd: Crowd, changes: Sequence[Change], *, terms: Mapping[str, Terms], zone: str) -> CarriedOut:
    """The crowd with the changes, by time, and of one instant openings first and ends before beginnings; the crowd that
    was given stays as it is. UnableToQuote."""
    work = _Work(CarriedOut(crowd.copied()), terms, zone)
    ordered = sorted(enumerate(changes), key=lambda one: (one[1].at_ms, RANKS.get(type(one[1]), LAST), one[0]))
    for place, change in ordered:
        try:
            work.do(place, change)
        except _Refused as refused:
            told: dict[str, str | int] = {
                "change": place,
                "subscriber": change.subscriber,
                "at": work.told(change.at_ms),
            }
            told |= refused.params
            raise UnableToQuote(refused.code, **told) from refused
    return work.done


class _Refused(Exception):
    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(code)


@dataclass(slots=True)
class _Work:
    done: CarriedOut
    terms: Mapping[str, Terms]
    zone: str

    def do(self, place: int, change: Change) -> None:
        if isinstance(change, OpenSubscription):
            self._open(change)
            return
        person = self.done.crowd.people.get(change.subscriber)
        if person is None:
            raise _Refused("SUBSCRIBER_UNKNOWN")
        match change:
            case GiveIdentifier():
                self._give_identifier(person, change)
            case EndIdentifier():
                self._end_identifier(person, change)
            case GiveOffer():
                self._give_offer(place, person, change)
            case EndOffer():
                self._end_offer(person, change)
            case MovePayer():
                self._move_payer(person, change)
            case _:
                pass  # stops are told apart (stopping.py); a life by itself moves no bill

    def _open(self, change: OpenSubscription) -> None:
        crowd = self.done.crowd
        if change.subscriber in crowd.people:
            raise _Refused("SUBSCRIBER_KNOWN")
        crowd.know(crowd.accounts, change.account)
        crowd.know(crowd.units, change.unit)
        crowd.people[change.subscriber] = Person(
            crowd.new_id(change.subscriber), change.subscriber, change.home_area, change.customer,
            payers=(Had(change.account, change.at_ms, FOREVER_MS),), units=(Had(change.unit, change.at_ms, FOREVER_MS),)
        )  # fmt: skip

    def _keep(self, person: Person, **histories: Any) -> None:
        self.done.crowd.people[person.code] = replace(person, **histories)

    def _give_identifier(self, person: Person, change: GiveIdentifier) -> None:
        had = Had(change.value, change.at_ms, FOREVER_MS, change.kind)
        same = (row for row in person.identifiers if (row.what, row.kind) == (had.what, had.kind))
        if not any(row.holds(had.from_ms) for row in same):
            self._keep(person, identifiers=(*person.identifiers, had))

    def _end_identifier(self, person: Person, change: EndIdentifier) -> None:
        mine = [row for row in person.identifiers if (row.what, row.kind) == (change.value, change.kind)]
        if self._to_end(mine, change.at_ms, "IDENTIFIER_NOT_HELD", kind=change.kind, value=change.value):
            self._keep(person, identifiers=_ended(person.identifiers, mine, change.at_ms))

    def _to_end(self, rows: Sequence[Had], at_ms: int, missing: str, **told: str) -> bool:
        """Whether one of the rows is to be given its end; not where it has ended then already."""
        held = [row for row in rows if row.holds(at_ms)]
        if not held:
            if any(row.to_ms == at_ms for row in rows):
                return False
            raise _Refused(missing, **told)
        if held[0].from_ms == at_ms:
            raise _Refused("ENDS_WHERE_IT_BEGINS", **told)
        return True

    def _give_offer(self, place: int, person: Person, change: GiveOffer) -> None:
        told = self.terms.get(change.offer, PLAIN)
        own = told.end_ms(change.at_ms, self.zone)
        had = Had(change.offer, change.at_ms, own if change.to_ms is None else change.to_ms)
        if had.to_ms > own:
            raise _Refused("HOLDING_TOO_LONG", offer=change.offer, end=self.told(own))
        ours = [row for _, code, row in self.done.given if code == person.code]
        if had in person.holdings and had not in ours:
            return  # it was so before
        for row in (row for row in person.holdings if row.what == had.what):
            same = row.from_ms == had.from_ms if told.stacks else row.touches(had.from_ms, had.to_ms)
            if same:
                code = "HOLDING_SAME_BEGIN" if told.stacks else "HOLDING_OVERLAP"
                begin, end = self.told(row.from_ms), self.told(row.to_ms)
                raise _Refused(code, offer=change.offer, begin=begin, end=end, other_line=0)
        self.done.given.append((place, person.code, had))
        self._keep(person, holdings=(*person.holdings, had))

    def _end_offer(self, person: Person, change: EndOffer) -> None:
        mine = [row for row in person.holdings if row.what == change.offer and change.began_ms in (None, row.from_ms)]
        if sum(row.holds(change.at_ms) for row in mine) > 1:
            raise _Refused("OFFER_HELD_SEVERAL_TIMES", offer=change.offer)
        if self._to_end(mine, change.at_ms, "OFFER_NOT_HELD", offer=change.offer):
            self._keep(person, holdings=_ended(person.holdings, mine, change.at_ms))

    def told(self, at_ms: int) -> str:
        """An instant on the wall of the tenant; an open end as `…`."""
        if at_ms >= FOREVER_MS:
            return "…"
        return from_ms(at_ms).astimezone(zone_named(self.zone)).isoformat(" ", "seconds")[:19]

    def _move_payer(self, person: Person, change: MovePayer) -> None:
        crowd = self.done.crowd
        crowd.know(crowd.accounts, change.account)
        crowd.know(crowd.units, change.unit)
        later = next((row for row in person.payers if row.from_ms >= change.at_ms and row.what != change.account), None)
        if later is not None:
            raise _Refused("PAYER_LATER", other=later.what, since=self.told(later.from_ms))
        payers = _from_then(person.payers, change.account, change.at_ms)
        self._keep(person, payers=payers, units=_from_then(person.units, change.unit, change.at_ms))


def _ended(rows: Sequence[Had], these: Sequence[Had], at_ms: int) -> tuple[Had, ...]:
    """Rows of which that of these which holds at an instant ends then."""
    return tuple(row._replace(to_ms=at_ms) if row in these and row.holds(at_ms) else row for row in rows)


def _from_then(rows: Sequence[Had], what: str, at_ms: int) -> tuple[Had, ...]:
    """One answer at every instant: what is so already goes on."""
    before = [row._replace(to_ms=min(row.to_ms, at_ms)) for row in rows if row.from_ms < at_ms]
    if before and (before[-1].what, before[-1].to_ms) == (what, at_ms):
        return (*before[:-1], before[-1]._replace(to_ms=FOREVER_MS))
    return (*before, Had(what, at_ms, FOREVER_MS))
