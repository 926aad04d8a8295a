"""What somebody typed as a name, an address, a telephone number: made clean where that changes nothing anybody sees,
else refused for one sign that is named.

Signs that are not seen (marks of direction, joiners, fillers) go. Signs beyond the first plane are letters like others:
rare names are written with them. What no name has (controls, `<`, pictures, private signs) is refused.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST_NAME: Final = 200
LONGEST_ADDRESS: Final = 200
MOST_MARKS: Final = 4  # one upon another: more hide the lines around them
UNSEEN: Final = frozenset("\u034f\u115f\u1160\u3164\uffa0")  # letters and marks by their class, and nothing to see
LATER: Final = "+"  # not as the first sign, where a spreadsheet takes it for a formula
NEVER_FIRST: Final = "-@"
PHONE: Final = re.compile(r"[+]?[0-9][0-9 -]{2,31}")


def clean(text: str) -> str:
    """Composed, without what is not seen; every blank is one space, none at the ends."""
    seen = "".join(
        " " if sign.isspace() else sign
        for sign in unicodedata.normalize("NFC", text)
        if unicodedata.category(sign) != "Cf" and sign not in UNSEEN
    )
    return " ".join(seen.split())


def name_fault(name: str) -> tuple[str, str]:
    """(code, sign) of why a cleaned name is none: NAME_EMPTY, NAME_LONG, NAME_SIGN; ("", "") where it can be one."""
    if not any(unicodedata.category(sign)[0] == "L" for sign in name):
        return "NAME_EMPTY", ""
    if len(name) > LONGEST_NAME:
        return "NAME_LONG", ""
    wrong = _wrong_sign(name)
    return ("NAME_SIGN", named(wrong)) if wrong else ("", "")


def address_fault(address: str) -> tuple[str, str]:
    """(code, sign): ADDRESS_LONG, ADDRESS_SIGN. None at all is none wrong."""
    if len(address) > LONGEST_ADDRESS:
        return "ADDRESS_LONG", ""
    wrong = _wrong_sign(address)
    return ("ADDRESS_SIGN", named(wrong)) if wrong else ("", "")


def phone_of(text: str) -> str | None:
    """A telephone number as it is kept, "" of none; None: this is no number."""
    told = " ".join(unicodedata.normalize("NFKC", clean(text)).split())
    return told if not told or (PHONE.fullmatch(told) and len(told) <= 32) else None


def named(sign: str) -> str:
    """U+202E: a sign that may not be seen, as people can speak of it."""
    shown = f" {sign}" if sign.isprintable() and not sign.isspace() else ""
    return f"U+{ord(sign):04X}{shown}"


def _wrong_sign(text: str) -> str:
    marks = 0
    for place, sign in enumerate(text):
        kind = unicodedata.category(sign)[0]
        marks = marks + 1 if kind == "M" else 0
        taken = kind in "LMNP" or sign == " " or (place and sign in LATER)
        if not taken or marks > MOST_MARKS or (not place and sign in NEVER_FIRST):
            return sign
    return ""
