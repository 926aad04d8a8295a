"""What an import will do to one table of histories."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from yidian.domains.product_inventory.types import Count


class New(NamedTuple):
    """A row to add: the subscriber's code, what it had (a number, an offer, an account, a unit), and when."""

    subscriber: str
    what: str
    from_ms: int
    to_ms: int


@dataclass(slots=True)
class Changes:
    add: list[New] = field(default_factory=list)
    end: list[tuple[int, int]] = field(default_factory=list)  # (key of an open row, its end)
    unchanged: int = 0

    @property
    def count(self) -> Count:
        return Count(added=len(self.add), ended=len(self.end), unchanged=self.unchanged)
