"""An amount shared over parts so that the parts sum to the whole, to the last unit."""

from __future__ import annotations

from collections.abc import Sequence


class UnableToShare(ValueError):
    """There is nobody to share with, or a weight is negative."""


def share(*, amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` in proportion to `weights` (integers ≥ 0) by largest remainder; of equal remainders the earlier gains.

    A negative amount is shared like the positive one, with the sign turned. Where all weights are zero every part
    weighs the same. No weights at all: an amount of 0 gives [], another raises UnableToShare.
    """
    if any(weight < 0 for weight in weights) or (amount and not weights):
        raise UnableToShare(f"amount {amount} over {len(weights)} weights")
    total = sum(weights)
    if total == 0:
        weights, total = [1] * len(weights), len(weights)
    sign = -1 if amount < 0 else 1
    products = [abs(amount) * weight for weight in weights]
    parts = [product // total for product in products]
    left = abs(amount) - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda at: (-(products[at] % total), at))
    for at in by_remainder[:left]:
        parts[at] += 1
    return [sign * part for part in parts]
