"""A number is a login only for whoever has it: given out again, it opens nothing of whom it was (E18)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.cycles.world import World
from tests.platform.sign_in_office import CUSTOMER, GIVEN, QUICK, Office
from tests.web.sign_in.conftest import Visitor

from yidian.domains.product_inventory.models import AccessIdentifier
from yidian.journeys.hall_names import customer_of_number, names_for
from yidian.kernel.calendar import to_ms
from yidian.kernel.faults import BadInput

NUMBER = "13800000001"


@pytest.fixture
def shop(tenant: Any, tmp_path: Path, settings: Any) -> Office:
    settings.PASSWORD_HASHERS = QUICK
    World(tenant, tmp_path).open()
    return Office(tenant)


def test_a_login_is_opened_for_numbers_of_the_customer_only(shop: Office) -> None:
    told = {"tenant": shop.tenant, "now": shop.now}
    assert customer_of_number(number=NUMBER, **told) == "c1"
    assert names_for(customer="c1", told=[NUMBER, "xiaoyu"], **told) == {NUMBER: "number", "xiaoyu": "name"}
    with pytest.raises(BadInput) as error:
        names_for(customer="c1", told=[NUMBER, "13800000002", "13899999999"], **told)
    assert [(fault.code, fault.value) for fault in error.value.faults] == [
        ("LOGIN_NUMBER_NOT_THEIRS", "13800000002"), ("LOGIN_NUMBER_NOT_THEIRS", "13899999999"),
    ]  # fmt: skip
    assert customer_of_number(tenant=shop.tenant, number=NUMBER, now=datetime(2025, 12, 31, tzinfo=UTC)) == ""


def test_e18_a_number_that_is_given_back_opens_nothing_from_that_instant(shop: Office, monkeypatch: Any) -> None:
    shop.given("c1", realm=CUSTOMER, names={NUMBER: "number", "xiaoyu": "name"})
    visitor = Visitor(Client(enforce_csrf_checks=True), shop, monkeypatch)
    assert visitor.sign_in("138 0000 0001", GIVEN, face="").status_code == 303
    AccessIdentifier.objects.filter(value=NUMBER).update(to_ms=to_ms(shop.now))
    assert visitor.sign_in(NUMBER, GIVEN, face="").status_code == 422
    assert visitor.sign_in("xiaoyu", GIVEN, face="").status_code == 303, "by the name of one's own as before"
