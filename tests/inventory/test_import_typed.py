"""A customers file as it is typed: what it changed stands in the audit, by whom; what it did not leaves no trace."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests.catalog.example import EXAMPLE
from tests.inventory.files import COLUMNS
from tests.typed import Type, typing

from yidian.domains.product_catalog.operations import load_tariff
from yidian.domains.product_catalog.queries import read_tariff
from yidian.platform.access import staff
from yidian.platform.audit.queries import entries
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import system

NOW = datetime(2026, 11, 10, 2, tzinfo=UTC)
FIRST = "C1,{name},A1,S1,,19900000001,,,cx129,2026-10-01,"


@pytest.fixture
def typed(tenant: Tenant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Type:
    def hire(frame: Any) -> dict[str, Any]:
        staff.add_user(frame=frame, login="qin", name="秦")
        staff.give_post(frame=frame, login="qin", role="finance", organisation=None, since=NOW)
        return {}

    load_tariff(tenant=tenant, tariff=read_tariff(EXAMPLE), source="example", now=NOW)
    perform(tenant=tenant, actor=system("test"), operation="t", key="t", request={}, now=NOW, work=hire)
    seconds = count()
    return typing(monkeypatch, capsys, tenant=tenant, now=lambda: NOW + timedelta(seconds=next(seconds)), by="qin")


def written(path: Path, *rows: str) -> Path:
    path.write_text("\n".join((",".join(COLUMNS), *rows)) + "\n", encoding="utf-8")
    return path


def imports(tenant: Tenant) -> list[Any]:
    """The oldest first."""
    return entries(tenant=tenant, limit=9, operation="customers.import")[::-1]


def test_the_audit_says_which_file_changed_what_and_who_typed_it(typed: Type, tenant: Tenant, tmp_path: Path) -> None:
    before = written(tmp_path / "november.csv", FIRST.format(name="李"))
    assert typed("import customers", str(before)).code == 0
    [entry] = imports(tenant)
    [change] = entry.changes
    assert (entry.actor_kind, entry.actor_id, change.kind) == ("staff", "qin", "customers_file")
    assert change.id == hashlib.sha256(before.read_bytes()).hexdigest()
    assert change.after == {"file": "november.csv", "rows": 1, "added": 8, "ended": 0}


def test_what_changes_nothing_leaves_no_entry_and_what_is_so_again_does(
    typed: Type, tenant: Tenant, tmp_path: Path
) -> None:
    """A file that was taken is taken again where another has changed what it says since."""
    first = written(tmp_path / "first.csv", FIRST.format(name="李"))
    other = written(tmp_path / "other.csv", FIRST.format(name="李晓雨"))
    assert typed("import customers", str(first)).code == 0
    again = typed("import customers", str(first))
    assert (again.code, len(imports(tenant))) == (0, 1), again
    assert "nothing" in again.said.casefold(), again
    for path in (other, first):
        assert typed("import customers", str(path)).code == 0
    told = [entry.changes[0].after for entry in imports(tenant)]
    assert [(one["file"], one["added"], one["ended"]) for one in told[1:]] == [("other.csv", 0, 1), ("first.csv", 0, 1)]


def test_a_refused_file_leaves_nothing(typed: Type, tenant: Tenant, tmp_path: Path) -> None:
    bad = written(tmp_path / "bad.csv", FIRST.format(name="李").replace("cx129", "no-such"))
    assert typed("import customers", str(bad)).code == 2
    assert typed("import customers", str(tmp_path / "nowhere.csv")).code == 2
    assert imports(tenant) == []
