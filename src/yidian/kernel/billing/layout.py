"""The arrays of the bill arithmetic: columns by name, so that one text reads well and runs compiled.

Everything is int64. CSR: rows of owner *k* are `ptr[k]:ptr[k + 1]`. Days are counted from the cycle's first local day.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Table = Any  # NDArray[np.int64] of two dimensions: plain ints come out of it in both ways of running

# fee rows
FEE_ITEM: Final = 0
FEE_AMOUNT: Final = 1
FEE_CHARGED: Final = 2
FEE_PRORATION: Final = 3
FEE_DAY_PRICE: Final = 4
FEE_ROUNDING: Final = 5
FEE_UNIT: Final = 6  # micro-units the fee is rounded to
FEE_FROM: Final = 7
FEE_TO: Final = 8
FEE_WIDTH: Final = 9
CHARGED_CYCLE: Final = 0
CHARGED_ONCE: Final = 1
WHOLE: Final = 0
BY_DAYS: Final = 1
DAY_PRICE: Final = 2

# discount rows
CUT_RANK: Final = 0  # place in the order (priority, code, offer, from)
CUT_CODE: Final = 1
CUT_ITEM: Final = 2
CUT_RATE: Final = 3
CUT_AMOUNT: Final = 4
CUT_THRESHOLD: Final = 5
CUT_FROM: Final = 6
CUT_TO: Final = 7
CUT_OFFER: Final = 8
CUT_WIDTH: Final = 9

# minimum rows
LEAST_ITEM: Final = 0
LEAST_AMOUNT: Final = 1
LEAST_FROM: Final = 2
LEAST_TO: Final = 3
LEAST_WIDTH: Final = 4

# usage totals of a subscriber
USE_ACCOUNT: Final = 0
USE_ITEM: Final = 1
USE_AMOUNT: Final = 2
USE_QUANTITY: Final = 3
USE_EVENTS: Final = 4
USE_WIDTH: Final = 5

# holdings of a subscriber, cut to the cycle
HELD_ACCOUNT: Final = 0  # at the window's first instant
HELD_OFFER: Final = 1
HELD_FIRST: Final = 2
HELD_END: Final = 3
HELD_BEGINS: Final = 4  # 1: the holding begins in this cycle
HELD_WIDTH: Final = 5

# lines of one subscriber while its bill is made; ordered by (item, account, kind, offer)
LINE_ACCOUNT: Final = 0
LINE_ITEM: Final = 1
LINE_KIND: Final = 2
LINE_OFFER: Final = 3
LINE_QUANTITY: Final = 4
LINE_EVENTS: Final = 5
LINE_AMOUNT: Final = 6
LINE_LEFT: Final = 7
LINE_WIDTH: Final = 8

# bill items
ROW_ACCOUNT: Final = 0
ROW_SUBSCRIBER: Final = 1
ROW_KIND: Final = 2
ROW_ITEM: Final = 3
ROW_OF_ITEM: Final = 4
ROW_OFFER: Final = 5
ROW_CODE: Final = 6
ROW_QUANTITY: Final = 7
ROW_EVENTS: Final = 8
ROW_MICRO: Final = 9
ROW_MINOR: Final = 10
ROW_CLASS: Final = 11
ROW_WIDTH: Final = 12
ROW_COLUMNS: Final = (
    "account", "subscriber", "kind", "item", "of_item", "offer", "code",
    "quantity", "events", "amount_micro", "amount_minor", "tax_class",
)  # fmt: skip

KIND_USAGE: Final = 0
KIND_FEE: Final = 1
KIND_DISCOUNT: Final = 2
KIND_MINIMUM: Final = 3
KINDS: Final = ("usage", "fee", "discount", "minimum")

NONE: Final = -1


class Book(NamedTuple):
    """What a tariff says about bills of one cycle. `listed[d, i]` is 1 where discount row d names item i."""

    cycle_days: int
    micro_per_minor: int
    bill_rounding: int
    fee_ptr: Ints
    fees: Table
    discount_ptr: Ints
    discounts: Table
    listed: Table
    minimum_ptr: Ints
    minimums: Table
    item_class: Ints


class Charges(NamedTuple):
    """What was used and held, by subscriber."""

    usage_ptr: Ints
    usage: Table
    held_ptr: Ints
    held: Table


class Desk(NamedTuple):
    """Room to work in for one subscriber, as large as the largest needs."""

    lines: Table
    chosen: Ints  # discount rows in force, in order
    weights: Ints
    parts: Ints
    rests: Ints
    item_parts: Ints
