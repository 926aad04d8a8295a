"""Products and quotients that never leave 64 bits unseen. Integers in and out; the same text runs compiled."""

from __future__ import annotations

from typing import Final

from yidian.kernel.money.rounding import CEILING, FLOOR, divide

LIMIT: Final = 1 << 61  # no amount, sum or divisor may be larger in magnitude; twice it still fits
TOO_LARGE: Final = -(1 << 62)  # the answer of `ratio` and `total` when the true one would pass LIMIT


def quotient(a: int, b: int, c: int) -> tuple[int, int]:
    """a × b ÷ c as (whole, rest), exact however large the product; whole -1: above LIMIT.

    0 ≤ a, b ≤ LIMIT and 0 < c ≤ LIMIT.
    """
    if b == 0 or a <= LIMIT // b:
        product = a * b
        return product // c, product % c
    whole_of_b = b // c
    rest_of_b = b % c
    whole = 0
    rest = 0
    bit = 1 << 61
    while bit > a:
        bit >>= 1
    while bit > 0:
        whole *= 2
        rest *= 2
        if rest >= c:
            rest -= c
            whole += 1
        if a & bit:
            whole += whole_of_b
            rest += rest_of_b
            if rest >= c:
                rest -= c
                whole += 1
        if whole > LIMIT:
            return -1, 0
        bit >>= 1
    return whole, rest


def ratio(a: int, b: int, c: int, rounding: int) -> int:
    """a × b ÷ c rounded by name; TOO_LARGE if an input or the answer passes LIMIT. b ≥ 0, c > 0; a may be negative."""
    if a > LIMIT or a < -LIMIT or b > LIMIT or c > LIMIT:
        return TOO_LARGE
    magnitude = a
    named = rounding
    if a < 0:
        magnitude = -a
        if rounding == CEILING:
            named = FLOOR
        elif rounding == FLOOR:
            named = CEILING
    whole, rest = quotient(magnitude, b, c)
    if whole < 0:
        return TOO_LARGE
    odd = whole & 1  # a half to the even neighbour has to know which neighbour is even
    answer = whole - odd + divide(rest + odd * c, c, named)
    if answer > LIMIT:
        return TOO_LARGE
    return -answer if a < 0 else answer


def total(a: int, b: int) -> int:
    """a + b, or TOO_LARGE if one of them is or the sum would pass LIMIT."""
    if a > LIMIT or a < -LIMIT or b > LIMIT or b < -LIMIT:
        return TOO_LARGE
    answer = a + b
    if answer > LIMIT or answer < -LIMIT:
        return TOO_LARGE
    return answer
