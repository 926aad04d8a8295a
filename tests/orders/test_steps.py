"""From submission to completion and back: who may say what of a step, and what follows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.orders.book import INSTALLED, NEW, PLAIN, Book, one_by_one

from yidian.domains.product_order import operations
from yidian.domains.product_order.lifecycle import UnableToChangeOrder
from yidian.domains.product_order.queries import work_list
from yidian.domains.product_order.types import NETWORK
from yidian.kernel.calendar import to_ms


def test_steps_follow_one_another_and_billing_begins_when_it_was_open(book: Book) -> None:
    order = book.submitted(book.cart(("new", NEW, "")), i1=INSTALLED)
    assert book.claim() == [], "the installer was not there yet"
    assert [row.number for row in work_list(tenant=book.tenant, within=None)] == [order]
    book.now += timedelta(hours=2)
    book.do(operations.by_hand, order=order, item=1, step=1, at_ms=to_ms(book.now), note="装好")
    [network] = book.claim()
    book.now += timedelta(minutes=1)
    book.say(network, "accepted", due_ms=to_ms(book.now) + 5000)
    assert book.claim() == []
    assert "sent" in book.states(order)
    book.now += timedelta(seconds=5)
    [network] = book.claim()
    book.say(network, "done")
    opened = book.now
    book.now += timedelta(hours=3)  # nobody worked meanwhile
    assert book.opened(order).state == "completed"
    assert book.see(order).items[0].completed_ms == to_ms(opened)
    assert work_list(tenant=book.tenant, within=None) == []
    assert book.events(order)[-4:] == ["step.done", "step.done", "complete", "complete"]


def test_only_the_last_to_claim_is_listened_to(book: Book) -> None:
    order = book.submitted(book.cart(("new", NEW, "")))
    [slow] = book.claim(lease=timedelta(0))  # its lease is over at once
    [quick] = book.claim()
    assert book.claim() == []
    assert quick.fence == slow.fence + 1
    assert quick.key == slow.key
    assert not book.say(slow, "fall_out", reason="NETWORK_NO_ANSWER").taken
    assert book.say(quick, "done").taken
    assert not book.say(quick, "done").taken
    assert book.opened(order).state == "completed"


def test_an_item_after_another_begins_when_that_one_is_complete(book: Book) -> None:
    order = book.submitted(book.cart(("new", NEW, ""), ("add_on", {"offer": "PACK"}, "U202611-000001-1", 1)))
    [first] = book.claim()
    assert first.item == 1
    book.say(first, "done")
    [completion] = book.claim()
    book.say(completion, "done")
    assert [step.item for step in book.claim()] == [2]
    assert book.see(order).state == "at_work"


def test_what_fell_out_waits_for_somebody(book: Book) -> None:
    order = book.submitted(book.cart(("new", NEW, "")))
    [step] = book.claim()
    book.say(step, "fall_out", reason="NETWORK_IMSI_UNKNOWN", params={"imsi": "46001"})
    assert book.states(order) == "held: at_work(fallen waiting)"
    assert book.claim() == []
    [row] = work_list(tenant=book.tenant, within=None)
    assert (row.step, row.reason) == ("network", "NETWORK_IMSI_UNKNOWN")
    book.do(operations.again, order=order, item=1, step=1)
    [second] = book.claim()
    assert second.key != step.key, "a refusal is final under its key"
    book.say(second, "fall_out", reason="NETWORK_NO_ANSWER")
    book.do(operations.again, order=order, item=1, step=1)
    [third] = book.claim()
    assert third.key == second.key, "it may have been done: the same key, so that it is not done twice"
    book.say(third, "fall_out", reason="NETWORK_NO_ANSWER")
    book.do(operations.by_hand, order=order, item=1, step=1, at_ms=to_ms(book.now), note="交换机上手工开通")
    assert book.opened(order).state == "completed"
    for act in (operations.again, operations.by_hand):
        told = {"at_ms": 0, "note": ""} if act is operations.by_hand else {}
        with pytest.raises(UnableToChangeOrder):
            book.do(act, order=order, item=1, step=1, **told)


def test_cancelled_before_anything_was_done(book: Book) -> None:
    order = book.submitted(book.cart(("new", NEW, "")))
    outcome = book.do(operations.cancel, order=order, reason="客户改主意")
    assert outcome.undone == (1,)
    assert book.states(order) == "cancelled: cancelled(spared spared)"
    assert book.claim() == []
    with pytest.raises(UnableToChangeOrder):
        book.do(operations.cancel, order=order, reason="")
    book.cart(("new", NEW, ""))


def test_cancelled_halfway_what_was_done_is_taken_back_the_last_first(book: Book) -> None:
    order = book.submitted(book.cart(("new", NEW, "")), i1=one_by_one(NETWORK, NETWORK, NETWORK, "complete"))
    for _ in range(2):
        [step] = book.claim()
        book.say(step, "done")
    assert book.do(operations.cancel, order=order, reason="").undone == ()
    assert book.states(order) == "cancelling: cancelling(undoing undoing spared spared)"
    [second] = book.claim()
    assert second.place == 2
    assert second.command["verb"] == "close"
    assert second.key.endswith("/undo")
    assert not second.forward, "it is known that it was done"
    book.say(second, "undone")
    [first] = book.claim()
    assert book.say(first, "undone").undone == (1,)
    assert book.states(order) == "cancelled: cancelled(undone undone spared spared)"


def test_what_was_being_sent_when_it_was_cancelled_is_looked_at_before_it_is_undone(book: Book) -> None:
    order = book.submitted(book.cart(("new", NEW, "")))
    [sending] = book.claim(lease=timedelta(milliseconds=200))
    book.do(operations.cancel, order=order, reason="")
    assert book.claim() == [], "somebody may still be sending it"
    assert not book.say(sending, "done").taken
    while not (claimed := book.claim()):
        pass
    assert claimed[0].forward == sending.key
    book.say(claimed[0], "undone")
    assert book.see(order).state == "cancelled"


def test_undoing_can_fall_out_too(book: Book) -> None:
    order = book.submitted(book.cart(("new", NEW, "")))
    [step] = book.claim()
    book.say(step, "done")
    book.do(operations.cancel, order=order, reason="")
    [undo] = book.claim()
    book.say(undo, "fall_out", reason="NETWORK_NO_ANSWER")
    assert book.states(order) == "cancelling: cancelling(stuck spared)"
    assert [row.reason for row in work_list(tenant=book.tenant, within=None)] == ["NETWORK_NO_ANSWER"]
    outcome = book.do(operations.by_hand, order=order, item=1, step=1, at_ms=to_ms(book.now), note="手工关闭")
    assert outcome.undone == (1,)
    assert book.see(order).state == "cancelled"


def test_a_refused_step_has_nothing_to_take_back(book: Book) -> None:
    order = book.submitted(book.cart(("new", NEW, "")))
    [step] = book.claim()
    book.say(step, "fall_out", reason="NETWORK_IMSI_UNKNOWN")
    assert book.do(operations.cancel, order=order, reason="").undone == (1,)
    assert book.states(order) == "cancelled: cancelled(spared spared)"


def test_what_is_complete_is_not_cancelled_but_reversed_the_last_item_first(book: Book) -> None:
    order = book.submitted(book.cart(("new", NEW, ""), ("add_on", {"offer": "PACK"}, "U202611-000001-1", 1)))
    for step in (*book.claim(), *[]):
        book.say(step, "done")
    [completion] = book.claim()
    book.say(completion, "done")
    with pytest.raises(UnableToChangeOrder):
        book.do(operations.reverse, order=order, reason="")
    assert book.opened(order).state == "completed"
    assert book.do(operations.reverse, order=order, reason="开错").undone == ()
    [second] = book.claim()
    assert second.item == 2
    assert book.say(second, "undone").undone == (2,)
    [first] = book.claim()
    assert book.say(first, "undone").undone == (1,)
    told = book.do(operations.effects_of, order=order, item=1)
    assert [effect["row"] for effect in told] == [7]
    assert book.do(operations.effects_of, order=order, item=1) == []
    assert book.states(order) == "reversed: reversed(undone undone), reversed(undone undone)"


def test_cancelled_when_a_part_is_complete_that_part_stays_and_can_be_reversed(book: Book) -> None:
    order = book.submitted(book.cart(("new", NEW, ""), ("new", {**NEW, "number": "19900001002"}, "")))
    first, second = book.claim()
    book.say(first, "done")
    book.say(second, "fall_out", reason="NETWORK_IMSI_UNKNOWN")
    [completion] = book.claim()
    book.say(completion, "done")
    assert book.see(order).state == "held"
    assert book.do(operations.cancel, order=order, reason="卡坏了").undone == (2,)
    assert book.states(order) == "completed: completed(done done), cancelled(spared spared)"
    assert book.do(operations.reverse, order=order, reason="").undone == ()
    assert book.opened(order).state == "reversed"
    assert book.states(order) == "reversed: reversed(undone undone), cancelled(spared spared)"


def test_a_step_whose_hour_has_not_come_is_not_taken(book: Book) -> None:
    later = to_ms(book.now) + 60_000
    plan = (PLAIN[0].__class__(place=1, kind="complete", name="complete"), PLAIN[0].__class__(
        place=2, kind=NETWORK, name="modify", needs=(1,), command=PLAIN[0].command, due_ms=later,
    ))  # fmt: skip
    order = book.submitted(book.cart(("plan_change", {"plan": "P99"}, "s1")), i1=plan)
    assert book.opened(order).state == "completed"
    book.now += timedelta(minutes=1)
    [step] = book.claim()
    book.say(step, "fall_out", reason="NETWORK_REFUSED")
    assert book.see(order).state == "completed"
    assert [row.number for row in work_list(tenant=book.tenant, within=None)] == [order], "somebody hears of it"
