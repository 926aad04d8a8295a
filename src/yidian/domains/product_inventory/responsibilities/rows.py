"""Rows of a file of payers: what is wrong within a row is found here; nothing is looked up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from yidian.domains.product_inventory._faults import Faults
from yidian.kernel.calendar import FOREVER_MS
from yidian.kernel.faults import BadInput
from yidian.kernel.money import parse_micro
from yidian.platform.sheets.instants import instant_ms

REQUIRED: Final = ("subscriber", "items", "account", "mode", "from")
OPTIONAL: Final = ("limit", "rate", "priority", "to")
MODES: Final = ("full", "limit", "share")
EVERYTHING: Final = "*"
MILLION: Final = 1_000_000
MOST_PRIORITY: Final = 1_000_000
MOST_MICRO: Final = 10**15  # a thousand million yuan


class Row(NamedTuple):
    """What one row states; `items`: codes in order with ; between them, or *. UTC ms."""

    line: int
    subscriber: str
    items: str
    account: str
    mode: str
    limit_micro: int
    rate_ppm: int
    priority: int
    from_ms: int
    to_ms: int


def read_rows(
    rows: Iterable[tuple[int, Mapping[str, str]]], *, zone: str, known_items: Collection[str], faults: Faults
) -> list[Row]:
    """Every row that is right in itself; the others are in `faults`, until that is full."""
    found = []
    for line, cells in rows:
        before = len(faults.faults)
        row = _Reader(line, {name: value.strip() for name, value in cells.items()}, zone, faults).row(known_items)
        if len(faults.faults) == before:
            found.append(row)
        if faults.full:
            break
    return found


class _Reader:
    def __init__(self, line: int, cell: Mapping[str, str], zone: str, faults: Faults) -> None:
        self.line, self.cell, self.zone, self.faults = line, cell, zone, faults

    def row(self, known_items: Collection[str]) -> Row:
        cell = self.cell
        for name in REQUIRED:
            if not cell.get(name):
                self._fault("VALUE_MISSING", name)
        mode = cell.get("mode", "")
        if mode and mode not in MODES:
            self._fault("VALUE_UNKNOWN", "mode", allowed=", ".join(MODES))
        from_ms, to_ms = self._instant("from", 0), self._instant("to", FOREVER_MS)
        if cell.get("from") and to_ms <= from_ms:
            self._fault("PERIOD_EMPTY", "to", begin=cell["from"])
        return Row(
            self.line, cell.get("subscriber", ""), self._items(known_items), cell.get("account", ""), mode,
            self._limit(mode), self._rate(mode), self._priority(), from_ms, to_ms,
        )  # fmt: skip

    def _fault(self, code: str, column: str, /, **params: str | int) -> None:
        self.faults.note(code, self.line, column, self.cell.get(column, ""), **params)

    def _items(self, known: Collection[str]) -> str:
        codes = sorted({code.strip() for code in self.cell.get("items", "").split(";")} - {""})
        if codes == [EVERYTHING]:
            return EVERYTHING
        for code in codes:
            if code not in known:
                self._fault("PAYER_ITEM_UNKNOWN", "items", item=code)
        return ";".join(codes)

    def _limit(self, mode: str) -> int:
        """Micro-units, above nought for mode limit and only there."""
        text = self.cell.get("limit", "")
        try:
            micro = parse_micro(text) if text else 0
        except BadInput:
            micro = -1
        if (micro > 0) != (mode == "limit") or not 0 <= micro <= MOST_MICRO:
            self._fault("PAYER_LIMIT", "limit", mode=mode)
        return micro

    def _rate(self, mode: str) -> int:
        """Parts per million, above nought for mode share and only there: "60%"."""
        text = self.cell.get("rate", "")
        try:
            exact = Decimal(text.removesuffix("%")) * 10_000 if text else Decimal(0)
            ppm = int(exact) if exact == exact.to_integral_value() and (not text or text.endswith("%")) else -1
        except (InvalidOperation, ValueError, OverflowError):
            ppm = -1
        if (ppm > 0) != (mode == "share") or not 0 <= ppm <= MILLION:
            self._fault("PAYER_RATE", "rate", mode=mode)
        return ppm

    def _priority(self) -> int:
        text = self.cell.get("priority", "") or "100"
        if not (text.isascii() and text.isdigit() and int(text) <= MOST_PRIORITY):
            self._fault("PAYER_PRIORITY", "priority", most=MOST_PRIORITY)
            return 0
        return int(text)

    def _instant(self, column: str, otherwise: int) -> int:
        text = self.cell.get(column, "")
        if not text:
            return otherwise
        try:
            return instant_ms(text, self.zone)
        except BadInput as refusal:
            self._fault(refusal.faults[0].code, column, local=text, zone=self.zone)
            return otherwise
