"""Rows of a gift file → gifts (K4). What is wrong within a row is found here; accounts and numbers are looked up by
the caller."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from typing import Final, NamedTuple

from yidian.platform.sheets import FaultList, Sheet

FORMAT: Final = "1"
REQUIRED: Final = ("target_kind", "target", "type", "amount_fen")
OPTIONAL: Final = ("format", "level", "cycle_upper_fen", "cycle_lower_fen", "effective", "expires")
ALLOWED: Final = (*REQUIRED, *OPTIONAL)
TARGETS: Final = ("account", "number")
LEVELS: Final = ("account", "number")
NO_LIMIT: Final = -1
_FEN: Final = re.compile(r"[0-9]{1,15}")
_DATE: Final = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?:[ T]0?0:00(?::00)?)?")


class Row(NamedTuple):
    """What one row states. `target` is an account's code, or a number; `on_number`: for that number only."""

    line: int
    target_kind: str
    target: str
    on_number: bool
    type: str
    amount_minor: int
    cycle_upper_minor: int | None
    cycle_lower_minor: int
    effective_on: date | None
    expires_on: date | None


class GiftFile:
    """A sheet's rows and the faults found in them."""

    def __init__(self, *, sheet: Sheet, types: Collection[str]) -> None:
        self.sheet, self.faults, self._types = sheet, FaultList(), types

    def rows(self) -> list[Row]:
        """Every row that is right in itself; the others are in `faults`, until that is full."""
        found = []
        for line, cells in self.sheet.rows:
            before = len(self.faults.faults)
            row = self._row(line, {name: value.strip() for name, value in cells.items()})
            if len(self.faults.faults) == before:
                found.append(row)
            if self.faults.full:
                break
        return found

    def fault(self, code: str, line: int, column: str, value: str, /, **params: str | int) -> None:
        self.faults.add(
            code, file=self.sheet.file, sheet=self.sheet.name, line=line, column=column, value=value, **params
        )  # fmt: skip

    def _row(self, line: int, cells: dict[str, str]) -> Row:
        def of(column: str) -> str:
            return cells.get(column, "")

        for column in REQUIRED:
            if not of(column):
                self.fault("VALUE_MISSING", line, column, "")
        if of("format") not in ("", FORMAT):
            self.fault("FORMAT_UNKNOWN", line, "format", of("format"), allowed=FORMAT)
        self._one_of(line, "target_kind", of("target_kind"), TARGETS)
        self._one_of(line, "level", of("level"), LEVELS)
        self._one_of(line, "type", of("type"), self._types)
        if of("level") == "number" and of("target_kind") == "account":
            self.fault("GIFT_LEVEL_WITHOUT_NUMBER", line, "level", of("level"))
        amount = self._fen(line, "amount_fen", of("amount_fen"))
        if of("amount_fen") and amount == 0:
            self.fault("GIFT_AMOUNT", line, "amount_fen", of("amount_fen"))
        upper = self._fen(line, "cycle_upper_fen", of("cycle_upper_fen"))
        lower = self._fen(line, "cycle_lower_fen", of("cycle_lower_fen")) or 0
        if upper is not None and upper < max(lower, 1):
            self.fault("GIFT_LIMITS", line, "cycle_upper_fen", of("cycle_upper_fen"), lower=lower)
        begin, end = self._date(line, "effective", of("effective")), self._date(line, "expires", of("expires"))
        if begin is not None and end is not None and end <= begin:
            self.fault("PERIOD_EMPTY", line, "expires", of("expires"), begin=begin.isoformat())
        level = of("level") or ("number" if of("target_kind") == "number" else "account")
        return Row(
            line, of("target_kind"), of("target"), level == "number", of("type"), amount or 0, upper, lower, begin, end
        )

    def _one_of(self, line: int, column: str, value: str, allowed: Collection[str]) -> None:
        if value and value not in allowed:
            self.fault("VALUE_UNKNOWN", line, column, value, allowed=", ".join(sorted(allowed)))

    def _fen(self, line: int, column: str, value: str) -> int | None:
        """Minor units; None where nothing is written or -1 says there is no limit."""
        if value == "" or (value == str(NO_LIMIT) and column.startswith("cycle_")):
            return None
        if not _FEN.fullmatch(value):
            self.fault("GIFT_AMOUNT", line, column, value)
            return None
        return int(value)

    def _date(self, line: int, column: str, value: str) -> date | None:
        if not value:
            return None
        match = _DATE.fullmatch(value)
        try:
            if match is None:
                raise ValueError(value)
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            self.fault("DATE_IMPOSSIBLE", line, column, value)
            return None
