"""What hostile hands and stale pages send to the pages of an order: a clear answer, nothing written, a record of it."""

from __future__ import annotations

from typing import Any

import pytest
from django_scopes import scope
from tests.orders.hall import HOME, NOON, PEOPLE
from tests.web.orders.counter import CARDS, NUMBERS, PORTS, Answer, Counter

from yidian.domains.party.models import Customer, IdentityCheck
from yidian.domains.party.operations import add_parties
from yidian.domains.product_catalog.models import OfferStanding, TariffDraft
from yidian.domains.product_catalog.types import lifecycle
from yidian.domains.product_inventory.models import Subscriber
from yidian.domains.product_order.models import OrderForm, OrderItem, ProductOrder
from yidian.domains.resource_inventory.queries import holders
from yidian.kernel.calendar import to_ms
from yidian.platform.audit.queries import entries
from yidian.platform.tenancy.models import Tenant

KINDS = ("number", "card", "port")
NOBODYS = "O209901-000001"


def written(desk: Counter) -> dict[str, Any]:
    """Everything that a page of an order could leave behind."""
    tenant = desk.hall.tenant
    rows: dict[str, Any] = {
        model.__name__: model.objects.filter(tenant=tenant).count()
        for model in (ProductOrder, OrderItem, OrderForm, Customer, IdentityCheck)
    }
    rows |= {kind: holders(tenant=tenant, kind=kind) for kind in KINDS}
    return rows | {"states": sorted(ProductOrder.objects.values_list("number", "state", "revision"))}


def on_record(desk: Counter, operation: str, who: str = "zhou") -> int:
    found = entries(tenant=desk.hall.tenant, limit=999, operation=operation, actor=who)
    return len(found)


@pytest.fixture(scope="module")
def others(shop: Counter) -> dict[str, str]:
    """Another tenant's customer, cart and line; nothing of it is called as anything here."""
    tenant = Tenant.objects.create(code="beta", currency="CNY", zone="Asia/Shanghai")
    clerk = {"tenant": tenant, "actor_kind": "staff", "actor_id": "zhou"}
    with scope(tenant=tenant):
        add_parties(tenant=tenant, customers={"XC1": "金丝雀"}, accounts={"XA1": "XC1"})
        theirs = Customer.objects.get(code="XC1")
        now = to_ms(NOON)
        check = IdentityCheck.objects.create(customer=theirs, how="document", at_ms=now, until_ms=now + 10**9, **clerk)
        Subscriber.objects.create(tenant=tenant, id=900_001, code="XS1", customer=theirs)
        ProductOrder.objects.create(
            number="O202611-700001", customer=theirs, channel="desk", taken_at=NOON, check_id=check.pk, **clerk
        )
    return {"order": "O202611-700001", "customer": "XC1", "account": "XA1", "line": "XS1", "check": str(check.pk)}


def test_what_is_another_tenants_is_as_if_it_were_nobodys(desk: Counter, others: dict[str, str]) -> None:
    li, mine = desk.hall.customer("li"), desk.cart()
    before, refusals = written(desk), on_record(desk, "access.refused")
    for page in ("items/", "money/", "numbers/", "form/1/", ""):
        theirs, nobodys = desk.get(f"orders/{others['order']}/{page}"), desk.get(f"orders/{NOBODYS}/{page}")
        assert (theirs.status, theirs.text.replace(others["order"], NOBODYS)) == (404, nobodys.text), page
    sent = [
        *(f"orders/{others['order']}/{what}/" for what in ("price", "print", "signed", "submit", "items/add")),
        f"customers/{others['customer']}/order/", f"customers/{others['customer']}/order/open/",
        f"orders/{mine}/items/add/?what=stop..{others['line']}",
    ]  # fmt: skip
    for path in sent:
        assert desk.send(path, revision=1, version=1, check=others["check"]).status == 404, path
    forged = (("account", others["account"]), ("with", others["line"]), ("account", "a'; --"), ("with", "#99"))
    for field, value in forged:
        answer = desk.mobile(mine, 0, **{field: value})
        assert answer.status in (404, 422), (field, answer.status)
        sent += [field] * (answer.status == 404)
    opened = desk.send(f"customers/{li}/order/open/", check=others["check"], what="")
    assert opened.where == f"/desk/customers/{li}/order/", "a check of theirs proves nothing here"
    assert written(desk) == before
    assert on_record(desk, "access.refused") == refusals + len(sent)


def refused(answer: Answer, field: str, *words: str) -> None:
    """422 with the words beside the field, or 409 with them above the page."""
    assert answer.status in (409, 422), (answer.status, answer.where)
    assert not field or f'href="#f-{field}"' in answer.body, answer.text
    assert [one for one in words if one not in answer.text] == [], answer.text


def test_a_number_a_card_and_a_port_that_are_not_ones_own(desk: Counter) -> None:
    """Kept by another order, in use, of nobody, of another kind, or a text that is none."""
    taken, order = desk.cart(desk.hall.customer("li")), desk.cart()
    assert desk.mobile(taken, 0).status == 303
    assert desk.broadband(taken, 0).status == 303
    used = desk.hall.line(5, who="gao")
    before = written(desk)
    for field, value in (
        ("number", NUMBERS[0]), ("number", NUMBERS[5]), ("number", "13999999999"), ("number", "1" * 500),
        ("number", "\u202e\U0001f600<script>\x00"), ("card", CARDS[0]), ("card", CARDS[5]), ("card", "0"),
        ("plan", "B100"),
    ):  # fmt: skip
        refused(desk.mobile(order, 1, **{field: value}), field)
    line = {"login": "gx1@nn", "address": HOME, "port": PORTS[1], "plan": "B100"}
    for field, value in (("port", PORTS[0]), ("port", NUMBERS[0]), ("address", "GX/NN/QX/<b>")):
        refused(desk.put(order, "new.broadband", **line | {field: value}), field)
    assert desk.put(order, f"stop..{used}").status == 404, "another customer's"
    for what in ("new.spaceship", "stop..", "\u202e<script>"):
        answer = desk.put(order, what)
        assert answer.status in (404, 422) or answer.where == f"/desk/orders/{order}/items/", (what, answer)
    assert written(desk) == before


def test_a_stale_page_and_two_tabs(desk: Counter) -> None:
    """What was shown is what is agreed to: an older revision, form or cart is refused, and one submission is one."""
    order = desk.cart()
    desk.mobile(order, 2)
    desk.priced(order)
    desk.agreed(order)
    desk.send(f"orders/{order}/print/")
    old = desk.revision(order)
    desk.mobile(order, 3)  # in another tab
    before = written(desk)
    for path, told in (
        ("price", {"revision": old}), ("price", {"revision": "x"}), ("read-back", {"revision": old, "said-1": "on"}),
        ("signed", {"version": 1}), ("signed", {"version": 99}), ("submit", {"revision": old}), ("submit", {}),
        ("submit", {"revision": desk.revision(order)}),
    ):  # fmt: skip
        answer = desk.send(f"orders/{order}/{path}/", **told)
        back = answer.status == 303 and answer.where == f"/desk/orders/{order}/items/"  # to what has to come first
        assert back or answer.status in (404, 409, 422), (path, told, answer.status, answer.where)
        assert written(desk) == before, (path, told)
    for told in (desk.priced(order), desk.agreed(order), desk.signed(order)):
        assert told.status == 303, told.text
    revision = desk.revision(order)
    answers = [desk.send(f"orders/{order}/submit/", revision=revision) for _ in range(2)]  # a form each
    assert answers[0].where == f"/desk/orders/{order}/"
    assert answers[1].status in (303, 409), answers[1].text
    assert answers[1].where in ("", f"/desk/orders/{order}/")
    assert on_record(desk, "order.submit") == 1
    assert desk.hall.see(order).state == "at_work"
    before = written(desk)
    for path in ("items/1/drop", "items/1", "let-go", "price", "print"):
        answer = desk.send(f"orders/{order}/{path}/", revision=revision)
        assert (answer.status, answer.where) != (303, f"/desk/orders/{order}/items/"), path
        assert answer.status in (303, 404, 409, 422), (path, answer.status)
    assert written(desk) == before, "it is no cart any more"


def test_an_identity_that_is_not_valid_opens_nothing_and_is_on_record(desk: Counter) -> None:
    li, gao = desk.hall.customer("li"), PEOPLE["gao"][1]
    before = written(desk)
    for number in (gao, "450102199003078834", "", "4501021990030788\u200b35", "<script>", "\U0001f600" * 9, "9" * 400):
        refused(desk.send(f"customers/{li}/order/", kind="resident_id", number=number), "number")
    foreign = str(desk.hall.checked("gao"))
    before["IdentityCheck"] += 1
    opened = desk.send(f"customers/{li}/order/open/", check=foreign, what="")
    assert opened.where == f"/desk/customers/{li}/order/", "somebody else's document"
    assert written(desk) == before
    assert on_record(desk, "identity.refuse") >= 1


def test_a_hostile_name_is_kept_as_text_or_refused_with_its_reason(desk: Counter) -> None:
    """Marks that nobody sees are left out, signs of four bytes are signs; what is no name is told at its field."""
    told, before = {"kind": "resident_id", "number": "11010519491231002X"}, written(desk)
    no_names = ("<script>alert(1)</script>", "{{ 7|add:7 }}", "\u3000", "\U0001f600", "长" * 201, "a\x01b", "a\x00b")
    for name in no_names:
        refused(desk.send("register/", name=name, **told), "name")
    assert written(desk) == before
    made = desk.send("register/", name="𠮷\u202e野\u200b家·O'Brien\u2066", **told)
    code = made.where.split("/")[3]
    assert Customer.objects.get(code=code).name == "𠮷野家·O'Brien"
    opened = desk.send(f"customers/{code}/order/open/", check=made.where.partition("check=")[2], what="")
    order = opened.where.split("/")[3]
    assert desk.mobile(order, 4).status == 303
    Customer.objects.filter(code=code).update(name="<script>alert(1)</script>𠮷")  # as an import might have brought it
    assert desk.priced(order).status == 303
    assert desk.agreed(order).status == 303
    desk.send(f"orders/{order}/print/")
    for page in ("items/", "read-back/", "sign/"):
        body = desk.get(f"orders/{order}/{page}").body
        assert ("&lt;script&gt;alert(1)&lt;/script&gt;𠮷" in body, "<script>alert" in body) == (True, False), page
    assert desk.get(f"orders/{order}/form/1/").kind == "application/pdf"


def test_an_offer_in_testing_is_not_ordered_and_once_launched_it_is(desk: Counter) -> None:
    """MV-20; how a draft comes from one state into the next is told in tests/launch."""
    me, order = desk.hall.line(5), desk.cart()
    draft = TariffDraft.objects.create(
        tenant=desk.hall.tenant, number=1, title="t", policy="p", source="s", sha256="", content=b"", base=1,
        findings=[], changes=[], change_count=0, state=lifecycle.PUBLISHED, drafted_at=NOON, changed_at=NOON,
    )  # fmt: skip
    told = {"tenant": desk.hall.tenant, "offer": "PACK", "state": lifecycle.PUBLISHED, "draft": draft, "since": NOON}
    standing = OfferStanding.objects.create(**told)
    for state in (lifecycle.PUBLISHED, lifecycle.TESTED):
        OfferStanding.objects.filter(id=standing.id).update(state=state)
        refused(desk.put(order, f"add_on..{me}", offer="PACK"), "offer")
        assert "PACK" not in desk.get(f"orders/{order}/items/add/?what=add_on..{me}").body, "nor is it offered"
    OfferStanding.objects.filter(id=standing.id).update(state=lifecycle.ON_SALE)
    assert desk.put(order, f"add_on..{me}", offer="PACK").status == 303
