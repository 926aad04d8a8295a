"""Who may not: no token, a wrong, expired or revoked one, another tenant's; what is beyond reach, or was not given."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as now_set
from django.test import Client
from tests.openapi.shop import CANCEL, NUMBER, OFFERING, ORDER, PRODUCT, RESERVATION, Shop, item, mobile
from tests.typed import typing

from yidian.domains.product_order.models import ProductOrder
from yidian.faces.openapi import asking, pace
from yidian.platform.access import staff
from yidian.platform.access.tokens.models import SystemToken

PLACES = (ORDER, OFFERING, PRODUCT, NUMBER, RESERVATION, f"{ORDER}/O202611-000001", f"{CANCEL}/O202611-000001")


def test_without_a_good_token_nothing_is_answered(shop: Shop) -> None:
    shop.hall.clock.push(timedelta(days=2))
    token = shop.tokens["shop"]
    wrong = {
        "": "API_TOKEN_MISSING", "Basic dTpw": "API_TOKEN_MISSING", "Bearer": "API_TOKEN_MISSING",
        "Bearer yd_guessed": "TOKEN_UNKNOWN", f"Bearer {token[:-1]}": "TOKEN_UNKNOWN",
        f"Bearer {token} x": "TOKEN_UNKNOWN",
        f"Bearer {shop.tokens['brief']}": "TOKEN_EXPIRED", f"Bearer {shop.tokens['gone']}": "TOKEN_REVOKED",
        f"Bearer {shop.tokens['beta']}": "TOKEN_UNKNOWN", f"Bearer {'x' * 5000}": "TOKEN_UNKNOWN",
    }  # fmt: skip
    for header, code in wrong.items():
        told = shop.send("POST", ORDER, "{", Authorization=header)
        assert (told.status, told.code, "Bearer" in told.headers["WWW-Authenticate"]) == (401, code, True), header
    for place in PLACES:
        assert shop.get(place, Authorization="").status == 401, place
    assert shop.get(ORDER, Authorization=f"bearer {token}").status == 200
    row = SystemToken.objects.get(name="shop")
    assert token not in json.dumps([str(value) for value in vars(row).values()])
    assert row.seen_ms > 0
    shop.hall.clock.push(timedelta(days=-2))


@pytest.mark.parametrize(
    ("who", "method", "path", "right"),
    [
        ("reader", "POST", ORDER, "order.take"),
        ("reader", "POST", CANCEL, "order.cancel"),
        ("reader", "GET", PRODUCT, "customer.read"),
        ("reader", "GET", NUMBER, "order.take"),
        ("reader", "POST", RESERVATION, "order.take"),
        ("reader", "DELETE", f"{RESERVATION}/13900771234", "order.take"),
    ],
)
def test_a_right_that_was_not_given_is_403(shop: Shop, who: str, method: str, path: str, right: str) -> None:
    body = {
        ORDER: {"externalId": "x", "productOrderItem": [{"id": "1", **mobile()}]},
        CANCEL: {"cancellationReason": "x", "productOrder": {"id": "O202611-000001"}},
        RESERVATION: {"reservationItem": [{"appliedCapacityAmount": {"resource": [{"id": "13900771234"}]}}]},
    }.get(path)
    told = shop.at(who).send(method, path, body if method == "POST" else None)
    assert (told.status, told.code) == (403, "API_NOT_ALLOWED")
    assert right in told.told["reason"]
    assert shop.at(who).get(ORDER).status == 200


def test_what_is_beyond_reach_is_not_there(shop: Shop) -> None:
    """Another organisation's customers, orders, subscriptions: 404, as of what never was."""
    li, gao = shop.hall.customer("li"), shop.hall.customer("gao")
    done = shop.opened(shop.order(mobile()))
    line = done["productOrderItem"][0]["product"]["id"]
    south = shop.at("south")
    before = ProductOrder.objects.count()
    for asked in (
        south.order(mobile(1), customer="li"),
        south.order(mobile(1), relatedParty=[{"id": "C999999-999999"}]),
        south.order(item("modify", "M99", line), customer="li"),
        shop.order(item("modify", "M99", "U999999-000001-1"), customer="li"),
        south.order(item("modify", "M99", line), customer="gao"),
        shop.order(item("modify", subscriber=line, deed="transfer") | {
            "product": {"id": line, "relatedParty": [{"id": gao, "role": "newCustomer"}]}
        }),
    ):  # fmt: skip
        assert asked.status == 404, asked.told
    assert south.order(item("modify", "M99", line), customer=None).code == "API_CUSTOMER_UNTOLD"
    told = {"cancellationReason": "x", "productOrder": {"id": done["id"]}}
    assert [
        south.get(f"{ORDER}/{done['id']}").status, south.send("POST", CANCEL, told).status,
        south.get(f"{CANCEL}/{done['id']}").status, south.get(f"{PRODUCT}/{line}").status,
        south.get(f"{PRODUCT}?relatedParty.id={li}").status,
    ] == [404] * 5  # fmt: skip
    assert south.get(ORDER).told == south.get(f"{ORDER}?id={done['id']}").told == []
    assert south.get(f"{PRODUCT}?productSerialNumber=13900771234").told == []
    assert ProductOrder.objects.count() == before
    wide = shop.at("all").get(ORDER).told
    assert ([one["id"] for one in wide], "externalId" in wide[0]) == ([done["id"]], False)  # the name is the shop's


def test_another_tenant_sees_nothing_and_does_nothing(shop: Shop, settings: Any) -> None:
    done = shop.opened(shop.order(mobile(), name="canary"))
    settings.TENANT = "beta"
    beta, li = shop.at("beta"), shop.hall.customer("li")
    assert shop.get(ORDER).code == "TOKEN_UNKNOWN"  # a good one, of the operator
    line = done["productOrderItem"][0]["product"]["id"]
    for path in (f"{ORDER}/{done['id']}", f"{PRODUCT}/{line}", f"{PRODUCT}?relatedParty.id={li}", f"{OFFERING}/M59"):
        assert beta.get(path).status == 404, path
    for path in (ORDER, f"{ORDER}?externalId=canary", OFFERING, NUMBER, RESERVATION):
        assert beta.get(path).told == [], path
    asked = [beta.order(mobile(1), customer="li"), beta.order(item("modify", "M99", line), customer="li")]
    assert [one.status for one in asked] == [404, 404]


def test_cookies_of_people_count_for_nothing_and_no_form_token_is_asked(shop: Shop) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies["yidian_hall"] = "x"
    assert browser.get(f"/tmf-api/{ORDER}").status_code == 401
    told = browser.post(
        f"/tmf-api/{CANCEL}", {"cancellationReason": "x", "productOrder": {"id": "O1"}}, "application/json",
        headers={"Authorization": f"Bearer {shop.tokens['shop']}"},
    )  # fmt: skip
    assert (told.status_code, told.json()["code"]) == (404, "API_NOT_FOUND")


def test_too_often_and_too_large_are_refused_before_anything_is_read(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = [0.0]
    monkeypatch.setattr(pace, "SYSTEMS", pace.Pace(2, 5.0, lambda: at[0]))
    monkeypatch.setattr(pace, "STRANGERS", pace.Pace(2, 5.0, lambda: at[0]))
    assert [shop.get(ORDER).status for _ in range(3)] == [200, 200, 429]
    assert shop.at("south").get(ORDER).status == 200  # each has its own
    assert shop.get(ORDER).headers["Retry-After"] == "5"
    at[0] = 6.0
    assert [shop.get(ORDER, Authorization="Bearer no").status for _ in range(3)] == [401, 401, 429]
    at[0] = 100.0
    monkeypatch.setattr(asking, "MOST_BYTES", 50)
    assert (told := shop.order(mobile())).status == 413, told.told
    assert shop.get(ORDER).status == 200


def test_tokens_are_given_listed_and_taken_back_by_command(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = typing(
        monkeypatch, capsys, tenant=shop.hall.tenant, now=lambda: shop.hall.now, installation=now_set.INSTALLATION,
        by="sun",
    )  # fmt: skip
    shop.hall.do(staff.add_user, login="sun", name="孙")
    shop.hall.do(staff.give_post, login="sun", role="security_admin", organisation=None, since=shop.hall.now)
    assert line("token give kiosk --right order.read", by="zhou").code == 3  # a clerk grants nothing
    for told, code in (
        ("give kiosk", 2), ("give kiosk --right ledger.read", 2), ("give Kiosk! --right order.read", 2),
        ("give kiosk --right order.read --days 0", 2), ("give kiosk --right order.read --organisation nowhere", 2),
        ("give shop --right order.read --organisation south", 2), ("revoke nobody", 2),
    ):  # fmt: skip
        assert line(f"token {told}").code == code, told
    given = line("token give kiosk --right order.read --organisation north --days 3")
    token = given.said.rpartition(" ")[2]
    assert given.code == 0
    assert token.startswith("yd_")
    kiosk = Shop(shop.hall, {"kiosk": token}, "kiosk")
    assert kiosk.get(ORDER).status == 200
    listed = line("token list").said
    assert "kiosk" in listed
    assert token not in listed
    assert line("token give kiosk --right order.read --organisation north").code == 0  # one takes the other's place
    taken_back = line("token revoke kiosk")
    assert (taken_back.code, "2 tokens" in taken_back.said) == (0, True)
    assert kiosk.get(ORDER).code == "TOKEN_REVOKED"
