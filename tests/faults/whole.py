"""Going on after a fault, and what must hold at the end whatever happened on the way."""

from __future__ import annotations

import importlib.util
import sqlite3

from tests.faults.small_operator import (
    HOME,
    STEPS,
    Ended,
    Kept,
    Operator,
    canonical_sha256,
    lake_of,
    manifest_of,
    rows_of,
    steps_from,
)

HAS_DOCTOR = importlib.util.find_spec("yidian.faces.cli.doctor") is not None
GROWN = ("jobs_run", "jobs_runtask", "sqlite_sequence")  # a run that was cut off may leave a record that says so


def type_again_and_go_on(kept: Kept, operator: Operator, step: str) -> Ended:
    """The interrupted command again, then every command after it: it must come to what an uninterrupted month did."""
    ended = Ended(0, "", "")
    for name in steps_from(step):
        ended = kept.step(name)
        if name == step == "close" and "is closed" in ended.err:
            continue  # it was closed before the kill, and closing again says just that
        assert ended.code == 0, (name, ended.err)
    assert canonical_sha256(ended) == operator.canonical
    nothing_left_nothing_missing(kept, operator)
    return ended


def nothing_left_nothing_missing(kept: Kept, operator: Operator) -> None:
    """Manifest and disk agree byte for byte, no row more or less than without the fault, nothing under way."""
    home = kept.folder / HOME
    assert lake_of(home) == manifest_of(home)
    assert without_runs(rows_of(home)) == without_runs(operator.rows)
    with sqlite3.connect(home / "yidian.sqlite3") as database:
        assert database.execute("SELECT kind FROM jobs_run WHERE state = 'working'").fetchall() == []
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    if HAS_DOCTOR:
        told = kept.run("doctor")
        assert told.code == 0, told


def without_runs(rows: dict[str, int]) -> dict[str, int]:
    """Row counts of what is business. The lake has one row a file, and small parts make more files."""
    return {name: count for name, count in rows.items() if name not in (*GROWN, "lake_lakefile")}


__all__ = ["HAS_DOCTOR", "STEPS", "nothing_left_nothing_missing", "type_again_and_go_on", "without_runs"]
