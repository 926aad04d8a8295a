"""Eight processes begin at once and write the same rows: nothing is lost; where it can be lost, it is seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests import installations
from tests.postgres.processes import started

PROCESSES, TIMES = 8, 25


def together(home: Path, how: str) -> list[str]:
    """What all processes told, after each has written TIMES times. They wait for one another before they begin."""
    writers = [started(home, "tests.postgres.writer", how, str(TIMES)) for _ in range(PROCESSES)]
    try:
        for one in writers:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n", one.communicate()
        for one in writers:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        ends = [one.communicate(timeout=120) for one in writers]
    finally:
        for one in writers:
            one.kill()
    assert [one.returncode for one in writers] == [0] * PROCESSES, [err for _, err in ends]
    return [line for out, _ in ends for line in out.split()]


@pytest.mark.slow
def test_of_eight_processes_nobody_gets_anothers_number_and_none_is_missing(home: Path) -> None:
    told = together(home, "numbers")
    assert sorted(told) == [f"T-{n:06d}" for n in range(1, PROCESSES * TIMES + 1)]
    assert expect_one_write_each(home, "test.numbers")


@pytest.mark.slow
def test_eight_processes_that_book_into_one_account_leave_its_balance_exact(home: Path) -> None:
    together(home, "ledger")
    (balance,) = installations.sql(home, "SELECT balance_minor FROM ledger_ledgeraccount WHERE kind = 'deposit'")[0]
    assert balance == -3 * PROCESSES * TIMES
    rows = installations.sql(
        home,
        "SELECT sum(p.amount_minor), count(*) FROM ledger_ledgerposting p"
        " JOIN ledger_ledgeraccount a ON a.id = p.account_id WHERE a.kind = 'deposit'",
    )
    assert rows == [(balance, PROCESSES * TIMES)]


@pytest.mark.slow
def test_a_planted_check_then_write_is_caught(home: Path) -> None:
    """The same barrier over a writer that does it wrongly: if it went unnoticed, the two above would prove nothing."""
    installations.sql(
        home, "INSERT INTO numbering_numberseries (tenant_id, series, last) SELECT id, 'planted', 0 FROM tenancy_tenant"
    )
    told = together(home, "planted")
    (last,) = installations.sql(home, "SELECT last FROM numbering_numberseries WHERE series = 'planted'")[0]
    assert last < PROCESSES * TIMES, "no update was lost: the processes did not meet"
    assert len(set(told)) < PROCESSES * TIMES


def expect_one_write_each(home: Path, operation: str) -> bool:
    count = installations.sql(home, "SELECT count(*) FROM audit_auditentry WHERE operation = ?", operation)
    return count == [(PROCESSES * TIMES,)]
