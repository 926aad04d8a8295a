"""Money at the counter: what it clears, what stays, what is undone on its day and what is paid back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.payment.counter import NOW, STAFF, accounts, add_up, bill, cash, key, owing, paid, principal

from yidian.domains.charging.operations import UnableToTakePrincipal, UnableToUndo
from yidian.domains.payment import lifecycle
from yidian.domains.payment.operations import (
    UnableToPay,
    UnableToRefund,
    UnableToReversePayment,
    UnableToTakePayment,
    refund,
    reverse_payment,
)
from yidian.domains.payment.queries import receipt
from yidian.platform.access import staff
from yidian.platform.access.approvals import decide
from yidian.platform.writing.keys import UnableToRepeat
from yidian.platform.writing.operations import chunk
from yidian.platform.writing.types import Actor, system


def test_a_payment_clears_the_oldest_bill_first_and_the_rest_is_principal(tenant: Any) -> None:
    accounts(tenant, "A1")
    bill(tenant, 1, "A1", 10_000, due=date(2026, 11, 20))
    bill(tenant, 2, "A1", 5_000, due=date(2026, 10, 20))
    answer = paid(tenant, "A1", 12_000).answer
    assert owing(tenant, "A1") == [3_000]
    assert (answer["cleared_minor"], answer["credited_minor"]) == (12_000, 0)
    answer = paid(tenant, "A1", 4_000).answer
    assert (answer["cleared_minor"], answer["credited_minor"]) == (3_000, 1_000)
    assert owing(tenant, "A1") == []
    assert principal(tenant, "A1") == 1_000
    assert cash(tenant) == 16_000
    add_up(tenant)


def test_a_payment_clears_the_bills_that_were_named_in_that_order_and_no_others(tenant: Any) -> None:
    accounts(tenant, "A1")
    first, second, third = (bill(tenant, n, "A1", 1_000 * n, due=date(2026, 10, n)) for n in (1, 2, 3))
    paid(tenant, "A1", 4_000, named=[third, second])
    assert owing(tenant, "A1") == [1_000, 1_000]
    paid(tenant, "A1", 1_500, named=[second])
    assert owing(tenant, "A1") == [1_000]
    assert principal(tenant, "A1") == 500
    add_up(tenant)
    with pytest.raises(UnableToTakePayment) as error:
        paid(tenant, "A1", 1, named=[second])
    assert error.value.code == "RECEIVABLE_NOT_OPEN"
    assert owing(tenant, "A1") == [1_000]
    assert first


def test_one_account_cannot_pay_a_bill_of_another_by_naming_it(tenant: Any) -> None:
    accounts(tenant, "A1", "A2")
    other = bill(tenant, 1, "A2", 1_000)
    with pytest.raises(UnableToTakePayment):
        paid(tenant, "A1", 1_000, named=[other])
    assert owing(tenant, "A2") == [1_000]


def test_the_same_key_pays_once_and_the_same_channel_id_pays_once(tenant: Any) -> None:
    accounts(tenant, "A1")
    bill(tenant, 1, "A1", 10_000)
    first = paid(tenant, "A1", 6_000, key="till-1")
    again = paid(tenant, "A1", 6_000, key="till-1")
    assert (first.repeated, again.repeated) == (False, True)
    assert again.answer == first.answer
    with pytest.raises(UnableToRepeat):
        paid(tenant, "A1", 7_000, key="till-1")
    paid(tenant, "A1", 100, channel="bank", channel_txn="B1")
    twice = paid(tenant, "A1", 100, channel="bank", channel_txn="B1")
    assert twice.answer["again"] is True
    with pytest.raises(UnableToTakePayment) as error:
        paid(tenant, "A1", 101, channel="bank", channel_txn="B1")
    assert error.value.code == "PAYMENT_TXN_TAKEN"
    assert owing(tenant, "A1") == [3_900]
    add_up(tenant)


def test_receipts_are_numbered_without_a_gap_whatever_fails_between(tenant: Any) -> None:
    accounts(tenant, "A1")
    numbers = [paid(tenant, "A1", 100).answer["number"]]
    with pytest.raises(UnableToTakePayment):
        paid(tenant, "A1", 100, named=[99])
    numbers.append(paid(tenant, "A1", 100, channel="bank", channel_txn="B1").answer["number"])
    paid(tenant, "A1", 100, channel="bank", channel_txn="B1")
    numbers.append(paid(tenant, "A1", 100).answer["number"])
    assert numbers == ["R202611-000001", "R202611-000002", "R202611-000003"]


@pytest.mark.parametrize("amount", [0, -1, 1 << 62])
def test_no_money_negative_money_and_absurd_money_are_refused(tenant: Any, amount: int) -> None:
    accounts(tenant, "A1")
    with pytest.raises(UnableToPay) as error:
        paid(tenant, "A1", amount)
    assert error.value.code == "PAYMENT_AMOUNT_WRONG"
    with pytest.raises(UnableToPay):
        paid(tenant, "nobody", 100)


def test_a_reversal_on_the_day_restores_receivables_and_books_exactly(tenant: Any) -> None:
    accounts(tenant, "A1")
    bill(tenant, 1, "A1", 10_000)
    paid(tenant, "A1", 2_000)
    number = paid(tenant, "A1", 9_500).answer["number"]
    assert (owing(tenant, "A1"), principal(tenant, "A1"), cash(tenant)) == ([], 1_500, 11_500)
    undo = reverse_payment(tenant=tenant, actor=STAFF, key=key(), now=NOW, payment=number, reason="wrong account")
    assert undo.answer["amount_minor"] == 9_500
    assert (owing(tenant, "A1"), principal(tenant, "A1"), cash(tenant)) == ([8_000], 0, 2_000)
    assert receipt(tenant=tenant, named=number).state == "reversed"
    add_up(tenant)
    with pytest.raises(lifecycle.UnableToChangePayment):
        reverse_payment(tenant=tenant, actor=STAFF, key=key(), now=NOW, payment=number, reason="again")


def test_the_next_day_a_payment_is_not_reversed(tenant: Any) -> None:
    accounts(tenant, "A1")
    number = paid(tenant, "A1", 100).answer["number"]
    last = NOW.replace(hour=15, minute=59)  # 23:59 in Shanghai
    late = last + timedelta(minutes=1)
    with pytest.raises(UnableToReversePayment):
        reverse_payment(tenant=tenant, actor=STAFF, key=key(), now=late, payment=number, reason="late")
    reverse_payment(tenant=tenant, actor=STAFF, key=key(), now=last, payment=number, reason="in time")
    add_up(tenant)


def test_a_reversal_is_refused_when_its_rest_is_spent(tenant: Any) -> None:
    accounts(tenant, "A1")
    number = paid(tenant, "A1", 1_000).answer["number"]
    refund(tenant=tenant, actor=STAFF, key=key(), now=NOW, account="A1", amount_minor=600)
    with pytest.raises(UnableToUndo):
        reverse_payment(tenant=tenant, actor=STAFF, key=key(), now=NOW, payment=number, reason="spent")
    assert (principal(tenant, "A1"), receipt(tenant=tenant, named=number).state) == (400, "taken")
    add_up(tenant)


def test_only_principal_that_is_left_is_refunded(tenant: Any) -> None:
    accounts(tenant, "A1")
    bill(tenant, 1, "A1", 700)
    paid(tenant, "A1", 1_000)
    with pytest.raises(UnableToTakePrincipal):
        refund(tenant=tenant, actor=STAFF, key=key(), now=NOW, account="A1", amount_minor=301)
    done = refund(tenant=tenant, actor=STAFF, key="r1", now=NOW, account="A1", amount_minor=300)
    again = refund(tenant=tenant, actor=STAFF, key="r1", now=NOW, account="A1", amount_minor=300)
    assert (done.answer["number"], again.repeated) == ("F202611-000001", True)
    assert (principal(tenant, "A1"), cash(tenant)) == (0, 700)
    add_up(tenant)


def agreed(tenant: Any, approval: int) -> None:
    """Li of finance says yes."""
    with chunk(
        tenant=tenant, actor=system("console"), operation="test.hire", now=NOW, digest="", count=1, subject="li"
    ) as frame:
        user = staff.add_user(frame=frame, login="li", name="Li")
        staff.give_post(frame=frame, login="li", role="finance", organisation=None, since=NOW)
    decide(tenant=tenant, actor=Actor("staff", "li", user), key="yes", now=NOW, approval=approval, yes=True)


def test_a_large_refund_needs_a_second_person(tenant: Any) -> None:
    accounts(tenant, "A1")
    paid(tenant, "A1", 100_000)
    for _ in range(2):  # asked once, however often it is tried
        with pytest.raises(UnableToRefund) as error:
            refund(tenant=tenant, actor=STAFF, key=key(), now=NOW, account="A1", amount_minor=50_001,
                   )  # fmt: skip
    refund(tenant=tenant, actor=STAFF, key=key(), now=NOW, account="A1", amount_minor=50_000)
    assert principal(tenant, "A1") == 50_000
    asked = int(error.value.params["approval"])
    agreed(tenant, asked)
    with pytest.raises(UnableToRefund):  # another amount is another thing
        refund(tenant=tenant, actor=STAFF, key=key(), now=NOW, account="A1", amount_minor=50_002)
    add_up(tenant)


def test_what_two_people_agreed_on_is_paid_back_once(tenant: Any) -> None:
    accounts(tenant, "A1")
    paid(tenant, "A1", 200_000)
    told = {"tenant": tenant, "actor": STAFF, "now": NOW, "account": "A1", "amount_minor": 60_000}
    with pytest.raises(UnableToRefund) as error:
        refund(key="r1", **told)
    asked = int(error.value.params["approval"])
    agreed(tenant, asked)
    assert (refund(key="r1", **told).repeated, refund(key="r1", **told).repeated) == (False, True)
    with pytest.raises(UnableToRefund):
        refund(key="r2", **told)
    assert principal(tenant, "A1") == 140_000
    add_up(tenant)


@pytest.mark.parametrize("state", lifecycle.STATES)
@pytest.mark.parametrize("event", lifecycle.EVENTS)
def test_every_state_of_a_receipt_answers_every_event(state: str, event: str) -> None:
    wanted = {
        ("suspended", "assign"): "assigned", ("suspended", "return"): "returned",
        ("suspended", "reverse"): "reversed", ("taken", "reverse"): "reversed",
        ("assigned", "reverse"): "reversed", ("for_order", "give_back"): "returned",
    }.get((state, event))  # fmt: skip
    if wanted is None:
        with pytest.raises(lifecycle.UnableToChangePayment):
            lifecycle.after(payment="R1", state=state, event=event)
    else:
        assert lifecycle.after(payment="R1", state=state, event=event) == wanted
