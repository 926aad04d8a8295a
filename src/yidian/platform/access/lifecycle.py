"""The life of an approval as a table: state × event → state. What is not in it cannot happen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ASKED: Final = "asked"  # waits for a second person
APPROVED: Final = "approved"  # may be used once
REFUSED: Final = "refused"
USED: Final = "used"  # what was approved is done
EXPIRED: Final = "expired"  # nobody decided, or nobody used it, in time

STATES: Final = (ASKED, APPROVED, REFUSED, USED, EXPIRED)
EVENTS: Final = ("approve", "refuse", "use", "expire")

TABLE: Final[Mapping[tuple[str, str], str]] = {
    (ASKED, "approve"): APPROVED,
    (ASKED, "refuse"): REFUSED,
    (ASKED, "expire"): EXPIRED,
    (APPROVED, "use"): USED,
    (APPROVED, "expire"): EXPIRED,
}


class UnableToMoveApproval(Exception):
    """APPROVAL_NOT_IN_STATE: the approval's state does not know this event."""

    code = "APPROVAL_NOT_IN_STATE"

    def __init__(self, *, approval: int, state: str, event: str) -> None:
        self.params = {"approval": approval, "state": state, "event": event}
        super().__init__(f"approval {approval} is {state}: no {event}")


def after(*, approval: int, state: str, event: str) -> str:
    """The state of an approval after an event; UnableToMoveApproval if the table has none."""
    if (state, event) not in TABLE:
        raise UnableToMoveApproval(approval=approval, state=state, event=event)
    return TABLE[state, event]
