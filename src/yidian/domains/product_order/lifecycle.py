"""The lives of an order, of its items and of their steps, as tables: state × event → state. What is not in one cannot
happen.

After completion in TMF622's words: `cart` is a shopping cart (TMF663), `at_work` inProgress, `held` pending with a
fall-out, `cancelling` pendingCancellation. `reversed` (返销) TMF622 does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CART: Final = "cart"  # being put together; what it reserved runs out by itself
AT_WORK: Final = "at_work"  # 在途: submitted, being opened
HELD: Final = "held"  # 退单: a step fell out and waits for somebody
COMPLETED: Final = "completed"  # 竣工
ABANDONED: Final = "abandoned"  # a cart that was let go
CANCELLING: Final = "cancelling"  # 撤单: what was done is being undone
CANCELLED: Final = "cancelled"
REVERSING: Final = "reversing"  # 返销
REVERSED: Final = "reversed"

Table = Mapping[tuple[str, str], str]
ORDER_STATES: Final = (CART, AT_WORK, HELD, COMPLETED, ABANDONED, CANCELLING, CANCELLED, REVERSING, REVERSED)
ENDED: Final = (COMPLETED, ABANDONED, CANCELLED, REVERSED)
IN_FLIGHT: Final = (AT_WORK, HELD, CANCELLING, REVERSING)
ORDER: Final[Table] = {
    (CART, "submit"): AT_WORK,
    (CART, "abandon"): ABANDONED,
    (AT_WORK, "hold"): HELD,
    (AT_WORK, "complete"): COMPLETED,
    (AT_WORK, "cancel"): CANCELLING,
    (HELD, "hold"): HELD,
    (HELD, "release"): AT_WORK,
    (HELD, "cancel"): CANCELLING,
    (CANCELLING, "undone"): CANCELLED,
    (CANCELLING, "rest_undone"): COMPLETED,  # some of its items had been complete, and stay
    (COMPLETED, "reverse"): REVERSING,
    (REVERSING, "undone"): REVERSED,
}

PLANNED: Final = "planned"
DROPPED: Final = "dropped"  # taken out of the cart
ITEM_STATES: Final = (PLANNED, DROPPED, AT_WORK, COMPLETED, CANCELLING, CANCELLED, REVERSING, REVERSED)
ITEM: Final[Table] = {
    (PLANNED, "submit"): AT_WORK,
    (PLANNED, "drop"): DROPPED,
    (AT_WORK, "complete"): COMPLETED,
    (AT_WORK, "cancel"): CANCELLING,
    (CANCELLING, "undone"): CANCELLED,
    (COMPLETED, "reverse"): REVERSING,
    (REVERSING, "undone"): REVERSED,
}

WAITING: Final = "waiting"  # for the steps before it, for its hour, or for whoever does it
SENT: Final = "sent"  # the network has it and will say later
DONE: Final = "done"
FALLEN: Final = "fallen"  # 退单: given up, with the reason
UNDOING: Final = "undoing"
STUCK: Final = "stuck"  # its undoing was given up
UNDONE: Final = "undone"
SPARED: Final = "spared"  # never begun, and never to be
STEP_STATES: Final = (WAITING, SENT, DONE, FALLEN, UNDOING, STUCK, UNDONE, SPARED)
STEP: Final[Table] = {
    (WAITING, "later"): WAITING,
    (WAITING, "accepted"): SENT,
    (WAITING, "done"): DONE,
    (WAITING, "fall_out"): FALLEN,
    (WAITING, "anew"): WAITING,  # what was sent is not what it is to be any more: once more, under another key
    (WAITING, "spare"): SPARED,
    (WAITING, "undo"): UNDOING,
    (SENT, "later"): SENT,
    (SENT, "accepted"): SENT,
    (SENT, "done"): DONE,
    (SENT, "fall_out"): FALLEN,
    (SENT, "anew"): WAITING,
    (SENT, "undo"): UNDOING,
    (FALLEN, "again"): WAITING,
    (FALLEN, "by_hand"): DONE,
    (FALLEN, "undo"): UNDOING,
    (FALLEN, "spare"): SPARED,  # it was refused: nothing was done
    (DONE, "undo"): UNDOING,
    (DONE, "anew"): WAITING,
    (UNDOING, "later"): UNDOING,
    (UNDOING, "undone"): UNDONE,
    (UNDOING, "fall_out"): STUCK,
    (UNDOING, "anew"): UNDOING,
    (STUCK, "again"): UNDOING,
    (STUCK, "by_hand"): UNDONE,
}


class UnableToChangeOrder(Exception):
    """The state does not allow the event: somebody was first, or a step before it is missing.

    Codes ORDER_NOT_IN_STATE, ORDER_ITEM_NOT_IN_STATE, ORDER_STEP_NOT_IN_STATE; `params` name it, its state, the event.
    """

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def after(table: Table, *, code: str, name: str, state: str, event: str) -> str:
    """The state after an event; UnableToChangeOrder with `code` if the table has none."""
    if (state, event) not in table:
        raise UnableToChangeOrder(code, order=name, state=state, event=event)
    return table[state, event]
