"""Taking an order at the desk, page by page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.orders.hall import PEOPLE
from tests.web.orders.counter import CARDS, NUMBERS, PORTS, Counter

from yidian.domains.party.models import Customer, IdentityCheck
from yidian.domains.product_order.models import OrderForm
from yidian.domains.product_order.queries import form_named, forms_of
from yidian.domains.product_order.types import DEEDS
from yidian.faces.desk.views.orders.fields import MADE
from yidian.faces.shell.ordering import paper
from yidian.journeys.ordering import portability
from yidian.platform.wording import entries


def test_a_family_from_the_document_to_the_submitted_order(desk: Counter) -> None:
    """Main card, second card that shares with it, broadband: one cart, priced, read back, printed, signed."""
    order = desk.cart()
    for told in (
        desk.mobile(order, 0),
        desk.put(order, "new.mobile", number=NUMBERS[1], card=CARDS[1], plan="SUB", **{"with": "#1"}),
        desk.broadband(order),
    ):
        assert (told.status, told.where) == (303, f"/desk/orders/{order}/items/"), told.text
    items = desk.get(f"orders/{order}/items/")
    assert (items.status, PORTS[0] in items.text, items.body.count('data-countdown="1800"')) == (200, True, 6)
    assert desk.priced(order).where == f"/desk/orders/{order}/money/"
    money = desk.get(f"orders/{order}/money/").text
    # 59 + 10 + 80 of which 21 of the 30 days of November are left, as the bill will say
    assert ("104.30" in money, "149.00" in money) == (True, True), money
    assert desk.agreed(order).where == f"/desk/orders/{order}/sign/"
    assert desk.submitted(order).status == 409, "not signed yet"
    assert desk.signed(order).status == 303
    assert desk.get(f"orders/{order}/form/1/").kind == "application/pdf"
    assert desk.submitted(order).where == f"/desk/orders/{order}/"
    facts = desk.hall.see(order)
    assert (facts.state, [item.told.get("with", "") for item in facts.items]) == ("at_work", ["", "#1", ""])
    for page in ("items/", "money/", "read-back/", "sign/", "items/1/"):
        assert desk.get(f"orders/{order}/{page}").where == f"/desk/orders/{order}/", "it is no cart any more"


def test_no_page_of_an_order_opens_before_a_good_check(desk: Counter) -> None:
    """Nobody's, another clerk's, one that is over: to the check; what was typed meanwhile is there again after it."""
    li, order = desk.hall.customer("li"), desk.cart()
    assert "证件" in desk.get(f"customers/{li}/order/?check=987654321").text
    assert desk.send(f"customers/{li}/order/open/", check="987654321", what="").where == f"/desk/customers/{li}/order/"
    over = IdentityCheck.objects.order_by("-id").first()
    assert over is not None
    over.until_ms = over.at_ms
    over.save()
    where = f"/desk/orders/{order}/identity/"
    assert desk.get(f"orders/{order}/items/").where == where
    assert desk.get(f"orders/{order}/numbers/", **{"HX-Request": "true"}).status == 204
    browser = desk.browser()
    add = f"/desk/orders/{order}/items/add/?what=new.mobile"
    assert browser.post(add, {"key": "key-typed-1", "number": NUMBERS[0], "plan": "M99"})["Location"] == where
    shown = {"how": "document", "kind": "resident_id", "number": PEOPLE["li"][1], "key": "key-typed-2"}
    assert browser.post(where, shown)["Location"] == f"/desk/orders/{order}/items/"
    assert 'value="M99" selected' in browser.get(add).content.decode(), "nothing typed is lost"


@pytest.mark.parametrize(
    ("told", "field", "code"),
    [
        ({"kind": "resident_id", "number": "450102199003078834"}, "number", "DOCUMENT_NOT_THEIRS"),
        ({"kind": "licence", "number": "450102199003078835"}, "kind", "DOCUMENT_KIND"),
        ({"kind": "resident_id", "number": PEOPLE["li"][1], "until": "soon"}, "until", "TAKING_DAY"),
        ({"kind": "resident_id", "number": PEOPLE["li"][1], "until": "2020-01-01"}, "until", "DOCUMENT_EXPIRED"),
        ({"how": "password", "login": NUMBERS[0], "password": "wrong"}, "password", "SIGN_IN_WRONG"),
    ],
)
def test_a_proof_that_does_not_do_is_told_at_its_field(
    desk: Counter, told: dict[str, str], field: str, code: str
) -> None:
    answer = desk.send(f"customers/{desk.hall.customer('li')}/order/", **told)
    wrong = ("IDENTITY_CHECK", code) if code == "DOCUMENT_NOT_THEIRS" else (code,)  # its check digit is wrong, too
    assert answer.status == 422
    assert f'href="#f-{field}"' in answer.body, answer.text
    said = [max(re.split(r"{.*?}", entries()[one]["zh"]), key=len) for one in wrong]
    assert any(one in answer.text for one in said), answer.text


def test_who_acts_shows_both_documents_and_a_newcomer_is_registered_with_theirs(desk: Counter) -> None:
    li = desk.hall.customer("li")
    both = {
        "kind": "resident_id", "number": PEOPLE["li"][1], "role": "proxy", "acting_name": "高天宇",
        "acting_kind": "resident_id", "acting_number": PEOPLE["gao"][1],
    }  # fmt: skip
    told = desk.send(f"customers/{li}/order/", **both)
    assert "代办" in desk.get(told.where.removeprefix("/desk/")).text
    same = desk.send(f"customers/{li}/order/", **both | {"acting_number": PEOPLE["li"][1]})
    assert 'href="#f-acting_number"' in same.body, same.text
    browser = desk.browser()
    assert (
        browser.post("/desk/register/begin/", {"key": "key-newcomer", "q": "韦小宝"})["Location"] == "/desk/register/"
    )
    assert 'value="韦小宝"' in browser.get("/desk/register/").content.decode(), "what was looked for goes along"
    browser.post("/desk/register/begin/", {"key": "key-by-number", "q": "11010519491231002X"})
    assert 'name="number" value="11010519491231002X"' in browser.get("/desk/register/").content.decode()
    new = {"name": "韦小宝", "kind": "resident_id", "number": "11010519491231002X"}
    made = desk.send("register/", **new)
    code = made.where.split("/")[3]
    assert Customer.objects.get(code=code).organisation == "north", "where the clerk works"
    assert "移动电话" in desk.get(made.where.removeprefix("/desk/")).text
    again = desk.send("register/", **new)
    assert (again.status, 'href="#f-number"' in again.body) == (422, True)


def test_what_a_door_refuses_stands_at_its_field_and_nothing_typed_is_lost(desk: Counter) -> None:
    order = desk.cart()
    empty = desk.put(order, "new.mobile")
    assert (empty.status, empty.body.count("此项必填") >= 2) == (422, True), empty.text
    odd = desk.mobile(order, 0, plan="B100", add_ons=["NIGHT"], area="10")
    assert (odd.status, 'href="#f-plan"' in odd.body, 'value="10"' in odd.body) == (422, True, True), odd.text
    assert 'value="NIGHT" checked' in odd.body
    assert desk.mobile(order, 0).status == 303
    other = desk.cart()
    taken = desk.mobile(other, 0, card=CARDS[3])
    assert (taken.status, 'href="#f-number"' in taken.body, "已占用" in taken.text) == (422, True, True), taken.text
    contract = desk.put(order, "new.mobile", number=NUMBERS[2], card="12", plan="M59")
    assert ('href="#f-card"' in contract.body, "“12”格式不对" in contract.text) == (True, True), contract.text


def test_the_deeds_of_a_subscription_are_made_from_the_table(desk: Counter) -> None:
    """Each deed has its form; what may not be done is named with the rule; resuming needs a stop."""
    line = desk.hall.line(4)
    order = desk.cart()
    page = desk.get(f"orders/{order}/items/").body
    assert f'value="stop..{line}"' in page
    assert f'value="un_terminate..{line}"' not in page
    assert re.search("<b>预拆机复装</b> .*" + re.escape(entries()["NOT_PRE_TERMINATED"]["zh"]), page)
    for code, deed in DEEDS.items():
        if not deed.makes:
            form = desk.get(f"orders/{order}/items/add/?what={code}..{line}")
            assert form.status == 200, code
            told = [one for one in deed.fields if one.kind != "check"]
            assert [one.name for one in told if f'name="{one.name}"' not in form.body and one.kind not in (
                "port", "address", "number",
            )] == [], code  # fmt: skip
    assert desk.put(order, f"plan_change..{line}", plan="M99", when="next_cycle").status == 303
    assert desk.put(order, f"add_on..{line}", offer="PACK").status == 422, "the change of plan excludes it"
    [item] = desk.hall.see(order).items
    assert (item.told["plan"], item.told["when"]) == ("M99", "next_cycle")
    assert "次月" in desk.get(f"orders/{order}/items/").text
    told = desk.send(f"orders/{order}/items/{item.place}/", plan="M99", when="now")
    assert told.status == 303
    assert desk.hall.see(order).items[0].told["when"] == "now"
    assert desk.send(f"orders/{order}/items/{item.place}/drop/").status == 303
    assert desk.hall.see(order).items == ()
    assert set(MADE) <= {one.kind for deed in DEEDS.values() for one in deed.fields}


def test_who_takes_a_number_over_shows_their_document_too(desk: Counter) -> None:
    line, order, gao = desk.hall.line(4), desk.cart(), desk.hall.customer("gao")
    told: dict[str, str] = {"customer": gao, "heir_kind": "resident_id", "heir_number": PEOPLE["gao"][1]}
    beyond = desk.put(order, f"transfer..{line}", **told)
    assert (beyond.status, 'href="#f-customer"' in beyond.body) == (422, True), "of another branch: as if not there"
    Customer.objects.filter(code=gao).update(organisation="north")
    wrong = desk.put(order, f"transfer..{line}", **told | {"heir_number": PEOPLE["li"][1]})
    assert (wrong.status, 'href="#f-heir_number"' in wrong.body) == (422, True), wrong.text
    foreign = desk.put(order, f"transfer..{line}", **told | {"account": desk.hall.account("li")})
    assert foreign.status == 404
    assert desk.put(order, f"transfer..{line}", **told).status == 303
    assert desk.hall.see(order).items[0].told["check"]
    desk.hall.later(minutes=2)
    priced, agreed = desk.priced(order), desk.agreed(order)
    assert (priced.status, agreed.status) == (303, 303), priced.text + agreed.text
    desk.signed(order)
    assert desk.submitted(order).status == 303


def test_a_deposit_is_typed_in_money(desk: Counter) -> None:
    line, order = desk.hall.line(5), desk.cart()
    told = desk.put(order, f"contract..{line}", offer="PHONE24", deposit="１,200.50", months="12")
    assert told.status == 303, told.text
    [item] = desk.hall.see(order).items
    assert item.told["deposit"] == "120050"
    assert 'value="1200.50"' in desk.get(f"orders/{order}/items/{item.place}/").body
    assert "¥1,200.50" in desk.get(f"orders/{order}/items/").text
    assert desk.put(order, f"contract..{line}", offer="PHONE24", deposit="much", months="12").status == 422


def test_a_cart_that_changed_is_priced_read_and_printed_anew(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is behind is told so; the printed form is struck; sent twice is done once."""
    order = desk.cart()
    desk.mobile(order, 0)
    stale = desk.revision(order)
    desk.broadband(order)
    told = desk.send(f"orders/{order}/price/", revision=stale)
    assert (told.status, "已被修改" in told.text) == (409, True), told.text
    desk.priced(order)
    short = desk.send(f"orders/{order}/read-back/", revision=desk.revision(order), **{"said-1": "on"})
    assert (short.status, "还有 3 条没复述" in short.text) == (422, True), short.text
    desk.agreed(order)
    desk.signed(order)
    revision = desk.revision(order)
    desk.mobile(order, 2)
    printed: list[dict[str, Any]] = []
    monkeypatch.setattr(paper, "paper", lambda _, told, **__: printed.append(told) or b"%PDF")
    for at in ("form", "forms"):
        assert desk.get(f"orders/{order}/{at}/1/").kind == "application/pdf"
    assert {one["void"] for one in printed} == {"作废"}
    assert f'href="/desk/orders/{order}/forms/1/"' in desk.get(f"orders/{order}/").body
    [form] = forms_of(tenant=desk.hall.tenant, order=order)
    assert (form.state, form.printed_by, form.signed_by, form.void_by) == ("void", *["staff:zhou"] * 3)
    found = form_named(tenant=desk.hall.tenant, order=order, version=1)
    assert found is not None
    assert printed[0]["lines"] == printed[1]["lines"] == found.content["lines"]
    words = " ".join(value for _, value in found.content["lines"])
    assert ("gx0@nn" in words, len(printed[0]["lines"])) == (True, 4), "what was shown then, not the cart of now"
    OrderForm.objects.update(content={**found.content, "lines": []})
    assert desk.get(f"orders/{order}/forms/1/").status == 404, "no other words are given out for it"
    assert "作废" in desk.get(f"orders/{order}/items/").text
    assert desk.get(f"orders/{order}/sign/").where == f"/desk/orders/{order}/items/"
    for told in (
        desk.send(f"orders/{order}/submit/", revision=revision), desk.send(f"orders/{order}/signed/", version=1)
    ):  # fmt: skip
        assert told.status == 409, told.text
    desk.priced(order)
    desk.agreed(order)
    desk.signed(order)
    once = {"key": "the-same-key", "revision": desk.revision(order)}
    answers = [desk.send(f"orders/{order}/submit/", **once) for _ in range(2)]
    assert {(one.status, one.where) for one in answers} == {(303, f"/desk/orders/{order}/")}
    assert desk.hall.see(order).form == (2, f"{order}-2", "signed")


def test_a_form_sent_twice_opens_one_cart_and_puts_one_item(desk: Counter) -> None:
    li = desk.hall.customer("li")
    check = desk.proved(li)
    told = {"key": "double-click", "check": check, "what": "new.mobile"}
    first, second = (desk.send(f"customers/{li}/order/open/", **told) for _ in range(2))
    assert first.where == second.where
    assert first.where.endswith("/items/add/?what=new.mobile")
    order = first.where.split("/")[3]
    for _ in range(2):
        assert desk.mobile(order, 3, key="another-click").status == 303
    assert len(desk.hall.see(order).items) == 1
    assert desk.send(f"orders/{order}/let-go/").where == f"/desk/orders/{order}/"
    assert desk.hall.resource("number", NUMBERS[3]) == ("selectable", "")


def test_who_may_not_and_what_is_not_theirs(desk: Counter) -> None:
    """A right that is held nowhere is 403; another branch's order, and ids of others in a form, are not found."""
    order = desk.cart()
    assert desk.at("query").get(f"orders/{order}/items/").status == 403
    assert desk.at("nobody").get("register/").status == 403
    south = desk.at("south")
    for path in ("items/", "mirror/", "numbers/", "form/1/"):
        assert south.get(f"orders/{order}/{path}").status == 404, path
    assert south.send(f"orders/{order}/let-go/").status == 404
    gao = desk.hall.line(6, who="gao")
    foreign = desk.hall.account("gao")
    assert desk.get(f"orders/{order}/items/add/?what=stop..{gao}").status == 404
    assert desk.put(order, f"stop..{gao}").status == 404
    assert desk.mobile(order, 0, account=foreign).status == 404
    assert desk.mobile(order, 0, **{"with": gao}).status == 404
    assert desk.get(f"orders/{order}/items/9/").status == 404


def test_numbers_and_addresses_are_looked_for_as_one_types(desk: Counter) -> None:
    order = desk.cart()
    htmx = {"HX-Request": "true"}
    tiles = desk.get(f"orders/{order}/numbers/?line=mobile&pattern=AAAA", **htmx)
    assert ("<html" in tiles.body, "级" in tiles.text, "低消" in tiles.text) == (False, True, True), tiles.text
    assert "号码样式" in desk.get(f"orders/{order}/numbers/?pattern=%3F%3F").text
    assert "没有这样的号码" in desk.get(f"orders/{order}/numbers/?pattern=8888&without=8").text
    typed = desk.get(f"orders/{order}/items/add/?what=new.mobile&pattern=0001&plan=M99").body
    assert (NUMBERS[1] in typed, 'value="M99" selected' in typed) == (True, True), "without script the form has it"
    places = desk.get(f"orders/{order}/places/?place=3%20栋%201203", **htmx)
    assert PORTS[0] in places.body, "only one is called so: it is chosen, with a free port"
    assert "没有空闲端口" in desk.get(f"orders/{order}/places/?place=90%20号", **htmx).text
    assert "标准地址里没有" in desk.get(f"orders/{order}/places/?place=nowhere").text


def test_what_a_premium_number_asks_is_told_before_it_is_ordered(desk: Counter) -> None:
    order, number = desk.cart(), "13900770011"
    refused = desk.mobile(order, 0, number=number)
    assert (refused.status, 'href="#f-number"' in refused.body) == (422, True), "no offer would bill its minimum"
    desk.hall.level("7", min_spend=88, months=24, deposit=200, deposit_months=12, penalty_ppm=300_000, offer="LEVEL7")
    told = desk.mobile(order, 0, number=number)
    assert told.status == 303, told.text
    priced = desk.priced(order)
    assert priced.status == 303, priced.text
    for page in ("money/", "read-back/"):
        text = desk.get(f"orders/{order}/{page}").text
        assert [words for words in ("7 级靓号", "¥88.00", "24 个月", "¥200.00", "30%") if words not in text] == [], text


def test_a_hostile_name_is_text_everywhere(desk: Counter) -> None:
    li, hostile = desk.hall.customer("li"), "<b>x</b><script>alert(1)</script>"
    Customer.objects.filter(code=li).update(name=hostile)
    order = desk.cart()
    desk.broadband(order, 1)
    desk.priced(order)
    desk.agreed(order)
    desk.send(f"orders/{order}/print/")
    for path in ("items/", "money/", "read-back/", "sign/", "mirror/"):
        page = desk.get(f"orders/{order}/{path}")
        assert (page.status, "<script>alert" in page.body) == (200, False), path
    assert "&lt;script&gt;" in desk.get(f"orders/{order}/read-back/").body
    assert desk.get(f"orders/{order}/form/1/").kind == "application/pdf"


def test_the_customers_mirror_shows_what_is_ordered_and_nothing_of_who_they_are(desk: Counter) -> None:
    order = desk.cart()
    desk.mobile(order, 0)
    page = desk.get(f"orders/{order}/mirror/")
    assert ("139 0077 1234" in page.text.replace("\xa0", " "), "every 1s" in page.body) == (True, True), page.text
    assert PEOPLE["li"][1][-4:] not in page.body
    assert "<html" not in desk.get(f"orders/{order}/mirror/", **{"HX-Request": "true"}).body
    desk.send(f"orders/{order}/let-go/")
    assert "139 0077 1234" not in desk.get(f"orders/{order}/mirror/").text.replace("\xa0", " ")


def test_a_number_that_goes_away_is_given_its_code_at_the_desk_and_goes_with_it(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = desk.hall.line(6)
    at = f"port-code/?what=port_out..{line}"
    soon = desk.send(f"orders/{desk.cart()}/{at}")
    assert (soon.status, "120" in soon.text) == (422, True), soon.text
    monkeypatch.setattr(portability, "STAY_DAYS", 0)
    order = desk.cart()
    assert at in desk.get(f"orders/{order}/items/add/?what=port_out..{line}").body
    given = desk.send(f"orders/{order}/{at}")
    [code] = set(re.findall(r"授权码 ([0-9]{6})", given.text))
    assert (given.status, f'value="{code}"' in given.body) == (200, True), "filled in, and read out"
    told = {"recipient": "china_mobile"}
    wrong = desk.put(order, f"port_out..{line}", code=f"{(int(code) + 1) % 10**6:06}", **told)
    assert (wrong.status, 'href="#f-code"' in wrong.body) == (422, True), wrong.text
    assert desk.put(order, f"port_out..{line}", code=code, **told).status == 303
    assert desk.send(f"orders/{order}/port-code/?what=stop..{line}").status == 303, "to the cart"
