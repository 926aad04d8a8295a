"""Longest prefix over digits as a flat trie.

`child[node, digit]` → node (0: none), `value[node]` → entry (-1: none). Node 0 is the root.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from yidian.kernel.rating.arrays import I32, I64, array


class Trie(NamedTuple):
    """`child[node, digit]`: the next node, 0: none. `value[node]`: the longest prefix down to this node, -1: none."""

    child: I32
    value: I32


def build_trie(prefixes: Sequence[str]) -> Trie:
    """A trie whose values are the indices of `prefixes` (digits only, distinct).

    Built level by level, 10⁵ prefixes in well under a second.
    """
    matrix = np.array(prefixes or [""], dtype="S").reshape(-1, 1).view(np.uint8).reshape(max(len(prefixes), 1), -1)
    length = (matrix != 0).sum(axis=1) if len(prefixes) else np.zeros(0, np.int64)
    node = np.zeros(len(prefixes), np.int64)
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
    value[node] = np.arange(len(prefixes), dtype=np.int32)
    for distinct, base in levels:  # a node without a value of its own has that of the node above
        own = value[base : base + len(distinct)]
        value[base : base + len(distinct)] = np.where(own < 0, value[distinct // 10], own)
    return Trie(array(child.reshape(-1, 10), np.int32), value)
