"""What makes a number beautiful: shapes of digits, one text for a rule of a level and for who looks for a number.

    8888         these digits           *        any digit
    AAAA AABB    letters: the same digit wherever the same letter stands, another one for another letter
    +4   -5      four rising, five falling by one

Parts follow one another: `+3**88`. A shape stands at the `end` of a number, or `any`where in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

END, ANYWHERE = "end", "any"
PLACES: Final = (END, ANYWHERE)
LONGEST: Final = 20
_PART: Final = re.compile(r"[+-](?:[2-9]|10)|[0-9A-Z*]")


class UnableToReadShape(Exception):
    """SHAPE_INVALID: not written as a shape, or longer than a number. `params`: shape."""

    code = "SHAPE_INVALID"

    def __init__(self, shape: str) -> None:
        self.params = {"shape": shape[:40]}
        super().__init__(f"no shape: {shape}")


@dataclass(frozen=True, slots=True)
class Shape:
    """Conditions on digits counted from the left of the shape.

    `fixed`: (at, digit). `steps`: (at, other, by): the digit at `other` is that at `at` plus `by`. `apart`: (at,
    other): they differ.
    """

    length: int
    fixed: tuple[tuple[int, int], ...]
    steps: tuple[tuple[int, int, int], ...]
    apart: tuple[tuple[int, int], ...]


def read_shape(text: str) -> Shape:
    """UnableToReadShape."""
    parts = _PART.findall(text)
    if not parts or "".join(parts) != text:
        raise UnableToReadShape(text)
    fixed, steps, at = [], [], 0
    first: dict[str, int] = {}
    for part in parts:
        if part[0] in "+-":
            count, by = int(part[1:]), 1 if part[0] == "+" else -1
            steps += [(at + n, at + n + 1, by) for n in range(count - 1)]
            at += count
            continue
        if part.isdigit():
            fixed.append((at, int(part)))
        elif part != "*":
            known = first.setdefault(part, at)
            if known != at:
                steps.append((known, at, 0))
        at += 1
    if at > LONGEST:
        raise UnableToReadShape(text)
    places = sorted(first.values())
    apart = tuple((one, other) for n, one in enumerate(places) for other in places[n + 1 :])
    return Shape(at, tuple(fixed), tuple(steps), apart)


def digits_of(first: str, count: int) -> NDArray[np.int8]:
    """The digits of `count` numbers from one on, a row a number; their length is that of the first."""
    left = np.arange(int(first), int(first) + count, dtype=np.int64)
    found = np.empty((count, len(first)), np.int8)
    for column in range(len(first) - 1, -1, -1):
        found[:, column] = left % 10
        left //= 10
    return found


def are_of(shape: Shape, digits: NDArray[np.int8], *, place: str) -> NDArray[np.bool_]:
    """Which numbers (rows of digits) have the shape at a place."""
    count, length = digits.shape
    last = length - shape.length
    found = np.zeros(count, np.bool_)
    for offset in range(last if place == END else 0, last + 1):
        if offset >= 0:
            found |= _stand_at(shape, digits[:, offset : offset + shape.length])
    return found


def _stand_at(shape: Shape, digits: NDArray[np.int8]) -> NDArray[np.bool_]:
    found = np.ones(len(digits), np.bool_)
    for at, digit in shape.fixed:
        found &= digits[:, at] == digit
    for at, other, by in shape.steps:
        found &= digits[:, other] == digits[:, at] + by
    for at, other in shape.apart:
        found &= digits[:, at] != digits[:, other]
    return found


def levels_of(rules: list[tuple[str, str, str]], digits: NDArray[np.int8]) -> NDArray[np.int16]:
    """The place in `rules` (shape, place, level; in order of priority) of the first that each number fits, -1 none."""
    found = np.full(len(digits), -1, np.int16)
    for n, (text, place, _) in enumerate(rules):
        fits = are_of(read_shape(text), digits, place=place)
        found[fits & (found < 0)] = n
    return found
