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
FEE_DURING: Final = 9  # state in which days count; ANY_STATE
FEE_FREE: Final = 10  # so many cycles of the holding are free
FEE_PARTS: Final = 11  # its parts are book.parts[FEE_PARTS:FEE_PARTS_END]
FEE_PARTS_END: Final = 12
FEE_TERM: Final = 13  # cycles of the term that a fee on leaving asks for
FEE_WIDTH: Final = 14
CHARGED_CYCLE: Final = 0
CHARGED_ONCE: Final = 1
CHARGED_LEAVING: Final = 2
WHOLE: Final = 0
BY_DAYS: Final = 1
DAY_PRICE: Final = 2
HALF: Final = 3
EACH_LEFT: Final = 4
BY_TERM: Final = 5
HALF_AFTER: Final = 15  # days of the cycle

# parts of fees
PART_ITEM: Final = 0
PART_PRICE: Final = 1
PART_FROM: Final = 2
PART_TO: Final = 3
PART_WIDTH: Final = 4

# states of a subscriber; periods in which it is active have no row
ANY_STATE: Final = -1
ACTIVE: Final = 0
STATES: Final = ("active", "stopped", "kept")
STATE_IS: Final = 0
STATE_FROM: Final = 1  # UTC ms
STATE_TO: Final = 2
STATE_WIDTH: Final = 3

# who else pays for a subscriber, in the order in which they take lines
PAYER_ACCOUNT: Final = 0
PAYER_MODE: Final = 1
PAYER_VALUE: Final = 2  # of a limit: micro-units; of a share: parts per million
PAYER_ITEMS: Final = 3  # a row of Charges.payer_items
PAYER_WIDTH: Final = 4
MODES: Final = ("full", "limit", "share")
MODE_FULL: Final = 0
MODE_LIMIT: Final = 1
MODE_SHARE: Final = 2

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
CUT_SCOPE: Final = 9  # a place in SCOPES
CUT_CYCLES: Final = 10  # the first so many cycles of the holding; 0: all
CUT_NEEDS: Final = 11  # offers that the unit must hold are book.needs[CUT_NEEDS:CUT_NEEDS_END]
CUT_NEEDS_END: Final = 12
CUT_CAP: Final = 13  # 0: none
CUT_WIDTH: Final = 14
SCOPES: Final = ("subscriber", "unit", "account")
SCOPE_UNIT: Final = 1
SCOPE_ACCOUNT: Final = 2

# discounts that holdings bring to the accounts that pay for them
BROUGHT_ACCOUNT: Final = 0
BROUGHT_ROW: Final = 1
BROUGHT_WIDTH: Final = 2

# minimum rows
LEAST_ITEM: Final = 0
LEAST_AMOUNT: Final = 1
LEAST_FROM: Final = 2
LEAST_TO: Final = 3
LEAST_DURING: Final = 4
LEAST_FREE: Final = 5
LEAST_WIDTH: Final = 6

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
HELD_BEFORE: Final = 5  # 1: it was held as the cycle began, from before
HELD_AFTER: Final = 6  # 1: it is held as the cycle ends and goes on
HELD_PAYS_NEXT: Final = 7  # account at the cycle's last instant
HELD_AGE: Final = 8  # calendar cycles of the holding before this one, at most book.longest + 1
HELD_FROM_MS: Final = 9  # the window
HELD_TO_MS: Final = 10
HELD_WIDTH: Final = 11

# lines of one subscriber while its bill is made; ordered by (item, account, kind, offer)
LINE_ACCOUNT: Final = 0
LINE_ITEM: Final = 1
LINE_KIND: Final = 2
LINE_OFFER: Final = 3
LINE_QUANTITY: Final = 4
LINE_EVENTS: Final = 5
LINE_AMOUNT: Final = 6
LINE_LEFT: Final = 7
LINE_SUBSCRIBER: Final = 8
LINE_MINOR: Final = 9  # what stands on the bill of it, what was taken from it included
LINE_WIDTH: Final = 10

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
KIND_ADVANCE: Final = 4  # a fee of the next cycle
KINDS: Final = ("usage", "fee", "discount", "minimum", "advance")

NONE: Final = -1


class Book(NamedTuple):
    """What a tariff says about bills of one cycle. `listed[d, i]` is 1 where discount row d names item i.

    `ahead`: fees asked in advance for the next cycle; `borne`: those that the bill before asked for this one, by its
    tariff. Their days are counted from the first of the cycle they are of. `levels[d, g]` is 1 where discount row d
    reaches grade g, `least_levels[m, g]` where minimum row m does; the last column is of grades that no row names.
    """

    cycle_days: int
    next_days: int
    micro_per_minor: int
    bill_rounding: int
    longest: int  # the most cycles that a row counts of a holding
    unit_cuts: int  # discount rows of scope unit
    account_cuts: int  # and of scope account
    day_starts: Ints  # UTC ms, of each day of the cycle, and its end
    fee_ptr: Ints
    fees: Table
    ahead_ptr: Ints
    ahead: Table
    borne_ptr: Ints
    borne: Table
    parts: Table
    discount_ptr: Ints
    discounts: Table
    listed: Table
    needs: Ints
    levels: Table
    minimum_ptr: Ints
    minimums: Table
    least_levels: Table
    item_class: Ints


class Charges(NamedTuple):
    """What was used and held, by subscriber, and what else is known of it; `members` of units, one after another.

    `payer_items[s, i]` is 1 where item i is in set s.
    """

    usage_ptr: Ints
    usage: Table
    held_ptr: Ints
    held: Table
    state_ptr: Ints
    states: Table
    payer_ptr: Ints
    payers: Table
    payer_items: Table
    grade: Ints
    unit_ptr: Ints
    members: Ints


class Desk(NamedTuple):
    """Room to work in for one unit or account, as large as the largest needs."""

    lines: Table
    begins: Ints  # the first line of each member, and the end
    moved: Table  # lines that others have taken
    rates: Ints  # how much of each line shares have asked for, ppm
    gone: Ints  # 1: nothing of the line is left to its own account
    order: Ints  # lines that a discount names, by item
    chosen: Ints  # discount rows in force, in order
    chosen_by: Ints  # the member that brings each
    weights: Ints
    parts: Ints
    rests: Ints
    item_parts: Ints
    stamps: Ints  # by offer: 1 + the last unit that holds it
