"""A balance book as deduction sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Book:
    """Money held for an account or one of its subscribers (K2, K3). Amounts in minor units.

    `available_minor`: balance without what is reserved, ≥ 0. `items`: charge items it pays, None: all (a general book).
    `subscriber` "": the whole account. It pays on dates of [effective_on, expires_on), None: open.
    `lower_minor`, `upper_minor`: least and most that it pays of one due. `cycle_lower_minor`, `cycle_upper_minor`:
    least and most that it pays of one cycle; `used_minor`: what it has paid of each cycle already.
    """

    id: int
    available_minor: int
    priority: int
    principal: bool
    items: frozenset[str] | None = None
    subscriber: str = ""
    effective_on: date | None = None
    expires_on: date | None = None
    may_pay_arrears: bool = True
    lower_minor: int = 0
    upper_minor: int | None = None
    cycle_lower_minor: int = 0
    cycle_upper_minor: int | None = None
    used_minor: Mapping[str, int] = field(default_factory=dict)

    @property
    def special(self) -> bool:
        """Earmarked: it pays the items of its list and nothing else (专款专用)."""
        return self.items is not None
