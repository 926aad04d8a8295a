"""Six roundings with names: plain, compiled and by somebody else's arithmetic, they agree."""

from __future__ import annotations

import decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yidian.kernel.money import CEILING, DOWN, FLOOR, HALF_EVEN, HALF_UP, ROUNDINGS, UP, divide

DECIMAL_NAMES = {
    HALF_UP: decimal.ROUND_HALF_UP,
    HALF_EVEN: decimal.ROUND_HALF_EVEN,
    UP: decimal.ROUND_UP,
    DOWN: decimal.ROUND_DOWN,
    CEILING: decimal.ROUND_CEILING,
    FLOOR: decimal.ROUND_FLOOR,
}
_HUGE = st.integers(-(10**30), 10**30)
_NEAR_HALVES = st.tuples(st.integers(-50, 50), st.integers(1, 12))


def by_decimal(numerator: int, denominator: int, rounding: int) -> int:
    """Exact even where the quotient does not end: a sticky digit stands for all behind the first twenty places."""
    scaled = Fraction(numerator, denominator) * 10**20
    whole = int(scaled)  # toward zero
    sticky = 0 if whole == scaled else (1 if numerator > 0 else -1)
    with decimal.localcontext(decimal.Context(prec=90)):
        value = decimal.Decimal(whole * 10 + sticky).scaleb(-21)
        return int(value.to_integral_value(rounding=DECIMAL_NAMES[rounding]))


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [  # of -2.5, -1.5, -0.4, 0.4, 0.5, 1.5, 2.5, 2.6
        ("half_up", [-3, -2, 0, 0, 1, 2, 3, 3]),
        ("half_even", [-2, -2, 0, 0, 0, 2, 2, 3]),
        ("up", [-3, -2, -1, 1, 1, 2, 3, 3]),
        ("down", [-2, -1, 0, 0, 0, 1, 2, 2]),
        ("ceiling", [-2, -1, 0, 1, 1, 2, 3, 3]),
        ("floor", [-3, -2, -1, 0, 0, 1, 2, 2]),
    ],
)
def test_each_named_rounding_on_the_worked_table(rounding, expected):
    tenths = [-25, -15, -4, 4, 5, 15, 25, 26]
    assert [divide(n, 10, ROUNDINGS[rounding]) for n in tenths] == expected


def test_less_than_a_fen_is_counted_as_a_fen():
    """不足1分按1分计: 0.0312 yuan of traffic costs 0.04."""
    assert divide(31_200, 10_000, UP) == 4


@settings(max_examples=300, deadline=None)
@given(
    pair=st.one_of(_NEAR_HALVES, st.tuples(_HUGE, st.integers(1, 10**18))),
    rounding=st.sampled_from(list(ROUNDINGS.values())),
)
def test_divide_agrees_with_decimal_arithmetic(pair, rounding):
    assert divide(*pair, rounding) == by_decimal(*pair, rounding)


@settings(max_examples=200, deadline=None)
@given(numerator=_HUGE, denominator=st.integers(1, 10**18), rounding=st.sampled_from(list(ROUNDINGS.values())))
def test_no_rounding_moves_an_amount_by_a_whole_unit_or_moves_a_whole_amount(numerator, denominator, rounding):
    rounded = divide(numerator, denominator, rounding)
    assert abs(rounded - Fraction(numerator, denominator)) < 1
    assert divide(rounded * denominator, denominator, rounding) == rounded


def test_the_compiled_rounding_is_the_plain_one():
    import numba
    import numpy as np

    compiled = numba.njit(divide)

    @numba.njit
    def many(numerators, denominators, roundings, out):
        for i in range(numerators.size):
            out[i] = compiled(numerators[i], denominators[i], roundings[i])

    random = np.random.default_rng(20261001)
    small = random.integers(-60, 60, 4_000), random.integers(1, 13, 4_000)
    wide = random.integers(-(1 << 62), 1 << 62, 4_000), random.integers(1, 1 << 40, 4_000)
    widest = random.integers(-(1 << 62), 1 << 62, 4_000), random.integers(1 << 60, 1 << 62, 4_000)
    numerators, denominators = (np.concatenate(parts) for parts in zip(small, wide, widest, strict=True))
    roundings = random.integers(0, len(ROUNDINGS), numerators.size)
    out = np.empty_like(numerators)
    many(numerators, denominators, roundings, out)
    plain = [divide(*row) for row in zip(numerators.tolist(), denominators.tolist(), roundings.tolist(), strict=True)]
    assert out.tolist() == plain
