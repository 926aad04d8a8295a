"""The life of a dispute as a table: state × event → state. What is not in it cannot happen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

RAISED: Final = "raised"  # the customer has said what is wrong; an answer is promised
EXAMINED: Final = "examined"  # somebody has looked into it and written down what they found
UPHELD: Final = "upheld"  # the customer is right; nothing is booked yet: two people agree first
UPHELD_PART: Final = "upheld_part"  # right in part
SETTLED: Final = "settled"  # the over-charge is given back and made good: in the books
REJECTED: Final = "rejected"  # the bill is right, and the customer was told why
WITHDRAWN: Final = "withdrawn"  # the customer has let it go

STATES: Final = (RAISED, EXAMINED, UPHELD, UPHELD_PART, SETTLED, REJECTED, WITHDRAWN)
EVENTS: Final = ("examine", "uphold", "uphold_part", "reconsider", "settle", "reject", "withdraw")
ENDED: Final = (SETTLED, REJECTED, WITHDRAWN)
RIGHT: Final = (UPHELD, UPHELD_PART)  # the customer's complaint was

TABLE: Final[Mapping[tuple[str, str], str]] = {
    (RAISED, "examine"): EXAMINED,
    (EXAMINED, "examine"): EXAMINED,
    (EXAMINED, "uphold"): UPHELD,
    (EXAMINED, "uphold_part"): UPHELD_PART,
    (EXAMINED, "reject"): REJECTED,
    (UPHELD, "reconsider"): EXAMINED,  # the second person did not agree
    (UPHELD_PART, "reconsider"): EXAMINED,
    (UPHELD, "settle"): SETTLED,
    (UPHELD_PART, "settle"): SETTLED,
    (RAISED, "withdraw"): WITHDRAWN,
    (EXAMINED, "withdraw"): WITHDRAWN,
}


class UnableToChangeDispute(Exception):
    """The state does not allow the event: somebody was first, or a step before it is missing.

    Code DISPUTE_NOT_IN_STATE; `params` name the dispute, its state and the event.
    """

    code = "DISPUTE_NOT_IN_STATE"

    def __init__(self, *, dispute: str, state: str, event: str) -> None:
        self.params = {"dispute": dispute, "state": state, "event": event}
        super().__init__(f"dispute {dispute} is {state}: no {event}")


def after(*, dispute: str, state: str, event: str) -> str:
    """The state of a dispute after an event; UnableToChangeDispute if the table has none."""
    if (state, event) not in TABLE:
        raise UnableToChangeDispute(dispute=dispute, state=state, event=event)
    return TABLE[state, event]
