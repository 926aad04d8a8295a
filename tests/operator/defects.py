"""`python -m tests.operator.defects NAME`: histories with a planted defect, until one notices; what it said is printed.

A defect is a trigger in the database of the operator, in place of a line of code that is missing or wrong, or a
function that does it to the process. A line of `DEFECTS`: what to plant, what a history is expected to say of it, and
the first seed that is played (of a world in which the defect can happen).
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from tools.operator.histories import play

MOST_HISTORIES: Final = 20
AFTER: Final = "CREATE TRIGGER defect AFTER "


def commit_at_every_kill() -> None:
    """Whoever is killed within a write commits what there is of it: its rows, not what the frame adds at its end."""
    from django.db import connection

    from yidian.platform import points

    act = points._act

    def dying(name: str, how: str) -> None:
        if how == "kill" and connection.in_atomic_block:
            connection.connection.commit()
        act(name, how)

    points._act = dying


DEFECTS: Final[dict[str, tuple[str | Callable[[], None], str, int]]] = {
    "a deduction that forgets the leg of the book": (
        "UPDATE OF balance_minor ON charging_book WHEN NEW.balance_minor < OLD.balance_minor BEGIN "
        "UPDATE charging_book SET balance_minor = OLD.balance_minor WHERE id = NEW.id; END",
        "SUB_LEDGER_DIFFERS",
        31,
    ),
    "a clearing of a wrong amount": (
        "UPDATE OF cleared_minor ON payment_receivable WHEN NEW.cleared_minor > OLD.cleared_minor "
        "AND NEW.cleared_minor < NEW.amount_minor BEGIN "
        "UPDATE payment_receivable SET cleared_minor = NEW.cleared_minor + 1 WHERE id = NEW.id; END",
        "I2 RECEIVABLES",
        21,
    ),
    "a receipt of more than the ledger knows": (
        "INSERT ON payment_payment BEGIN UPDATE payment_payment SET amount_minor = amount_minor + 100, "
        "cleared_minor = cleared_minor + 100 WHERE id = NEW.id; END",
        "I11 RECEIPTS",
        1,
    ),
    "a line of suspense that is lost": (
        "INSERT ON usage_suspenserecord BEGIN DELETE FROM usage_suspenserecord WHERE id = NEW.id; END",
        "I1 COLLECTED_ROWS",
        31,
    ),
    "a bill that nobody owes": (
        "INSERT ON payment_receivable WHEN NEW.id % 2 = 0 BEGIN DELETE FROM payment_receivable WHERE id = NEW.id; END",
        "I2 RECEIVABLES|month .* ended with 3",
        1,
    ),
    "a bill of a fen too much": (
        "INSERT ON customer_bill_customerbill BEGIN "
        "UPDATE customer_bill_customerbill SET total_minor = total_minor + 1 WHERE id = NEW.id; END",
        "posting stopped",
        1,
    ),
    "a step of a cycle that is told as another": (
        "INSERT ON customer_bill_cyclestep WHEN NEW.event = 'bill' BEGIN "
        "UPDATE customer_bill_cyclestep SET event = 'post' WHERE id = NEW.id; END",
        "I12 CYCLE_STATES",
        1,
    ),
    "a key that is forgotten": (
        "INSERT ON writing_idempotencykey BEGIN DELETE FROM writing_idempotencykey WHERE id = NEW.id; END",
        "I5 EFFECT_ONCE",
        1,
    ),
    "a file that is not known again": (
        "INSERT ON payment_payment WHEN NEW.channel <> 'counter' AND NEW.state = 'taken' BEGIN "
        "UPDATE payment_payment SET channel_txn = channel_txn || '/' || id WHERE id = NEW.id; "
        "UPDATE payment_paymentfile SET sha256 = hex(randomblob(32)) WHERE id = NEW.file_id; END",
        "the books are not those of the undisturbed life|PAYMENT_FILE_DIFFERS",
        1,
    ),
    "a file of the lake without its row": (
        "INSERT ON lake_lakefile WHEN NEW.kind = 'rated' BEGIN DELETE FROM lake_lakefile WHERE id = NEW.id; END",
        "I1 RATED_ROWS|TASK_FILE_NOT_REGISTERED",
        1,
    ),
    "commit at every kill": (commit_at_every_kill, "the audit tells less", 1),
}


def plant(name: str) -> Callable[[Path], None]:
    """What puts a defect into a fresh installation."""

    what = DEFECTS[name][0]

    def defect(fresh: Path) -> None:
        if callable(what):
            what()
            return
        with closing(sqlite3.connect(fresh / "yidian.sqlite3")) as base, base:
            base.execute(AFTER + what)

    return defect


def main(name: str) -> int:
    first = DEFECTS[name][2]
    seeds = range(first, first + MOST_HISTORIES)
    for played, told in enumerate(play(seeds, defect=plant(name))):
        if told.broken:
            sys.stdout.write(f"{played}: {told.broken}\n")
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
