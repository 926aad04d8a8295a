"""The faults of one customers file, bounded, in the order of its lines."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from yidian.kernel.calendar import FOREVER_MS, from_ms
from yidian.kernel.faults import BadInput
from yidian.platform.sheets import FaultList, Sheet
from yidian.platform.sheets.fault_list import MOST


class Faults(FaultList):
    """The first faults of one sheet."""

    def __init__(self, *, sheet: Sheet, zone: str, most: int = MOST) -> None:
        super().__init__(most=most)
        self.sheet, self.zone = sheet, zone

    def note(self, code: str, line: int, column: str, value: str, /, **params: str | int) -> None:
        self.add(
            code, file=self.sheet.file, sheet=self.sheet.name, line=line, column=column, value=value, **params
        )  # fmt: skip

    def raise_if_any(self) -> None:
        if self.faults:
            raise BadInput(sorted(self.faults, key=lambda fault: fault.where.line))

    def told(self, instant_ms: int) -> str:
        """An instant as the file would write it, in the tenant's zone; an open end as `…`."""
        if instant_ms >= FOREVER_MS:
            return "…"
        local = from_ms(instant_ms).astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        return local.isoformat(" ").removesuffix(" 00:00:00")
