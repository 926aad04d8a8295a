"""Money with an order (BH-20): one cart, one payment, one receipt; kept until it is something, given back where not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.orders.hall import CARDS, CLERK, DECEMBER, NOVEMBER, Hall, broadband, mobile
from tests.orders.test_killed import _claims_end_at_once, cut_off_at

from yidian.domains.charging.operations import return_deposits, take_principal
from yidian.domains.charging.queries import book_balances, deposits
from yidian.domains.ledger.queries import balance, balances
from yidian.domains.ledger.types import AccountKey
from yidian.domains.payment.operations import (
    UnableToMoveOrderMoney,
    UnableToReversePayment,
    pay,
    reverse_payment,
)
from yidian.domains.payment.queries import orders_paid, receipt, receipts
from yidian.domains.payment.types import OrderPaid
from yidian.domains.product_order.queries import history
from yidian.domains.product_order.types import Advance, OrderFacts, UnableToChangeOrder
from yidian.journeys.ordering import at_once, going_back, paying, submitting, working
from yidian.journeys.ordering.doing import UnableToDo
from yidian.journeys.ordering.paying import Tender
from yidian.kernel.calendar import local_date, to_ms
from yidian.kernel.money import AMOUNT_LIMIT
from yidian.platform import points
from yidian.platform.network.misbehaviour import Misbehaviour
from yidian.platform.outbox.models import OutboxEvent
from yidian.runs.doctor.ledger_sums import ledger_sums
from yidian.runs.doctor.month_equation import month_equation
from yidian.runs.doctor.numbers import numbers
from yidian.runs.doctor.order_money import order_money
from yidian.runs.doctor.orders import orders
from yidian.runs.doctor.receipts import receipts as receipts_law
from yidian.runs.doctor.visit import Visit

DEAR = "13900770011"  # a number of level 7: deposit 200 yuan over 12 months
PHONE = {"offer": "PHONE24", "device": "356938035600007", "deposit": "240000", "months": "24"}
LAWS = (receipts_law, order_money, orders, ledger_sums, numbers, month_equation)


@pytest.fixture
def hall(hall: Hall) -> Hall:
    hall.level("7", min_spend=88, months=24, deposit=200, deposit_months=12, offer="LEVEL7")
    return hall


__all__ = ["_claims_end_at_once"]  # who comes after a killed worker need not wait a minute


def expect_laws(hall: Hall) -> None:
    on = Visit(tenant=hall.tenant, home=hall.home, places=hall.world.places, now=hall.now)
    for law in LAWS:
        assert law(on).violations == (), law(on)


def family(hall: Hall) -> str:
    """A premium number with a contract phone, and broadband: one cart."""
    order = hall.cart(("new", mobile(0) | {"number": DEAR}), ("new", broadband()))
    hall.put(order, "contract", PHONE, hall.see(order).items[0].subscriber, 1)
    return order


def paid(hall: Hall, order: str) -> OrderPaid:
    return orders_paid(tenant=hall.tenant, orders=[order])[order]


def parts(hall: Hall, order: str) -> list[tuple[int, int, str]]:
    return [(one.item, one.amount_minor, one.state) for one in paid(hall, order).parts]


def cash(hall: Hall) -> int:
    return balances(tenant=hall.tenant, kind="cash").get(AccountKey("cash", code="counter"), 0)


def kept(hall: Hall, order: str) -> int:
    return -balance(tenant=hall.tenant, key=AccountKey("order_money", owner=order))


def principal(hall: Hall) -> int:
    return sum(held for _, _, held, _ in book_balances(tenant=hall.tenant))


def ahead(hall: Hall, order: str, amount_minor: int) -> None:
    """The customer wishes to pay ahead; the cart is agreed after."""
    taken = hall.see(order)
    hall.agreed(order)
    advances = [Advance(hall.account(), amount_minor)]
    paying.wish_advances(**hall.by, order=order, revision=taken.revision, advances=advances)


def signed(hall: Hall, order: str) -> int:
    """Read back, printed and signed anew: the price stands."""
    from yidian.journeys.ordering import taking

    revision = hall.see(order).revision
    taking.agreed(**hall.by, order=order, revision=revision)
    version, _ = taking.printed(**hall.by, order=order)
    taking.signed(**hall.by, order=order, version=version)
    return revision


def test_money_of_an_order_and_receipts_of_the_same_till_add_up(hall: Hall) -> None:
    """The till's law: cash is receipts less refunds, whoever paid for what."""
    pay(**hall.by, account=hall.account(), amount_minor=5_000, method="cash")
    order = hall.submitted(family(hall))
    expect_laws(hall)
    hall.opened(order)
    expect_laws(hall)
    assert cash(hall) == 5_000 + 260_000


def test_a_family_in_one_cart_pays_once(hall: Hall) -> None:
    order = family(hall)
    hall.agreed(order)
    due = hall.see(order).due
    assert due is not None
    assert [(one.item, one.amount_minor, one.months) for one in due.deposits] == [(1, 20_000, 12), (3, 240_000, 24)]
    facts = submitting.submit(**hall.by, order=order, revision=hall.see(order).revision, tender=hall.tender(order))
    assert facts.state == "at_work"
    receipt_ = paid(hall, order)
    assert (receipt_.number, receipt_.method, receipt_.amount_minor) == ("R202611-000001", "cash", 260_000)
    assert parts(hall, order) == [(1, 20_000, "kept"), (3, 240_000, "kept")]
    assert (cash(hall), kept(hall, order), len(hall.deposits())) == (260_000, 260_000, 0)
    assert hall.opened(order).state == "completed"
    assert parts(hall, order) == [(1, 20_000, "deposited"), (3, 240_000, "deposited")]
    me = facts.items[0].subscriber
    assert [one[1:] for one in hall.deposits()] == [(me, 20_000, 12), (me, 240_000, 24)]
    assert (cash(hall), kept(hall, order)) == (260_000, 0)
    found = receipt(tenant=hall.tenant, named=receipt_.number)
    assert (found.state, found.kept_minor, found.deposited_minor) == ("for_order", 0, 260_000)
    expect_laws(hall)


def test_the_deposits_come_back_month_by_month_and_pay_the_next_bill(hall: Hall) -> None:
    hall.opened(hall.submitted(family(hall)))
    hall.bills(NOVEMBER)
    return_deposits(tenant=hall.tenant, actor=CLERK, now=hall.now, on=date(2026, 12, 1))
    assert principal(hall) == 20_000 // 12 + 240_000 // 24
    return_deposits(tenant=hall.tenant, actor=CLERK, now=hall.now, on=date(2027, 1, 1))
    assert principal(hall) == 2 * (20_000 // 12 + 10_000)
    assert sum(one.amount_minor - one.returned_minor for one in deposits(tenant=hall.tenant, account=hall.account()))
    hall.bills(DECEMBER)
    expect_laws(hall)


def test_nothing_is_opened_before_it_is_paid(hall: Hall) -> None:
    order = family(hall)
    revision = hall.agreed(order)
    for tender, code in (
        (None, "ORDER_NOT_PAID"), (Tender(259_999, "cash"), "ORDER_AMOUNT_IS_DUE"),
        (Tender(260_001, "cash"), "ORDER_AMOUNT_IS_DUE"), (Tender(260_000, "shells"), "ORDER_PAY_METHOD"),
        (Tender(-260_000, "cash"), "ORDER_AMOUNT_IS_DUE"),
    ):  # fmt: skip
        with pytest.raises(UnableToDo) as unpaid:
            submitting.submit(**hall.by, order=order, revision=revision, tender=tender)
        assert unpaid.value.code == code
        assert (hall.see(order).state, cash(hall)) == ("cart", 0)
    plain = hall.cart(("new", mobile(1)))
    with pytest.raises(UnableToDo) as nothing:
        submitting.submit(**hall.by, order=plain, revision=hall.agreed(plain), tender=Tender(1, "cash"))
    assert nothing.value.code == "ORDER_NOTHING_DUE"


def test_submitted_twice_it_is_paid_once(hall: Hall) -> None:
    order = family(hall)
    told: dict[str, Any] = {**hall.by, "order": order, "revision": hall.agreed(order), "tender": hall.tender(order)}
    submitting.submit(**told)
    assert submitting.submit(**told).state == "at_work", "the same form came twice"
    with pytest.raises(UnableToChangeOrder):
        submitting.submit(**told | {"key": "another button"})
    assert (cash(hall), len(receipts(tenant=hall.tenant))) == (260_000, 1)


def test_what_is_due_is_part_of_what_was_agreed(hall: Hall) -> None:
    order = family(hall)
    revision = hall.agreed(order)
    hall.level("7", min_spend=88, months=24, deposit=300, deposit_months=12, offer="LEVEL7", **{"from": "2026-11-02"})
    with pytest.raises(UnableToDo) as changed:
        submitting.submit(**hall.by, order=order, revision=revision, tender=hall.tender(order))
    assert changed.value.code == "ORDER_DUE_CHANGED"
    hall.opened(hall.submitted(order))
    assert cash(hall) == 270_000


def test_an_advance_is_a_wish_that_is_agreed_and_pays_the_first_bill(hall: Hall) -> None:
    order = hall.cart(("new", mobile()), ("new", broadband()))
    ahead(hall, order, 15_000)
    facts = hall.see(order)
    assert (facts.quoted, facts.read_back, facts.form and facts.form[2]) == (True, False, "void")
    revision = signed(hall, order)
    with pytest.raises(UnableToDo) as unpaid:
        submitting.submit(**hall.by, order=order, revision=revision)
    assert unpaid.value.code == "ORDER_NOT_PAID"
    submitting.submit(**hall.by, order=order, revision=revision, tender=Tender(15_000, "card"))
    assert (kept(hall, order), principal(hall)) == (15_000, 0)
    hall.worked(order)
    assert [item.state for item in hall.see(order).items] == ["completed", "at_work"]
    assert (kept(hall, order), principal(hall)) == (0, 15_000), "the first item that bills the account is complete"
    assert parts(hall, order) == [(0, 15_000, "credited")]
    expect_laws(hall)
    assert hall.cancelled(order).state == "completed", "what is complete stays"
    assert (cash(hall), principal(hall)) == (15_000, 15_000)
    expect_laws(hall)


@pytest.mark.parametrize("amount_minor", [-1, AMOUNT_LIMIT])
def test_nobody_pays_less_than_nothing_or_for_others_ahead(hall: Hall, amount_minor: int) -> None:
    order = hall.cart(("new", mobile()))
    revision = hall.agreed(order)
    for account, code in ((hall.account(), "ORDER_ADVANCE_AMOUNT"), (hall.account("gao"), "ORDER_ACCOUNT_FOREIGN")):
        with pytest.raises(UnableToDo) as refused:
            paying.wish_advances(
                **hall.by, order=order, revision=revision, advances=[Advance(account, amount_minor)]
            )  # fmt: skip
        assert refused.value.code == code
    assert hall.see(order).revision == revision


def test_one_item_is_cancelled_and_its_part_given_back(hall: Hall) -> None:
    """The line is open, its phone never comes: what was paid for the phone goes back, what for the number stays."""
    order = hall.submitted(family(hall))
    hall.network.misbehave(Misbehaviour("refuses", times=1, code="NO_SERVICE", verb="modify"))
    hall.worked(order)
    facts = hall.see(order)
    assert [item.state for item in facts.items] == ["completed", "at_work", "at_work"], facts
    assert hall.cancelled(order).state in ("cancelling", "completed")
    ended = hall.opened(order)
    assert [item.state for item in ended.items] == ["completed", "cancelled", "cancelled"]
    assert parts(hall, order) == [(1, 20_000, "deposited"), (3, 240_000, "returned")]
    back = paid(hall, order)
    assert (back.returned_minor, back.vouchers) == (240_000, ("F202611-000001",))
    assert (cash(hall), kept(hall, order)) == (20_000, 0)
    expect_laws(hall)


def test_cancelled_before_completion_all_of_it_goes_back(hall: Hall) -> None:
    order = hall.submitted(family(hall))
    assert hall.cancelled(order).state == "cancelled"
    assert (cash(hall), kept(hall, order)) == (0, 0)
    found = receipts(tenant=hall.tenant)[0]
    assert (found.state, found.returned_minor) == ("returned", 260_000)
    told = {event.event: event.told for event in history(tenant=hall.tenant, number=order)}
    assert told["paid"] == {"number": "R202611-000001", "method": "cash", "amount_minor": 260_000}
    assert told["money_returned"] == {"number": "F202611-000001", "amount_minor": 260_000}
    events = dict(OutboxEvent.objects.filter(aggregate=f"order/{order}").values_list("event", "payload"))
    assert events["order.paid"] | {"state": ""} == {
        "order": order, "customer": hall.customer(), "state": "", "number": "R202611-000001", "method": "cash",
        "amount_minor": 260_000, "currency": "CNY",
    }  # fmt: skip
    assert events["order.money_returned"]["amount_minor"] == 260_000
    expect_laws(hall)


def test_reversed_on_the_day_the_deposits_and_what_was_paid_ahead_go_back(hall: Hall) -> None:
    order = family(hall)
    ahead(hall, order, 5_000)
    signed(hall, order)
    hall.submitted_as_signed(order)
    hall.opened(order)
    assert (cash(hall), principal(hall)) == (265_000, 5_000)
    hall.do(going_back.reverse_within, order=order, reason="开错")
    assert (kept(hall, order), principal(hall)) == (265_000, 0), "nobody spends it while it is being reversed"
    expect_laws(hall)
    while hall.worked(order).taken:
        pass
    assert hall.see(order).state == "reversed"
    assert (cash(hall), kept(hall, order), principal(hall)) == (0, 0, 0)
    assert {one.state for one in paid(hall, order).parts} == {"returned"}
    expect_laws(hall)


def test_what_was_paid_ahead_and_spent_is_not_reversed(hall: Hall) -> None:
    order = hall.cart(("new", mobile()))
    ahead(hall, order, 5_000)
    signed(hall, order)
    hall.submitted_as_signed(order)
    hall.opened(order)
    to = AccountKey("cash", code="counter")
    on = local_date(to_ms(hall.now), hall.tenant.zone)
    hall.do(take_principal, account=hall.account(), amount_minor=1, to=to, on=on)
    before = len(list(hall.network.commands()))
    with pytest.raises(UnableToMoveOrderMoney) as spent:
        hall.do(going_back.reverse_within, order=order, reason="开错")
    assert spent.value.code == "ORDER_ADVANCE_SPENT"
    assert (hall.see(order).state, len(list(hall.network.commands()))) == ("completed", before)


def test_a_deposit_that_has_begun_to_come_back_is_not_reversed(hall: Hall) -> None:
    from yidian.domains.charging.operations import UnableToTakeDeposit

    order = hall.opened(hall.submitted(family(hall))).number
    return_deposits(tenant=hall.tenant, actor=CLERK, now=hall.now, on=date(2026, 12, 1))
    before = len(list(hall.network.commands()))
    with pytest.raises(UnableToTakeDeposit) as begun:
        hall.do(going_back.reverse_within, order=order, reason="开错")
    assert begun.value.code == "DEPOSIT_BEGUN"
    assert len(list(hall.network.commands())) == before


def test_a_receipt_of_an_order_goes_back_with_it_and_not_past_it(hall: Hall) -> None:
    order = hall.submitted(family(hall))
    for _ in ("kept", "deposited"):
        with pytest.raises(UnableToReversePayment) as past:
            reverse_payment(**hall.by, payment="R202611-000001", reason="收错")
        assert (past.value.code, past.value.params["order"]) == ("PAYMENT_OF_ORDER", order)
        hall.opened(order)
    assert cash(hall) == 260_000


@pytest.mark.parametrize("place", ["payment.take", "write.commit"])
def test_killed_while_it_is_paid_nothing_is_taken_and_the_same_form_takes_it(hall: Hall, place: str) -> None:
    order = family(hall)
    told: dict[str, Any] = {**hall.by, "order": order, "revision": hall.agreed(order), "tender": hall.tender(order)}
    with cut_off_at(place), pytest.raises(points.PlantedFault):
        submitting.submit(**told)
    assert (hall.see(order).state, cash(hall)) == ("cart", 0)
    submitting.submit(**told)
    assert paid(hall, order).number == "R202611-000001", "no number is lost"
    expect_laws(hall)


def test_killed_between_payment_and_completion_and_while_it_goes_back(hall: Hall) -> None:
    order = hall.submitted(family(hall))
    for place in ("order.sent", "order.complete", "write.commit"):
        with cut_off_at(place), pytest.raises(points.PlantedFault):
            hall.worked(order)
        assert sum(one.amount_minor for one in paid(hall, order).parts) == 260_000
        expect_laws(hall)
        hall.later(minutes=2)
    assert hall.opened(order).state == "completed"
    hall.do(going_back.reverse_within, order=order, reason="开错")
    for place in ("order.sent", "write.commit", "write.commit"):
        with cut_off_at(place), pytest.raises(points.PlantedFault):
            hall.worked(order)
        assert (cash(hall), kept(hall, order)) == (260_000, 260_000)
        hall.later(minutes=2)
    while hall.worked(order).taken:
        pass
    assert (hall.see(order).state, cash(hall), kept(hall, order)) == ("reversed", 0, 0)
    assert paid(hall, order).vouchers == ("F202611-000001",)
    expect_laws(hall)


def by_file(hall: Hall, told: dict[str, Any], **more: Any) -> OrderFacts:
    wish = at_once.Wish(hall.customer(), more.pop("deed", "new"), told, more.pop("subscriber", ""))
    taken = at_once.take(**hall.by, wish=wish, channel=more.pop("channel", "file"), price=lambda _: {"n": 1})
    return hall.see(taken.order)


@pytest.mark.parametrize("channel", ["file", "cli", "reseller"])
def test_where_no_till_is_the_order_waits_for_its_payment(hall: Hall, channel: str) -> None:
    order = by_file(hall, mobile() | {"number": DEAR}, channel=channel)
    assert [(step.name, step.ready) for step in order.items[0].steps][:2] == [("payment", True), ("open", False)]
    assert order.waits_for_payment
    hall.later(hours=5)
    assert hall.worked().taken == 0, "nothing is opened"
    expect_laws(hall)
    for act in (working.by_hand, working.cannot):
        more = {"seen": ""} if act is working.by_hand else {"reason": "ORDER_CANNOT_OTHER"}
        with pytest.raises(UnableToChangeOrder):
            act(**hall.by, order=order.number, item=1, step=1, note="没有收钱", **more)
    with pytest.raises(UnableToDo) as wrong:
        paying.pay(**hall.by, order=order.number, tender=Tender(19_999, "cash"))
    assert wrong.value.code == "ORDER_AMOUNT_IS_DUE"
    told: dict[str, Any] = {**hall.by, "order": order.number, "tender": Tender(20_000, "cash")}
    answer = paying.pay(**told)
    assert paying.pay(**told) == answer, "the same form came twice"
    with pytest.raises(UnableToMoveOrderMoney) as again:
        paying.pay(**told | {"key": "another button"})
    assert (again.value.code, again.value.params["number"]) == ("ORDER_PAID_BEFORE", answer["number"])
    promised = hall.see(order.number).promised_at
    assert promised is not None
    assert (promised - hall.now).total_seconds() == 3600, "it is promised from its payment on"
    assert hall.opened(order.number).state == "completed"
    assert parts(hall, order.number) == [(1, 20_000, "deposited")]
    expect_laws(hall)


def test_an_order_that_waits_is_cancelled_and_nothing_goes_back(hall: Hall) -> None:
    order = by_file(hall, mobile() | {"number": DEAR}).number
    assert hall.cancelled(order).state == "cancelled"
    with pytest.raises(UnableToChangeOrder):
        paying.pay(**hall.by, order=order, tender=Tender(20_000, "cash"))
    assert receipts(tenant=hall.tenant) == []
    expect_laws(hall)


def test_an_order_from_before_deposits_were_paid_with_it_waits_at_its_completion(hall: Hall) -> None:
    """It was submitted by the version before: nobody asked for money, and it is not completed without."""
    from yidian.domains.product_order.models import OrderItem, OrderStep, ProductOrder

    order = by_file(hall, mobile(0) | {"number": DEAR, "card": CARDS[0]})
    ProductOrder.objects.filter(number=order.number).update(due=None)
    OrderStep.objects.filter(item__order__number=order.number, place=1).update(state="done", ready=False)
    OrderStep.objects.filter(item__order__number=order.number, place=2).update(ready=True)
    assert OrderItem.objects.filter(order__number=order.number).count() == 1
    hall.worked()
    facts = hall.see(order.number)
    assert (facts.state, facts.items[0].steps[-1].reason) == ("held", "ORDER_NOT_PAID")
    paying.pay(**hall.by, order=order.number, tender=Tender(20_000, "cash"))
    step = facts.items[0].steps[-1]
    working.again(**hall.by, order=order.number, item=1, step=step.place, seen="ORDER_NOT_PAID")
    assert hall.opened(order.number).state == "completed"
    assert parts(hall, order.number) == [(1, 20_000, "deposited")]
