"""The doors of the arithmetic: the same functions, plain for a lone quote or compiled for a run."""

from __future__ import annotations

import functools
from types import SimpleNamespace

import numpy as np

from yidian.kernel.compiling import compiled
from yidian.kernel.money.rounding import divide
from yidian.kernel.rating import batch, batch_others, classify, columns, identify, others, price, units
from yidian.kernel.rating.arrays import FULL, I64, Book, Holders, Lines, lines
from yidian.kernel.rating.units import Events, Groups, Totals, Verdicts

# Callees before callers.
PRICE = (
    price.ceil_div, price.entry_at, price.left_to, price.bucket_for, price.put, price.draw, price.day_at,
    price.begin_day, price.step_at, price.rung, price.unlike, divide, price.cap_sum, price.keep_cap_sum, price.charge,
    price.sign, price.price_event, units.undo, units.sums_fit, units.add_up, units.price_group, units.price_units,
)  # fmt: skip
CLASSIFY = (classify.longest_prefix, classify.epoch_at, classify.same_province, classify.item_of)
BATCH = (
    identify.word_of, identify.hash_of, identify.words_of, identify.same_tail, identify.row_of, identify.holder_at,
    identify.fill_identities, others.net_of, others.befriended, others.tied, others.tie_of,
    batch.words_of_block, batch.approach, batch.identify_block, batch.identify_batch,
    batch.destination_batch, batch_others.asked_in_block, batch_others.net_batch, batch_others.friend_batch,
    batch_others.tie_batch, batch.item_batch, batch.scatter, batch.order_records, batch.pick, batch.gather,
    columns.fill,
)  # fmt: skip
DOORS = (
    units.price_units, identify.fill_identities, batch.identify_batch, batch.destination_batch,
    batch_others.net_batch, batch_others.friend_batch, batch_others.tie_batch, batch.item_batch, batch.scatter,
    batch.order_records, batch.pick, batch.gather, columns.fill,
)  # fmt: skip


def plain() -> SimpleNamespace:
    """The functions as they are written."""
    return SimpleNamespace(**{f.__name__: f for f in (*PRICE, *CLASSIFY)})


@functools.cache
def fast() -> SimpleNamespace:
    """The same functions as machine code."""
    functions = (*PRICE, *CLASSIFY, *BATCH)
    return compiled(
        functions,
        inlined=[f for f in functions if f not in DOORS],
        borrowing=[f for f in functions if f is not batch.order_records],
    )


def price_all(
    engine: SimpleNamespace, book: Book, held: Holders, events: Events, groups: Groups, *, capacity: int = 0
) -> tuple[Lines, Totals, Verdicts]:
    """Price every group; the output grows until all have room. Lines are cut to what was written."""
    opening: I64 = held.balance.copy()
    sums = units.totals(len(held.payer_from_ms), len(book.item_measure))
    found = units.verdicts(len(events.sub), len(groups.sub_first) - 1)
    out = lines(capacity or len(events.sub) + (len(events.sub) >> 2) + 64)
    while engine.price_units(book, held, opening, out, events, groups, sums, found) == FULL:
        out = Lines(*(np.concatenate([column, np.zeros(len(column), np.int64)]) for column in out))
    return Lines(*(column[: int(found.cursor[1])] for column in out)), sums, found
