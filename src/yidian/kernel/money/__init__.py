"""Money: integers with a unit, named roundings, exact text, shares that sum to the whole."""

from yidian.kernel.money.amounts import format_micro as format_micro
from yidian.kernel.money.amounts import format_minor as format_minor
from yidian.kernel.money.amounts import parse_micro as parse_micro
from yidian.kernel.money.amounts import parse_minor as parse_minor
from yidian.kernel.money.currency import AMOUNT_LIMIT as AMOUNT_LIMIT
from yidian.kernel.money.currency import CURRENCY_CODES as CURRENCY_CODES
from yidian.kernel.money.currency import Currency as Currency
from yidian.kernel.money.currency import UnableToCountInMicro as UnableToCountInMicro
from yidian.kernel.money.currency import currency as currency
from yidian.kernel.money.currency import micro_per_minor as micro_per_minor
from yidian.kernel.money.currency import to_micro as to_micro
from yidian.kernel.money.currency import to_minor as to_minor
from yidian.kernel.money.rounding import CEILING as CEILING
from yidian.kernel.money.rounding import DOWN as DOWN
from yidian.kernel.money.rounding import FLOOR as FLOOR
from yidian.kernel.money.rounding import HALF_EVEN as HALF_EVEN
from yidian.kernel.money.rounding import HALF_UP as HALF_UP
from yidian.kernel.money.rounding import ROUNDINGS as ROUNDINGS
from yidian.kernel.money.rounding import UP as UP
from yidian.kernel.money.rounding import divide as divide
from yidian.kernel.money.share import UnableToShare as UnableToShare
from yidian.kernel.money.share import share as share

__all__ = [
    "AMOUNT_LIMIT",
    "CEILING",
    "CURRENCY_CODES",
    "DOWN",
    "FLOOR",
    "HALF_EVEN",
    "HALF_UP",
    "ROUNDINGS",
    "UP",
    "Currency",
    "UnableToCountInMicro",
    "UnableToShare",
    "currency",
    "divide",
    "format_micro",
    "format_minor",
    "micro_per_minor",
    "parse_micro",
    "parse_minor",
    "share",
    "to_micro",
    "to_minor",
]
