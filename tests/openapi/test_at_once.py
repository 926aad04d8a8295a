"""A system that does not wait for its answer: the same name sent again while the first is being taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.openapi import shop as shops
from tests.openapi.shop import ORDER, Answer, Shop, mobile
from tests.platform.real_database import at_once, committing
from tests.web.orders.counter import TENANT, installed, staffed

from yidian.domains.product_order.models import OrderOrigin, ProductOrder
from yidian.faces.openapi import pace

pytestmark = pytest.mark.django_db(transaction=True)
SENT = 8


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Shop]:
    monkeypatch.setattr(pace, "SYSTEMS", pace.Pace(10_000, 0.01))
    with committing(tmp_path) as tenant:
        assert tenant.code == TENANT
        installed(tmp_path / "home", monkeypatch, settings)
        yield shops.before(staffed(tenant, tmp_path / "home").hall)


def request(shop: Shop, n: int, **told: Any) -> dict[str, Any]:
    """An order under one name; `n`: with which number and card."""
    party = {"id": shop.hall.customer("li"), "@referredType": "Customer"}
    return {"externalId": "web-1", "relatedParty": [party], "productOrderItem": [{"id": "1", **mobile(n)}], **told}


def sent(shop: Shop, *bodies: dict[str, Any]) -> list[Answer]:
    """What each was answered."""
    shop.hall.later(minutes=1)

    ended = at_once(shop.hall.tenant, lambda n: patient(shop, bodies[n]), len(bodies))
    assert not [one for one in ended if isinstance(one, Exception)], ended
    return ended


def patient(shop: Shop, body: dict[str, Any]) -> Answer:
    """Sent again under its name where the database was busy, as a 503 asks for."""
    for _ in range(20):
        told = shop.send("POST", ORDER, body)
        if told.status != 503:
            break
    return told


def numbers() -> list[str]:
    return list(ProductOrder.objects.values_list("number", flat=True))


def test_the_same_order_sent_eight_times_at_once_is_one_and_every_answer_names_it(shop: Shop) -> None:
    told = sent(shop, *[request(shop, 0)] * SENT)
    assert Counter(one.status for one in told) == {201: 1, 200: SENT - 1}, [one.told for one in told]
    assert {one.told["id"] for one in told} == set(numbers())
    assert (len(numbers()), OrderOrigin.objects.count()) == (1, 1)
    assert {one.told["externalId"] for one in told} == {"web-1"}


def test_of_two_orders_under_one_name_at_once_one_is_taken_and_the_other_told_why_not(shop: Shop) -> None:
    told = sent(shop, *[request(shop, n % 2) for n in range(SENT)])
    assert Counter(one.status for one in told) == {201: 1, 200: SENT // 2 - 1, 409: SENT // 2}, [x.told for x in told]
    refused = [one for one in told if one.status == 409]
    taken = [one for one in told if one.status != 409]
    assert {one.told["id"] for one in taken} == set(numbers())
    assert len(numbers()) == 1
    assert [one.wheres for one in refused] == [{"externalId": "API_NAME_USED"}] * (SENT // 2)


def test_two_systems_may_use_one_name_at_once(shop: Shop) -> None:
    shop.hall.later(minutes=1)
    both = [(shop, request(shop, 0)), (shop.at("all"), request(shop, 1))]
    told = at_once(shop.hall.tenant, lambda n: patient(*both[n]), 2)
    assert [one.status for one in told] == [201, 201], told
    assert {one.told["id"] for one in told} == set(numbers())
    assert len(numbers()) == 2
