"""Which balance book pays what, and how a deposit is returned: integers in, integers out."""

from yidian.kernel.ledger.deduct import Book as Book
from yidian.kernel.ledger.deduct import Deduction as Deduction
from yidian.kernel.ledger.deduct import Due as Due
from yidian.kernel.ledger.deduct import deduct as deduct
from yidian.kernel.ledger.deposits import UnableToPlanReturns as UnableToPlanReturns
from yidian.kernel.ledger.deposits import months_after as months_after
from yidian.kernel.ledger.deposits import returns as returns
from yidian.kernel.ledger.order import DEFAULT_ORDER as DEFAULT_ORDER
from yidian.kernel.ledger.order import RULES as RULES
from yidian.kernel.ledger.order import UnableToOrder as UnableToOrder
from yidian.kernel.ledger.order import in_order as in_order

__all__ = [
    "DEFAULT_ORDER",
    "RULES",
    "Book",
    "Deduction",
    "Due",
    "UnableToOrder",
    "UnableToPlanReturns",
    "deduct",
    "in_order",
    "months_after",
    "returns",
]
