"""Allowances and conversions → what an item needs of a bucket in a band, and which limits a member has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from yidian.kernel.rating.arrays import I64, array
from yidian.kernel.rating.epochs import Epoch
from yidian.kernel.rating.tariff import ANY, Allowance, Conversion, Item

NO_LIMIT = 0


@dataclass(frozen=True, slots=True)
class Draws:
    """Tables of rows × cells, and × items; below each other one for each set of conversions in force together.

    `needs`: the least that a bucket must hold to serve the cell, 0: it does not. `blocks`: of the item, that take so
    much; 0: no conversion. `first`: by epoch, the row at which its set begins.
    """

    needs: I64
    blocks: I64
    first: tuple[int, ...]


def draws(
    allowances: Sequence[Allowance], conversions: Sequence[Conversion], items: Sequence[Item],
    bands: Sequence[tuple[str, ...]], width: int, epochs: Sequence[Epoch],
) -> Draws:  # fmt: skip
    """What every allowance row serves, by what, in each epoch."""
    in_order = sorted(conversions, key=lambda c: (c.allowance, c.item, str(c.valid_from or "")))
    sets: dict[tuple[int, ...], int] = {}
    first = []
    for epoch in epochs:
        known = tuple(n for n, one in enumerate(in_order) if one.in_force(epoch.day))
        first.append(sets.setdefault(known, len(sets)) * len(allowances))
    needs, blocks = [], []
    for known in sets:
        converted = {(c.allowance, c.item): c for c in (in_order[n] for n in known)}
        for allowance in allowances:
            needs.append(_needs(allowance, converted, items, bands, width))
            blocks.append([_block(allowance, converted, item) for item in items])
    return Draws(
        array(np.array(needs, np.int64).reshape(len(needs), len(items) * width)),
        array(np.array(blocks, np.int64).reshape(len(blocks), len(items))),
        tuple(first),
    )


def _needs(
    allowance: Allowance, converted: dict[tuple[str, str], Conversion], items: Sequence[Item],
    bands: Sequence[tuple[str, ...]], width: int,
) -> list[int]:  # fmt: skip
    row = [0] * (len(items) * width)
    for column, item in enumerate(items):
        if item.code in allowance.items:
            conversion = converted.get((allowance.code, item.code))
            for n, band in enumerate(bands[column]):
                if ANY in allowance.bands or band in allowance.bands:
                    row[column * width + n] = conversion.takes if conversion else 1
    return row


def _block(allowance: Allowance, converted: dict[tuple[str, str], Conversion], item: Item) -> int:
    conversion = converted.get((allowance.code, item.code))
    return conversion.block if conversion else 0


def member_limit(allowance: Allowance) -> int:
    """The most that one member draws in a period; NO_LIMIT. One's own allowance has none."""
    return allowance.member_limit if allowance.scope == "unit" else NO_LIMIT
