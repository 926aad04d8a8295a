"""Reading, signing and following an order of one's own: by itself, through the office, and back."""

from __future__ import annotations

from typing import Any

from tests.orders.hall import HOME, NOVEMBER, NUMBERS, Hall
from tests.web.hall_orders.visitor import Visitor, cart_at

from yidian.domains.party.models import Customer
from yidian.domains.product_order.types import MANUAL
from yidian.platform.audit.models import AuditEntry
from yidian.runs.first_bill.types import FirstBill

FREE, OTHER = NUMBERS[2:4]
NEW = "/do/new/mobile/"
HOSTILE = "<script>alert(1)</script>\u202e𠮷"


def manual(hall: Hall, order: str) -> list[str]:
    return [step.name for item in hall.see(order).items for step in item.steps if step.kind == MANUAL]


def test_a_plan_is_changed_without_anybody_and_billed_as_it_was_said(li: Visitor) -> None:
    order = li.chooses("plan_change", plan="M99")
    li.hall.recheck(order)
    assert li.counter.agreed(order).status == 303
    unsigned = li.counter.submitted(order)
    assert (unsigned.status, li.see(order).state) == (409, "cart"), "a clerk's hand is not the customer's"
    page = li.get(f"/orders/{order}/check/")
    quote = FirstBill.from_json(li.see(order).quote)
    for minor in (quote.this.total_minor, quote.next.total_minor):
        assert f"¥{minor // 100}.{minor % 100:02}" in page.text, page.text
    assert li.signs(order, agree="").status == 422
    wrong = li.signs(order, proof="not it")
    assert (wrong.status, 'href="#f-proof"' in wrong.body, li.see(order).state) == (422, True, "cart")
    assert li.signs(order, proof="").status == 422, "nobody else's hand"
    assert li.signs(order).where == f"/orders/{order}/"
    facts = li.see(order)
    assert (facts.channel, facts.state, facts.actor) == ("web", "at_work", f"customer:{li.code}")
    assert facts.form is not None
    assert facts.form[2] == "signed"
    assert "order_signature" in str(
        AuditEntry.objects.filter(operation="order.web.sign").values_list("changes", flat=True)
    )
    assert manual(li.hall, order) == [], "no clerk has anything to do with it"
    assert "being opened" in li.get("/orders/").text or "We are opening it" in li.get("/orders/").text
    assert li.get(f"/orders/{order}/form/").kind == "application/pdf"
    while li.hall.worked(order).taken:
        pass
    assert (li.see(order).state, li.hall.held(li.line)) == ("completed", ["M99"])
    assert li.hall.bills(NOVEMBER)[li.hall.account("li")] == quote.this.total_minor


def test_packs_stops_loss_and_the_end_go_by_rule(li: Visitor) -> None:
    hall: Hall = li.hall
    for deed, told in (
        ("add_on", {"offer": "NIGHT"}), ("drop_on", {"offer": "NIGHT"}), ("loss", {}), ("found", {}),
        ("keep_number", {}), ("resume", {"reason": "keep_number"}),
    ):  # fmt: skip
        li.later(minutes=1)
        order = li.orders(deed, **told)
        while hall.worked(order).taken:
            pass
        assert (hall.see(order).state, manual(hall, order)) == ("completed", []), deed
    assert (hall.held(li.line), hall.open_lines()[li.line][1]) == (["M59"], "none")


def test_a_new_number_waits_until_somebody_has_seen_who_it_is(li: Visitor) -> None:
    hall: Hall = li.hall
    order = cart_at(li.send(NEW, plan="M59", number=FREE))
    assert "Somebody of ours looks at it first" in li.get(f"/orders/{order}/check/").text
    li.signs(order)
    assert hall.worked(order).taken == 0, "the network hears nothing before"
    assert "we are looking at it" in li.get(f"/orders/{order}/").text
    desk = li.counter
    assert order in desk.get("orders/").text, "it is in the work list"
    page = desk.get(f"orders/{order}/")
    assert "不受理" in page.text
    assert "网厅" in page.text, page.text
    assert desk.send(f"orders/{order}/steps/1/1/by-hand/", **{"note-1-1": "当面核对证件"}).status == 303
    while hall.worked(order).taken:
        pass
    made = hall.see(order).items[0]
    assert (hall.see(order).state, hall.resource("number", FREE)) == ("completed", ("in_use", made.subscriber))


def test_what_is_not_accepted_is_over_and_says_why(li: Visitor, gao: Visitor) -> None:
    order = cart_at(li.send(NEW, plan="M59", number=FREE))
    li.signs(order)
    no = {"why-1-1": "ORDER_CANNOT_IDENTITY", "cannot-1-1": f"照片看不清{HOSTILE}"}
    assert li.counter.send(f"orders/{order}/steps/1/1/cannot/", **no).status == 303
    page = li.get(f"/orders/{order}/")
    assert "The identity could not be confirmed" in page.text
    assert ("照片看不清" in page.body, "<script>alert" in page.body) == (True, False)
    assert (li.see(order).state, li.hall.resource("number", FREE)[0]) == ("cancelled", "selectable")
    assert li.counter.send(f"orders/{order}/steps/1/1/by-hand/", **{"note-1-1": "x"}).status == 409, "it is over"
    cart_at(gao.send(NEW, plan="M59", number=FREE))


def test_broadband_is_asked_for_moved_and_given_up(li: Visitor) -> None:
    hall: Hall = li.hall
    form = li.get("/do/new/broadband/?place=88 号 3 栋")
    assert f'value="{HOME}"' in form.body
    order = cart_at(li.send("/do/new/broadband/", plan="B100", login="li@home", address=HOME))
    li.signs(order)
    assert manual(hall, order) == ["accept", "install"]
    made = hall.opened(order).items[0]
    assert hall.see(order).state == "completed"
    for deed, told, steps in (
        ("relocation", {"address": f"{HOME}/1204"}, ["accept", "install"]), ("terminate", {}, ["accept"]),
    ):  # fmt: skip
        li.later(minutes=1)
        moved = cart_at(li.send(f"/do/{made.subscriber}/{deed}/", **told))
        assert li.signs(moved).status == 303
        assert (manual(hall, moved), hall.opened(moved).state) == (steps, "completed")
    assert made.subscriber not in hall.open_lines()


def test_an_order_is_signed_once_and_as_it_was_read(li: Visitor) -> None:
    one, two = li.send(f"/do/{li.line}/plan_change/", plan="M99", key="the-same-key"), li.send(
        f"/do/{li.line}/plan_change/", plan="M99", key="the-same-key"
    )  # fmt: skip
    order = cart_at(one)
    assert two.where == one.where
    before = li.see(order).revision
    li.send(f"/orders/{order}/choose/", plan="M99", when="next_cycle")
    stale = li.signs(order, revision=before)
    assert (stale.status, "changed meanwhile" in stale.text, li.see(order).state) == (409, True, "cart"), stale.text
    assert "From next month on" in stale.text, stale.text
    assert li.signs(order, key="sign-once", proof="").where == f"/orders/{order}/", "proved just now"
    assert li.signs(order, key="sign-once").where == f"/orders/{order}/"
    assert li.signs(order).where == f"/orders/{order}/", "no cart any more"
    assert li.send(f"/orders/{order}/choose/", plan="SUB").where == f"/orders/{order}/"
    assert [event.event for event in li.told(order)].count("submit") == 2, "of the item and of the whole, once"


def test_an_order_is_taken_back_until_it_is_done(li: Visitor) -> None:
    order = cart_at(li.send(NEW, plan="M59", number=FREE))
    li.signs(order)
    assert li.get(f"/orders/{order}/cancel/").where == f"/orders/{order}/", "nothing is done by a link"
    assert "Cancel order" in li.get(f"/orders/{order}/").text
    assert li.send(f"/orders/{order}/cancel/").status == 303
    assert (li.see(order).state, li.hall.resource("number", FREE)[0]) == ("cancelled", "selectable")
    assert "客户在网上撤单" in li.counter.get(f"orders/{order}/").text
    done = li.orders("add_on", offer="NIGHT")
    while li.hall.worked(done).taken:
        pass
    late = li.send(f"/orders/{done}/cancel/")
    assert (late.status, "It is done already" in late.text) == (409, True)
    assert li.hall.held(li.line) == ["M59", "NIGHT"]


def test_the_page_of_an_order_asks_again_until_it_is_done(li: Visitor) -> None:
    order = li.orders("add_on", offer="NIGHT")
    assert 'hx-trigger="every 5s, live"' in li.get(f"/orders/{order}/").body
    while li.hall.worked(order).taken:
        pass
    assert "hx-trigger" not in li.get(f"/orders/{order}/").body.partition('id="order"')[2]
    waits = cart_at(li.send(NEW, plan="M59", number=FREE))
    li.signs(waits)
    assert 'hx-trigger="every 30s, live"' in li.get(f"/orders/{waits}/").body, "somebody has to look at it"


def test_nobody_touches_what_is_not_theirs(li: Visitor, gao: Visitor) -> None:
    cart = li.chooses("plan_change", plan="M99")
    order = gao.orders("stop")
    of_the_desk = li.counter.cart()
    li.hall.put(of_the_desk, "loss", {}, li.line)
    none: Any = li.get("/orders/O209901-000001/check/")
    for who, number in ((gao, cart), (li, order), (li, of_the_desk)):
        answers = [who.get(f"/orders/{number}/{path}") for path in ("check/", "form/")]
        answers += [who.send(f"/orders/{number}/{path}/") for path in ("check", "choose", "let-go", "cancel")]
        assert {(one.status, len(one.text)) for one in answers} == {(404, len(none.text))}, number
    assert (li.see(cart).state, li.see(order).state, li.see(of_the_desk).state) == ("cart", "at_work", "cart")


def test_hostile_names_are_letters(li: Visitor) -> None:
    Customer.objects.filter(code=li.code).update(name=HOSTILE)
    order = li.orders("stop")
    for path in ("/do/", f"/orders/{order}/", "/orders/", f"/do/{li.line}/loss/"):
        assert "<script>alert" not in li.get(path).body, path
    assert li.get(f"/orders/{order}/form/").kind == "application/pdf"
    assert "<script>alert" not in li.counter.get(f"orders/{order}/").body
