"""Which subscriber an identifier named at an instant: a hash table over (kind, text), the history of each behind it.

A row is eight words, one line of a processor's cache: the first 21 bytes of the text in three words, kind and length,
begin and end, the subscriber, and the next row of the same identifier. Longer texts are compared in the arena too.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from yidian.kernel.rating.arrays import I32, I64, U8, Text

WORDS: Final = 5  # four that identify, and their hash
SHORT: Final = 21  # bytes that three words hold
_MASK: Final = (1 << 61) - 1
_PRIME: Final = 1_099_511_628_211
_KIND: Final = 1 << 32

FROM, TO, SUB, NEXT = 4, 5, 6, 7
Words = I64 | list[int]  # of WORDS


class Identities(NamedTuple):
    """`table` finds the first row of an identifier in `rows` [n, 8]; open addressing, a power of two, -1: empty."""

    table: I32
    rows: I64
    text_first: I64  # by row, where its text stands in the arena (n + 1)
    text: U8


def word_of(text: Text, first: int, last: int) -> int:
    """At most seven bytes as one number."""
    found = 0
    for at in range(first, last):
        found = found * 256 + text[at]
    return found


def hash_of(word_0: int, word_1: int, word_2: int, kind_length: int) -> int:
    """A 61-bit hash of what identifies a short text."""
    found = ((word_0 ^ kind_length) * _PRIME) & _MASK
    found = ((found ^ word_1) * _PRIME) & _MASK
    found = ((found ^ (found >> 31) ^ word_2) * _PRIME) & _MASK
    return found ^ (found >> 29)


def same_tail(ids: Identities, row: int, text: Text, first: int, last: int) -> bool:
    """Whether what the words do not hold is equal, for texts of equal length."""
    begin = ids.text_first[row] - first
    for at in range(first + SHORT, last):  # noqa: SIM110
        if ids.text[begin + at] != text[at]:
            return False
    return True


def words_of(text: Text, first: int, last: int, kind: int, word: Words) -> None:
    """What identifies (kind, text[first:last]): four words, and the hash of them."""
    word[0] = word_of(text, first, min(last, first + 7))
    word[1] = word_of(text, first + 7, min(last, first + 14))
    word[2] = word_of(text, first + 14, min(last, first + SHORT))
    word[3] = kind * _KIND + (last - first)
    word[4] = hash_of(word[0], word[1], word[2], word[3])


def row_of(ids: Identities, word: Words, text: Text, first: int, last: int) -> int:
    """The first row of the identifier whose words these are, -1: never held by anybody."""
    mask = len(ids.table) - 1
    at = word[4] & mask
    while ids.table[at] >= 0:
        row: int = ids.table[at]
        if (
            ids.rows[row, 0] == word[0]
            and ids.rows[row, 1] == word[1]
            and ids.rows[row, 2] == word[2]
            and ids.rows[row, 3] == word[3]
            and (last - first <= SHORT or same_tail(ids, row, text, first, last))
        ):
            return row
        at = (at + 1) & mask
    return -1


def holder_at(ids: Identities, row: int, at_ms: int) -> int:
    """Who held the identifier of a row at an instant, -1: nobody."""
    while row >= 0:
        if ids.rows[row, FROM] <= at_ms and at_ms < ids.rows[row, TO]:
            sub: int = ids.rows[row, SUB]
            return sub
        row = ids.rows[row, NEXT]
    return -1


def subscriber_at(ids: Identities, kind: int, text: Text, first: int, last: int, at_ms: int) -> int:
    """The subscriber who held (kind, text[first:last]) at an instant, -1: nobody."""
    word = [0] * WORDS
    words_of(text, first, last, kind, word)
    return holder_at(ids, row_of(ids, word, text, first, last), at_ms)


def fill_identities(ids: Identities, kind: I64, word: Words) -> None:
    """Enter rows 0 … n-1, whose begin, end and subscriber are set, into the empty table. `word`: scratch of WORDS."""
    mask = len(ids.table) - 1
    for row in range(len(kind)):
        first = ids.text_first[row]
        last = ids.text_first[row + 1]
        words_of(ids.text, first, last, kind[row], word)
        known = row_of(ids, word, ids.text, first, last)
        ids.rows[row, NEXT] = -1
        if known >= 0:
            ids.rows[row, NEXT] = ids.rows[known, NEXT]
            ids.rows[known, NEXT] = row
            continue
        for n in range(4):
            ids.rows[row, n] = word[n]
        at = word[4] & mask
        while ids.table[at] >= 0:
            at = (at + 1) & mask
        ids.table[at] = row


def empty_identities(text_first: I64, text: U8, from_ms: I64, to_ms: I64, sub: I64) -> Identities:
    """Rows with their periods and subscribers, not yet entered: fill_identities does that.

    `text` is not to be written, whoever made it: functions are compiled once for arrays that are read only.
    """
    text = text.view()
    text.flags.writeable = False
    rows = np.zeros((max(len(sub), 1), 8), np.int64)  # one that nobody holds where there is none: blocks look at it
    held = rows[: len(sub)]
    held[:, FROM], held[:, TO], held[:, SUB] = from_ms, to_ms, sub
    table = np.full(1 << max(4, (2 * len(sub)).bit_length()), -1, np.int32)
    return Identities(table, rows, text_first, text)
