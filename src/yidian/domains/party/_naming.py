"""How names are looked for: width, case and spaces make no difference; a name is found from any of its signs on."""

from __future__ import annotations

import unicodedata
from typing import Final

LONGEST_KEY: Final = 8  # signs; what is looked for beyond them is compared by the reader
SIGNS: Final = 40  # of a name that can be a beginning


def folded(name: str) -> str:
    """A name as it is compared."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def keys_of(name: str) -> list[tuple[int, bytes]]:
    """(place, key) of every sign of a name; of keys that come twice the first."""
    signs, found = folded(name), dict[bytes, int]()
    for place in range(min(len(signs), SIGNS)):
        found.setdefault(signs[place : place + LONGEST_KEY].encode(), place)
    return [(place, key) for key, place in found.items()]


def range_of(asked: str, longest: int) -> tuple[bytes, bytes]:
    """[from, to) of the keys of at most `longest` signs that begin with what is looked for. UTF-8 has no byte 255."""
    key = folded(asked)[:longest].encode()
    return key, key + b"\xff"
