"""The order-free sums of the row law: modulo 2⁶⁴, so that losing one row and doubling another shows."""

from __future__ import annotations

_MASK = (1 << 64) - 1


def signed(number: int) -> int:
    """A sum brought back to 64 bits with a sign, as databases keep them."""
    number &= _MASK
    return number - (1 << 64) if number >> 63 else number
