"""The last digit of an ICCID and of an IMEI is computed from those before it (Luhn; ITU-T E.118, 3GPP TS 23.003)."""

from __future__ import annotations


def luhn(digits: str) -> bool:
    """Whether the last digit fits: every second digit from the right doubled, the sum of all digits a ten."""
    total = 0
    for n, sign in enumerate(reversed(digits)):
        value = int(sign) * (1 + n % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


def check_digit(digits: str) -> str:
    """The digit to write behind."""
    return next(sign for sign in "0123456789" if luhn(digits + sign))
