"""Cells that several files of the inventory have: numbers, and from … to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from yidian.domains.product_inventory._faults import Faults
from yidian.kernel.calendar import FOREVER_MS
from yidian.kernel.faults import BadInput
from yidian.platform.sheets.instants import instant_ms

NUMBER: Final = re.compile(r"[0-9]{3,20}")
CODE: Final = 64  # characters of a code at most
OPEN_YEAR: Final = "9999"  # an end in this year is how many systems write "open"


class Spans:
    """Reads cells of a sheet; what is wrong goes to `faults`. An instant that was read is remembered by its text."""

    def __init__(self, zone: str, faults: Faults) -> None:
        self._zone, self._faults = zone, faults
        self._known: dict[str, int] = {}

    def number(self, line: int, cells: Mapping[str, str], column: str) -> str:
        """VALUE_MISSING, IDENTIFIER_INVALID."""
        written = cells.get(column, "")
        if not written:
            self._faults.note("VALUE_MISSING", line, column, "")
        elif not NUMBER.fullmatch(written):
            self._faults.note("IDENTIFIER_INVALID", line, column, written, kind="msisdn")
        return written

    def code(self, line: int, cells: Mapping[str, str], column: str) -> str:
        """VALUE_MISSING, TEXT_TOO_LONG."""
        written = cells.get(column, "")
        if not written:
            self._faults.note("VALUE_MISSING", line, column, "")
        elif len(written) > CODE:
            self._faults.note("TEXT_TOO_LONG", line, column, written, most=CODE)
        return written

    def period(self, line: int, cells: Mapping[str, str]) -> tuple[int, int]:
        """`from` and `to` in UTC ms. VALUE_MISSING, PERIOD_EMPTY, what an instant is refused for."""
        begin = self._instant(line, "from", cells.get("from", ""))
        written = cells.get("to", "")
        end = FOREVER_MS if not written or written.startswith(OPEN_YEAR) else self._instant(line, "to", written)
        if begin and end and begin >= end:
            self._faults.note("PERIOD_EMPTY", line, "to", written, begin=cells.get("from", ""))
        return begin, end

    def _instant(self, line: int, column: str, written: str) -> int:
        if not written:
            self._faults.note("VALUE_MISSING", line, column, "")
            return 0
        known = self._known.get(written)
        if known is None:
            try:
                known = self._known[written] = instant_ms(written, self._zone)
            except BadInput as refusal:
                self._faults.note(refusal.faults[0].code, line, column, written, local=written, zone=self._zone)
                return 0
        return known
