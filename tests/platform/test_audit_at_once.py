"""Sealers at the same moment, and sealers that are killed: one chain without a gap."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.faults.commit_writer import NOW, take
from tests.platform.real_database import at_once, committing
from tests.platform.test_writing_at_once import AT_ONCE

from yidian.platform.audit import queries, sealer
from yidian.platform.audit.types import Verdict
from yidian.platform.points import PlantedFault, configure

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Any]:
    with committing(tmp_path) as tenant:
        yield tenant


def test_writers_and_sealers_at_once_make_one_chain(operator: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "AT_ONCE", 3)

    def does(number: int) -> Any:
        if number % 2:
            return [sealer.seal(tenant=operator, now=NOW).sealed for _ in range(3)]
        return [take(tenant=operator, key=f"{number}.{n}") for n in range(5)]

    ended = at_once(operator, does, AT_ONCE)
    assert not [one for one in ended if isinstance(one, Exception)]
    sealer.seal(tenant=operator, now=NOW)
    assert queries.verify(tenant=operator) == Verdict(20, 0, 0, ())


@pytest.mark.parametrize("where", ["audit.seal", "audit.sealed"])
def test_a_sealer_that_dies_leaves_a_chain_that_goes_on(
    operator: Any, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(sealer, "AT_ONCE", 2)
    for number in range(5):
        take(tenant=operator, key=str(number))
    configure(f"{where}:2=raise")
    try:
        with pytest.raises(PlantedFault):
            sealer.seal(tenant=operator, now=NOW)
    finally:
        configure("")
    stopped = queries.verify(tenant=operator)
    assert (stopped.entries, stopped.unsealed, stopped.breaks) == ((2, 3, ()) if where == "audit.seal" else (4, 1, ()))
    sealer.seal(tenant=operator, now=NOW)
    assert queries.verify(tenant=operator) == Verdict(5, 0, 0, ())
