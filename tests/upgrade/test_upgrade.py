"""`yidian upgrade`: a month that 0.1.0 left becomes one of this version, whatever happens on the way."""

from __future__ import annotations

import fcntl
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from tests import forks, installations
from tests.conftest import REPOSITORY
from tests.upgrade.previous import MIGRATIONS, month

YIDIAN = str(Path(sys.executable).with_name("yidian"))
UPGRADE = ("upgrade", "--backed-up") if installations.ON_POSTGRESQL else ("upgrade",)
KEPT = ("customer_bill_customerbill", "customer_bill_billtax", "party_billingaccount", "lake_lakefile",
        "product_inventory_offerholding", "usage_usagefile")  # fmt: skip
on_sqlite = pytest.mark.skipif(installations.ON_POSTGRESQL, reason="SQLite's copy of itself")
on_postgresql = pytest.mark.skipif(not installations.ON_POSTGRESQL, reason="a server's copy is its keeper's work")


def yidian(home: Path, *words: str, points: str = "") -> subprocess.CompletedProcess[str]:
    more = {"YIDIAN_HOME": str(home), "YIDIAN_LANG": "en", "YIDIAN_POINTS": points}
    environment = installations.clean_environment() | more
    return forks.run([YIDIAN, *words], env=environment)


def applied(home: Path) -> set[tuple[str, str]]:
    return set(installations.sql(home, "SELECT app, name FROM django_migrations"))


def kept(home: Path) -> dict[str, list[tuple[str, ...]]]:
    """Rows of 0.1.0's tables in 0.1.0's columns."""
    found = {}
    for table in KEPT:
        columns = ", ".join(f"CAST({name} AS text)" for name in month()["tables"][table]["columns"])
        found[table] = sorted(installations.sql(home, f"SELECT {columns} FROM {table}"), key=str)
    return found


def expect_upgraded(home: Path, before: dict[str, list[tuple[str, ...]]]) -> None:
    assert kept(home) == before
    doctor = yidian(home, "doctor")
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr


@pytest.fixture(scope="module")
def upgraded(version_0_1_0: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Brought to this version by one command. Nobody changes it."""
    home = installations.copy(version_0_1_0, tmp_path_factory.mktemp("upgraded") / "operator")
    done = yidian(home, *UPGRADE)
    assert done.returncode == 0, done.stderr
    return home


def test_a_month_of_the_previous_version_is_kept_and_the_laws_hold(version_0_1_0: Path, upgraded: Path) -> None:
    before = kept(version_0_1_0)
    assert len(before["customer_bill_customerbill"]) == 24
    if applied(version_0_1_0) != expected(version_0_1_0):
        older = yidian(version_0_1_0, "doctor")
        assert (older.returncode, "DATABASE_OLDER" in older.stderr) == (2, True), older
    assert set(MIGRATIONS) <= applied(upgraded)
    expect_upgraded(upgraded, before)
    again = yidian(upgraded, "upgrade")
    assert (again.returncode, "up to date" in again.stdout) == (0, True), again


def expected(home: Path) -> set[tuple[str, str]]:
    """Every migration of this program."""
    folders = [*(REPOSITORY / "src" / "yidian").rglob("migrations")]
    ours = {(path.parent.parent.name, path.stem) for folder in folders for path in folder.glob("[0-9]*.py")}
    return ours | {row for row in applied(home) if row[0] in ("auth", "contenttypes")}


@pytest.mark.slow
def test_killed_in_every_migration_it_is_typed_again(home: Path) -> None:
    before = kept(home)
    to_come = len(expected(home) - applied(home))
    line = [sys.executable, "-m", "tests.upgrade.killed_in_every_migration", str(home)]
    done = forks.run(line, cwd=REPOSITORY, env=installations.clean_environment(), check=True)
    codes = done.stdout.split()
    assert codes == ["-9"] * to_come + ["0"] or to_come < 2, done.stderr
    assert applied(home) >= expected(home)
    expect_upgraded(home, before)


def test_the_plan_changes_nothing(home: Path) -> None:
    before = installations.contents(home)
    told = yidian(home, "upgrade", "--plan")
    assert told.returncode == 0, told.stderr
    assert installations.contents(home) == before


def test_a_database_newer_than_the_program_is_left_alone(upgraded: Path, tmp_path: Path) -> None:
    home = installations.copy(upgraded, tmp_path / "operator")
    installations.sql(
        home, "INSERT INTO django_migrations (app, name, applied) VALUES ('usage', '0999_later', '2027-01-01')"
    )
    before = installations.contents(home)
    for words in (UPGRADE, ("doctor",), ("cycle", "list")):
        told = yidian(home, *words)
        assert (told.returncode, "DATABASE_NEWER" in told.stderr) == (2, True), told
        assert "usage.0999_later" in told.stderr
    assert installations.contents(home) == before


@on_sqlite
def test_a_copy_is_made_before_anything_is_changed(home: Path) -> None:
    before = kept(home)
    killed = yidian(home, "upgrade", points="upgrade.backed_up=kill")
    assert killed.returncode == -9
    assert applied(home) == set(MIGRATIONS)
    assert kept(home) == before
    (copy,) = home.glob("yidian.sqlite3.before-*")
    assert yidian(home, "upgrade", "--backup", str(home / "second")).returncode == 0
    for path in (copy, home / "second"):
        with sqlite3.connect(path) as base:
            assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert set(base.execute("SELECT app, name FROM django_migrations")) == set(MIGRATIONS)
    (home / "second").replace(home / "yidian.sqlite3")  # the way back: the copy in its place
    assert kept(home) == before


@on_postgresql
def test_a_server_is_not_touched_before_its_keeper_says_that_there_is_a_copy(home: Path) -> None:
    before = installations.contents(home)
    told = yidian(home, "upgrade")
    assert (told.returncode, "pg_dump" in told.stderr) == (3, True), told
    assert installations.contents(home) == before


def test_while_somebody_is_at_work_nothing_is_changed(home: Path) -> None:
    with at_work(home):
        told = yidian(home, *UPGRADE)
        assert (told.returncode, "at work" in told.stderr) == (3, True), told
        assert applied(home) == set(MIGRATIONS)
    assert yidian(home, *UPGRADE).returncode == 0


def at_work(home: Path):  # type: ignore[no-untyped-def]
    """Somebody holds the lock of a run."""
    if installations.ON_POSTGRESQL:
        import psycopg

        session = psycopg.connect(installations.url_of(home), autocommit=True, application_name="process 7: cycle")
        session.execute("SELECT pg_advisory_lock(77)")
        return session
    (home / "work" / "locks").mkdir(parents=True)
    lock = (home / "work" / "locks" / "x.lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock
