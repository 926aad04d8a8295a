"""Orders to work off: lists by reach, pages, counts; finding one; on the customer's page; in the hall."""

from __future__ import annotations

import re

import pytest
from tests.orders.hall import mobile
from tests.web.desk_month.office import plain, read
from tests.web.order_work.shop import Shop
from tests.web.town import SOUTH

from yidian.faces.desk.views.order_work import lists


def numbers(page: str) -> list[str]:
    return re.findall(r'href="/desk/orders/(O\d{6}-\d{6})/"', page)


def test_each_list_has_what_it_says_within_reach(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    fallen, theirs = shop.fallen(), shop.fallen(1, who="gao", node=SOUTH)
    flying = shop.submitted(("new", mobile(2)))
    cart = shop.hall.cart(("new", mobile(3)))
    clerk, finance = shop.staff(), shop.staff("finance")

    def listed(browser: object, tab: str, more: str = "") -> list[str]:
        return numbers(browser.get(f"/desk/orders/?tab={tab}{more}").content.decode())  # type: ignore[attr-defined]

    assert listed(clerk, "waiting") == [fallen]
    assert listed(clerk, "flight") == [fallen, flying]
    assert listed(clerk, "near") == [fallen, flying], "within the hour"
    assert listed(clerk, "nonsense") == [fallen]
    assert listed(finance, "flight") == [fallen, theirs, flying]
    assert listed(shop.staff("clerk-south"), "waiting") == [theirs]
    assert listed(clerk, "carts") == [], "they are the clerk's who began them"
    assert cart not in read(finance, "/desk/orders/?tab=flight")
    assert shop.staff("security").get("/desk/orders/").status_code == 403
    monkeypatch.setattr(lists, "PAGE", 1)
    seen, where = [], "/desk/orders/?tab=flight"
    while where:
        page = finance.get(where).content.decode()
        seen += numbers(page)
        more = re.search(r'<footer><a href="([^"]+)"', page)
        where = f"/desk/orders/{more[1]}".replace("&amp;", "&") if more else ""
    assert seen == [fallen, theirs, flying]
    assert listed(clerk, "flight", "&deed=new") == [fallen]
    assert listed(clerk, "flight", "&after=9-x") == [fallen], "an address nobody made"
    shop.hall.later(hours=2)
    page = read(shop.staff(), "/desk/orders/?tab=near")
    assert "2 orders are past their promise" in page
    assert "over" in page
    home = read(shop.staff(), "/desk/")
    assert "One order waits to be worked off" in home
    assert "2 orders are past their promise" in home
    assert "orders" not in read(shop.staff("security"), "/desk/")


def test_an_order_is_found_by_its_number_within_reach(shop: Shop) -> None:
    mine, theirs = shop.fallen(), shop.fallen(1, who="gao", node=SOUTH)

    def found(login: str, asked: str) -> list[str]:
        page = shop.staff(login).post("/desk/find/", {"q": asked}, HTTP_HX_REQUEST="true")
        return numbers(page.content.decode())

    assert found("clerk-north", mine) == [mine]
    assert found("clerk-north", mine.lower()) == [mine]
    assert found("clerk-north", theirs) == []
    assert found("clerk-south", theirs) == [theirs]
    for prefix in ("O202611", "O202611-", "O202611-0000"):
        assert found("finance", prefix) == [theirs, mine], prefix
        assert found("clerk-north", prefix) == [mine], prefix
    for nothing in ("O2026119", "O202612", "O20261", "O999999-9", "O202611-000001%", "O202611_", "OO", "O２０２６１１"):
        assert set(found("finance", nothing)) <= {mine, theirs}
    assert found("finance", "O202612") == found("finance", "O999999-9") == found("finance", "O202611_") == []


def test_the_customers_page_has_orders_stops_and_what_is_in_flight(shop: Shop) -> None:
    code = shop.customer()
    me = shop.hall.line()
    shop.hall.ordered(("contract", {"offer": "PHONE24"}, me))
    shop.hall.ordered(("loss", {}, me))
    flying = shop.submitted(("card_swap", {"card": "89861126100770000046"}, me))
    clerk = shop.staff()
    orders = clerk.get(f"/desk/customers/{code}/orders/?lang=en")
    assert numbers(orders.content.decode())[0] == flying, "those in flight first"
    assert "New card in the network" in plain(orders)
    products = clerk.get(f"/desk/customers/{code}/products/?lang=en")
    for words in ("both ways barred", "reported lost", "since", "agreement until", "In flight"):
        assert words in plain(products), words
    assert flying in numbers(products.content.decode())
    assert f"/desk/customers/{code}/orders/" in clerk.get(f"/desk/customers/{code}/").content.decode()
    assert shop.staff("clerk-south").get(f"/desk/customers/{code}/orders/").status_code == 404


def test_in_the_hall_customers_see_their_own_orders(shop: Shop) -> None:
    order, theirs = shop.fallen(), shop.fallen(1, who="gao")
    cart = shop.hall.cart(("new", mobile(3)))
    me = shop.at_now().town.customer(shop.hall.customer())
    page = read(me, "/orders/")
    assert order in page
    assert theirs not in page
    assert cart not in page, "nothing of theirs before it is submitted"
    one = read(me, f"/orders/{order}/")
    assert "Somebody of ours is looking at it" in one
    assert "13900771234" in one.replace(" ", "")
    for words in ("NETWORK", "taken", "clerk"):
        assert words not in one, "why is between staff until it is certain"
    assert me.get(f"/orders/{theirs}/").status_code == 404
    assert me.get("/orders/O202611-999999/").status_code == me.get(f"/orders/{cart}/").status_code == 404
    assert me.post(f"/orders/{order}/", {"key": "0123456789"}).status_code == 405
    assert "/orders/" in me.get("/").content.decode()
