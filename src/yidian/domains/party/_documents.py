"""Numbers of identity documents: how they are written, whether they can be right, and how they are shown masked."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Final

RESIDENT: Final = "resident_id"
COMPANY: Final = "uscc"
KINDS: Final = (RESIDENT, COMPANY, "passport", "hk_macao", "taiwan", "other")
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
CHECKS: Final = "10X98765432"
COMPANY_SIGNS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100
FORMS: Final = {
    RESIDENT: re.compile(r"[1-9][0-9]{16}[0-9X]"),
    COMPANY: re.compile(f"[{COMPANY_SIGNS}]{{18}}"),
    "passport": re.compile(r"[A-Z0-9]{5,20}"),
    "hk_macao": re.compile(r"[CHMW][0-9]{8}([0-9]{2})?"),
    "taiwan": re.compile(r"[0-9]{8}([0-9]{2})?"),
    "other": re.compile(r"[A-Z0-9-]{4,40}"),
}


def written(number: str) -> str:
    """A number as it is kept: half width, capitals, no spaces."""
    return "".join(unicodedata.normalize("NFKC", number).upper().split())


def fault_of(kind: str, number: str) -> str:
    """IDENTITY_FORM, IDENTITY_DATE, IDENTITY_CHECK: why a written number cannot be right; "" where it can."""
    if not FORMS[kind].fullmatch(number):
        return "IDENTITY_FORM"
    if kind == RESIDENT:
        if not _born(number[6:14]):
            return "IDENTITY_DATE"
        return "" if resident_check(number[:17]) == number[17] else "IDENTITY_CHECK"
    if kind == COMPANY:
        return "" if company_check(number[:17]) == number[17] else "IDENTITY_CHECK"
    return ""


def resident_check(digits: str) -> str:
    """The 18th sign of a resident's number, ISO 7064 MOD 11-2."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11]


def company_check(signs: str) -> str:
    """The 18th sign of a unified social credit code."""
    total = sum(COMPANY_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(signs))
    return COMPANY_SIGNS[-total % 31]


def masked(number: str) -> str:
    """4501**********2231; of a short number less is shown, of a very short one nothing."""
    shown = 4 if len(number) >= 15 else 2 if len(number) >= 8 else 0
    return number[:shown] + "*" * (len(number) - 2 * shown) + number[len(number) - shown :]


def looks_full(text: str) -> bool:
    """Whether somebody typed a whole number of a resident or a company, its check digit right."""
    number = written(text)
    return any(not fault_of(kind, number) for kind in (RESIDENT, COMPANY))


def _born(told: str) -> bool:
    try:
        return date(int(told[:4]), int(told[4:6]), int(told[6:])).year >= 1850
    except ValueError:
        return False
