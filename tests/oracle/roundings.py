"""The six named roundings, each said in terms of a Fraction."""

from __future__ import annotations

import math
from fractions import Fraction


def rounded(value: Fraction, name: str) -> int:
    """The integer that a named rounding makes of an exact value."""
    below, above = math.floor(value), math.ceil(value)
    if below == above:
        return below
    toward_zero, away = (below, above) if value > 0 else (above, below)
    if name in ("floor", "ceiling", "down", "up"):
        return {"floor": below, "ceiling": above, "down": toward_zero, "up": away}[name]
    if value - below != above - value:
        return below if value - below < above - value else above
    if name == "half_up":
        return away
    if name == "half_even":
        return below if below % 2 == 0 else above
    raise ValueError(name)


def rounded_to(value: Fraction, unit: int, name: str) -> int:
    """`value` rounded to a whole multiple of `unit`."""
    return rounded(Fraction(value) / unit, name) * unit


def minor_unit(tariff: dict[str, object]) -> int:
    """How many micro-units the smallest coin of the tariff's currency has."""
    return 10 ** (6 - int(str(tariff["minor_digits"])))


def shared(amount: int, weights: list[tuple[str, int]]) -> dict[str, int]:
    """`amount` in proportion to the weights, in whole units: largest remainder first, then by name."""
    whole = sum(weight for _, weight in weights)
    exact = {name: Fraction(amount * weight, whole) for name, weight in weights}
    parts = {name: math.floor(value) for name, value in exact.items()}
    missing = amount - sum(parts.values())
    for name in sorted(parts, key=lambda name: (parts[name] - exact[name], name))[:missing]:
        parts[name] += 1
    return parts
