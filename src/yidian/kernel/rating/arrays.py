"""What a compiled tariff looks like: flat arrays, grouped in the few tuples that the pricing functions take.

Indices: item, band (within the item's band set), ladder, step, allowance row, cap row, program. A *program* is a
distinct ordered set of offers in one epoch (a stretch of the cycle in which no dated row changes). `width` is the
number of band columns: cell = item × width + band.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]
Text = NDArray[np.uint8] | NDArray[np.int64]  # bytes of a text, one a place
Records = NDArray[np.void]  # of batch.RECORD

EVENT_SLOT: Final = 0  # the slot of a subscriber that holds the running sum of one event
LIMIT: Final = (1 << 62) - 1  # no sum of numerators and no amount may pass this

# How a ladder counts. None of these: by steps, each event in blocks of its own.
BLOCKS_ON_COUNTER: Final = 1  # a block once begun lasts until the counter has used it up
VOLUME: Final = 2  # everything at the price of the step that was reached
SETUP: Final = 4  # the first charge of an event costs something more

# What a walk answers instead of a row number.
FULL: Final = -101  # the output has no room: come again with a larger one
OVERFLOW: Final = -102  # a product would leave 64 bits: park the unit


class Book(NamedTuple):
    """A tariff for one cycle."""

    width: int
    day_slot: int  # the slot that remembers the local day, and behind it what is counted by the day; -1: nothing is
    unit_day_slot: int
    day_edge_ms: I64  # where each local day of the cycle begins
    item_measure: I64  # 0 duration, 1 volume, 2 count
    item_split: I64  # 1: each block in the band where it begins
    item_bands: I64  # band set, -1: none
    item_rounding: I64
    item_unit: I64  # micro-units of one rounding step
    item_total: I64  # slot of the sum that is rounded: the cycle's own, or EVENT_SLOT
    item_den: I64  # common denominator of all prices of the item
    item_free: I64  # an event of less is neither drawn nor priced
    band_first: I64  # by band set, into the two below
    band_edge_ms: I64
    band_of: I64
    ladder_first: I64  # into the steps
    ladder_scope: I64  # 1: position counted over the cycle or the local day
    ladder_slot: I64  # the counter of these scopes
    ladder_repeat: I64
    ladder_kind: I64  # BLOCKS_ON_COUNTER, VOLUME, SETUP added up
    ladder_setup: I64  # numerator over item_den
    step_from: I64
    step_num: I64  # numerator for one base unit, over item_den
    step_block: I64
    step_limit: I64  # the most units whose product stays in bounds
    step_rule: I64  # index of the price row
    needs: I64  # [first row of the program + allowance row, cell] the least of a bucket that serves it, 0: none does
    converted: I64  # [first row of the program + allowance row, item] the block that takes so much, 0: as it is
    allowance_block: I64
    allowance_limit: I64  # the most for one member
    cap_micro: I64
    cap_slot: I64
    cap_shared: I64  # 1: counted on the rating unit
    price_of: I32  # [program, cell] → ladder, -1: none
    priced: U8  # [program, item]
    cap_of: I32  # [program, item] → cap row, -1: none
    draws_of: I64  # [program] → its first row of needs and converted


class Holders(NamedTuple):
    """The subscribers of one part of a run: what they hold when, and the state that pricing carries along."""

    program_first: I64  # by subscriber, into the two below
    program_from_ms: I64
    program: I64
    payer_first: I64  # by subscriber: entries (account as of), into the two below
    payer_from_ms: I64
    payer_to_ms: I64
    unit_first: I64  # by subscriber: entries (rating unit as of)
    unit_from_ms: I64
    unit_to_ms: I64
    unit: I64
    chain_first: I64  # by subscriber: its buckets in the order they are drawn
    chain_bucket: I64
    chain_from_ms: I64
    chain_to_ms: I64
    chain_limit: I64  # into `taken` where one member's draws are limited, -1: they are not
    bucket_allowance: I64
    balance: I64  # state: by bucket
    taken: I64  # state: what one member has drawn of an allowance in a period
    slots: I64  # state: [subscriber, slot] sums, counters, caps used
    unit_slots: I64  # state: [unit, slot] caps used


class Lines(NamedTuple):
    """Rated items, one row per stretch of an event."""

    event: I64  # index of the event in the order of pricing
    part: I64  # 0 for an event's first line
    band: I64
    rule: I64  # price row, -1: drawn from an allowance, or free
    allowance: I64  # allowance row, -1: charged, or free
    payer: I64  # entry of Holders.payer_*
    unit: I64
    quantity: I64  # base units of the event that this line covers
    units: I64  # units charged or drawn (of the bucket)
    amount_micro: I64
    cut_micro: I64  # what a cap took off


def lines(capacity: int) -> Lines:
    """Room for `capacity` lines."""
    return Lines(*(np.zeros(capacity, np.int64) for _ in Lines._fields))


def array(values: Any, dtype: Any = np.int64) -> Any:
    """A contiguous array that a compiled function takes without a second thought."""
    return np.ascontiguousarray(values, dtype=dtype)
