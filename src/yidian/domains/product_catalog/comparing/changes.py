"""A change between two tariffs, as somebody tells it: which row, on which days, and what its cells said and say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

ADDED: Final = "added"
ENDED: Final = "ended"
CHANGED: Final = "changed"
RENAMED: Final = "renamed"
NAMES: Final = ("name_zh", "name_en")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it was and as it is; "" where there was none, or is none."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Of the days from `since` until before `until` (None: open), the row `key` of a sheet was added, ended or changed.

    renamed: nothing but names is different, so no amount is. `cells`: of a changed row those that differ, of others all
    that say something.
    """

    sheet: str
    key: tuple[str, ...]
    how: str
    since: date | None
    until: date | None
    cells: tuple[Cell, ...]
