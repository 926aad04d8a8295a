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
    set_advances,
    set_check,
)
from yidian.domains.product_order.operations.completing import (
    complete_item,
    not_yet,
    opened_ms,
    take_completion,
    told_before,
)
from yidian.domains.product_order.operations.forms import print_form, sign_form
from yidian.domains.product_order.operations.origin import remember_origin
from yidian.domains.product_order.operations.paying import begin_paid, note_paid, note_returned
from yidian.domains.product_order.operations.porting import (
    UnableToPort,
    give_port_code,
    note_wrong_code,
    spend_port_code,
)
from yidian.domains.product_order.operations.stepping import (
    again,
    anew,
    answer,
    by_hand,
    claim,
    hold_order,
    keep_sent,
    refuse_by_hand,
)
from yidian.domains.product_order.operations.submitting import submit
from yidian.domains.product_order.operations.terms import set_order_terms
from yidian.domains.product_order.operations.undoing import cancel, effects_of, reverse

__all__ = [
    "CHANNELS",
    "UnableToChangeOrder",
    "UnableToOrder",
    "UnableToPort",
    "abandon",
    "add_item",
    "again",
    "anew",
    "answer",
    "begin_paid",
    "by_hand",
    "cancel",
    "change_item",
    "claim",
    "complete_item",
    "drop_item",
    "effects_of",
    "give_port_code",
    "hold_order",
    "keep_sent",
    "not_yet",
    "note_paid",
    "note_returned",
    "note_wrong_code",
    "open_order",
    "opened_ms",
    "print_form",
    "read_back",
    "record_quote",
    "refuse_by_hand",
    "remember_origin",
    "reverse",
    "set_advances",
    "set_check",
    "set_order_terms",
    "sign_form",
    "spend_port_code",
    "submit",
    "take_completion",
    "told_before",
]
