"""How addresses are looked for: from the beginning of any of their parts on (民族大道, 88号, 3栋)."""

from __future__ import annotations

import unicodedata
from typing import Final

LONGEST_KEY: Final = 20  # signs; what is looked for beyond them is compared by the reader
ENDS: Final = frozenset("省市区县州盟旗镇乡村街路道巷弄里号栋幢座楼层元室园苑厦场城,、/#-()")  # of a part


def keys_of(address: str) -> list[bytes]:
    """A key from every part's beginning: after what ends one, after a space, where digits begin."""
    signs: list[str] = []
    begins: list[int] = []
    before = " "
    for sign in unicodedata.normalize("NFKC", address).casefold():
        if not sign.isspace():
            if before.isspace() or before in ENDS or (sign.isdigit() and not before.isdigit()):
                begins.append(len(signs))
            signs.append(sign)
        before = sign
    return sorted({"".join(signs[place : place + LONGEST_KEY]).encode() for place in begins})
