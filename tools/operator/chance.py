"""Chance, one generator per thing: what one customer does shifts nothing in the life of another."""

from __future__ import annotations

from random import Random
from typing import TypeVar

T = TypeVar("T")


def chance(seed: int, kind: str, *which: object) -> Random:
    """The generator of one thing, `chance(1, "life", 17)`: the same numbers on every machine and Python."""
    return Random(f"{seed}/{kind}/{'/'.join(map(str, which))}")


def weighted(choices: tuple[tuple[T, int], ...], draw: Random) -> T:
    """One of the choices, each as often as its weight says."""
    at = draw.randrange(sum(weight for _, weight in choices))
    for choice, weight in choices:
        at -= weight
        if at < 0:
            return choice
    raise AssertionError(choices)
