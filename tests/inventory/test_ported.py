"""Ported numbers (携号转网, N5): imported once, in any order, refused with their place."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django_scopes import scopes_disabled
from tests.inventory.files import day

from yidian.domains.product_inventory.bulk import load_circles, load_ported
from yidian.domains.product_inventory.models import PortedNumber
from yidian.domains.product_inventory.operations import import_ported
from yidian.domains.product_inventory.queries import versions
from yidian.kernel.calendar import FOREVER_MS
from yidian.kernel.faults import BadInput
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.files import FileTaken
from yidian.platform.writing.types import Actor

NOW = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture
def take(tenant: Any, tmp_path: Path) -> Any:
    def taken(*rows: str) -> FileTaken:
        path = tmp_path / "ported.csv"
        path.write_text("\n".join(("number,network,from,to", *rows)) + "\n", encoding="utf-8")
        return import_ported(tenant=tenant, actor=Actor("staff", "zhang"), path=path, now=NOW)

    return taken


def stored() -> list[tuple[str, str, int, int]]:
    return list(PortedNumber.objects.order_by("number", "from_ms").values_list("number", "network", "from_ms", "to_ms"))


def test_a_number_is_in_a_network_until_it_is_taken_to_the_next(tenant: Any, take: Any) -> None:
    assert take("13900000001,cucc,2026-10-01,")[:3] == (1, 1, 0)
    assert versions(tenant=tenant).ported == 1
    assert take("13900000001,ctcc,2026-10-15 09:00,")[:3] == (1, 1, 1)
    moved = day("2026-10-15") + 9 * 3_600_000
    assert stored() == [
        ("13900000001", "cucc", day("2026-10-01"), moved), ("13900000001", "ctcc", moved, FOREVER_MS),
    ]  # fmt: skip
    assert versions(tenant=tenant).ported == 2


def test_the_same_file_and_the_same_rows_add_nothing(tenant: Any, take: Any) -> None:
    rows = ("13900000001,cucc,2026-10-01,", "13900000002,ctcc,2026-10-01,2026-11-01", "13900000001,ctcc,2026-10-15,")
    assert take(*rows).repeated is False
    before, told = stored(), versions(tenant=tenant)
    assert take(*rows).repeated is True
    assert take(rows[1], rows[0])[1:3] == (0, 0)
    assert (stored(), versions(tenant=tenant)) == (before, told)
    assert take("13900000001,ctcc,2026-10-15,2026-12-01")[1:3] == (0, 1)
    assert stored()[1][3] == day("2026-12-01")


def test_the_order_of_files_does_not_matter(tenant: Any, take: Any) -> None:
    dice = random.Random(5)
    rows = [
        f"1390000000{dice.randrange(4)},n{n % 3},2026-10-{n + 1:02d},{'2026-10-31' if n == 27 else ''}"
        for n in range(28)
    ]
    found = []
    for _ in range(3):
        dice.shuffle(rows)
        PortedNumber.objects.all().delete()
        for n in range(0, 28, 7):
            take(*rows[n : n + 7])
        found.append(stored())
        rows.append(rows.pop(0))
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 28


REFUSED = {
    "IDENTIFIER_INVALID": ("number", "+8613900000001,cucc,2026-10-01,"),
    "VALUE_MISSING": ("network", "13900000001,,2026-10-01,"),
    "CODE_RESERVED": ("network", "13900000001,own,2026-10-01,"),
    "TEXT_TOO_LONG": ("network", f"13900000001,{'n' * 65},2026-10-01,"),
    "DATE_IMPOSSIBLE": ("from", "13900000001,cucc,2026-13-01,"),
    "PERIOD_EMPTY": ("to", "13900000001,cucc,2026-10-02,2026-10-02"),
    "PORTED_TWICE": ("number", "13900000000,ctcc,2026-10-05,"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_is_refused_with_its_place(tenant: Any, take: Any, code: str) -> None:
    column, row = REFUSED[code]
    with pytest.raises(BadInput) as refusal:
        take("13900000000,cucc,2026-10-01,2026-10-20", row)
    [fault] = refusal.value.faults
    assert (fault.code, fault.where.line, fault.where.column) == (code, 3, column)
    assert stored() == []


def test_two_hundred_thousand_are_planned_as_columns() -> None:
    from yidian.domains.product_inventory.ported.plan import Rows, plan

    count = 200_000
    number = np.char.add(b"139", np.arange(count).astype("S8"))
    since = np.full(count, 1_000, np.int64)
    told = Rows(number, since % 3, since, np.full(count, FOREVER_MS), -1 - np.arange(count))
    nothing = Rows(*(np.zeros(0, kind) for kind in ("S20", np.int64, np.int64, np.int64, np.int64)))
    assert len(plan(nothing, told).add.key) == count
    known = Rows(number, since % 3, since, np.full(count, FOREVER_MS), np.arange(count))
    again = plan(known, told)
    assert (len(again.add.key), again.end, again.against) == (0, [], [])


def test_one_tenant_never_sees_another_s_rows(tenant: Any, take: Any, tmp_path: Path) -> None:
    take("13900000001,cucc,2026-10-01,")
    with scopes_disabled():
        other = Tenant.objects.create(code="other", currency="CNY", zone="Asia/Shanghai")
    path = tmp_path / "canary.csv"
    path.write_text("number,network,from\n13900000001,canary,2026-10-01\n", encoding="utf-8")
    report = import_ported(tenant=other, actor=Actor("staff", "zhang"), path=path, now=NOW)
    assert report[1:] == (1, 0, False)
    for one, network in ((tenant, "cucc"), (other, "canary")):
        found = load_ported(tenant=one, period_start_ms=0, period_end_ms=FOREVER_MS)
        assert (found.number.to_pylist(), found.networks) == (["13900000001"], [network])
        empty = load_circles(tenant=one, period_start_ms=0, period_end_ms=FOREVER_MS)
        assert len(empty.friend) == len(empty.member) == 0
