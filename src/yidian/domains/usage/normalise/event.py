"""A mapping compiled for records of one shape: values in, event or Reject or Ignore out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from json.encoder import encode_basestring_ascii as quoted
from typing import Final, NamedTuple

from yidian.domains.usage.mapping.rows import Mapping
from yidian.domains.usage.normalise.access import Access, Get
from yidian.domains.usage.normalise.conditions import Fits, compile_when
from yidian.domains.usage.normalise.convert import compile_quantity, compile_text
from yidian.domains.usage.normalise.moments import Start, compile_start
from yidian.domains.usage.types import DIRECTIONS, Ignore, Reject, Values
from yidian.kernel.faults import BadInput, Fault, Where

SERVICE_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")
LONGEST_SERVICE: Final = 32
# Fields that are texts of an event, in the order of Event, and what stands there when a mapping says nothing.
TEXTS: Final = (
    ("service", ""), ("direction", ""), ("identifier_kind", "msisdn"), ("place", ""), ("rating_group", ""),
    ("identifier", ""), ("other_party", ""),
)  # fmt: skip


class Event(NamedTuple):
    """A usage event before it has a file; `key` is 16 bytes, see event_key; `pieces` becomes the lake's `count`."""

    key: bytes
    start_ms: int
    service: str
    direction: str
    identifier_kind: str
    place: str
    rating_group: str
    identifier: str
    other_party: str
    duration_s: int
    bytes_up: int
    bytes_down: int
    pieces: int
    carried: str


def event_key(*, source: str, values: Sequence[str]) -> bytes:
    """128 bits over source and key values, each with its length before it: ("a", "bc") is not ("ab", "c")."""
    text = "".join([f"{len(value)}:{value}" for value in (source, *values)])
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Normaliser:
    """A mapping for records whose cells are named by `columns`, None for trees. BadInput SOURCE_COLUMN_MISSING."""

    def __init__(self, mapping: Mapping, columns: Sequence[str] | None, *, file: str = "") -> None:
        self._mapping = mapping
        access = Access(columns)
        missing = {name: line for name, line in reversed(mapping.references) if not access.knows(name)}
        if missing:
            known = ", ".join(columns or ())[:200]
            raise BadInput(
                Fault(
                    "SOURCE_COLUMN_MISSING",
                    Where(file=file, column=name[:200]),
                    params={"mapping_line": line, "known": known},
                )
                for name, line in sorted(missing.items(), key=lambda item: item[1])[:100]
            )
        self._all_values = access.all_values
        self._rules = [(compile_when(rule.when, access), rule) for rule in mapping.rules]
        self._key = [access.get(name) for name in mapping.key]
        self._carry = [
            (f"{',' if at else ''}{quoted(name)}:", access.get(name)) for at, name in enumerate(mapping.carry)
        ]
        self._sequence = access.get(mapping.sequence_from) if mapping.sequence_from else None
        self._starts = self._compile_starts(access)
        self._standing, self._texts = _standing_and_read(mapping, access)
        limits = mapping.limits
        bounds = {
            "duration": limits.duration_s,
            "bytes_up": limits.bytes,
            "bytes_down": limits.bytes,
            "count": limits.count,
        }
        self._quantities = [
            (place, compile_quantity(mapping.fields[name], access, limit))
            for place, (name, limit) in enumerate(bounds.items())
            if name in mapping.fields
        ]

    def _compile_starts(self, access: Access) -> list[tuple[Fits | None, Start]]:
        return [
            (compile_when(spec.when, access) if spec.when else None, compile_start(spec, self._mapping, access))
            for spec in self._mapping.fields["start"]
        ]

    def event(self, values: Values) -> Event:
        """The event of one record. Raises Reject, or Ignore when a rule of the mapping leaves the record out."""
        self._obey_rules(values)
        start_ms = self._start(values)
        texts = self._standing.copy()
        for at, text in self._texts:
            texts[at] = text(values)
        service, direction, kind, place, group, identifier, other_party = texts
        if service not in _checked_services:
            _check_service(service)
        if direction not in DIRECTIONS:
            raise Reject("DIRECTION_UNKNOWN", value=direction)
        quantities = [0, 0, 0, 1]
        for at, quantity in self._quantities:
            quantities[at] = quantity(values)
        duration_s, bytes_up, bytes_down, pieces = quantities
        return Event(
            self._event_key(values), start_ms, service, direction, kind, place, group, identifier, other_party,
            duration_s, bytes_up, bytes_down, pieces, self._carried(values),
        )  # fmt: skip

    def sequence(self, values: Values) -> str:
        """The file's running number as this record tells it, "" when the mapping names none."""
        try:
            return self._sequence(values).strip()[:32] if self._sequence else ""
        except Reject:
            return ""

    def _obey_rules(self, values: Values) -> None:
        for fits, rule in self._rules:
            if fits(values):
                if rule.action == "ignore":
                    raise Ignore(rule.reason)
                if rule.action == "reject":
                    raise Reject(rule.reason)
                return

    def _start(self, values: Values) -> int:
        for fits, start in self._starts:
            if fits is None or fits(values):
                return start(values)
        raise Reject("START_MISSING")

    def _event_key(self, values: Values) -> bytes:
        key = [get(values).strip() for get in self._key] if self._key else self._all_values(values)
        if not any(key):
            raise Reject("KEY_EMPTY")
        return event_key(source=self._mapping.source, values=key)

    def _carried(self, values: Values) -> str:
        if not self._carry:
            return ""
        return "{" + "".join([name + quoted(get(values)) for name, get in self._carry]) + "}"


_checked_services: set[str] = set()


def _check_service(service: str) -> None:
    if not service or len(service) > LONGEST_SERVICE or set(service) - SERVICE_CHARACTERS or not service[0].isalpha():
        raise Reject("SERVICE_UNKNOWN", value=service[:64])
    if len(_checked_services) < 1000:
        _checked_services.add(service)


def _standing_and_read(mapping: Mapping, access: Access) -> tuple[list[str], list[tuple[int, Get]]]:
    """The texts that stand for every record, and those that are read from it, with their places in TEXTS."""
    standing = [absent for _, absent in TEXTS]
    read: list[tuple[int, Get]] = []
    for at, (name, _) in enumerate(TEXTS):
        specs = mapping.fields.get(name, ())
        if len(specs) == 1 and specs[0].const is not None and not specs[0].when:
            standing[at] = specs[0].const
        elif specs:
            read.append((at, compile_text(specs, access)))
    return standing, read
