"""Roundings with names. Integers in, integers out; the same text runs compiled."""

from __future__ import annotations

from typing import Final

HALF_UP: Final = 0  # to nearest, a half away from zero: 四舍五入
HALF_EVEN: Final = 1  # to nearest, a half to the even neighbour
UP: Final = 2  # away from zero: 不足1分按1分计
DOWN: Final = 3  # toward zero: 抹零
CEILING: Final = 4  # toward plus infinity
FLOOR: Final = 5  # toward minus infinity

ROUNDINGS: Final = {
    "half_up": HALF_UP,
    "half_even": HALF_EVEN,
    "up": UP,
    "down": DOWN,
    "ceiling": CEILING,
    "floor": FLOOR,
}


def divide(numerator: int, denominator: int, rounding: int) -> int:
    """numerator / denominator rounded to an integer by a named rounding. `denominator` > 0."""
    floor = numerator // denominator
    rest = numerator - floor * denominator
    if rest == 0 or rounding == FLOOR:
        return floor
    if rounding == CEILING:
        return floor + 1
    if rounding == UP:
        return floor + 1 if numerator > 0 else floor
    if rounding == DOWN:
        return floor if numerator > 0 else floor + 1
    twice = rest - (denominator - rest)
    if twice != 0:
        return floor + 1 if twice > 0 else floor
    if rounding == HALF_UP:
        return floor + 1 if numerator > 0 else floor
    return floor + (floor & 1)
