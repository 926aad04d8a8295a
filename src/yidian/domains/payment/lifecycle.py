"""The life of a receipt as a table: state × event → state. What is not in it cannot happen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SUSPENDED: Final = "suspended"  # nobody knows whose it is: it stands on suspense
TAKEN: Final = "taken"  # it has cleared receivables, the rest is principal
FOR_ORDER: Final = "for_order"  # it was paid with an order: kept for it, until it is deposits and principal
ASSIGNED: Final = "assigned"  # it stood on suspense and was given to an account
REVERSED: Final = "reversed"  # taken back on its own business day, as if it had never been
RETURNED: Final = "returned"  # given back to the payer: from suspense, or all that was paid with an order

STATES: Final = (SUSPENDED, TAKEN, FOR_ORDER, ASSIGNED, REVERSED, RETURNED)
EVENTS: Final = ("assign", "return", "reverse", "give_back")

TABLE: Final[Mapping[tuple[str, str], str]] = {
    (SUSPENDED, "assign"): ASSIGNED,
    (SUSPENDED, "return"): RETURNED,
    (SUSPENDED, "reverse"): REVERSED,
    (TAKEN, "reverse"): REVERSED,
    (FOR_ORDER, "give_back"): RETURNED,
    (ASSIGNED, "reverse"): REVERSED,  # out of suspense and all: as if it had never come
}


class UnableToChangePayment(Exception):
    """The receipt's state does not allow the event. Code PAYMENT_STATE."""

    code = "PAYMENT_STATE"

    def __init__(self, *, payment: str, state: str, event: str) -> None:
        self.params = {"payment": payment, "state": state, "event": event}
        super().__init__(f"payment {payment} is {state}: no {event}")


def after(*, payment: str, state: str, event: str) -> str:
    """The state of a receipt after an event; UnableToChangePayment if the table has none."""
    if (state, event) not in TABLE:
        raise UnableToChangePayment(payment=payment, state=state, event=event)
    return TABLE[state, event]
