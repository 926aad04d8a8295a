"""Which subscriber an identifier named at an instant: a hash table over (kind, text) with the history of each behind it."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from yidian.kernel.rating.arrays import I32, I64, U8

_MASK: Final = (1 << 61) - 1
_PRIME: Final = 1_099_511_628_211
_SEED: Final = 1_469_598_103_934_665_603


class Identities(NamedTuple):
    """Entries are distinct (kind, text); `table` finds an entry, `first` its dated rows, ascending by begin."""

    table: I32  # open addressing, -1: empty; its length is a power of two
    kind: I64
    text_first: I64
    text: U8
    first: I64
    from_ms: I64
    to_ms: I64
    sub: I64


def hash_of(kind: int, text, first: int, last: int) -> int:  # type: ignore[no-untyped-def]
    """A 61-bit hash of a kind and text[first:last]."""
    found = _SEED
    found = ((found ^ kind) * _PRIME) & _MASK
    for at in range(first, last):
        found = ((found ^ text[at]) * _PRIME) & _MASK
    return found ^ (found >> 29)


def same_text(a, a_first: int, a_last: int, b, b_first: int, b_last: int) -> bool:  # type: ignore[no-untyped-def]
    if a_last - a_first != b_last - b_first:
        return False
    for n in range(a_last - a_first):  # noqa: SIM110
        if a[a_first + n] != b[b_first + n]:
            return False
    return True


def entry_of(ids: Identities, kind: int, text, first: int, last: int) -> int:  # type: ignore[no-untyped-def]
    """The entry of (kind, text[first:last]), -1: never held by anybody."""
    mask = len(ids.table) - 1
    at = hash_of(kind, text, first, last) & mask
    while ids.table[at] >= 0:
        entry = ids.table[at]
        if ids.kind[entry] == kind and same_text(
            ids.text, ids.text_first[entry], ids.text_first[entry + 1], text, first, last
        ):
            return entry
        at = (at + 1) & mask
    return -1


def subscriber_at(ids: Identities, kind: int, text, first: int, last: int, at_ms: int) -> int:  # type: ignore[no-untyped-def]
    """The subscriber who held (kind, text[first:last]) at an instant, -1: nobody."""
    entry = entry_of(ids, kind, text, first, last)
    if entry < 0:
        return -1
    for row in range(ids.first[entry], ids.first[entry + 1]):
        if ids.from_ms[row] <= at_ms and at_ms < ids.to_ms[row]:
            return ids.sub[row]
    return -1


def fill_table(table, kind, text_first, text) -> None:  # type: ignore[no-untyped-def]
    """Put entries 0 … n-1 into an empty table."""
    mask = len(table) - 1
    for entry in range(len(kind)):
        at = hash_of(kind[entry], text, text_first[entry], text_first[entry + 1]) & mask
        while table[at] >= 0:
            at = (at + 1) & mask
        table[at] = entry


def empty_table(entries: int) -> I32:
    """A table with room to spare for a number of entries."""
    return np.full(1 << max(4, (2 * entries).bit_length()), -1, np.int32)
