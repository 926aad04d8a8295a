"""What may change cycles, bills' standing, what is parked, adjustments and terms, and when it may not."""

from yidian.domains.customer_bill.operations.adjusting import (
    UnableToAdjust,
    adjust,
    adjust_in,
    mark_billed,
    reverse_adjustment,
)
from yidian.domains.customer_bill.operations.correcting import (
    CORRECT,
    agree_correction,
    ask_correction,
    keep_correction,
    withdraw_correction,
)
from yidian.domains.customer_bill.operations.cycles import (
    CONSOLE,
    UnableToCloseCycle,
    begin_posting,
    close_cycle,
    cut_cycle,
    open_cycle,
    reopen_cycle,
)
from yidian.domains.customer_bill.operations.runs import (
    expect,
    park,
    resolve,
    take_bills,
    take_rating,
    take_some_bills,
)
from yidian.domains.customer_bill.operations.terms import set_terms

__all__ = [
    "CONSOLE",
    "CORRECT",
    "UnableToAdjust",
    "UnableToCloseCycle",
    "adjust",
    "adjust_in",
    "agree_correction",
    "ask_correction",
    "begin_posting",
    "close_cycle",
    "cut_cycle",
    "expect",
    "keep_correction",
    "mark_billed",
    "open_cycle",
    "park",
    "reopen_cycle",
    "resolve",
    "reverse_adjustment",
    "set_terms",
    "take_bills",
    "take_rating",
    "take_some_bills",
    "withdraw_correction",
]
