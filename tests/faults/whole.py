"""Going on after a fault, and what must hold at the end whatever happened on the way."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from types import MappingProxyType

from tests import installations
from tests.faults.small_operator import (
    HOME,
    STEPS,
    Ended,
    Kept,
    Operator,
    canonical_sha256,
    lake_of,
    manifest_of,
    steps_from,
)

HAS_DOCTOR = importlib.util.find_spec("yidian.faces.cli.doctor") is not None
Mishap = Callable[[str], None]  # what is done to a step before it is typed to its end
HISTORY = "customer_bill_cyclestep"
GROWN = ("jobs_run", "jobs_runtask", "sqlite_sequence")  # a run that was cut off may leave a record that says so


def live_through(kept: Kept, operator: Operator, mishaps: Mapping[str, Mishap], *, threads: int) -> None:
    """A month from the first of these steps on: each is disturbed as told, then typed as if nothing had been."""
    first = min(mishaps, key=list(STEPS).index)
    operator.stand(kept, before=first, threads=threads)
    type_again_and_go_on(kept, operator, first, mishaps=mishaps)


def type_again_and_go_on(
    kept: Kept, operator: Operator, step: str, *, done_twice: bool = False,
    mishaps: Mapping[str, Mishap] = MappingProxyType({}),
) -> Ended:  # fmt: skip
    """The interrupted command again, then every command after it: it must come to what an uninterrupted month did.

    `done_twice`: something was rightly done again, so the cycle's history is longer. `mishaps`: what happens to some
    steps before they are typed.
    """
    ended = Ended(0, "", "")
    for name in steps_from(step):
        if name in mishaps:
            mishaps[name](name)
        ended = kept.step(name)
        assert ended.code == 0, (name, ended.err)
    assert canonical_sha256(ended) == operator.canonical
    nothing_left_nothing_missing(kept, operator, done_twice=done_twice)
    return ended


def nothing_left_nothing_missing(kept: Kept, operator: Operator, *, done_twice: bool = False) -> None:
    """Manifest and disk agree byte for byte, no row more or less than without the fault, nothing under way."""
    home = kept.folder / HOME
    assert lake_of(home) == manifest_of(home)
    rows, wanted = without_runs(installations.rows_of(home)), without_runs(operator.rows)
    if done_twice:
        assert rows.pop(HISTORY) > wanted.pop(HISTORY)
    assert rows == wanted
    assert installations.sql(home, "SELECT kind FROM jobs_run WHERE state = 'working'") == []
    assert installations.is_sound(home)
    if HAS_DOCTOR:
        told = kept.run("doctor")
        assert told.code == 0, told


def without_runs(rows: dict[str, int]) -> dict[str, int]:
    """Row counts of what is business. The lake has one row a file, and small parts make more files."""
    return {name: count for name, count in rows.items() if name not in (*GROWN, "lake_lakefile")}


__all__ = [
    "HAS_DOCTOR",
    "STEPS",
    "live_through",
    "nothing_left_nothing_missing",
    "type_again_and_go_on",
    "without_runs",
]
