"""The life of a billing cycle as a table: state × event → state. What is not in it cannot happen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

OPEN: Final = "open"  # takes usage, is rated and billed as often as needed
CLOSED: Final = "closed"  # its bills are final; nothing of it changes any more

STATES: Final = (OPEN, CLOSED)
EVENTS: Final = ("rate", "bill", "close")

TABLE: Final[Mapping[tuple[str, str], str]] = {
    (OPEN, "rate"): OPEN,
    (OPEN, "bill"): OPEN,
    (OPEN, "close"): CLOSED,
}


class UnableToChangeCycle(Exception):
    """The cycle's state does not allow the event. Code CYCLE_CLOSED."""

    code = "CYCLE_CLOSED"

    def __init__(self, *, cycle: str, state: str, event: str) -> None:
        self.params = {"cycle": cycle, "state": state, "event": event}
        super().__init__(f"cycle {cycle} is {state}: no {event}")


def after(*, cycle: str, state: str, event: str) -> str:
    """The state of a cycle after an event; UnableToChangeCycle if the table has none."""
    if (state, event) not in TABLE:
        raise UnableToChangeCycle(cycle=cycle, state=state, event=event)
    return TABLE[state, event]
