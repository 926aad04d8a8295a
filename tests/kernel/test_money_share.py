"""A reduction shared over charges: the parts sum to the whole."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yidian.kernel.money import UnableToShare, share

WEIGHTS = st.lists(st.integers(0, 1 << 62), min_size=1, max_size=12)


def test_ten_yuan_off_three_equal_charges():
    assert share(amount=1000, weights=[1, 1, 1]) == [334, 333, 333]
    assert share(amount=-1000, weights=[1, 1, 1]) == [-334, -333, -333]


def test_the_largest_remainder_gains_first():
    assert share(amount=100, weights=[5, 3, 9]) == [29, 18, 53]  # 29.41, 17.65, 52.94
    assert share(amount=2, weights=[1, 1, 1, 1]) == [1, 1, 0, 0]  # equal remainders: the earlier


def test_a_charge_of_nothing_bears_nothing_unless_all_are_nothing():
    assert share(amount=7, weights=[0, 5, 0]) == [0, 7, 0]
    assert share(amount=7, weights=[0, 0, 0]) == [3, 2, 2]


def test_nothing_over_nobody_is_nothing_but_something_is_refused():
    assert share(amount=0, weights=[]) == []
    with pytest.raises(UnableToShare):
        share(amount=1, weights=[])
    with pytest.raises(UnableToShare):
        share(amount=1, weights=[2, -1])


@settings(max_examples=200, deadline=None)
@given(amount=st.integers(-(1 << 62), 1 << 62), weights=WEIGHTS)
def test_parts_sum_to_the_whole_and_stay_within_a_unit_of_their_due(amount, weights):
    parts = share(amount=amount, weights=weights)
    assert sum(parts) == amount
    due_of = weights if any(weights) else [1] * len(weights)
    for part, weight in zip(parts, due_of, strict=True):
        assert abs(part - Fraction(amount * weight, sum(due_of))) < 1
        assert weight or not part
    assert share(amount=-amount, weights=weights) == [-part for part in parts]
