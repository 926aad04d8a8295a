"""The server goes, comes back, or its answer is lost: what was told is there once, what was not can be asked again."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from tests import installations
from tests.conftest import REPOSITORY
from tests.faults import whole
from tests.faults.small_operator import HOME, STEPS, Kept, Operator
from tests.postgres.processes import started, yidian
from tests.postgres.proxy import Proxy
from tests.postgres.server import Server

ENTRIES = "SELECT count(*) FROM audit_auditentry WHERE operation = ?"
TERMINATE = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


def through(home: Path, port: int) -> None:
    """From now on the installation reaches its database by another port."""
    settings = home / "yidian.toml"
    settings.write_text(re.sub(r"127\.0\.0\.1:\d+/", f"127.0.0.1:{port}/", settings.read_text()))


@pytest.fixture
def writer_of():  # type: ignore[no-untyped-def]
    """Starts a writer and waits until it is ready."""
    writers = []

    def start(home: Path, how: str, times: int, **more: str):  # type: ignore[no-untyped-def]
        one = started(home, "tests.postgres.writer", how, str(times), **more)
        writers.append(one)
        assert one.stdout is not None
        assert one.stdin is not None
        assert one.stdout.readline() == "ready\n", one.communicate()
        return one

    yield start
    for one in writers:
        one.kill()
        one.wait()


@pytest.mark.parametrize("how", ["numbers", "ledger"])
def test_a_commit_whose_answer_is_lost_has_happened_once(home: Path, how: str, writer_of) -> None:  # type: ignore[no-untyped-def]
    address = re.search(r":(\d+)/", installations.SERVER)
    assert address is not None
    proxy = Proxy(int(address[1]))
    try:
        through(home, proxy.port)
        writer = writer_of(home, how, 3)
        proxy.armed.set()
        out, err = writer.communicate("go\n", timeout=60)
    finally:
        proxy.close()
    assert proxy.cuts == 1, "no answer was lost: nothing was shown"
    assert writer.returncode == 0, err
    assert len(out.split()) == 3
    assert installations.sql(home, ENTRIES, f"test.{how}") == [(3,)]


def test_a_backend_that_is_terminated_while_it_writes_costs_nothing(home: Path, writer_of) -> None:  # type: ignore[no-untyped-def]
    writer = writer_of(home, "ledger", 120)
    writer.stdin.write("go\n")
    writer.stdin.flush()
    ended = 0
    for _ in range(4):
        time.sleep(0.2)
        ended += installations.sql(home, TERMINATE)[0][0]
    out, err = writer.communicate(timeout=60)
    assert ended > 0, "nobody was there to be terminated"
    assert writer.returncode == 0, err
    assert len(out.split()) == 120
    balance = installations.sql(home, "SELECT balance_minor FROM ledger_ledgeraccount WHERE kind = 'deposit'")
    assert balance == [(-360,)]


def test_a_bill_run_whose_backends_are_terminated_says_so_and_is_typed_again(kept: Kept, operator: Operator) -> None:
    operator.stand(kept, before="bill")
    running = kept.start(*STEPS["bill"], stop_at="bill.chunk")
    running.until_stopped()
    assert installations.sql(kept.folder / HOME, TERMINATE)[0][0] >= 2, "the run's session, and that of its lock"
    running.go_on()
    ended = running.wait()
    assert ended.code == 1, ended
    assert "Traceback" not in ended.err
    whole.type_again_and_go_on(kept, operator, "bill")


@pytest.mark.slow
def test_a_server_that_crashes_and_comes_back_has_all_it_acknowledged(
    server: Server,
    tmp_path: Path,
    writer_of,
    monkeypatch: pytest.MonkeyPatch,  # type: ignore[no-untyped-def]
) -> None:
    home = tmp_path / "operator"
    monkeypatch.setenv("PGPASSWORD", server.password)
    assert yidian(home, "init", str(home), "--database", server.url(), "--cycle", "2026-10").returncode == 0
    writer = writer_of(home, "ledger", 5_000)
    writer.stdin.write("go\n")
    writer.stdin.flush()
    time.sleep(1)
    server.crash()
    down = yidian(home, "doctor")
    out, err = writer.communicate(timeout=60)
    assert writer.returncode == 1, err
    assert down.returncode != 0
    assert "Traceback" not in down.stderr
    server.start()
    with server.connected() as session:
        (found,) = session.execute(ENTRIES.replace("?", "%s"), ["test.ledger"]).fetchone()
        (balance,) = session.execute("SELECT balance_minor FROM ledger_ledgeraccount WHERE kind = 'deposit'").fetchone()
    told = len(out.split())
    assert 0 < told <= found <= told + 1
    assert balance == -3 * found
    again = yidian(
        home, "doctor", "--law", "I3", "--law", "I5", "--law", "I6", "--law", "I9"
    )  # what it books is no book
    assert again.returncode == 0, again.stdout + again.stderr


def test_who_waits_too_long_for_a_row_is_told_and_nothing_is_stored(home: Path, tmp_path: Path) -> None:
    import psycopg

    people = tmp_path / "people.csv"
    people.write_text(
        "customer,account,subscriber,kind,identifier,home_area,pool,offer,from,to\n"
        "C1,A1,S1,msisdn,19900010001,021,,,2026-10-01,\n"
    )
    assert yidian(home, "tariff", "load", str(REPOSITORY / "examples" / "tariff-cn")).returncode == 0
    before = installations.contents(home)
    with psycopg.connect(installations.url_of(home)) as session:
        session.execute("SELECT id FROM tenancy_tenant FOR UPDATE")
        waited = yidian(home, "import", "customers", str(people), YIDIAN_PATIENCE_S="1")
    assert waited.returncode in (1, 3), waited
    assert "Traceback" not in waited.stderr
    assert installations.contents(home) == before
    assert yidian(home, "import", "customers", str(people)).returncode == 0
