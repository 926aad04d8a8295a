"""`yidian rate` and `yidian runs` as they answer at the terminal."""

from __future__ import annotations

import fcntl
import hashlib
import json

import pytest
from tests import installations
from tests.doctor.office import CYCLE, Office


def test_the_row_law_is_shown_with_its_reasons(office: Office) -> None:
    shown = office.run("rate", CYCLE).stdout
    assert "nothing changed" in shown
    rows = dict(line.strip().rsplit(maxsplit=1) for line in shown.splitlines() if line.strip()[-1:].isdigit())
    terms = {name.strip(): value for name, value in rows.items()}
    taken, good, rejected = (int(terms[name]) for name in ("events in", "good", "rejected"))
    assert taken == good + rejected == 400
    assert "nobody had the number at that moment [UNKNOWN_SUBSCRIBER]" in shown
    assert terms["amount, CNY"].count(".") == 1


def test_the_same_in_chinese(office: Office) -> None:
    shown = office.run("--lang", "zh", "rate", CYCLE).stdout
    assert "进入的话单 = 已批价 + 挂起 + 拒绝" in shown
    assert "资费中没有该地点" in shown


def test_a_cycle_that_is_not_there_is_bad_input(office: Office) -> None:
    assert "2020-01" in office.run("rate", "2020-01", expect=2).stderr


def test_an_account_that_is_not_there_is_bad_input(office: Office) -> None:
    assert "ACCOUNT_NOT_FOUND" in office.run("rate", CYCLE, "--account", "A9999", expect=2).stderr


def test_a_closed_cycle_is_not_rated(office: Office) -> None:
    office.run("close", CYCLE)
    assert "closed" in office.run("rate", CYCLE, expect=3).stderr


@pytest.fixture
def busy(office: Office) -> Office:
    """Somebody, this test, is at work on the cycle."""
    if installations.ON_POSTGRESQL:
        pytest.skip("there the lock is a session's; see tests/postgres and tests/platform/test_locks")
    name = hashlib.sha256(f"operator/cycle {CYCLE}".encode()).hexdigest()[:32]
    path = office.home / "work" / "locks" / f"{name}.lock"
    with path.open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("process 1: somebody\n")
        lock.flush()
        yield office


def test_two_at_once_one_says_so(busy: Office) -> None:
    assert "process 1: somebody" in busy.run("rate", CYCLE, expect=3).stderr


def test_a_run_under_way_is_told_by_the_doctor(busy: Office) -> None:
    busy.sql("UPDATE jobs_run SET state = 'working' WHERE kind = 'classify'")
    found = busy.doctor("--law", "I6", expect=0)
    assert [remark["code"] for remark in found["UNFINISHED"]["alarms"]] == ["RUN_UNDER_WAY"]


def test_runs_are_told_with_what_came_of_them(model_office: Office) -> None:
    shown = model_office.run("runs").stdout.splitlines()
    kinds = [line.split()[1] for line in shown[3:]]
    assert kinds == ["bill", "rate", "classify"]
    assert "in 400" in shown[4]
    assert "2026-11-02 10:00:00+08:00" in shown[4]
    (newest,) = json.loads(model_office.run("runs", "--limit", "1", "--json").stdout)
    assert (newest["kind"], newest["state"], newest["counts"]["parked"]) == ("bill", "done", {})


def test_runs_in_chinese(model_office: Office) -> None:
    assert "批价" in model_office.run("--lang", "zh", "runs").stdout


def test_some_accounts_rated_again_keep_every_law(office: Office) -> None:
    more = office.home / "inbox" / "more.csv"
    head = "format,customer,customer_name,account,subscriber,kind,identifier,home_area,pool,offer,from,to"
    more.write_text(f"{head}\n1,C1001,陈思远,A1001,S100101,,,021,,sw5h,2026-10-01,2026-11-01\n")
    office.run("import", "customers", str(more))
    assert "nothing changed" not in office.run("rate", CYCLE, "--account", "A1001").stdout
    office.run("bill", CYCLE)
    office.doctor("--law", "I1", "--law", "I6", "--law", "I14", expect=0)
    assert office.run("runs", "--limit", "2").stdout.splitlines()[4].split()[1:3] == ["rate", "again"]
