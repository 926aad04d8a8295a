"""What is asked: once under a name, whole or not at all, by the rules of the desk; and how answers are formed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from tests.openapi.shop import CANCEL, NORTH, NUMBER, OFFERING, ORDER, PRODUCT, RESERVATION, Answer, Shop, item, mobile
from tests.orders.hall import CARDS, HOME, NUMBERS, PORTS

from yidian.domains.party.models import Customer, IdentityCheck, IdentityDocument
from yidian.domains.party.operations import add_parties
from yidian.domains.product_order.models import ProductOrder
from yidian.faces.openapi import told as declared
from yidian.journeys.ordering import by_system, porting
from yidian.platform.access.tokens import giving
from yidian.platform.audit.models import AuditEntry

DOCUMENT = {"identificationType": "resident_id", "identificationId": "450102199003078835"}
OTHERS = {"identificationType": "resident_id", "identificationId": "11010519491231002X"}


def party(code: str = "", document: dict[str, str] | None = None, **more: Any) -> list[dict[str, Any]]:
    told: dict[str, Any] = {"id": code} if code else {}
    return [told | ({"identification": document} if document else {}) | more]


def test_the_same_name_is_the_same_order_for_ever(shop: Shop) -> None:
    first = shop.order(mobile(), name="once")
    again = shop.order(mobile(), name="once")
    assert (first.status, again.status, again.told) == (201, 200, first.told)
    other = shop.order(mobile(1), name="once")
    assert (other.status, other.code) == (409, "API_NAME_USED")
    shop.tokens["next"] = giving.new_token()  # the system's next token: its orders are found by it
    shop.hall.do(
        giving.give, name="shop", organisation=NORTH, rights=("order.take",), token=shop.tokens["next"], days=9
    )
    renewed = shop.at("next").order(mobile(), name="once")
    assert (renewed.status, renewed.told["id"]) == (200, first.told["id"])
    another = shop.at("all").order(mobile(1), name="once")  # another system's name is its own affair
    assert (another.status, another.told["externalId"]) == (201, "once")
    assert [one["id"] for one in shop.get(f"{ORDER}?externalId=once").told] == [first.told["id"]]


def test_a_refused_item_leaves_nothing_of_its_order(shop: Shop) -> None:
    before = [row.objects.count() for row in (ProductOrder, Customer, IdentityCheck)]
    new = party(document=OTHERS, name="陈晓明")
    told = shop.order(mobile(), mobile(1, plan="NOPLAN"), relatedParty=new, name="half")
    assert (told.status, told.wheres) == (422, {"productOrderItem[1].productOffering.id": "ORDER_OFFER_UNKNOWN"})
    assert [row.objects.count() for row in (ProductOrder, Customer, IdentityCheck)] == before
    assert shop.hall.resource("number", NUMBERS[0]) == ("selectable", "")
    taken = shop.order(mobile(), mobile(1), relatedParty=new, name="half")  # put right, under the same name
    assert (taken.status, len(taken.told["productOrderItem"])) == (201, 2)
    busy = shop.order(mobile(), name="busy")
    assert (busy.status, busy.wheres) == (
        409, {"productOrderItem[0].product.productCharacteristic.msisdn": "RESOURCE_TAKEN"}
    )  # fmt: skip


def test_the_rules_of_the_desk_hold(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five numbers of an identity, one order at a time on a line, the table of states, what is not on sale."""
    line = shop.opened(shop.order(mobile()))["productOrderItem"][0]["product"]["id"]
    five = shop.order(*(mobile(n) for n in range(1, 6)))
    assert (five.status, five.code) == (422, "TOO_MANY_NUMBERS")
    wrong = shop.order(item("modify", subscriber=line, deed="found"))
    assert (wrong.status, wrong.code) == (422, "NOT_LOST")
    monkeypatch.setattr(porting, "NOTED", frozenset({"PORT_TOO_SOON"}))  # as a code that is guessed wrong
    guess = shop.order(item("delete", subscriber=line, deed="port_out", recipient="cu", code="000000"))
    assert (guess.status, guess.code) == (422, "PORT_TOO_SOON")
    assert AuditEntry.objects.filter(operation="port.code.refused").count() == 1  # though nothing of its order stays
    assert shop.order(item("modify", "M99", line)).status == 201
    flying = shop.order(item("delete", subscriber=line))
    assert (flying.status, flying.code) == (409, "ORDER_IN_FLIGHT")
    home = item("add", "B100", line="broadband", login="gx@nn", address=HOME, port=PORTS[0])
    at_home = shop.order(home)
    assert [one["name"] for one in at_home.told["productOrderItem"][0]["step"]] == ["install", "open", "complete"]


def test_who_the_customer_is_must_have_been_proved(shop: Shop) -> None:
    add_parties(tenant=shop.hall.tenant, customers={"c1": "无名"}, accounts={"a1": "c1"})
    Customer.objects.filter(code="c1").update(organisation=NORTH)
    told = shop.order(mobile(), relatedParty=party("c1"))
    assert (told.status, told.code) == (422, "ORDER_IDENTITY_UNPROVED")
    assert shop.order(mobile(), relatedParty=party("c1", OTHERS)).status == 201  # what was read is theirs from now on
    assert shop.order(mobile(1), relatedParty=party("c1")).status == 201
    li = shop.hall.customer("li")
    trail = AuditEntry.objects.filter(operation="identity.refuse").count()
    wrong = shop.order(mobile(2), relatedParty=party(li, OTHERS), name="tried")
    assert (wrong.status, wrong.code) == (422, "DOCUMENT_NOT_THEIRS")
    assert AuditEntry.objects.filter(operation="identity.refuse").count() == trail + 1
    IdentityDocument.objects.filter(customer__code=li).update(valid_until="2026-01-01")
    assert shop.order(mobile(2)).code == "ORDER_IDENTITY_UNPROVED"
    renewed = shop.order(mobile(2), relatedParty=party(li, DOCUMENT | {"validUntil": "2046-01-01"}))
    assert (renewed.status, shop.hall.see(renewed.told["id"]).check is not None) == (201, True)


def test_every_fault_of_the_form_is_told_at_once_and_where(shop: Shop) -> None:
    li = shop.hall.customer("li")
    told = shop.send("POST", ORDER, {
        "productOrderItem": [{"id": "1", "action": "buy", "extra": 1}, {"action": "add", "quantity": 2}],
        "requestedStartDate": "2026-12-01T00:00:00Z",
    })  # fmt: skip
    assert (told.status, told.wheres) == (400, {
        "externalId": "API_FIELD_MISSING", "productOrderItem[0].action": "API_FIELD_FORM",
        "productOrderItem[0].extra": "API_FIELD_UNKNOWN", "productOrderItem[1].id": "API_FIELD_MISSING",
        "productOrderItem[1].quantity": "API_FIELD_FORM", "requestedStartDate": "API_FIELD_UNKNOWN",
    })  # fmt: skip
    line = shop.opened(shop.order(mobile()))["productOrderItem"][0]["product"]["id"]
    same = [
        item("modify", subscriber=line),
        item("modify", subscriber=line, deed="new"),
        item("add", msisdn="1", number="2"),
    ]
    told = shop.order(*({"id": "1", **one} for one in same), relatedParty=party(li) + party(li))
    assert told.wheres == {
        "productOrderItem[0]": "API_DEED_UNCLEAR", "productOrderItem[1].deed": "API_DEED_UNFIT",
        "productOrderItem[1].id": "API_ITEM_TWICE", "productOrderItem[2].id": "API_ITEM_TWICE",
        "productOrderItem[2].product.productCharacteristic.number": "API_CHARACTERISTIC", "relatedParty": "API_PARTIES",
    }  # fmt: skip
    for body, code in (
        ([item("noChange")], "API_NOTHING_ASKED"),
        ([mobile() | {"billingAccount": {"id": "A9"}}], "ORDER_ACCOUNT_FOREIGN"),
        ([item("modify", subscriber=line, deed="loss", way="one")], "ORDER_FIELD_UNKNOWN"),
        ([item("add", "M59", msisdn="x", line="mobile")], "ORDER_FIELD_FORM"),
        ([mobile(1), item("add", "PACK") | {"productOrderItemRelationship": [{"id": "9"}]}], "ORDER_AFTER_UNKNOWN"),
    ):  # fmt: skip
        assert shop.order(*body).code == code
    assert shop.get(PRODUCT).code == "API_FILTER_NEEDED"


NASTY = [
    "", "{", "null", "[]", '"x"', "1e999", "[" * 100_000, b"\xff\xfe",
    '{"externalId": "\\ud800", "productOrderItem": []}',
    '{"externalId": "a\\u0000", "productOrderItem": [{"id": "1", "action": "add"}]}',
    json.dumps({"externalId": "x" * 101, "productOrderItem": [{"id": "1", "action": "add"}]}),
    json.dumps({"externalId": "x", "productOrderItem": [{"id": str(n), "action": "add"} for n in range(51)]}),
    json.dumps({"externalId": "x", "productOrderItem": [item("add", id="1", line={"a": 1})]}),
]  # fmt: skip


def test_nonsense_is_400_and_never_500(shop: Shop) -> None:
    for body in NASTY:
        told = shop.send("POST", ORDER, body)
        assert (told.status, told.told["@type"]) == (400, "Error"), (str(body)[:80], told.told)
    for path in (f"{ORDER}?limit=0", f"{ORDER}?limit=101", f"{ORDER}?offset=-1", f"{ORDER}?state=%00", f"{ORDER}/%00"):
        assert shop.get(path).status == 400, path
    for path in (
        f"{ORDER}/x%2Fy",
        f"{ORDER}/'%20or%201=1",
        f"{PRODUCT}/x",
        f"{OFFERING}/x",
        f"{RESERVATION}/x",
        "",
        "x/y",
    ):
        assert (told := shop.get(path)).status == 404, path
        assert told.code == "API_NOT_FOUND"
    assert shop.get(f"{NUMBER}?pattern=!!").status == 422
    wrong = shop.send("PATCH", ORDER, {})
    assert (wrong.status, wrong.code, wrong.headers["Allow"]) == (405, "API_METHOD", "GET, POST")
    assert shop.send("POST", ORDER, "{", **{"Accept-Language": "zh"}).told["reason"] == "请求不是 JSON"


def test_nobody_foresaw_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("insides")

    monkeypatch.setattr(by_system, "take", broken)
    told = shop.order(mobile())
    assert (told.status, told.code, "insides" in json.dumps(told.told)) == (500, "API_UNFORESEEN", False)


def test_lists_are_narrowed_paged_and_cut(shop: Shop) -> None:
    done = shop.opened(shop.order(mobile(), name="a"))
    shop.order(mobile(1), name="b")
    flying = shop.order(mobile(2), name="c").told["id"]
    shop.hall.cart(("new", {"line": "mobile", "number": NUMBERS[3], "card": CARDS[3], "plan": "M59"}))  # of a clerk
    first = shop.get(f"{ORDER}?limit=2")
    assert (first.status, first.headers["X-Total-Count"], first.headers["X-Result-Count"]) == (206, "3", "2")
    assert first.told[0]["id"] == flying
    assert [one["id"] for one in shop.get(f"{ORDER}?limit=2&offset=2").told] == [done["id"]]
    counts = {word: len(shop.get(f"{ORDER}?state={word}").told) for word in ("completed", "inProgress", "held", "no")}
    assert counts == {"completed": 1, "inProgress": 2, "held": 0, "no": 0}
    [cut] = shop.get(f"{ORDER}?externalId=b&fields=state").told
    assert sorted(cut) == ["href", "id", "state"]
    assert shop.get(f"{ORDER}?externalId=b&id={flying}").told == []


def test_what_may_be_ordered_today_with_its_price_and_term(shop: Shop) -> None:
    rows = {one["id"]: one for one in shop.get(f"{OFFERING}?limit=100").told}
    prices = {one["during"]: one["price"]["value"] for one in rows["M59"]["productOfferingPrice"]}
    assert prices == {"active": 59.0, "kept": 5.0}
    assert rows["PHONE24"]["productOfferingTerm"] == [
        {"name": "commitment", "duration": {"amount": 24, "units": "month"}}
    ]
    assert [one["id"] for one in rows["SUB"]["productOfferingRelationship"]] == ["M59", "M99"]
    mains = [one["id"] for one in shop.get(f"{OFFERING}?role=main&category.id=broadband").told]
    assert mains == ["B100"]
    assert shop.get(f"{OFFERING}/M59").told == rows["M59"]


def test_the_document_asks_no_other_host_and_pages_keep_their_policy(shop: Shop) -> None:
    found = Client().get("/openapi.json")
    told = json.loads(found.content)
    assert (found.status_code, told["openapi"][:2], f"/tmf-api/{ORDER}" in told["paths"]) == (200, "3.", True)
    assert "http" not in found.content.decode().replace('"http"', "").replace("https://", "http")
    assert "default-src 'none'" in found.headers["Content-Security-Policy"]
    page = Client().get("/")
    assert (page.headers["Content-Type"][:9], page.status_code in (200, 302, 303)) == ("text/html", True)
    assert Client().get("/no/such/page").headers["Content-Type"].startswith("text/html")
    assert Client().post("/openapi.json").status_code == 405


def test_answers_are_as_declared_and_as_tm_forum_says(shop: Shop, tmf: Any) -> None:
    """Every kind of answer, full: against our own document, and against TM Forum's where its files are here."""
    done = shop.opened(shop.order(mobile(plan="M99", add_ons=["PACK"]), item("noChange"), name="whole"))
    asked = shop.order(mobile(1))
    told = {"cancellationReason": "x", "productOrder": {"id": asked.told["id"]}}
    kept = {"reservationItem": [{"appliedCapacityAmount": {"resource": [{"id": NUMBERS[2]}]}}]}
    line = done["productOrderItem"][0]["product"]["id"]
    checks: list[tuple[Answer, type[declared.Answer], str, str]] = [
        (shop.get(f"{ORDER}/{done['id']}"), declared.ProductOrder, "TMF622-v4.0.0", "ProductOrder"),
        (asked, declared.ProductOrder, "TMF622-v4.0.0", "ProductOrder"),
        (shop.send("POST", CANCEL, told), declared.Cancellation, "TMF622-v4.0.0", "CancelProductOrder"),
        (shop.get(f"{ORDER}/{asked.told['id']}"), declared.ProductOrder, "TMF622-v4.0.0", "ProductOrder"),
        (shop.get(f"{OFFERING}/PHONE24"), declared.ProductOffering, "TMF620-v4.1.0", "ProductOffering"),
        (shop.get(f"{PRODUCT}/{line}"), declared.Product, "TMF637-v4.0.0", "Product"),
        (shop.send("POST", RESERVATION, kept), declared.Reservation, "", ""),
        (shop.order(mobile(0)), declared.Error, "TMF622-v4.0.0", "Error"),
    ]
    for answer, model, spec, name in checks:
        model.model_validate(answer.told)
        tmf(answer.told, spec, name)
    for one in shop.get(f"{NUMBER}?limit=2").told:
        declared.AvailableNumber.model_validate(one)
