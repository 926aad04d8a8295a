"""Rows of a customers file → statements. What can be wrong within one row is found here; nothing is looked up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Final, NamedTuple

from yidian.domains.party.types import KINDS as DOCUMENTS
from yidian.domains.party.types import Particulars, document_fault, masked_number, written_number
from yidian.domains.product_catalog.types import Terms
from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory.types import KINDS, POOL, KnownOffers
from yidian.kernel.calendar import FOREVER_MS, day_start_ms, local_to_ms
from yidian.kernel.faults import BadInput

FORMAT: Final = "1"
REQUIRED: Final = ("customer", "account", "identifier", "offer", "from", "to")
PARTICULARS: Final = ("organisation", "phone", "address", "id_kind", "id_number")
OPTIONAL: Final = ("format", "customer_name", "subscriber", "kind", "home_area", "pool", *PARTICULARS)
ALLOWED: Final = (*REQUIRED, *OPTIONAL)
LONGEST: Final = {
    "customer": 64, "customer_name": 200, "account": 64, "subscriber": 64, "home_area": 32, "pool": 64, "offer": 64,
    "organisation": 32, "phone": 32, "address": 200, "id_number": 64,
}  # fmt: skip
IDENTIFIER: Final = {
    "msisdn": re.compile(r"[0-9]{3,20}"),
    "imsi": re.compile(r"[0-9]{14,15}"),
    "iccid": re.compile(r"[0-9]{18,20}"),
    "login": re.compile(r"\S{1,64}"),
}
INSTANT: Final = re.compile(
    r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?:[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?"
)
PHONE: Final = re.compile(r"[+]?[0-9][0-9 -]{2,31}")
OPEN_YEAR: Final = 9999  # an end in this year is how many systems write "open"
FIRST_YEAR: Final = 1900
NOTHING: Final = Particulars()


class Statement(NamedTuple):
    """What one row states, in ids of the operator's own and UTC ms. Empty text: not stated.

    `ends_ms`: when the offer ends by itself, where it does and the row gives no end.
    """

    line: int
    customer: str
    customer_name: str
    account: str
    subscriber: str
    kind: str
    identifier: str
    home_area: str
    pool: str
    offer: str
    from_ms: int
    to_ms: int
    told: Particulars = NOTHING
    ends_ms: int | None = None

    @property
    def held_to_ms(self) -> int:
        """Until when the offer is held; the rest of the row holds until `to_ms`."""
        return self.to_ms if self.ends_ms is None else self.ends_ms

    @property
    def unit(self) -> str:
        return POOL + self.pool if self.pool else self.account


def read_statements(
    rows: Iterable[tuple[int, Mapping[str, str]]], *, zone: str, known_offers: KnownOffers,
    terms: Mapping[str, Terms], faults: Faults,
) -> list[Statement]:  # fmt: skip
    """Every row that is right in itself; the others go to `faults`, until it is full."""
    reader = _Reader(zone, known_offers, terms, faults)
    statements = []
    for line, row in rows:
        statement = reader.read(line, row)
        if statement is not None:
            statements.append(statement)
        elif faults.full:
            break
    return statements


class _Reader:
    def __init__(self, zone: str, known_offers: KnownOffers, terms: Mapping[str, Terms], faults: Faults) -> None:
        self._zone, self._known_offers, self._terms, self._faults = zone, known_offers, terms, faults
        self._instants: dict[str, tuple[int, date]] = {}
        self._seen: dict[str, str] = {}  # texts that come in many rows, each once in memory

    def read(self, line: int, row: Mapping[str, str]) -> Statement | None:
        before = len(self._faults.faults)
        cell = {name: value.strip() for name, value in row.items()}.get

        def text(name: str) -> str:
            return cell(name, "")

        def fault(code: str, column: str, /, **params: str | int) -> None:
            shown = masked_number(text(column)) if column == "id_number" else text(column)
            self._faults.note(code, line, column, shown, **params)

        if text("format") not in ("", FORMAT):
            fault("FORMAT_UNKNOWN", "format", allowed=FORMAT)
        kind, identifier = self._identifier(text, fault)
        subscriber = text("subscriber") or identifier
        if not subscriber:
            fault("VALUE_MISSING", "identifier")
        for name in ("customer", "account", "from"):
            if not text(name):
                fault("VALUE_MISSING", name)
        for name, longest in LONGEST.items():
            if len(text(name)) > longest:
                fault("TEXT_TOO_LONG", name, most=longest)
        if text("account").startswith(POOL):
            fault("ACCOUNT_CODE_RESERVED", "account", prefix=POOL)
        told = self._particulars(text, fault)
        period = self._period(text, fault)
        if period is not None and text("offer"):
            self._offer(text("offer"), period[2], fault)
        if period is None or len(self._faults.faults) > before or self._faults.full:
            return None
        seen = self._seen.setdefault
        return Statement(
            line=line, customer=text("customer"), customer_name=text("customer_name"), account=text("account"),
            subscriber=subscriber, kind=seen(kind, kind), identifier=identifier,
            home_area=seen(text("home_area"), text("home_area")), pool=text("pool"),
            offer=seen(text("offer"), text("offer")), from_ms=period[0], to_ms=period[1], told=told,
            ends_ms=self._ends_ms(text("offer"), period[0], period[1]),
        )  # fmt: skip

    def _ends_ms(self, offer: str, from_ms: int, to_ms: int) -> int | None:
        terms = self._terms.get(offer) if to_ms == FOREVER_MS else None
        return terms.end_ms(from_ms, self._zone) if terms and terms.months else None

    def _particulars(self, text: Callable[[str], str], fault: Callable[..., None]) -> Particulars:
        if text("phone") and not PHONE.fullmatch(text("phone")):
            fault("PHONE_INVALID", "phone")
        number, kind = written_number(text("id_number")), text("id_kind") or (text("id_number") and DOCUMENTS[0])
        if kind and kind not in DOCUMENTS:
            fault("VALUE_UNKNOWN", "id_kind", allowed=", ".join(DOCUMENTS))
        elif kind and not number:
            fault("VALUE_MISSING", "id_number")
        elif kind and (wrong := document_fault(kind, number)):
            fault(wrong, "id_number", kind=kind)
        told = Particulars(text("organisation"), text("phone"), text("address"), kind, number)
        return told if any(told) else NOTHING

    def _identifier(self, text: Callable[[str], str], fault: Callable[..., None]) -> tuple[str, str]:
        kind, value = text("kind") or KINDS[0], text("identifier")
        if kind not in IDENTIFIER:
            fault("VALUE_UNKNOWN", "kind", allowed=", ".join(KINDS))
        elif value and not IDENTIFIER[kind].fullmatch(value):
            fault("IDENTIFIER_INVALID", "identifier", kind=kind)
        elif not value and not text("offer"):
            fault("VALUE_MISSING", "identifier")
        return kind, value

    def _period(self, text: Callable[[str], str], fault: Callable[..., None]) -> tuple[int, int, date] | None:
        """(from_ms, to_ms, local date of the beginning), None with a fault."""
        begin = self._instant("from", text("from"), fault) if text("from") else None
        end_text = text("to")
        end_ms: int | None = FOREVER_MS
        if end_text and not end_text.startswith(str(OPEN_YEAR)):
            end = self._instant("to", end_text, fault)
            end_ms = end[0] if end else None
        if begin is None or end_ms is None:
            return None
        if begin[0] >= end_ms:
            fault("PERIOD_EMPTY", "to", begin=text("from"))
            return None
        return begin[0], end_ms, begin[1]

    def _instant(self, column: str, written: str, fault: Callable[..., None]) -> tuple[int, date] | None:
        known = self._instants.get(written)
        if known is None:
            match = INSTANT.fullmatch(written)
            try:
                if match is None:
                    raise ValueError(written)
                known = self._at(match)
            except ValueError:
                fault("DATE_IMPOSSIBLE", column)
                return None
            except BadInput as refusal:  # an hour that the zone's clock left out or has twice
                fault(refusal.faults[0].code, column, local=written, zone=self._zone)
                return None
            self._instants[written] = known
        return known

    def _at(self, match: re.Match[str]) -> tuple[int, date]:
        """ValueError where the calendar has no such day or hour."""
        year, month, day = (int(part) for part in match.groups()[:3])
        on = date(year, month, day)
        if not FIRST_YEAR <= year < OPEN_YEAR:
            raise ValueError(year)
        if match[4] is None:
            return day_start_ms(on, self._zone), on
        wall = datetime(year, month, day, int(match[4]), int(match[5]), int(match[6] or 0))  # noqa: DTZ001 (a wall time)
        return local_to_ms(wall, self._zone), on

    def _offer(self, offer: str, on: date, fault: Callable[..., None]) -> None:
        wrong = not_on_sale(self._known_offers, offer, on)
        if wrong is not None:
            fault(wrong[0], "offer", **wrong[1])


def not_on_sale(known_offers: KnownOffers, offer: str, on: date) -> tuple[str, dict[str, str]] | None:
    """OFFER_UNKNOWN, OFFER_NOT_ON_SALE with what tells of it, where nobody may begin to hold the offer on a day."""
    sale = known_offers.get(offer)
    if sale is None:
        return "OFFER_UNKNOWN", {"offer": offer}
    if (sale[0] is not None and on < sale[0]) or (sale[1] is not None and on >= sale[1]):
        begin, end = (str(edge or "…") for edge in sale)
        return "OFFER_NOT_ON_SALE", {"offer": offer, "date": on.isoformat(), "begin": begin, "end": end}
    return None
