"""How far a sign-in has come, as a table: what is still missing decides what is asked next."""

from __future__ import annotations

from itertools import product
from typing import Final

from yidian.platform.sign_in.types import CUSTOMER, STAFF

CODE: Final = "code"  # the password was right, the second factor is asked for
ENROL: Final = "enrol"  # staff without a second factor set one up
CHANGE: Final = "change"  # the password was given by somebody else: a new one is asked for
OPEN: Final = "open"  # signed in
STAGES: Final = (CODE, ENROL, CHANGE, OPEN)


def _asked(realm: str, second: bool, given: bool, must_change: bool) -> str:
    if second and not given:
        return CODE
    if realm == STAFF and not second:
        return ENROL
    return CHANGE if must_change else OPEN


# (realm, has a second factor, has given it, must change the password) → what is asked next
TABLE: Final = {row: _asked(*row) for row in product((STAFF, CUSTOMER), (False, True), (False, True), (False, True))}


def stage(*, realm: str, second: bool, given: bool, must_change: bool) -> str:
    """What is asked next of somebody whose password was right."""
    return TABLE[realm, second, given, must_change]
