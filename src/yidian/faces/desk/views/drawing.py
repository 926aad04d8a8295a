"""Where the bars of a small chart stand: lengths are attributes of SVG, in units of its own box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

HEIGHT: Final = 32
STEP: Final = 30
WIDTH: Final = 18
HOT_PERCENT: Final = 130  # of the mean of the others: from here on a bar is drawn in another colour


class Bar(NamedTuple):
    """A bar with its month and amount; `middle`: where its label stands."""

    cycle: str
    amount_minor: int
    x: int
    y: int
    height: int
    middle: int
    hot: bool


def bars_of(totals: Sequence[tuple[str, int]]) -> list[Bar]:
    """(month, minor units) as bars on one scale; what is below nothing has no height, and is told by its words."""
    most = max((amount for _, amount in totals), default=0)
    drawn = []
    for place, (cycle, amount) in enumerate(totals):
        height = max(1, amount * HEIGHT // most) if amount > 0 else 0
        others = [other for n, (_, other) in enumerate(totals) if n != place]
        hot = bool(others) and amount * 100 * len(others) > max(sum(others), 0) * HOT_PERCENT and amount > 0
        x = 3 + place * STEP
        drawn.append(Bar(cycle, amount, x, HEIGHT - height, height, x + WIDTH // 2, hot))
    return drawn
