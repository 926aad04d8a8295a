"""The customers file of the examples is taken whole, with the offers of the example tariff; the how-to's rows too."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path
from typing import Any

from tests.inventory.files import stored

from yidian.domains.product_inventory.operations import import_customers
from yidian.domains.product_inventory.queries import overlaps, who_has
from yidian.domains.product_inventory.types import KnownOffers
from yidian.kernel.calendar import from_ms, local_to_ms

ROOT = Path(__file__).resolve().parents[2]


def _example_offers() -> KnownOffers:
    def day(text: str) -> date | None:
        return date.fromisoformat(text) if text else None

    with (ROOT / "examples" / "tariff-cn" / "offers.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["code"]: (day(row["from"]), day(row["to"])) for row in csv.DictReader(file)}


def test_the_example_is_taken_and_a_second_time_adds_nothing(tenant: Any) -> None:
    path = ROOT / "examples" / "customers.csv"
    report = import_customers(tenant=tenant, path=path, known_offers=_example_offers())
    assert report.rows == 30
    assert {k: c.added for k, c in report.counts.items()} == {
        "customers": 12, "accounts": 13, "subscribers": 18, "identifiers": 23, "holdings": 26,
        "payers": 18, "units": 13, "memberships": 18,
    }  # fmt: skip
    assert import_customers(tenant=tenant, path=path, known_offers=_example_offers()).nothing_new
    assert overlaps(tenant=tenant) == []


def test_the_rows_of_the_how_to_are_taken(tenant: Any, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "howto" / "customers.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```csv\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 2
    for n, block in enumerate(blocks):
        path = tmp_path / f"{n}.csv"
        path.write_text(block, encoding="utf-8")
        report = import_customers(tenant=tenant, path=path, known_offers=_example_offers())
        assert not report.nothing_new

    from datetime import datetime

    def owner(written: str) -> str | None:
        at = from_ms(local_to_ms(datetime.fromisoformat(written), tenant.zone))
        return who_has(tenant=tenant, kind="msisdn", value="19900020003", at=at)

    assert owner("2026-10-15 00:00") == "19900020003"
    assert owner("2026-11-08 23:59") == "19900020003"
    assert owner("2026-11-09 00:00") is None
    assert owner("2026-12-01 00:00") == "S-HUANG"
    assert len(stored()["identifiers"]) == 6
