"""Guessing (E14) and telling apart (E15): who guesses is slowed down, whose login it is gets in."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope
from tests.platform.sign_in_office import CUSTOMER, PASSWORD, QUICK, STAFF, Office, Quick

from yidian.platform.sign_in import credentials
from yidian.platform.sign_in.lifecycle import CODE, OPEN
from yidian.platform.sign_in.limits import MEASURES, network
from yidian.platform.sign_in.models import AttemptGauge
from yidian.platform.sign_in.types import UnableToSignIn


@pytest.fixture
def office(tenant: Any, settings: Any) -> Office:
    settings.PASSWORD_HASHERS = QUICK
    office = Office(tenant)
    for login in ("zhang", "wei"):
        office.hire(login)
        office.settle(login)
    office.push(hours=2)
    return office


def guesses(office: Office, subject: str, count: int, *, address: str = "", device: str = "") -> Counter[str]:
    """How attempts with a wrong password ended, each from another address unless one is told."""
    ends: Counter[str] = Counter()
    for n in range(count):
        browser = office.browser(address or f"10.{n // 250}.{n % 250}.9", device)
        with pytest.raises(UnableToSignIn) as error:
            office.type(subject, f"guess {n:04}", browser=browser)
        ends[error.value.code] += 1
    return ends


def test_e14_guesses_at_one_login_are_stopped_whatever_addresses_they_come_from(office: Office) -> None:
    burst = MEASURES["login"].burst
    assert guesses(office, "zhang", burst + 20) == {"SIGN_IN_WRONG": burst, "SIGN_IN_TOO_OFTEN": 20}
    with pytest.raises(UnableToSignIn) as error:
        office.type("zhang", browser=office.browser("192.0.2.1"))
    assert error.value.code == "SIGN_IN_TOO_OFTEN", "the right password too: else it would be told"
    assert error.value.params == {"seconds": 180}


def test_e14_a_guesser_does_not_lock_out_whom_he_guesses_at(office: Office) -> None:
    assert guesses(office, "zhang", 30)["SIGN_IN_TOO_OFTEN"]
    mine = office.browser("192.0.2.1", office.devices["zhang"])
    step = office.type("zhang", browser=mine)
    assert step.stage == CODE, "from the browser of before"
    assert office.tell(step, office.code("zhang"), browser=mine).stage == OPEN
    assert office.type("wei").stage == CODE, "nor anybody else"
    office.push(seconds=180)
    guesses(office, "zhang", 1)
    office.push(seconds=180)
    assert office.type("zhang", browser=office.browser("192.0.2.2")).stage == CODE, (
        "and from a new one in three minutes"
    )


def test_e14_no_wait_is_longer_than_one_interval_after_the_guessing_stops(office: Office) -> None:
    for kind, measure in MEASURES.items():
        assert measure.every * measure.burst <= timedelta(hours=1), kind
    guesses(office, "zhang", 40)
    office.push(minutes=30)
    assert guesses(office, "zhang", 10) == {"SIGN_IN_WRONG": 10}, "what was refused was not counted"


def test_e14_one_address_is_stopped_whatever_logins_it_tries(office: Office) -> None:
    ends: Counter[str] = Counter()
    for n in range(40):
        ends += guesses(office, f"somebody-{n}", 1, address="10.9.9.9")
    assert ends == {"SIGN_IN_WRONG": 30, "SIGN_IN_TOO_OFTEN": 10}
    assert office.type("wei", browser=office.browser("10.9.9.8")).stage == CODE
    assert office.type("wei", browser=office.browser("10.9.9.9", office.devices["wei"])).stage == CODE, "known here"


def test_e14_a_household_of_addresses_is_one(office: Office) -> None:
    assert network("2001:db8:1:2:3:4:5:6") == network("2001:db8:1:2::1") != network("2001:db8:1:3::1")
    assert network("::ffff:10.0.0.1") == network("10.0.0.1") != network("10.0.0.2")
    assert network("nonsense") == "unknown"


def test_e14_the_whole_site_has_a_measure_that_stops_no_known_browser(office: Office, monkeypatch: Any) -> None:
    from yidian.platform.sign_in import limits

    small = dict(MEASURES) | {"site": limits.Measure(5, timedelta(seconds=1))}
    monkeypatch.setattr(limits, "MEASURES", small)
    ends = sum((guesses(office, f"s{n}", 1, address=f"10.8.0.{n}") for n in range(9)), Counter())
    assert ends == {"SIGN_IN_WRONG": 5, "SIGN_IN_TOO_OFTEN": 4}
    assert office.type("wei", browser=office.browser("10.7.0.1", office.devices["wei"])).stage == CODE


def test_e14_a_browser_is_known_for_its_own_person_only_and_is_measured_too(office: Office) -> None:
    weis = office.devices["wei"]
    ends = guesses(office, "zhang", 20, device=weis)
    assert ends["SIGN_IN_TOO_OFTEN"] == 10, "wei's browser is a stranger to zhang's login"
    assert guesses(office, "wei", 20, device=weis) == {"SIGN_IN_WRONG": 10, "SIGN_IN_TOO_OFTEN": 10}
    office.do(lambda frame: credentials.reset_second_factor(frame=frame, realm=STAFF, subject="wei"))
    with scope(tenant=office.tenant):
        AttemptGauge.objects.all().update(full_ms=0)
    assert guesses(office, "wei", 20, device=weis)["SIGN_IN_WRONG"] == 10


def test_e14_second_factors_are_measured_per_person(office: Office) -> None:
    ends: Counter[str] = Counter()
    for _ in range(4):
        step = office.type("zhang")
        for _ in range(3):
            with pytest.raises(UnableToSignIn) as error:
                office.tell(step, "000000")
            ends[error.value.code] += 1
    assert ends["SIGN_IN_CODE_WRONG"] == MEASURES["code"].burst
    mine = office.browser("10.0.0.1", office.devices["zhang"])
    assert office.tell(office.type("zhang", browser=mine), office.code("zhang"), browser=mine).stage == OPEN


def test_e14_right_attempts_are_not_counted(office: Office) -> None:
    for _ in range(MEASURES["login"].burst + 2):
        assert office.enter("zhang").stage == OPEN
    assert office.type("zhang").stage == CODE


def test_e14_a_clock_that_was_wrong_fills_no_gauge_for_good(office: Office) -> None:
    right, office.now = office.now, office.now + timedelta(days=3650)
    guesses(office, "zhang", 30)
    office.now = right
    assert office.type("zhang").stage == CODE


def test_e14_what_is_counted_by_is_nowhere_to_be_read(office: Office) -> None:
    guesses(office, "a-password-in-the-wrong-field", 1, address="203.0.113.77")
    with scope(tenant=office.tenant):
        rows = str(list(AttemptGauge.objects.values()))
    assert "wrong-field" not in rows
    assert "203.0.113" not in rows


def test_gauges_that_are_empty_leave_no_row(office: Office) -> None:
    for n in range(9):
        guesses(office, f"s{n}", 1, address=f"10.8.0.{n}")
    office.push(days=1)
    guesses(office, "s100", 1, address="10.8.1.1")
    with scope(tenant=office.tenant):
        assert AttemptGauge.objects.count() == 3


@pytest.mark.parametrize("realm", [STAFF, CUSTOMER])
def test_e15_known_and_unknown_ended_and_without_a_password_cost_and_say_the_same(
    office: Office, monkeypatch: Any, realm: str
) -> None:
    """Time is what is done: the same statements in the same order, one slow comparison with the same parameters."""
    compared: list[str] = []
    plain = Quick.verify

    def verify(self: Quick, password: str, encoded: str) -> bool:
        compared.append(encoded.rpartition("$")[0].partition("$")[0])
        return plain(self, password, encoded)

    monkeypatch.setattr(Quick, "verify", verify)
    office.settle("ended", realm=CUSTOMER)
    office.settle("here", realm=CUSTOMER)
    office.do(lambda frame: credentials.end_credential(frame=frame, realm=CUSTOMER, subject="ended"))
    office.hire("without")
    names = ("zhang", "nobody", "without") if realm == STAFF else ("here", "nobody", "ended")
    browser = office.browser("10.5.5.5")
    for name in names:  # what an earlier attempt has left is there for all of them
        with pytest.raises(UnableToSignIn):
            office.type(name, "not the password", realm=realm, browser=browser)
    told = []
    for name in names:
        compared.clear()
        with CaptureQueriesContext(connection) as asked, pytest.raises(UnableToSignIn) as error:
            office.type(name, "not the password", realm=realm, browser=browser)
        shapes = [" ".join(re.split(r'"s|\(', row["sql"])[0].split()[:3]) for row in asked]
        told.append((error.value.code, error.value.params, shapes, list(compared)))
    assert told[0] == told[1] == told[2]
    assert told[0][3] == ["quick"], "one comparison"


def test_e15_the_right_password_of_somebody_without_a_way_in_says_the_same(office: Office) -> None:
    from yidian.platform.access import staff

    office.do(lambda frame: staff.end_user(frame=frame, login="zhang"))
    with pytest.raises(UnableToSignIn, match="SIGN_IN_WRONG"):
        office.type("zhang", PASSWORD)
