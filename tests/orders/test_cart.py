"""A cart: what may stand in it, and that what is submitted is what was priced, read back and signed."""

from __future__ import annotations

from typing import Any

import pytest
from tests.orders.book import NEW, PLAIN, Book

from yidian.domains.product_order import operations
from yidian.domains.product_order.lifecycle import UnableToChangeOrder
from yidian.domains.product_order.operations import UnableToOrder
from yidian.domains.product_order.queries import UnableToFindOrder
from yidian.kernel.faults import BadInput


def code_of(refused: Any) -> str:
    return str(refused.value.code)


def test_deeds_are_told_in_full_and_in_form(book: Book) -> None:
    order = book.cart()
    wrong: list[tuple[str, dict[str, object], list[tuple[str, str]]]] = [
        ("fly", {}, [("ORDER_DEED_UNKNOWN", "")]),
        ("new", {"line": "mobile"}, [("ORDER_FIELD_MISSING", "plan")]),
        ("new", {"line": "telex", "plan": "P"}, [("ORDER_FIELD_FORM", "line")]),
        ("new", {**NEW, "colour": "red"}, [("ORDER_FIELD_UNKNOWN", "colour")]),
        ("new", {**NEW, "number": "1990000<b>"}, [("ORDER_FIELD_FORM", "number")]),
        ("new", {**NEW, "add_ons": ["x"] * 21}, [("ORDER_FIELD_FORM", "add_ons")]),
        ("new", {**NEW, "number": ["19900001001", "19900001002"]}, [("ORDER_FIELD_FORM", "number")]),
        ("port_in", {"number": "199", "donor": "cu"}, [
            ("ORDER_FIELD_FORM", "number"), ("ORDER_FIELD_MISSING", "code"), ("ORDER_FIELD_MISSING", "card"),
            ("ORDER_FIELD_MISSING", "plan"),
        ]),
    ]  # fmt: skip
    for deed, told, faults in wrong:
        with pytest.raises(BadInput) as refused:
            book.do(operations.add_item, order=order, deed=deed, told=told)
        assert [(fault.code, fault.where.column) for fault in refused.value.faults] == faults, (deed, told)
    assert book.see(order).items == ()
    assert book.see(order).revision == 0


def test_a_new_subscription_is_named_by_its_order(book: Book) -> None:
    order = book.cart(("new", NEW, ""), ("add_on", {"offer": "PACK"}, "U202611-000001-1", 1))
    assert [(item.subscriber, item.after) for item in book.see(order).items] == [
        ("U202611-000001-1", 0), ("U202611-000001-1", 1),
    ]  # fmt: skip


def test_what_is_submitted_was_priced_read_back_and_signed_as_it_stands(book: Book) -> None:
    order = book.cart(("new", NEW, ""))

    def submit(revision: int) -> str:
        with pytest.raises(UnableToOrder) as refused:
            book.do(operations.submit, order=order, revision=revision, plans={1: PLAIN}, promised_at=book.now)
        return code_of(refused)

    assert submit(1) == "ORDER_NOT_QUOTED"
    book.do(operations.record_quote, order=order, revision=1, quote={"total_minor": 5900})
    assert submit(1) == "ORDER_NOT_READ_BACK"
    with pytest.raises(UnableToOrder) as unread:
        book.do(operations.print_form, order=order)
    assert code_of(unread) == "ORDER_NOT_READ_BACK"
    book.do(operations.read_back, order=order, revision=1)
    assert submit(1) == "ORDER_NOT_SIGNED"
    first, _ = book.do(operations.print_form, order=order)
    second, number = book.do(operations.print_form, order=order)
    with pytest.raises(UnableToOrder) as void:  # BH-18: a refill voids the old number
        book.do(operations.sign_form, order=order, version=first)
    assert code_of(void) == "ORDER_FORM_UNKNOWN"
    assert number == f"{order}-2"
    book.do(operations.sign_form, order=order, version=second)
    book.do(operations.change_item, order=order, place=1, told={**NEW, "plan": "P99"})
    assert book.see(order).form == (2, number, "void")
    assert not book.see(order).quoted
    assert submit(1) == "ORDER_STALE"
    assert submit(2) == "ORDER_NOT_QUOTED"
    with pytest.raises(UnableToOrder) as stale:
        book.do(operations.record_quote, order=order, revision=1, quote={})
    assert code_of(stale) == "ORDER_STALE"
    assert book.states(book.submitted(order)) == "at_work: at_work(waiting waiting)"
    with pytest.raises(UnableToChangeOrder):
        book.do(operations.add_item, order=order, deed="loss", told={}, subscriber="s9")


def test_one_order_at_a_time_on_a_subscription(book: Book) -> None:
    first = book.submitted(book.cart(("plan_change", {"plan": "P99"}, "s1")))
    with pytest.raises(UnableToOrder) as blocked:
        book.cart(("number_change", {"number": "19900001002"}, "s1"))
    assert (code_of(blocked), blocked.value.params["order"]) == ("ORDER_IN_FLIGHT", first)
    book.cart(("number_change", {"number": "19900001002"}, "s2"))
    loss = book.submitted(book.cart(("loss", {}, "s1")))  # a lost card can always be reported
    with pytest.raises(UnableToOrder):
        book.cart(("add_on", {"offer": "PACK"}, "s1"))
    book.opened(first)
    book.opened(loss)
    two = [book.cart(("add_on", {"offer": offer}, "s1")) for offer in ("PACK", "NIGHT")]
    assert [book.states(book.submitted(order)) for order in two] == ["at_work: at_work(waiting waiting)"] * 2


def test_carts_do_not_block_and_the_second_to_submit_is_refused(book: Book) -> None:
    one, other = (book.cart(("number_change", {"number": n}, "s1")) for n in ("19900001001", "19900001002"))
    book.submitted(one)
    with pytest.raises(UnableToOrder) as late:
        book.submitted(other)
    assert code_of(late) == "ORDER_IN_FLIGHT"
    assert book.see(other).state == "cart"


def test_one_cart_does_not_ask_two_things_that_exclude_each_other(book: Book) -> None:
    order = book.cart(("new", NEW, ""))
    for after in (0, 1):
        other = book.cart(("loss", {}, "s1"))
        with pytest.raises(UnableToOrder) as twice:  # how the line stands then is not known before
            book.do(operations.add_item, order=other, deed="stop", told={}, subscriber="s1", after=after)
        assert code_of(twice) == "ORDER_TWICE"
    phone = {"offer": "PHONE24"}
    book.do(operations.add_item, order=order, deed="contract", told=phone, subscriber="U202611-000001-1", after=1)
    with pytest.raises(UnableToOrder) as needed:
        book.do(operations.drop_item, order=order, place=1)
    assert code_of(needed) == "ORDER_ITEM_NEEDED"
    book.do(operations.drop_item, order=order, place=2)
    book.do(operations.drop_item, order=order, place=1)
    with pytest.raises(UnableToOrder) as empty:
        book.submitted(order)
    assert code_of(empty) == "ORDER_EMPTY"
    book.do(operations.abandon, order=order)
    assert book.see(order).state == "abandoned"
    assert book.see(order).ended_at == book.now


def test_nobody_elses_and_nothing(book: Book) -> None:
    for told, code in (
        ({"customer": "c9", "channel": "desk"}, "ORDER_CUSTOMER_UNKNOWN"),
        ({"customer": "c1", "channel": "pigeon"}, "ORDER_CHANNEL_UNKNOWN"),
    ):
        with pytest.raises(UnableToOrder) as refused:
            book.do(operations.open_order, organisation="", **told)
        assert code_of(refused) == code
    with pytest.raises(UnableToFindOrder):
        book.do(operations.abandon, order="O202611-999999")
    order = book.cart()
    for change in (operations.drop_item, operations.change_item):
        told: dict[str, Any] = {"told": {}} if change is operations.change_item else {}
        with pytest.raises(UnableToOrder) as missing:
            book.do(change, order=order, place=7, **told)
        assert code_of(missing) == "ORDER_ITEM_UNKNOWN"
