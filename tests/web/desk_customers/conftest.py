"""A quarter of the town: its customers, branches and people, without a month behind them. Made in a moment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django_scopes import scope
from tests.cycles.world import SEPTEMBER, ZONE, World
from tests.web import town
from tests.web.town import ALPHA, CUSTOMERS, NOW, Town

from yidian.config.installation import Installation
from yidian.domains.party.operations import add_parties
from yidian.domains.party.types import Particulars
from yidian.domains.payment.operations.counter import pay
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import system

RESIDENT = "11010519491231002X"  # the example of GB 11643: nobody's
NAMES = {"c1": "李晓雨", "c2": "", "c4": "张晓雨", "c5": ""}


@pytest.fixture
def quarter(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Town:
    home = tmp_path / "home"
    monkeypatch.setenv("YIDIAN_NOW", NOW.isoformat())
    settings.INSTALLATION = Installation(
        home=home, database=":memory:", tenant=ALPHA, currency="CNY", zone=ZONE, threads=1, profile="test"
    )
    settings.TENANT = ALPHA
    tenant = Tenant.objects.create(code=ALPHA, currency="CNY", zone=ZONE)
    with scope(tenant=tenant):
        world = World(tenant, home, now=NOW).open(SEPTEMBER)
        town._organisation(tenant)
        town._people(tenant)
        told = {code: Particulars(node) for code, node in CUSTOMERS.items()}
        told["c1"] = Particulars("north", "13900000001", "星湖路 1 号", "resident_id", RESIDENT)
        add_parties(tenant=tenant, customers=NAMES, accounts={}, particulars=told)
        pay(tenant=tenant, actor=system("test"), key="a1", now=NOW, account="a1", amount_minor=3_000, channel_txn="a1")
    return Town(home, {ALPHA: world}, town.hashed())
