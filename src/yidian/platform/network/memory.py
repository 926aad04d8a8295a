"""The simulated network's own memory: one SQLite file per tenant, apart from Yidian's database as a network's is.

A connection per visit and one visit at a time (BEGIN IMMEDIATE), so several processes may use it. The disk is not
waited for: a process that is killed tears nothing, and what a power cut takes from a simulation is no loss.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, NamedTuple

from yidian.platform.network.commands import digest_of
from yidian.platform.network.lines import Line
from yidian.platform.network.misbehaviour import Misbehaviour
from yidian.platform.network.types import Answer, Command

WAIT_S: Final = 30.0
SHAPE: Final = 1
TABLES: Final = """
CREATE TABLE lines (subscriber TEXT PRIMARY KEY, number TEXT NOT NULL, imsi TEXT NOT NULL, bars TEXT NOT NULL,
  services TEXT NOT NULL, particulars TEXT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX line_number ON lines (number) WHERE number <> '';
CREATE UNIQUE INDEX line_imsi ON lines (imsi) WHERE imsi <> '';
CREATE TABLE commands (seq INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, verb TEXT NOT NULL,
  subscriber TEXT NOT NULL, params TEXT NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL, told TEXT NOT NULL,
  looks INTEGER NOT NULL, due_ms INTEGER NOT NULL, overtakes INTEGER NOT NULL, heard_ms INTEGER NOT NULL,
  settled_ms INTEGER);
CREATE INDEX command_open ON commands (subscriber, seq) WHERE state = 'accepted';
CREATE TABLE hearings (key TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE misbehaviours (id INTEGER PRIMARY KEY AUTOINCREMENT, told TEXT NOT NULL, struck INTEGER NOT NULL);
CREATE TABLE late (id INTEGER PRIMARY KEY, arrives_ms INTEGER NOT NULL, told TEXT NOT NULL);
CREATE TABLE seed (seed TEXT NOT NULL);
INSERT INTO seed VALUES ('0');
"""
# Of the commands that may be done now the one that was due first: those behind an earlier one of their subscriber wait.
DUE: Final = """
SELECT * FROM commands c WHERE state = 'accepted' AND looks <= 0 AND due_ms <= ? AND (overtakes OR NOT EXISTS
  (SELECT 1 FROM commands e WHERE e.subscriber = c.subscriber AND e.state = 'accepted' AND e.seq < c.seq))
ORDER BY due_ms, seq LIMIT 1
"""


class Kept(NamedTuple):
    """A command as the network keeps it. `settled_ms` None: not done yet. `heard`: how often it came."""

    command: Command
    digest: str
    answer: Answer
    heard_ms: int
    settled_ms: int | None
    heard: int


class Memory:
    """What one visit may read and write; made by `visit` only."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._ask = connection.execute
        self._ask_many = connection.executemany

    def line(self, subscriber: str) -> Line | None:
        row = self._ask("SELECT * FROM lines WHERE subscriber = ?", [subscriber]).fetchone()
        return None if row is None else _line(row)

    def lines(self, *, after: str, limit: int) -> list[Line]:
        rows = self._ask("SELECT * FROM lines WHERE subscriber > ? ORDER BY subscriber LIMIT ?", [after, limit])
        return [_line(row) for row in rows]

    def count_lines(self) -> int:
        return int(self._ask("SELECT count(*) FROM lines").fetchone()[0])

    def held_by(self, name: str, value: str) -> str:
        """Whose a number or an IMSI is, "" nobody's."""
        column = {"number": "number", "imsi": "imsi"}[name]
        row = self._ask(f"SELECT subscriber FROM lines WHERE {column} = ? AND {column} <> ''", [value]).fetchone()
        return "" if row is None else str(row[0])

    def put_lines(self, lines: Iterable[Line]) -> None:
        rows = (
            (one.subscriber, one.number, one.imsi, one.bars, _text(sorted(one.services)), _text(one.particulars))
            for one in lines
        )
        # Not REPLACE: that would take a number away from whoever has it, without a word.
        self._ask_many(
            "INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (subscriber) DO UPDATE SET"
            " number = excluded.number, imsi = excluded.imsi, bars = excluded.bars, services = excluded.services,"
            " particulars = excluded.particulars", rows,
        )  # fmt: skip

    def drop_line(self, subscriber: str) -> bool:
        return self._ask("DELETE FROM lines WHERE subscriber = ?", [subscriber]).rowcount > 0

    def command(self, key: str) -> Kept | None:
        return next(iter(self._kept("WHERE c.key = ?", [key])), None)

    def commands(self, *, subscriber: str = "", open_only: bool = False, limit: int) -> list[Kept]:
        """The latest first."""
        return self._kept(
            "WHERE (? = '' OR c.subscriber = ?) AND (NOT ? OR c.state = 'accepted') ORDER BY c.seq DESC LIMIT ?",
            [subscriber, subscriber, open_only, limit],
        )

    def take(self, command: Command, *, now_ms: int, looks: int, due_ms: int, overtakes: bool) -> None:
        self._ask(
            "INSERT INTO commands (key, digest, verb, subscriber, params, state, code, told, looks, due_ms, overtakes,"
            " heard_ms) VALUES (?, ?, ?, ?, ?, 'accepted', '', '{}', ?, ?, ?, ?)",
            [command.key, digest_of(command), command.verb, command.subscriber, _text(command.params), looks, due_ms,
             overtakes, now_ms],
        )  # fmt: skip

    def due(self, now_ms: int) -> Command | None:
        row = self._ask(DUE, [now_ms]).fetchone()
        return None if row is None else _command(row)

    def settle(self, key: str, answer: Answer, *, now_ms: int) -> None:
        self._ask("UPDATE commands SET state = ?, code = ?, told = ?, settled_ms = ? WHERE key = ?",
                  [answer.state, answer.code, _text(answer.params), now_ms, key])  # fmt: skip

    def looked_at(self, key: str) -> None:
        self._ask("UPDATE commands SET looks = looks - 1 WHERE key = ? AND state = 'accepted'", [key])

    def heard(self, key: str) -> int:
        """Count one more hearing of a key; how many there were."""
        self._ask("INSERT INTO hearings VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET times = times + 1", [key])
        return int(self._ask("SELECT times FROM hearings WHERE key = ?", [key]).fetchone()[0])

    def put_off(self, command: Command, arrives_ms: int) -> None:
        """It is on its way, and not here yet."""
        self._ask("INSERT INTO late (arrives_ms, told) VALUES (?, ?)", [arrives_ms, _text(asdict(command))])

    def arrived(self, now_ms: int) -> list[Command]:
        """What was on its way and is here now; told once."""
        rows = self._ask("SELECT * FROM late WHERE arrives_ms <= ? ORDER BY arrives_ms, id", [now_ms]).fetchall()
        self._ask("DELETE FROM late WHERE arrives_ms <= ?", [now_ms])
        return [Command(**json.loads(row["told"])) for row in rows]

    def misbehaviours(self) -> list[tuple[int, Misbehaviour, int]]:
        """(id, what was told, how often it struck)."""
        rows = self._ask("SELECT * FROM misbehaviours ORDER BY id")
        return [(int(row["id"]), Misbehaviour(**json.loads(row["told"])), int(row["struck"])) for row in rows]

    def add_misbehaviour(self, told: Misbehaviour) -> int:
        return int(self._ask("INSERT INTO misbehaviours (told, struck) VALUES (?, 0)",
                             [_text(asdict(told))]).lastrowid or 0)  # fmt: skip

    def struck(self, id: int) -> None:
        self._ask("UPDATE misbehaviours SET struck = struck + 1 WHERE id = ?", [id])

    def end_misbehaviours(self, id: int) -> int:
        """One, or all of them (0)."""
        return self._ask("DELETE FROM misbehaviours WHERE ? IN (0, id)", [id]).rowcount

    def seed(self) -> str:
        return str(self._ask("SELECT seed FROM seed").fetchone()[0])

    def set_seed(self, seed: str) -> None:
        self._ask("UPDATE seed SET seed = ?", [seed])

    def _kept(self, where: str, told: list[object]) -> list[Kept]:
        rows = self._ask(f"SELECT c.*, h.times FROM commands c JOIN hearings h ON h.key = c.key {where}", told)
        return [
            Kept(
                _command(row), row["digest"], Answer(row["state"], row["code"], json.loads(row["told"])),
                row["heard_ms"], row["settled_ms"], row["times"],
            )
            for row in rows
        ]  # fmt: skip


@contextmanager
def visit(path: Path) -> Iterator[Memory]:
    """One visit, alone: what it wrote is there when it ends, nothing of it where it raises."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN IMMEDIATE")
        try:
            if connection.execute("PRAGMA user_version").fetchone()[0] != SHAPE:
                _make_tables(connection)
            yield Memory(connection)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def _make_tables(connection: sqlite3.Connection) -> None:
    for statement in filter(None, (part.strip() for part in TABLES.split(";"))):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SHAPE}")


def _line(row: sqlite3.Row) -> Line:
    services = frozenset(json.loads(row["services"]))
    return Line(
        row["subscriber"], row["number"], row["imsi"], row["bars"], services, json.loads(row["particulars"])
    )  # fmt: skip


def _command(row: sqlite3.Row) -> Command:
    return Command(row["key"], row["verb"], row["subscriber"], json.loads(row["params"]))


def _text(value: Mapping[str, Any] | list[str]) -> str:
    return json.dumps(dict(value) if isinstance(value, Mapping) else value, ensure_ascii=False, sort_keys=True)
