"""The customer's page: what it says first, its blocks, and who gets none of it."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from tests.web.desk_customers.conftest import RESIDENT
from tests.web.town import Town

from yidian.faces.desk.customer_routes import CUSTOMER_ROUTES
from yidian.faces.desk.views.customers import BLOCKS, READS
from yidian.journeys import whose

FRAGMENT = {"HTTP_HX_REQUEST": "true"}


def test_the_page_says_first_what_matters(quarter: Town) -> None:
    zh = quarter.staff("clerk-north").get("/desk/customers/c1/?lang=zh").content.decode()
    en = quarter.staff("clerk-north").get("/desk/customers/c1/?lang=en").content.decode()
    assert [words for words in ("李晓雨", "1101**********002X", "星湖路 1 号") if words not in zh] == []
    assert RESIDENT not in zh + en
    assert any(words in zh for words in ("不欠费", "欠 <data", "应缴 <data"))
    assert any(words in en for words in ("Owes", "to pay, none of it overdue"))


def test_every_block_comes_by_itself_and_as_a_page(quarter: Town) -> None:
    clerk = quarter.staff("clerk-north")
    page = clerk.get("/desk/customers/c1/").content.decode()
    for block in (*(one.name for one in BLOCKS), "months"):
        where = f"/desk/customers/c1/{block}/"
        assert f'hx-get="{where}"' in page
        part, whole = clerk.get(where, **FRAGMENT), clerk.get(where)
        assert (part.status_code, whole.status_code) == (200, 200), block
        assert "<html" not in part.content.decode()
        assert "<html" in whole.content.decode()
        heading = f'id="h-{block}"' if block != "months" else "y-stats"
        assert heading in whole.content.decode(), "with or without a script the same"


def told(page: HttpResponse) -> str:
    """A page without what is another on every answer: tokens, keys, its own address."""
    own = '"[A-Za-z0-9]{32,64}"|href="/desk/customers/[^"]*"'
    return re.sub(own, "", page.content.decode())


def test_another_branchs_customer_is_not_there(quarter: Town) -> None:
    for login, own, other in (("clerk-north", "c1", "c4"), ("clerk-south", "c4", "c1")):
        client = quarter.staff(login)
        missing = told(client.get("/desk/customers/no-such/"))
        for part in ("", "products/", "bills/", "usage/", "trail/", "identity/resident_id/"):
            assert client.get(f"/desk/customers/{other}/{part}").status_code == 404, part
        assert told(client.get(f"/desk/customers/{other}/")) == missing, "the same page, whether it is there or not"
        assert client.get(f"/desk/customers/{own}/").status_code == 200


def test_who_may_not_read_bills_does_not_see_their_blocks(quarter: Town) -> None:
    for login in ("system", "security", "audit", "product"):
        assert quarter.staff(login).get("/desk/customers/c1/").status_code == 403, login


def test_the_page_asks_the_database_a_bounded_number_of_times(quarter: Town) -> None:
    """The same for a customer of one account and of two."""
    client = quarter.staff("finance")
    asked = {}
    for customer in ("c1", "c2"):
        client.get(f"/desk/customers/{customer}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/desk/customers/{customer}/")
        asked[customer] = len(queries)
    assert asked["c1"] == asked["c2"] <= 40, asked


def test_whose_something_is(quarter: Town) -> None:
    tenant = quarter.tenant()

    def told(kind: str, id: str) -> tuple[str, str] | None:
        found = whose.owner(tenant=tenant, kind=kind, id=id)
        return None if found is None else (found.customer, found.organisation)

    north = ("c1", "north")
    assert [told(kind, id) for kind, id in (("customer", "c1"), ("account", "a1"), ("subscriber", "s1"))] == [north] * 3
    assert told("cycle", "2026-09") == told("role", "clerk") == ("", "")
    assert told("organisation", "north") == told("user", "clerk-north") == ("", "north")
    assert told("user", "finance") == ("", "")
    for kind in whose.KINDS:
        for id in ("no-such", "0", "-1", "007", "9" * 30, "", "1 OR 1=1", "１"):
            assert told(kind, id) is None, (kind, id)


def test_every_route_here_names_whose_it_is() -> None:
    assert [route.name for route in CUSTOMER_ROUTES if not route.whose and not route.narrows] == []


def test_a_block_fails_alone(quarter: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(asked: object, customer: str) -> None:
        raise OSError("the disk of this block is gone")

    monkeypatch.setitem(READS, "usage", broken)
    clerk = quarter.staff("clerk-north")
    clerk.raise_request_exception = False
    part = clerk.get("/desk/customers/c1/usage/", **FRAGMENT)
    assert part.status_code == 500
    assert "<html" not in part.content.decode()
    assert "disk" not in part.content.decode(), "its insides are for the log"
    assert clerk.get("/desk/customers/c1/").status_code == 200
    assert clerk.get("/desk/customers/c1/products/", **FRAGMENT).status_code == 200
