"""A write whose end went wrong: killed around COMMIT, told FAILED, told nothing. Asked again, it is there once."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.db.utils import OperationalError
from tests.faults.commit_writer import effects, take
from tests.platform.real_database import address, another_process, committing

from yidian.platform.writing.operations import OutcomeUnknown

WRITER = "tests.faults.commit_writer"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Any]:
    with committing(tmp_path) as tenant:
        yield tenant


@pytest.mark.parametrize(("where", "found"), [("write.commit", 0), ("write.committed", 1)])
def test_killed_around_commit_and_asked_again(operator: Any, where: str, found: int) -> None:
    killed = another_process(WRITER, "k1", YIDIAN_POINTS=f"{where}=kill")
    assert killed.returncode == -signal.SIGKILL
    assert effects(operator) == {found}
    again = take(tenant=operator, key="k1")
    assert (again.answer, again.repeated) == ({"number": "P000001"}, bool(found))
    assert effects(operator) == {1}


def lie(monkeypatch: pytest.MonkeyPatch, *, times: int, done: bool) -> None:
    """The next COMMITs are told to have failed; they did, or they did not."""
    database = type(connections["default"])
    honest: Callable[[Any], None] = database.commit
    left = [times]

    def commit(self: Any) -> None:
        if not left[0]:
            return honest(self)
        left[0] -= 1
        if done:
            honest(self)
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(database, "commit", commit)


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("times", [1, 3])
def test_commit_told_failed_is_settled_by_the_key(
    operator: Any, monkeypatch: pytest.MonkeyPatch, times: int, done: bool
) -> None:
    lie(monkeypatch, times=times, done=done)
    outcome = take(tenant=operator, key="k1")
    assert (outcome.answer, outcome.repeated) == ({"number": "P000001"}, False)
    assert effects(operator) == {1}


def test_a_commit_that_never_answers_is_unknown_and_known_later(operator: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as while_it_lasts:
        lie(while_it_lasts, times=99, done=True)
        with pytest.raises(OutcomeUnknown) as unknown:
            take(tenant=operator, key="k1")
    assert unknown.value.key == "k1"
    again = take(tenant=operator, key="k1")
    assert (again.answer, again.repeated) == ({"number": "P000001"}, True)
    assert effects(operator) == {1}


def test_what_certainly_never_came_through_fails_as_it_failed(operator: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The look-up by the key is a transaction too: here it alone succeeds, and says that nothing is done."""
    lie(monkeypatch, times=4, done=False)
    with pytest.raises(OperationalError, match="disk I/O error"):
        take(tenant=operator, key="k1")
    assert effects(operator) == {0}


def strace(fault: str) -> tuple[str, ...]:
    """Run under strace with a fault at a sync of the database's file, its journal or their folder."""
    if connection.vendor != "sqlite":
        pytest.skip("faults of SQLite's own file")
    if not shutil.which("strace") or subprocess.run(["strace", "-qq", "true"], check=False).returncode:
        pytest.skip("no strace that may trace on this machine")
    path = Path(address())
    files = [word for file in (path, f"{path}-journal", path.parent) for word in ("-P", str(file))]
    calls = "fsync,fdatasync"
    return ("strace", "-f", "-qq", "-o", "/dev/null", *files, "-e", f"trace={calls}", "-e", f"inject={calls}:{fault}")


def test_syncs_fail_now_and_then(operator: Any) -> None:
    """Every fifth sync of thirty writes, four or more syncs each: before, in and after the moment of the commit."""
    keys = [f"k{n}" for n in range(30)]
    ran = another_process(WRITER, *keys, through=strace("error=EIO:when=3+5"))
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [one.get("answer") for one in told] == [{"number": f"P{n:06d}"} for n in range(1, 31)]
    assert effects(operator) == {30}
    assert all(take(tenant=operator, key=key).repeated for key in keys)


@pytest.mark.parametrize("sync", [1, 3])
def test_every_sync_fails_from_some_moment_on(operator: Any, sync: int) -> None:
    """A dying disk: nothing may be acknowledged. Moved to a good one, the key tells, and it is there once."""
    ran = another_process(WRITER, "k1", through=strace(f"error=EIO:when={sync}+"))
    told = json.loads(ran.stdout)
    assert "answer" not in told
    assert effects(operator) in ({0}, {1})
    take(tenant=operator, key="k1")
    assert effects(operator) == {1}


@pytest.mark.parametrize("sync", [1, 2, 3, 4])
def test_killed_at_a_sync_of_the_commit(operator: Any, sync: int) -> None:
    """Nobody was told, so it may be there or not: at most once, and after asking again exactly once."""
    ran = another_process(WRITER, "k1", through=strace(f"signal=KILL:when={sync}"))
    assert ran.stdout == ""
    assert effects(operator) in ({0}, {1})
    take(tenant=operator, key="k1")
    assert effects(operator) == {1}
