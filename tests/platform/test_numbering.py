"""Business numbers have no gap, whoever takes them at once and whatever is rolled back; none is given twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.faults.commit_writer import NOW
from tests.platform.real_database import at_once, committing
from tests.platform.test_writing_at_once import AT_ONCE

from yidian.platform.numbering.operations import next_number, reserve
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import system

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Any]:
    with committing(tmp_path) as tenant:
        yield tenant


def number(tenant: Any, key: str, series: str = "bill", *, fails: bool = False) -> str:
    def work(frame: Any) -> dict[str, Any]:
        taken = next_number(frame=frame, series=series, form="B2026-{:06d}")
        if fails:
            raise LookupError
        return {"number": taken}

    outcome = perform(tenant=tenant, actor=system("test"), operation="number.take", key=key, request={}, now=NOW,
                      work=work)  # fmt: skip
    return str(outcome.answer["number"])


def test_a_write_that_is_rolled_back_leaves_no_gap(operator: Any) -> None:
    assert number(operator, "1") == "B2026-000001"
    with pytest.raises(LookupError):
        number(operator, "2", fails=True)
    assert number(operator, "3") == "B2026-000002"
    assert number(operator, "4", series="refund") == "B2026-000001"


def test_eight_at_once_lose_none_and_double_none(operator: Any) -> None:
    def several(who: int) -> list[str]:
        taken = []
        for n in range(6):
            if n % 3 == 2:
                with pytest.raises(LookupError):
                    number(operator, f"{who}.{n}", fails=True)
            else:
                taken.append(number(operator, f"{who}.{n}"))
        return taken

    lots = at_once(operator, several, AT_ONCE)
    assert sorted(one for lot in lots for one in lot) == [f"B2026-{n:06d}" for n in range(1, 33)]
    assert all(lot == sorted(lot) for lot in lots)


def test_reserved_ranges_never_overlap(operator: Any) -> None:
    ranges = at_once(operator, lambda n: reserve(tenant=operator, series="account id", count=n + 1), AT_ONCE)
    assert sorted(n for taken in ranges for n in taken) == list(range(1, 37))
    assert reserve(tenant=operator, series="account id", count=1) == range(37, 38)
    with pytest.raises(ValueError, match="0 numbers"):
        reserve(tenant=operator, series="account id", count=0)
