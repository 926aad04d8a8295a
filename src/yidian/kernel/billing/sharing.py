"""A whole shared by weights: largest remainder (最大余数法)."""

from __future__ import annotations

from yidian.kernel.billing.exact import quotient
from yidian.kernel.billing.layout import Ints


def share(whole: int, weights: Ints, count: int, parts: Ints, rests: Ints) -> None:
    """Split `whole` by non-negative weights; what is left over goes to the largest remainders, first come first.

    0 ≤ whole and 0 < sum of weights, both at most LIMIT; the parts add up to the whole. None is larger than its weight
    if the whole is at most their sum.
    """
    sum_of_weights = 0
    for at in range(count):
        sum_of_weights += weights[at]
    over = whole
    for at in range(count):
        part, rest = quotient(whole, weights[at], sum_of_weights)
        parts[at] = part
        rests[at] = rest
        over -= part
    while over > 0:
        best = 0
        for at in range(1, count):
            if rests[at] > rests[best]:
                best = at
        parts[best] += 1
        rests[best] = -1
        over -= 1
