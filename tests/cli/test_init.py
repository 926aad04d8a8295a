"""`yidian init`: an installation is there whole, or not at all."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests import forks, installations

from yidian.config.installation import read

FILES = () if installations.ON_POSTGRESQL else ("yidian.sqlite3",)
RUN = "import sys; from yidian.faces.cli.main import main; sys.exit(main())"
KILL_AT = """
import os, signal, sys
at, count = int(sys.argv.pop(1)), 0
WATCHED = {"os.mkdir", "os.rename", "os.rmdir"}
def watch(event, args):
    global count
    if event in WATCHED:
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
from yidian.faces.cli.main import main
sys.exit(main())
"""


def yidian(*line: str | Path, script: str = RUN, really: bool = False, **env: str) -> subprocess.CompletedProcess[str]:
    """`really`: in a process that is started for it, not forked."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("YIDIAN_", "DJANGO_"))}
    return (forks.run_really if really else forks.run)(
        [sys.executable, "-c", script, *installations.typed(line)],
        env={**clean, "YIDIAN_LANG": "en", "PYTHONDONTWRITEBYTECODE": "1", **env},
    )


def tables(home: Path, query: str) -> list[tuple[object, ...]]:
    return installations.sql(home, query)


def expect_whole(home: Path) -> None:
    assert {path.name for path in home.iterdir()} == {"yidian.toml", "secret", "lake", "work", *FILES}
    assert tables(home, "SELECT code, currency, zone FROM tenancy_tenant") == [("operator", "CNY", "Asia/Shanghai")]
    assert installations.is_sound(home)


def test_an_installation_is_made_with_the_cycles_named(tmp_path: Path) -> None:
    home = tmp_path / "shop"
    months = ("--cycle", "2026-10", "--cycle", "2026-11", "--cycle", "2026-10")
    done = yidian("init", home, "--threads", "2", *months, really=True)
    assert done.returncode == 0, done.stderr
    assert "operator" in done.stdout
    expect_whole(home)
    assert read(home).threads == 2
    names = tables(home, "SELECT name FROM customer_bill_billingcycle ORDER BY from_ms")
    assert names == [("2026-10",), ("2026-11",)]


@pytest.mark.slow
def test_a_finished_init_typed_again_changes_nothing(tmp_path: Path) -> None:
    killed = yidian("init", tmp_path, YIDIAN_POINTS="answer=kill")
    assert killed.returncode == -9
    assert killed.stdout == ""
    before = installations.contents(tmp_path)
    again = yidian("init", tmp_path)
    assert again.returncode == 0, again.stderr
    assert "already" in again.stdout
    assert installations.contents(tmp_path) == before


@pytest.mark.slow
def test_an_installation_with_other_settings_or_with_data_is_refused(tmp_path: Path) -> None:
    assert yidian("init", tmp_path).returncode == 0
    other = yidian("init", tmp_path, "--currency", "EUR")
    assert (other.returncode, "INSTALLATION_EXISTS" in other.stderr) == (2, True)
    installations.sql(
        tmp_path,
        "INSERT INTO jobs_run (kind, subject, input_digest, state, started_at, counts, tenant_id)"
        " SELECT 'rate', '2026-10', '', 'done', '2026-11-01', '{}', id FROM tenancy_tenant",
    )
    used = yidian("init", tmp_path)
    assert (used.returncode, "INSTALLATION_EXISTS" in used.stderr) == (2, True)


def test_somebodys_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    (tmp_path / "letters.txt").write_text("dear")
    done = yidian("init", tmp_path)
    assert (done.returncode, "INIT_FOLDER_NOT_EMPTY" in done.stderr) == (2, True)
    assert {path.name for path in tmp_path.iterdir()} == {"lake", "letters.txt"}


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--tenant", "a b", "TENANT_CODE"),
        ("--currency", "cny", "CURRENCY_UNKNOWN"),
        ("--zone", "Mars/Base", "ZONE_UNKNOWN"),
        ("--threads", "-1", "THREADS_NEGATIVE"),
        ("--cycle", "2026-13", "MONTH_UNKNOWN"),
    ],
)
def test_a_wrong_particular_is_refused_before_anything_is_made(
    option: str, value: str, code: str, tmp_path: Path
) -> None:
    done = yidian("init", tmp_path / "shop", f"{option}={value}")
    assert (done.returncode, code in done.stderr) == (2, True)
    assert not (tmp_path / "shop").exists()


def test_two_inits_of_one_folder_one_says_so(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        done = yidian("init", tmp_path)
    finally:
        os.close(descriptor)
    assert (done.returncode, "INIT_UNDER_WAY" in done.stderr) == (2, True)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_killed_at_any_step_it_can_be_typed_again(tmp_path: Path) -> None:
    """kill -9 before every folder made, renamed or removed."""
    step = 0
    while True:
        step += 1
        home = tmp_path / f"at-{step}"
        killed = yidian(step, "init", home, script=KILL_AT)
        if killed.returncode == 0:
            break
        assert killed.returncode == -9, killed.stderr
        if (home / "yidian.toml").exists():
            assert read(home).tenant == "operator"
        again = yidian("init", home)
        assert again.returncode == 0, f"after a kill at step {step}: {again.stderr}"
        expect_whole(home)
    assert step > 7, "fewer steps than an installation has parts: the hook saw nothing"
