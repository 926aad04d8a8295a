"""Which bills a correction is about, as people say it: by account, offer, zone and time (CORRECTION of docs/howto)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final

from yidian.kernel.calendar import to_ms, zone_named
from yidian.kernel.faults import BadInput, Fault

PERSONS: Final = ("accounts", "customers", "subscribers")
USAGE: Final = ("items", "zones", "destinations")
LISTS: Final = (*PERSONS, "offers", *USAGE)
TIMES: Final = ("since", "until")
MOST: Final = 10_000  # codes in one list


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Every kind that is told must fit; within a kind one is enough. `everybody`: nothing else is told.

    accounts, customers, subscribers (codes): who was billed; offers: held in the month; items, zones, destinations
    (digits of the other party), since, until (local ISO instants, half-open): what was used. One event is enough.
    """

    everybody: bool = False
    accounts: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    subscribers: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    since: str = ""
    until: str = ""

    @property
    def by_person(self) -> bool:
        return any(getattr(self, name) for name in PERSONS)

    @property
    def by_usage(self) -> bool:
        return any(getattr(self, name) for name in (*USAGE, *TIMES))

    def instants(self, zone: str) -> tuple[int | None, int | None]:
        """UTC ms of since and until; BadInput CORRECTION_INSTANT."""
        found = [_instant(getattr(self, name), zone) for name in TIMES]
        return found[0], found[1]

    def to_json(self) -> dict[str, Any]:
        """What is told, without what is not."""
        told = asdict(self)
        return {name: list(v) if isinstance(v, tuple) else v for name, v in told.items() if v}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Criteria:
        """What to_json said."""
        known = {field.name for field in fields(cls)} & told.keys()
        values: dict[str, Any] = {name: told[name] for name in known}
        values |= {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        return cls(**values)

    def expect(self, zone: str) -> None:
        """BadInput CORRECTION_WITHOUT_CRITERIA, CORRECTION_EVERYBODY_AND_SOME, CORRECTION_INSTANT,
        CORRECTION_DESTINATION, CORRECTION_TOO_MANY."""
        faults = []
        some = bool(self.offers) or self.by_person or self.by_usage
        if self.everybody and some:
            faults.append(Fault("CORRECTION_EVERYBODY_AND_SOME"))
        if not self.everybody and not some:
            faults.append(Fault("CORRECTION_WITHOUT_CRITERIA"))
        many = [len(getattr(self, name)) for name in LISTS]
        faults += [Fault("CORRECTION_TOO_MANY", value=str(n), params={"most": MOST}) for n in many if n > MOST]
        faults += [Fault("CORRECTION_DESTINATION", value=told[:40]) for told in self.destinations if not _digits(told)]
        if faults:
            raise BadInput(faults)
        since, until = self.instants(zone)
        if since is not None and until is not None and since >= until:
            raise BadInput([Fault("CORRECTION_INSTANT", value=self.until)])


def _digits(told: str) -> bool:
    return told.isascii() and told.isdigit() and len(told) <= 20


def _instant(told: str, zone: str) -> int | None:
    if not told:
        return None
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        raise BadInput([Fault("CORRECTION_INSTANT", value=told[:40])]) from None
    return to_ms(at if at.tzinfo else at.replace(tzinfo=zone_named(zone)))
