"""Taking orders, their steps, completion, and taking them back."""

from yidian.domains.product_order.lifecycle import UnableToChangeOrder
from yidian.domains.product_order.operations.capture import (
    CHANNELS,
    UnableToOrder,
    abandon,
    add_item,
    change_item,
    drop_item,
    open_order,
    read_back,
    record_quote,
    set_check,
)
from yidian.domains.product_order.operations.completing import complete_item, opened_ms, take_completion
from yidian.domains.product_order.operations.forms import print_form, sign_form
from yidian.domains.product_order.operations.stepping import again, answer, by_hand, claim, refuse_by_hand
from yidian.domains.product_order.operations.submitting import submit
from yidian.domains.product_order.operations.terms import set_order_terms
from yidian.domains.product_order.operations.undoing import cancel, effects_of, reverse

__all__ = [
    "CHANNELS",
    "UnableToChangeOrder",
    "UnableToOrder",
    "abandon",
    "add_item",
    "again",
    "answer",
    "by_hand",
    "cancel",
    "change_item",
    "claim",
    "complete_item",
    "drop_item",
    "effects_of",
    "open_order",
    "opened_ms",
    "print_form",
    "read_back",
    "record_quote",
    "refuse_by_hand",
    "reverse",
    "set_check",
    "set_order_terms",
    "sign_form",
    "submit",
    "take_completion",
]
