"""Longest prefix over digits as a flat trie.

A node where nothing longer begins is no node of its own but an entry in the node above it: most are, and what is
walked through at random ought to be small. Node 0 is the root.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from yidian.kernel.rating.arrays import I32, I64, array


class Trie(NamedTuple):
    """`child[node, digit]`: the next node; 0: none; below 0: -1 - the entry of a prefix that no other continues.

    `value[node]`: the entry of the longest prefix down to this node, -1: none.
    """

    child: I32
    value: I32


def build_trie(prefixes: Sequence[str] | NDArray[np.bytes_]) -> Trie:
    """A trie whose values are the indices of `prefixes` (digits only, distinct).

    Built level by level, 10⁵ prefixes in well under a second.
    """
    count = len(prefixes)
    matrix = np.array(prefixes if count else [""], "S").reshape(-1, 1).view(np.uint8).reshape(max(count, 1), -1)
    length = (matrix != 0).sum(axis=1) if count else np.zeros(0, np.int64)
    node = np.zeros(count, np.int64)
    levels: list[tuple[I64, int]] = []
    size = 1
    for level in range(int(length.max(initial=0))):
        active = np.flatnonzero(length > level)
        key = node[active] * 10 + (matrix[active, level] - 48)
        distinct, inverse = np.unique(key, return_inverse=True)
        levels.append((distinct, size))
        node[active] = size + inverse
        size += len(distinct)
    child = np.zeros(size * 10, np.int32)
    for distinct, base in levels:
        child[distinct] = base + np.arange(len(distinct), dtype=np.int32)
    value = np.full(size, -1, np.int32)
    value[node] = np.arange(count, dtype=np.int32)
    for distinct, base in levels:  # a node without a value of its own has that of the node above
        own = value[base : base + len(distinct)]
        value[base : base + len(distinct)] = np.where(own < 0, value[distinct // 10], own)
    return _leaves_within(child.reshape(-1, 10), value)


def _leaves_within(child: I32, value: I32) -> Trie:
    """The trie without its leaves: their entries stand where they were pointed at."""
    inner: NDArray[np.bool_] = np.asarray(child.any(axis=1))
    inner[0] = True
    number = np.cumsum(inner) - 1
    kept = child[inner]
    led = np.where(inner[kept], number[kept], -1 - value[kept])
    return Trie(array(np.where(kept > 0, led, 0), np.int32), array(value[inner], np.int32))
