"""What an operator is made of: a seed, a size, and how often what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final

from tools.operator.chance import chance
from tools.operator.people import BLOCK, Line, block

NODE: Final = 20_000  # subscribers that one set of network elements serves: what is in memory at a time


@dataclass(frozen=True, slots=True)
class Odds:
    """How often, out of a thousand. Of files: each file of an element. Of people: each order of that kind."""

    resent: int = 30  # the same bytes come again under another name
    overlap: int = 40  # a file begins with the end of the one before
    doubled: int = 50  # some lines stand twice
    broken: int = 50  # lines that nobody can read
    held: int = 30  # a file comes after all others of its month
    lost: int = 40  # the morning of a day comes with the next month
    strange: int = 150  # numbers of nobody, places and destinations that no tariff knows
    forgotten: int = 60  # a shop forgot to send an order; it comes when somebody has noticed
    volte: int = 1000  # whether the switch learns a new kind of call at the end of the first month
    other_encoding: int = 1000  # whether the switch writes another encoding from the second month on

    @classmethod
    def drawn(cls, seed: int) -> Odds:
        """Odds of this seed alone: about half of the faults are absent, the others frequent."""
        draw = chance(seed, "odds")
        return cls(**{field.name: draw.randrange(50, 400) * draw.randrange(2) for field in fields(cls)})


@dataclass(frozen=True, slots=True)
class Size:
    """`busy`: percent of the usual usage. `days_in_a_file`: 1 as network elements do; more for a small history."""

    subscribers: int
    months: int = 3
    busy: int = 100
    days_in_a_file: int = 1


@dataclass(frozen=True, slots=True)
class World:
    """One operator. Nothing is stored: asked again it tells the same."""

    seed: int
    size: Size
    odds: Odds

    @property
    def nodes(self) -> int:
        return -(-self.size.subscribers // NODE)

    def lines_of(self, node: int) -> list[Line]:
        """Everybody whom one set of elements serves, those who left and those who took over numbers among them."""
        first = node * NODE // BLOCK
        last = min((node + 1) * NODE, self.size.subscribers)
        found: list[Line] = []
        for number in range(first, -(-last // BLOCK)):
            found += block(self.seed, number, months=self.size.months, below=last)
        return found

    def lines(self) -> Iterator[Line]:
        for node in range(self.nodes):
            yield from self.lines_of(node)


def world(seed: int, size: Size | int, *, odds: Odds | None = None) -> World:
    """The operator of a seed; `size` may be just a number of subscribers."""
    return World(seed, Size(size) if isinstance(size, int) else size, odds or Odds())
