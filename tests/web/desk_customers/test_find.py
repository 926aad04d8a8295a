"""Find anybody: what is recognised, what is said of a hit, and that nobody is found beyond a clerk's reach."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django_scopes import scope
from tests.web.desk_customers.conftest import RESIDENT
from tests.web.town import ALPHA, Town

from yidian.domains.party.models import AddressKey
from yidian.domains.party.operations import add_parties, change_customer
from yidian.domains.payment.queries import receipts
from yidian.domains.resource_inventory.models import Address, Box, Installation, PlaceKey, Port
from yidian.domains.resource_inventory.operations import reserve, use
from yidian.kernel.calendar import to_ms
from yidian.platform.audit.queries import entries
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

lines_of_before: Any = import_module("yidian.domains.resource_inventory.migrations.0004_lines_of_before")
addresses_of_before: Any = import_module("yidian.domains.party.migrations.0008_addresses_of_before")

FRAGMENT = {"HTTP_HX_REQUEST": "true"}


def found(client: Client, asked: str) -> list[str]:
    """Customers of the rows, in order."""
    page = client.post("/desk/find/", {"q": asked}, **FRAGMENT)
    assert page.status_code == 200, page.content
    return re.findall(r'href="/desk/customers/([^/"]+)/"', page.content.decode())


def test_the_type_is_recognised_never_chosen(quarter: Town) -> None:
    clerk = quarter.staff("finance")
    receipt = next(one.number for one in receipts(tenant=quarter.tenant(), account="a1"))
    for asked, customer in {
        "李": "c1", "晓雨": "c1", "李 晓": "c1", "13800000001": "c1", "138 0000-0001": "c1", RESIDENT: "c1", "c1": "c1",
        "C1": "", "a1": "c1", "s1": "c1", receipt: "c1",
    }.items():  # fmt: skip
        assert found(clerk, asked)[:1] == ([customer] if customer else []), asked


def test_all_that_begins_so_is_shown_eight_at_most(quarter: Town) -> None:
    names = {f"D{n}": f"王{n}" for n in range(12)}
    add_parties(tenant=quarter.tenant(), customers=names, accounts={})
    assert len(found(quarter.staff("finance"), "王")) == 8
    assert set(found(quarter.staff("finance"), "1380000")) == {"c1", "c2", "c4", "c5"}


def test_nobody_is_found_beyond_ones_reach(quarter: Town) -> None:
    north, south = quarter.staff("clerk-north"), quarter.staff("clerk-south")
    assert (found(north, "晓雨"), found(south, "晓雨")) == (["c1"], ["c4"])
    for asked in ("李晓雨", "13800000001", "c1", "a1", "s1", RESIDENT):
        assert found(north, asked) == ["c1"], asked
        assert found(south, asked) == [], asked


def test_who_may_not_read_customers_is_told_who_can_grant_it(quarter: Town) -> None:
    for login in ("system", "security", "audit", "product", "nobody"):
        assert quarter.staff(login).post("/desk/find/", {"q": "李"}).status_code == 403, login


def test_the_match_is_marked_and_the_state_stands_in_the_row(quarter: Town) -> None:
    page = quarter.staff("clerk-north").post("/desk/find/", {"q": "晓"}, **FRAGMENT).content.decode()
    assert "李<mark>晓</mark>雨" in page
    assert "y-st-bad" in page or "y-st-ok" in page
    ended = quarter.staff("clerk-south").post("/desk/find/", {"q": "13800000004"}, **FRAGMENT).content.decode()
    assert "y-st-end" in ended, "the number was given back on 21 October"


def test_a_search_for_a_whole_identity_number_is_written_down_found_or_not(quarter: Town) -> None:
    tenant = quarter.tenant()

    def searches() -> list[Any]:
        return [one.changes[0] for one in entries(tenant=tenant, limit=9, operation="identity.search")]

    found(quarter.staff("clerk-north"), RESIDENT)
    [first] = searches()
    assert (first.id, first.after) == ("c1", {"looked_for": "1101**********002X", "found": True})
    found(quarter.staff("clerk-south"), RESIDENT)
    assert [(one.id, one.after["found"]) for one in searches()] == [("", False), ("c1", True)], (
        "beyond reach: not found"
    )
    found(quarter.staff("clerk-north"), RESIDENT[:17])
    found(quarter.staff("clerk-north"), "李晓雨")
    assert len(searches()) == 2, "nothing else is"


def test_no_hit_says_so_and_too_little_asks_for_more(quarter: Town) -> None:
    clerk = quarter.staff("clerk-north")
    for asked, zh, en in (("赵", "没有找到", "Nobody found"), ("13", "再多输一点", "Type a little more")):
        assert zh in clerk.post("/desk/find/?lang=zh", {"q": asked}, **FRAGMENT).content.decode()
        assert en in clerk.post("/desk/find/?lang=en", {"q": asked}, **FRAGMENT).content.decode()


def test_without_a_script_the_box_is_a_page(quarter: Town) -> None:
    clerk = quarter.staff("clerk-north")
    assert "<html" in clerk.get("/desk/find/").content.decode()
    page = clerk.post("/desk/find/", {"q": "李"}).content.decode()
    assert "<html" in page
    assert "/desk/customers/c1/" in page


@pytest.mark.parametrize("asked", ["'\"><script>", "%_", "\x00", "‮", "۱۲۳۴", "9" * 64, "999", "{0}", "𠮷", "é"])
def test_strange_things_are_looked_for_and_not_found(quarter: Town, asked: str) -> None:
    page = quarter.staff("finance").post("/desk/find/", {"q": asked}, **FRAGMENT)
    assert page.status_code == 200
    assert "<script>" not in page.content.decode()


def test_what_was_looked_for_stands_in_no_address(quarter: Town) -> None:
    page = quarter.staff("clerk-north").get("/desk/").content.decode()
    assert re.search(r'<form class="y-find"[^>]*method="post"', page)
    assert found_by_get(quarter.staff("clerk-north"), "李") == []


def found_by_get(client: Client, asked: str) -> list[str]:
    page = client.get("/desk/find/", {"q": asked}).content.decode()
    return re.findall(r'href="/desk/customers/([^/"]+)/"', page)


ADDRESS = "南宁市青秀区民族大道 88 号３栋 1203"


def test_somebody_is_found_by_any_part_of_their_address_and_by_no_other(quarter: Town) -> None:
    tenant, north = quarter.tenant(), quarter.staff("clerk-north")
    lives(quarter, "c1", ADDRESS)
    for asked in ("民族大道", "民族大道88", "88号3栋", "３栋1203", "青秀区", "南宁市青秀区民族大道88号3栋1203"):
        assert found(north, asked) == ["c1"], asked
        assert found(quarter.staff("clerk-south"), asked) == [], "beyond reach"
    for asked in ("族大道", "民族大道89", "南宁市青秀区民族大道88号3栋1204", "1203"):
        assert found(north, asked) == [], asked
    page = north.post("/desk/find/", {"q": "民族大道"}, **FRAGMENT).content.decode()
    assert "青秀区<mark>民族大道</mark> 88" in page
    with scope(tenant=tenant):
        AddressKey.objects.filter(tenant=tenant).delete()
    addresses_of_before.to_keys(apps, None)
    assert found(north, "民族大道") == ["c1"], "an installation of before is brought up to date"
    lives(quarter, "c1", "北京路 1 号")
    assert (found(north, "民族大道"), found(north, "北京路")) == ([], ["c1"])
    lives(quarter, "c1", "")
    assert found(north, "北京路") == []


def test_who_has_a_line_at_an_address_is_found_there_within_reach(quarter: Town) -> None:
    """However they are reached themselves: the bill goes elsewhere, the broadband comes out here."""
    north, south = quarter.staff("clerk-north"), quarter.staff("clerk-south")
    come_out(quarter, {"s1": "民族大道 88 号 3 栋 1203 室", "s4": "民族大道 90 号", "nobody": "民族大道 92 号"})
    for asked in ("民族大道", "88 号", "1203 室"):
        assert found(north, asked) == ["c1"], asked
    assert (found(south, "民族大道"), found(south, "88 号")) == (["c4"], [])
    assert set(found(quarter.staff("finance"), "民族大道")) == {"c1", "c4"}
    page = north.post("/desk/find/?lang=en", {"q": "民族大道"}, **FRAGMENT).content.decode()
    assert "<mark>民族大道</mark> 88" in page
    assert "address of line s1" in page
    lives(quarter, "c1", ADDRESS)
    assert found(north, "民族大道") == ["c1"], "once, by their own"


def test_beyond_the_lines_that_others_look_after_ones_own_is_found(quarter: Town) -> None:
    come_out(quarter, {f"x{n}": "星湖雅苑 1 栋" for n in range(60)} | {"s1": "星湖雅苑 2 栋"})
    assert found(quarter.staff("clerk-north"), "星湖") == ["c1"]


def come_out(town: Town, lines: dict[str, str]) -> None:
    """Lines (code) come out at addresses of a name each."""

    def work(frame: Any) -> dict[str, Any]:
        tenant = frame.tenant
        top = Address.objects.create(tenant=tenant, code="GX", name="广西")
        box = Box.objects.create(tenant=tenant, code="X", kind="splitter", address=top, capacity=999)
        for n, (line, name) in enumerate(lines.items()):
            Address.objects.create(tenant=tenant, code=f"GX/{n}", name=name)
            Port.objects.create(tenant=tenant, code=f"X/{n}", box=box, state="free")
            until_ms = to_ms(frame.now) + 60_000
            reserve(frame=frame, kind="port", id=f"X/{n}", holder="order/1", until_ms=until_ms)
            use(frame=frame, kind="port", id=f"X/{n}", holder="order/1", subscriber=line, place=f"GX/{n}")
        return {}

    perform(
        tenant=town.tenant(), actor=Actor("staff", "clerk-north"), operation="test", key="come out", request={},
        now=town.worlds[ALPHA].now, work=work,
    )  # fmt: skip


def test_lines_of_before_come_out_where_their_box_stands(quarter: Town) -> None:
    north = quarter.staff("clerk-north")
    come_out(quarter, {"s1": "民族大道 88 号 3 栋 1203 室"})
    with scope(tenant=quarter.tenant()):
        Installation.objects.all().delete()
        PlaceKey.objects.all().delete()
    assert found(north, "民族大道") == []
    lines_of_before.to_installations(apps, None)
    assert (found(north, "广西"), found(north, "民族大道")) == (["c1"], [])


def lives(town: Town, customer: str, address: str) -> None:
    perform(
        tenant=town.tenant(), actor=Actor("staff", "clerk-north"), operation="test", key=f"lives {address}", request={},
        now=town.worlds[ALPHA].now,
        work=lambda frame: change_customer(frame=frame, customer=customer, address=address) or {},
    )  # fmt: skip
