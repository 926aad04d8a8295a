from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django_scopes import scope
from tests.cycles.world import ZONE
from tests.orders.hall import furnished
from tests.web import town
from tests.web.order_work.shop import Shop
from tests.web.town import ALPHA, NOW, Town

from yidian.config.installation import Installation
from yidian.platform.clock import VirtualClock
from yidian.platform.tenancy.models import Tenant


@pytest.fixture
def shop(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    home = tmp_path / "home"
    settings.INSTALLATION = Installation(
        home=home, database=":memory:", tenant=ALPHA, currency="CNY", zone=ZONE, threads=1, profile="test"
    )
    settings.TENANT = ALPHA
    tenant = Tenant.objects.create(code=ALPHA, currency="CNY", zone=ZONE)
    with scope(tenant=tenant):
        hall = furnished(tenant, home)
        hall.clock = VirtualClock(NOW)
        town._organisation(tenant)
        town._people(tenant)
        people = Town(home, {ALPHA: hall.world}, town.hashed())
        yield Shop(hall, people, monkeypatch).at_now()
