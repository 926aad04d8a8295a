"""The life of a billing cycle as a table: state × event → state. What is not in it cannot happen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

OPEN: Final = "open"  # takes usage
CUT: Final = "cut"  # which usage files belong to it is fixed; later ones are late
RATED: Final = "rated"  # its usage has prices
BILLED: Final = "billed"  # its bills can be looked at, and made again
POSTED: Final = "posted"  # its bills are fixed and stand in the books, or are on their way into them
CLOSED: Final = "closed"  # the month's books add up; nothing of it changes any more

STATES: Final = (OPEN, CUT, RATED, BILLED, POSTED, CLOSED)
EVENTS: Final = ("cut", "rate", "bill", "post", "close", "reopen")

TABLE: Final[Mapping[tuple[str, str], str]] = {
    (OPEN, "cut"): CUT,
    (CUT, "cut"): CUT,
    (RATED, "cut"): RATED,  # what rating has read is what belongs
    (BILLED, "cut"): BILLED,
    (OPEN, "rate"): RATED,
    (CUT, "rate"): RATED,
    (RATED, "rate"): RATED,
    (BILLED, "rate"): RATED,  # forgets the bills
    (RATED, "bill"): BILLED,
    (BILLED, "bill"): BILLED,
    (BILLED, "post"): POSTED,
    (POSTED, "close"): CLOSED,
    (CLOSED, "reopen"): POSTED,
}
FIXED: Final = (POSTED, CLOSED)  # usage that comes now is late


class UnableToChangeCycle(Exception):
    """The state does not allow the event: CYCLE_CLOSED, CYCLE_POSTED, CYCLE_NOT_CLOSED, or what is missing before it.

    Missing: CYCLE_NOT_RATED, CYCLE_NOT_BILLED, CYCLE_NOT_POSTED.
    """

    def __init__(self, *, cycle: str, state: str, event: str) -> None:
        self.code = _reason(state, event)
        self.params = {"cycle": cycle, "state": state, "event": event}
        super().__init__(f"cycle {cycle} is {state}: no {event}")


def _reason(state: str, event: str) -> str:
    if event == "reopen":
        return "CYCLE_NOT_CLOSED"
    if state in FIXED:
        return f"CYCLE_{state.upper()}"
    if state in (OPEN, CUT):
        return "CYCLE_NOT_RATED"
    return "CYCLE_NOT_BILLED" if state == RATED else "CYCLE_NOT_POSTED"


def after(*, cycle: str, state: str, event: str) -> str:
    """The state of a cycle after an event; UnableToChangeCycle if the table has none."""
    if (state, event) not in TABLE:
        raise UnableToChangeCycle(cycle=cycle, state=state, event=event)
    return TABLE[state, event]
