"""A whole shared by weights: largest remainder (最大余数法)."""

from __future__ import annotations

from yidian.kernel.billing.exact import quotient
from yidian.kernel.billing.layout import Ints

FEW = 64  # units left over, of which each may look for its place alone


def raise_largest(over: int, bound: int, count: int, parts: Ints, rests: Ints) -> None:
    """One more for each of the `over` largest rests (all below `bound`), of equal ones the first: in few passes."""
    least = 0  # at least `over` rests are as large
    beyond = bound
    while beyond - least > 1:
        middle = (least + beyond) // 2
        as_large = 0
        for at in range(count):
            if rests[at] >= middle:
                as_large += 1
        if as_large >= over:
            least = middle
        else:
            beyond = middle
    for at in range(count):
        if rests[at] > least:
            parts[at] += 1
            over -= 1
    for at in range(count):
        if rests[at] == least and over > 0:
            parts[at] += 1
            over -= 1


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
    if over > FEW:
        raise_largest(over, sum_of_weights, count, parts, rests)
        return
    while over > 0:
        best = 0
        for at in range(1, count):
            if rests[at] > rests[best]:
                best = at
        parts[best] += 1
        rests[best] = -1
        over -= 1
