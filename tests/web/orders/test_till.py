"""The till in the order (BH-20): what is due is told, agreed, taken once with a receipt, and given back."""

from __future__ import annotations

from typing import Any

import pytest
from tests.orders.hall import mobile
from tests.web.orders.counter import CARDS, NOON, NORTH, Answer, Counter

from yidian.domains.payment.queries import receipts
from yidian.journeys.ordering import at_once
from yidian.platform.access import staff
from yidian.platform.access.models import RoleAction

DEAR = "13900770011"  # a number of level 7
MONEY = {"method": "cash", "amount": "2600", "again": "2,600.00"}


@pytest.fixture
def desk(desk: Counter) -> Counter:
    desk.hall.level("7", min_spend=88, months=24, deposit=200, deposit_months=12, penalty_ppm=300_000, offer="LEVEL7")
    return desk


def family(desk: Counter) -> str:
    """A premium number with its phone, and broadband, in one cart that is signed."""
    order = desk.cart()
    desk.mobile(order, 0, number=DEAR)
    me = desk.hall.see(order).items[0].subscriber
    desk.hall.put(
        order, "contract", {"offer": "PHONE24", "device": "356938035600007", "deposit": "240000", "months": "24"}, me, 1
    )
    desk.broadband(order)
    assert desk.priced(order).status == 303
    return order


def signed(desk: Counter, order: str) -> str:
    assert desk.agreed(order).status == 303
    assert desk.signed(order).status == 303
    return order


def paid(desk: Counter, order: str, **told: Any) -> Answer:
    return desk.send(f"orders/{order}/submit/", revision=desk.revision(order), **MONEY | told)


def test_what_is_due_is_told_read_back_printed_and_taken_with_one_receipt(desk: Counter) -> None:
    order = family(desk)
    for page in ("money/", "read-back/"):
        text = desk.get(f"orders/{order}/{page}").text
        assert [one for one in ("¥2,600.00", "200.00", "2,400.00", "12 个月") if one not in text] == [], (page, text)
    assert "¥2,600.00" in desk.get(f"orders/{order}/mirror/").text, "the customer sees it on their own screen"
    signed(desk, order)
    from yidian.domains.product_order.queries import form_named

    paper = form_named(tenant=desk.hall.tenant, order=order, version=1)
    assert paper is not None
    assert "现在应交 ¥2,600.00" in str(paper.content["lines"])
    page = desk.get(f"orders/{order}/sign/")
    assert ("收款并提交" in page.text, 'name="again"' in page.body) == (True, True)
    done = paid(desk, order)
    assert (done.status, done.where) == (303, f"/desk/orders/{order}/"), done.text
    [receipt] = receipts(tenant=desk.hall.tenant)
    said = desk.get(f"orders/{order}/").text
    assert [one for one in (receipt.number, "¥2,600.00", "暂存", "第 1 项 · 预存款") if one not in said] == [], said
    bill = desk.get(f"payments/{receipt.id}/").text
    assert [one for one in (order, "随单收款", "第 2 项", "2,400.00") if one not in bill] == [], bill
    block = desk.get(f"customers/{desk.hall.customer('li')}/payments/").text
    assert (receipt.number in block, order in block) == (True, True)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"again": "260"}, "第一次输的是 ¥2,600.00，这里是 ¥260.00"),
        ({"again": ""}, "这里要填"),
        ({"amount": "2600.01", "again": "2600.01"}, "应收 ¥2,600.00，输入的是 ¥2,600.01"),
        ({"amount": "lots", "again": "lots"}, "金额"),
        ({"amount": "-2600", "again": "-2600"}, "应收 ¥2,600.00"),
        ({"method": "shells"}, ""),
    ],
)
def test_a_wrong_amount_takes_nothing(desk: Counter, told: dict[str, str], said: str) -> None:
    order = signed(desk, family(desk))
    refused = paid(desk, order, **told)
    assert (refused.status in (409, 422), said in refused.text) == (True, True), refused.text
    assert (receipts(tenant=desk.hall.tenant), desk.hall.see(order).state) == ([], "cart")
    assert paid(desk, order).status == 303, "the same form, put right"


def test_the_form_sent_twice_takes_the_money_once(desk: Counter) -> None:
    order = signed(desk, family(desk))
    revision = desk.revision(order)
    for _ in range(2):
        told = desk.send(f"orders/{order}/submit/", revision=revision, key="one-and-the-same", **MONEY)
        assert (told.status, told.where) == (303, f"/desk/orders/{order}/")
    assert len(receipts(tenant=desk.hall.tenant)) == 1


def test_who_may_not_take_money_sees_who_can(desk: Counter) -> None:
    order = signed(desk, family(desk))
    RoleAction.objects.filter(role__code="clerk", action="payment.take").delete()
    page = desk.get(f"orders/{order}/sign/")
    assert ("没有收款权限" in page.text, 'name="again"' in page.body) == (True, False)
    assert "还没有人有收款权限" in page.text
    desk.hall.do(staff.give_post, login="boss", role="supervisor", organisation=NORTH, since=NOON)
    assert "可以收款的人： Boss" in desk.get(f"orders/{order}/sign/").text
    refused = paid(desk, order)
    assert (refused.status, "没有收款权限" in refused.text) == (409, True), refused.text
    assert (receipts(tenant=desk.hall.tenant), desk.hall.see(order).state) == ([], "cart")


def test_an_advance_is_wished_on_the_page_of_the_money_and_agreed_anew(desk: Counter) -> None:
    desk.hall.fees("new", "CARD_FEE")
    order, account = desk.cart(), desk.hall.account("li")
    desk.mobile(order)
    desk.priced(order)
    page = desk.get(f"orders/{order}/money/")
    assert ("首张账单的一次性费用： ¥10.00" in page.text, f'name="advance-{account}"' in page.body) == (True, True)
    signed(desk, order)
    wish = f"orders/{order}/advance/"
    for typed in ("much", "-5"):
        wrong = desk.send(wish, revision=desk.revision(order), **{f"advance-{account}": typed})
        assert (wrong.status in (409, 422), f'id="e-advance-{account}"' in wrong.body) == (True, True), wrong.text
    stale = desk.revision(order)
    assert desk.send(wish, revision=stale, **{f"advance-{account}": "100"}).status == 303
    assert desk.send(wish, revision=stale, **{f"advance-{account}": "200"}).status == 409, "another tab had it first"
    assert 'value="100.00"' in desk.get(f"orders/{order}/money/").body
    assert paid(desk, order, amount="100", again="100").status == 409, "what was signed said nothing of it"
    assert "其中自愿预存话费 ¥100.00" in " ".join(desk.get(f"orders/{order}/read-back/").text.split())
    signed(desk, order)
    assert paid(desk, order, amount="100", again="100", method="card").status == 303
    assert desk.hall.opened(order).state == "completed"
    said = desk.get(f"orders/{order}/").text
    assert ("已入账户" in said, "银行卡" in said or "刷卡" in said) == (True, True), said


def waiting(desk: Counter) -> str:
    """By file, where no till is."""
    told = mobile(0) | {"number": DEAR, "card": CARDS[0]}
    wish = at_once.Wish(desk.hall.customer("li"), "new", told, "", NORTH)
    return at_once.take(**desk.hall.by, wish=wish, channel="file", price=lambda _: {"n": 1}).order


def test_an_order_that_waits_is_paid_on_its_page(desk: Counter) -> None:
    order = waiting(desk)
    assert "收款" in desk.get("orders/").text
    page = desk.get(f"orders/{order}/")
    assert ("订单等待收款 ¥200.00" in page.text, "收款，订单开始开通" in page.text) == (True, True), page.text
    assert (f"/desk/orders/{order}/pay/" in page.body, "steps/1/1/by-hand" in page.body) == (True, False)
    refused = desk.send(f"orders/{order}/pay/", method="cash", amount="200", again="20")
    assert (refused.status, "没有收款" in refused.text) == (422, True), refused.text
    assert desk.send(f"orders/{order}/pay/", method="cash", amount="199", again="199").status == 409
    assert desk.at("south").send(f"orders/{order}/pay/", method="cash", amount="200", again="200").status == 404
    done = desk.send(f"orders/{order}/pay/", method="cash", amount="200", again="200", key="one-and-the-same")
    assert done.status == 303, done.text
    again = desk.send(f"orders/{order}/pay/", method="cash", amount="200", again="200", key="one-and-the-same")
    other = desk.send(f"orders/{order}/pay/", method="cash", amount="200", again="200")
    assert (again.status, other.status) == (303, 409), other.text
    assert len(receipts(tenant=desk.hall.tenant)) == 1
    assert desk.hall.opened(order).state == "completed"


def test_cancelled_its_page_tells_what_was_given_back(desk: Counter) -> None:
    order = signed(desk, family(desk))
    paid(desk, order)
    assert desk.send(f"orders/{order}/cancel/", cancel_reason="客户改主意").status == 303
    said = desk.get(f"orders/{order}/").text
    assert [one for one in ("已退", "退款单 F202611-000001", "退款", "¥2,600.00") if one not in said] == [], said
    [receipt] = receipts(tenant=desk.hall.tenant)
    assert "已退" in desk.get(f"payments/{receipt.id}/").text


def test_in_english_too(desk: Counter) -> None:
    order = signed(desk, family(desk))
    english = {"Accept-Language": "en"}
    assert "Take it and submit the order" in desk.get(f"orders/{order}/sign/?lang=en", **english).text
    paid(desk, order)
    said = desk.get(f"orders/{order}/", **english).text
    assert "Paid with the order" in said
    assert "kept for the order" in said
