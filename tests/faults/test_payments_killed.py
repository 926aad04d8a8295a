"""Money in under kill -9: whatever point it dies at, the same command again leaves the books as if nothing had been."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import forks, installations
from tests.conftest import REPOSITORY
from tests.faults import till
from tests.faults.small_operator import HOME, Kept, environment, yidian

NOW = "2026-11-05T02:00:00+00:00"
STEPS = {
    "payments": ["import", "payments", "files/payments.csv", "--mapping", "files/payments.toml"],
    "clear": ["clear", "2026-10"],
    "dun": ["dun", "2026-11-05"],
}
BOOKS = {
    "receipts": "SELECT channel, channel_txn, number, account, state, amount_minor, cleared_minor, credited_minor, "
    "suspense_minor, returned_minor FROM payment_payment",
    "owed": "SELECT account, kind, cycle, due_on, amount_minor, cleared_minor FROM payment_receivable",
    "cleared": "SELECT r.account, r.kind, a.source, a.item, a.amount_minor, a.made_on, a.value_on "
    "FROM payment_allocation a JOIN payment_receivable r ON r.id = a.receivable_id",
    "files": "SELECT name, state, rows, good, duplicates, suspended, rejected, amount_minor FROM payment_paymentfile",
    "books": "SELECT b.code, k.balance_minor, k.reserved_minor FROM charging_book k "
    "JOIN party_billingaccount b ON b.id = k.account_id",
    "ledger": "SELECT a.kind, a.owner, t.kind, p.amount_minor FROM ledger_ledgerposting p "
    "JOIN ledger_ledgeraccount a ON a.id = p.account_id JOIN ledger_ledgertransaction t ON t.id = p.transaction_id",
    "balances": "SELECT kind, owner, balance_minor FROM ledger_ledgeraccount WHERE kind <> 'book'",
    "fees": "SELECT account, from_on, to_on, amount_minor, waived_minor, cycle FROM credit_latefee",
    "list": "SELECT account, stage, overdue_minor, oldest_due_on FROM credit_dunningentry",
    "at work": "SELECT kind, subject FROM jobs_run WHERE state = 'working'",
    "events": "SELECT event, aggregate FROM outbox_outboxevent WHERE event LIKE 'payment.%'",
}


def books(home: Path) -> dict[str, list[str]]:
    """Everything money in has written, under natural keys."""
    return {name: sorted(str(tuple(row)) for row in installations.sql(home, sql)) for name, sql in BOOKS.items()}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation as it stood before each step, and what its books were after it, uninterrupted."""
    folder = tmp_path_factory.mktemp("till")
    assert yidian(folder, "init", HOME, "--cycle", "2026-10", "--threads", "1").code == 0
    line = [sys.executable, "-m", "tests.faults.till", str(folder / HOME)]
    forks.run(line, cwd=REPOSITORY, env=environment(), check=True)
    (folder / "files").mkdir()
    (folder / "files" / "payments.csv").write_text(till.payment_file())
    (folder / "files" / "payments.toml").write_text(till.MAPPING)
    after = {}
    for step, argv in STEPS.items():
        installations.copy(folder / HOME, folder / f"before-{step}")
        ended = yidian(folder, *argv, YIDIAN_NOW=NOW)
        assert ended.code == 0, ended
        after[step] = books(folder / HOME)
    (folder / "after.json").write_text(json.dumps(after))
    return folder


@pytest.fixture
def stand(shop: Path, kept: Kept) -> Iterator[Any]:
    """Put the shop as it was before a step where the kept process works."""

    def put(step: str) -> Path:
        home = kept.folder / HOME
        kept.clear()
        installations.remove(home)
        installations.copy(shop / f"before-{step}", home)
        files = kept.folder / "files"
        files.mkdir(exist_ok=True)
        for path in (shop / "files").iterdir():
            (files / path.name).write_bytes(path.read_bytes())
        return home

    yield put
    kept.clear()


def wanted(shop: Path, step: str) -> dict[str, list[str]]:
    told: dict[str, dict[str, list[str]]] = json.loads((shop / "after.json").read_text())
    return told[step]


PLACES = [
    *(("payments", place) for place in ("payments.judged", "payments.chunk", "payments.chunk:3",
      "payments.chunk.committed:2", "write.commit:1", "payments.end", "payments.ended", "answer")),
    *(("clear", place) for place in ("run.opened", "clear.chunk:2", "clear.chunk.committed", "clear.end",
      "clear.ended")),
    *(("dun", place) for place in ("run.opened", "dun.chunk:2", "dun.chunk.committed", "dun.end", "dun.ended")),
]  # fmt: skip


def test_every_point_of_money_in_is_killed_at() -> None:
    from yidian.platform.points import POINTS

    mine = {name for name in POINTS if name.partition(".")[0] in STEPS}
    assert mine - {place.partition(":")[0] for _, place in PLACES} == set()


@pytest.mark.parametrize(("step", "place"), PLACES, ids=lambda value: str(value))
def test_killed_there_and_typed_again_the_books_are_the_same(
    shop: Path, kept: Kept, stand: Any, step: str, place: str
) -> None:
    home = stand(step)
    assert kept.run(*STEPS[step], plan=f"{place}=kill", YIDIAN_NOW=NOW).killed
    ended = kept.run(*STEPS[step], YIDIAN_NOW=NOW)
    assert ended.code == 0, ended
    assert books(home) == wanted(shop, step)
    if place.endswith((".end", ".ended", ":2")):
        told = kept.run("doctor", "--law", "I2", "--law", "I3", "--law", "I11", YIDIAN_NOW=NOW)
        assert told.code == 0, told


def test_one_file_by_two_importers_at_once_is_taken_once(shop: Path, kept: Kept, stand: Any) -> None:
    home = stand("payments")
    first = kept.start(*STEPS["payments"], stop_at="payments.judged", YIDIAN_NOW=NOW)
    first.until_stopped()
    second = kept.run(*STEPS["payments"], YIDIAN_NOW=NOW)
    assert second.code == 3, second
    first.go_on()
    assert first.wait().code == 0
    again = kept.run(*STEPS["payments"], YIDIAN_NOW=NOW)
    assert (again.code, "before" in again.out) == (0, True)
    assert books(home) == wanted(shop, "payments")


def test_two_counters_that_take_money_for_one_bill_clear_it_once(kept: Kept, stand: Any) -> None:
    home = stand("payments")
    pay = ["pay", "A001", "80.00"]
    first = kept.start(*pay, "--key", "east", stop_at="payment.take", YIDIAN_NOW=NOW)
    first.until_stopped()
    second = kept.start(*pay, "--key", "west", YIDIAN_NOW=NOW)
    assert second.waiting(0.5)
    first.go_on()
    assert (first.wait().code, second.wait().code) == (0, 0)
    owed = installations.sql(home, "SELECT amount_minor, cleared_minor FROM payment_receivable WHERE account = 'A001'")
    taken = installations.sql(
        home, "SELECT number, cleared_minor, credited_minor FROM payment_payment WHERE account = 'A001' ORDER BY id"
    )
    assert [tuple(row) for row in owed] == [(9_100, 9_100)]
    assert sorted(tuple(row[1:]) for row in taken) == [(1_100, 6_900), (8_000, 0)]
    assert [row[0] for row in taken] == ["R202611-000001", "R202611-000002"]


def test_a_counters_payment_killed_after_its_commit_is_answered_by_its_key(kept: Kept, stand: Any) -> None:
    home = stand("payments")
    pay = ["pay", "A001", "80.00", "--key", "east"]
    for place in ("payment.take", "write.committed", "answer"):
        assert kept.run(*pay, plan=f"{place}=kill", YIDIAN_NOW=NOW).killed
    ended = kept.run(*pay, YIDIAN_NOW=NOW)
    assert (ended.code, "R202611-000001" in ended.out) == (0, True)
    assert installations.sql(home, "SELECT count(*) FROM payment_payment WHERE account = 'A001'")[0][0] == 1
