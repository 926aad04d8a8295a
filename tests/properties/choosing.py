"""One way to choose at random, driven by Hypothesis (which shrinks) or by a seed (which is quick)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Chooser(Protocol):
    def number(self, least: int, most: int) -> int: ...

    def beside(self, name: str) -> Chooser:
        """Choices of something put onto what is chosen here: a seed's other choices stay what they were."""


class Drawn:
    """Choices that Hypothesis makes. The first of a sequence is the simplest."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def number(self, least: int, most: int) -> int:
        return self._draw(st.integers(least, most))

    def beside(self, name: str) -> Drawn:
        del name  # all are shrunk together
        return self


class Seeded:
    """The same choices by a seed, for fixed sets of worlds."""

    def __init__(self, seed: int | str) -> None:
        self._seed, self._random = seed, random.Random(seed)

    def number(self, least: int, most: int) -> int:
        return self._random.randint(least, most)

    def beside(self, name: str) -> Seeded:
        return Seeded(f"{self._seed} {name}")


def pick(by: Chooser, values: Sequence[T]) -> T:
    return values[by.number(0, len(values) - 1)]


def likely(by: Chooser, in_ten: int) -> bool:
    """True in so many of ten cases; the simplest answer is False."""
    return by.number(0, 9) >= 10 - in_ten


def some(by: Chooser, values: Sequence[T], least: int = 1) -> tuple[T, ...]:
    """A subset in the given order, at least so many of them."""
    chosen = tuple(value for value in values if likely(by, 5))
    return chosen if len(chosen) >= least else tuple(values[:least])


def shuffled(by: Chooser, values: Sequence[T]) -> list[T]:
    rest: list[Any] = list(values)
    return [rest.pop(by.number(0, len(rest) - 1)) for _ in values]
