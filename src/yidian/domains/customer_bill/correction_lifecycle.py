"""The life of a correction as a table: state × event → state. What is not in it cannot happen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PREVIEWED: Final = "previewed"  # somebody has looked at what it would come to
ASKED: Final = "asked"  # it waits for a second person
AGREED: Final = "agreed"  # the next bills bear what it comes to
WITHDRAWN: Final = "withdrawn"  # bills bear nothing of it; what they have borne, the next give back

STATES: Final = (PREVIEWED, ASKED, AGREED, WITHDRAWN)
EVENTS: Final = ("ask", "agree", "withdraw")

TABLE: Final[Mapping[tuple[str, str], str]] = {
    (PREVIEWED, "ask"): ASKED,
    (ASKED, "ask"): ASKED,  # asked again: the approval before has lapsed, or was refused
    (ASKED, "agree"): AGREED,
    (PREVIEWED, "withdraw"): WITHDRAWN,
    (ASKED, "withdraw"): WITHDRAWN,
    (AGREED, "withdraw"): WITHDRAWN,
}
BY_TWO: Final = (("agree", ASKED), ("withdraw", AGREED))  # these move money: (event, state before)


class UnableToCorrect(Exception):
    """CORRECTION_UNKNOWN; CORRECTION_NOT_IN_STATE; CORRECTION_NOT_APPROVED: a second person has to agree first;
    CORRECTION_MONTH_OPEN: the month is not in the books, it is to be rated again; CORRECTION_COMES_TO_NOTHING;
    CORRECTION_OF_NOBODY: the criteria choose nobody; CORRECTION_CURRENCY."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def after(*, number: str, state: str, event: str) -> str:
    """The state of a correction after an event; UnableToCorrect CORRECTION_NOT_IN_STATE if the table has none."""
    if (state, event) not in TABLE:
        raise UnableToCorrect("CORRECTION_NOT_IN_STATE", number=number, state=state, event=event)
    return TABLE[state, event]


def open_to(state: str) -> tuple[str, ...]:
    """The events that may happen now."""
    return tuple(event for event in EVENTS if (state, event) in TABLE)
