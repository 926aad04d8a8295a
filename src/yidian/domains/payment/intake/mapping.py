"""A mapping of payment files: where in a line each thing stands. A TOML file; docs/howto/payments.md lists it."""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from yidian.kernel.calendar import zone_named
from yidian.kernel.faults import BadInput, Fault, Where, refuse

FORMAT: Final = 1
FIELDS: Final = ("txn", "payer", "amount", "when", "method", "currency", "result")
REQUIRED: Final = ("txn", "payer", "amount", "when")
PAYERS: Final = ("account", "msisdn", "login")
UNITS: Final = ("major", "minor")
LARGEST_MINOR: Final = 100_000_000
SECTIONS: Final[Mapping[str, frozenset[str]]] = {
    "": frozenset(
        {
            "format",
            "channel",
            "kind",
            "encoding",
            "zone",
            "delimiter",
            "header",
            "skip_lines",
            "count",
            "columns",
            "largest",
            "fields",
            "payer",
            "amount",
            "when",
            "method",
            "result",
            "trailer",
        }
    ),
    "fields": frozenset(FIELDS),
    "payer": frozenset({"is"}),
    "amount": frozenset({"unit"}),
    "when": frozenset({"format"}),
    "method": frozenset({"is"}),
    "result": frozenset({"taken"}),
    "trailer": frozenset({"begins", "count", "total", "unit", "of"}),
}
Place = str | int | tuple[int, int]  # a column's name, a cell's number from 1, or first position and width from 1


@dataclass(frozen=True, slots=True)
class Trailer:
    """The last line: it begins with `begins`; how many records and what sum it tells (None: not told)."""

    begins: str
    count: Place | None
    total: Place | None
    unit: str
    of: str  # "all" records are counted, or those "taken" by their result


@dataclass(frozen=True, slots=True)
class PaymentMapping:
    """How one channel writes its files. `columns`: names of cells in order; of fixed lines name → (first, width)."""

    file: str
    channel: str
    fixed: bool
    encoding: str
    zone: str
    delimiter: str
    header: bool
    skip_lines: int
    in_bytes: bool
    columns: Mapping[str, Place]
    fields: Mapping[str, str]
    payer: str
    unit: str
    time: str
    method: str
    taken: frozenset[str]
    trailer: Trailer | None
    largest_minor: int
    text: str = ""


def load_payment_mapping(*, path: Path, zone: str) -> PaymentMapping:
    """Read a mapping; `zone` holds where it names none. BadInput with every fault."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise refuse("PAYMENT_MAPPING_UNREADABLE", file=str(path), value=error) from error
    except UnicodeDecodeError as error:
        raise refuse("PAYMENT_MAPPING_NOT_TOML", file=str(path), value=error) from error
    return read_payment_mapping(text=text, zone=zone, file=str(path))


def read_payment_mapping(*, text: str, zone: str, file: str = "") -> PaymentMapping:
    """As `load_payment_mapping`, of a text."""
    try:
        told = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise refuse("PAYMENT_MAPPING_NOT_TOML", file=file, value=error) from error
    return _Reading(file, told).mapping(zone, text)


class _Reading:
    """Collects every fault of a mapping."""

    def __init__(self, file: str, told: Mapping[str, Any]) -> None:
        self._file, self._told = file, told
        self._faults: list[Fault] = []

    def mapping(self, zone: str, text: str) -> PaymentMapping:
        self._expect_known()
        fixed = self._choice("", "kind", ("delimited", "fixed"), "delimited") == "fixed"
        header = self._flag("header", default=not fixed)
        columns = self._columns(fixed, header)
        made = PaymentMapping(
            file=self._file, channel=self._text("", "channel", most=32), fixed=fixed, encoding=self._encoding(),
            zone=self._zone(zone), delimiter=self._text("", "delimiter", ",", most=1), header=header,
            skip_lines=self._whole("skip_lines", 0), in_bytes=self._choice("", "count", ("bytes", "characters"),
            "bytes") == "bytes", columns=columns, fields=self._fields(columns, header),
            payer=self._choice("payer", "is", PAYERS, "account"), unit=self._choice("amount", "unit", UNITS, "major"),
            time=self._text("when", "format", "%Y-%m-%d %H:%M:%S", most=64),
            method=self._text("method", "is", "", most=16, may_be_empty=True), taken=self._taken(),
            trailer=self._trailer(fixed), largest_minor=self._whole("largest", LARGEST_MINOR),
            text=text,
        )  # fmt: skip
        if self._faults:
            raise BadInput(self._faults)
        return made

    def _fault(self, code: str, name: str, value: object, **params: str | int) -> None:
        self._faults.append(Fault(code, Where(file=self._file, column=name), str(value)[:200], params))

    def _expect_known(self) -> None:
        if self._told.get("format") != FORMAT:
            self._fault("PAYMENT_MAPPING_FORMAT", "format", self._told.get("format", ""))
        for section, names in SECTIONS.items():
            part = self._told.get(section, {}) if section else self._told
            if not isinstance(part, dict):
                self._fault("PAYMENT_MAPPING_WRONG", section, part)
                continue
            for name in sorted(part.keys() - names):
                self._fault("PAYMENT_MAPPING_UNKNOWN", f"{section}.{name}".strip("."), part[name])

    def _value(self, section: str, name: str, default: object) -> Any:
        part = self._told.get(section, {}) if section else self._told
        return part.get(name, default) if isinstance(part, dict) else default

    def _text(
        self, section: str, name: str, default: str | None = None, *, most: int, may_be_empty: bool = False
    ) -> str:
        value = self._value(section, name, default)
        if not isinstance(value, str) or len(value) > most or not (value or may_be_empty):
            self._fault("PAYMENT_MAPPING_WRONG", f"{section}.{name}".strip("."), "" if value is None else value)
            return default or ""
        return value

    def _choice(self, section: str, name: str, options: tuple[str, ...], default: str) -> str:
        value = self._value(section, name, default)
        if value not in options:
            self._fault("PAYMENT_MAPPING_CHOICE", f"{section}.{name}".strip("."), value, options=", ".join(options))
            return default
        return str(value)

    def _flag(self, name: str, *, default: bool) -> bool:
        value = self._told.get(name, default)
        if not isinstance(value, bool):
            self._fault("PAYMENT_MAPPING_WRONG", name, value)
            return default
        return value

    def _whole(self, name: str, default: int) -> int:
        value = self._told.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 62:
            self._fault("PAYMENT_MAPPING_WRONG", name, value)
            return default
        return value

    def _encoding(self) -> str:
        name = self._text("", "encoding", "utf-8", most=32)
        try:
            return codecs.lookup(name).name
        except LookupError:
            self._fault("PAYMENT_MAPPING_WRONG", "encoding", name)
            return "utf-8"

    def _zone(self, default: str) -> str:
        name = self._text("", "zone", default, most=64)
        try:
            zone_named(name)
        except BadInput:
            self._fault("PAYMENT_MAPPING_WRONG", "zone", name)
            return default
        return name

    def _columns(self, fixed: bool, header: bool) -> dict[str, Place]:
        told = self._told.get("columns", {} if fixed else [])
        if fixed and isinstance(told, dict) and told:
            return {name: self._place(f"columns.{name}", place, fixed) for name, place in told.items()}
        if not fixed and isinstance(told, list) and (told or header) and all(isinstance(name, str) for name in told):
            return {name: number for number, name in enumerate(told, 1)}
        self._fault("PAYMENT_MAPPING_WRONG", "columns", told)
        return {}

    def _place(self, name: str, told: object, fixed: bool) -> Place:
        """Of fixed lines [first, width], of others a cell's number; both from 1."""
        if not fixed and isinstance(told, int) and told > 0:
            return told
        if fixed and isinstance(told, list) and len(told) == 2 and all(isinstance(n, int) and n > 0 for n in told):
            return told[0], told[1]
        self._fault("PAYMENT_MAPPING_WRONG", name, told)
        return 1

    def _fields(self, columns: Mapping[str, Place], header: bool) -> dict[str, str]:
        told = self._told.get("fields", {})
        fields = {name: str(column) for name, column in told.items()} if isinstance(told, dict) else {}
        for name in REQUIRED:
            if name not in fields:
                self._fault("PAYMENT_MAPPING_FIELD", f"fields.{name}", "")
        for name, column in fields.items():
            if columns and not header and column not in columns:
                self._fault("PAYMENT_MAPPING_COLUMN", f"fields.{name}", column)
        return fields

    def _taken(self) -> frozenset[str]:
        told = self._value("result", "taken", [])
        if not isinstance(told, list) or not all(isinstance(code, str) for code in told):
            self._fault("PAYMENT_MAPPING_WRONG", "result.taken", told)
            return frozenset()
        return frozenset(told)

    def _trailer(self, fixed: bool) -> Trailer | None:
        if "trailer" not in self._told:
            return None
        places = [self._value("trailer", name, None) for name in ("count", "total")]
        count, total = (
            None if told is None else self._place(f"trailer.{name}", told, fixed)
            for name, told in zip(("count", "total"), places, strict=True)
        )
        begins = self._text("trailer", "begins", most=64)
        unit = self._choice("trailer", "unit", UNITS, "major")
        return Trailer(begins, count, total, unit, self._choice("trailer", "of", ("all", "taken"), "all"))
