"""Guessers and thieves who come at the same moment, each on a connection of their own (E10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.platform.real_database import at_once, committing
from tests.platform.sign_in_office import QUICK, Office

from yidian.platform.sign_in.lifecycle import OPEN
from yidian.platform.sign_in.limits import MEASURES
from yidian.platform.sign_in.types import Step, UnableToSignIn

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 16


@pytest.fixture
def office(tmp_path: Path, settings: Any) -> Iterator[Office]:
    settings.PASSWORD_HASHERS = QUICK
    with committing(tmp_path) as tenant:
        office = Office(tenant)
        office.hire("zhang")
        yield office


def ends(told: list[Any]) -> Counter[str]:
    return Counter(
        one.stage if isinstance(one, Step) else one.code if isinstance(one, UnableToSignIn) else repr(one)
        for one in told
    )


def test_e10_e14_who_guesses_on_many_lines_at_once_guesses_no_more(office: Office) -> None:
    told = at_once(
        office.tenant, lambda n: office.type("zhang", f"guess {n}", browser=office.browser(f"10.0.1.{n}")), THREADS
    )
    most = MEASURES["login"].burst
    assert ends(told) == {"SIGN_IN_WRONG": most, "SIGN_IN_TOO_OFTEN": THREADS - most}


def test_e10_e19_one_code_given_on_many_lines_at_once_opens_one_session(office: Office) -> None:
    office.settle("zhang")
    mine = office.browser("10.0.0.1", office.devices["zhang"])
    steps = [office.type("zhang", browser=mine) for _ in range(4)]
    code = office.code("zhang")
    told = at_once(office.tenant, lambda n: office.tell(steps[n], code, browser=mine), len(steps))
    assert ends(told) == {OPEN: 1, "SIGN_IN_CODE_WRONG": len(steps) - 1}


def test_e10_one_recovery_code_on_many_lines_at_once_opens_one_session(office: Office) -> None:
    sheet = office.settle("zhang")
    mine = office.browser("10.0.0.1", office.devices["zhang"])
    steps = [office.type("zhang", browser=mine) for _ in range(4)]
    told = at_once(office.tenant, lambda n: office.tell(steps[n], sheet[0], browser=mine), len(steps))
    assert ends(told) == {OPEN: 1, "SIGN_IN_CODE_WRONG": len(steps) - 1}


def test_e10_one_half_open_session_is_opened_once(office: Office) -> None:
    sheet = office.settle("zhang")
    mine = office.browser("10.0.0.1", office.devices["zhang"])
    step = office.type("zhang", browser=mine)
    told = at_once(office.tenant, lambda n: office.tell(step, sheet[n], browser=mine), 4)
    assert ends(told)[OPEN] == 1
