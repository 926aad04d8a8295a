"""What books do: take money in, pay in order, lapse, come back, and never lose what is the customer's own."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from tests.charging.shop import CASH, GIFT_COST, TOMORROW, Shop, due
from tests.ledger.desk import ON

from yidian.domains.charging import operations, queries
from yidian.domains.charging.types import BalanceType
from yidian.domains.ledger import queries as accounts
from yidian.domains.ledger.types import AccountKey
from yidian.kernel.ledger import DEFAULT_ORDER, UnableToOrder
from yidian.platform.tenancy.models import Tenant


@pytest.fixture
def shop(tenant: Tenant) -> Shop:
    return Shop(tenant)


def code_of(call: Any) -> str:
    with pytest.raises(Exception) as error:  # noqa: PT011 - its code is what is asked
        call()
    return str(getattr(error.value, "code", type(error.value).__name__))


def test_an_operator_begins_with_four_types_and_the_order_k6(shop: Shop) -> None:
    types = queries.types(tenant=shop.tenant)
    assert [code for code, type_ in types.items() if type_.principal] == ["general", "special"]
    assert [code for code, type_ in types.items() if type_.refundable] == ["general"]
    shop.pay_in("A1", 1)
    assert queries.types(tenant=shop.tenant).keys() == types.keys()
    assert queries.deduction_order(tenant=shop.tenant) == DEFAULT_ORDER


def test_money_of_one_kind_comes_into_one_book_and_terms_make_a_new_one(shop: Shop) -> None:
    first = shop.pay_in("A1", 100)
    assert shop.pay_in("A1", 50) == first
    assert shop.pay_in("A1", 50, subscriber="S1") != first
    gift = shop.give("A1", 30, expires_on=TOMORROW)
    assert shop.give("A1", 30, expires_on=TOMORROW) != gift
    assert shop.books("A1") == {"general": 200, "gift": 60}
    assert shop.books("A2") == {}
    shop.is_sound()


def test_gifts_pay_before_principal_and_the_receivable_falls(shop: Shop) -> None:
    general = shop.pay_in("A1", 10_000)
    gift = shop.give("A1", 3_000)
    shop.bill("A1", due(5_000))
    paid = shop.deduct("A1", due(5_000))
    assert [(part.book, part.amount_minor) for part in paid] == [(gift, 3_000), (general, 2_000)]
    assert (shop.books("A1"), shop.owed("A1")) == ({"general": 8_000}, 0)
    shop.is_sound()


def test_a_special_book_pays_its_items_only(shop: Shop) -> None:
    data = BalanceType("data_only", priority=50, items=("data", "data_pack"))
    shop.do(operations.define_type, type=data)
    shop.give("A1", 5_000, type="data_only")
    assert shop.deduct("A1", due(2_000, item="voice")) == []
    paid = shop.deduct("A1", due(2_000, item="voice", ref="v"), due(1_500, item="data", ref="d"))
    assert [(part.ref, part.item, part.amount_minor) for part in paid] == [("d", "data", 1_500)]
    shop.is_sound()


def test_a_book_of_one_number_does_not_pay_for_another(shop: Shop) -> None:
    shop.give("A1", 500, subscriber="S1")
    assert shop.deduct("A1", due(500, subscriber="S2")) == []
    assert [part.amount_minor for part in shop.deduct("A1", due(500, subscriber="S1"))] == [500]


def test_a_gift_of_november_does_not_pay_what_is_owed_from_october(shop: Shop) -> None:
    shop.give("A1", 500, effective_on=date(2026, 11, 1))
    assert shop.deduct("A1", due(300, cycle="2026-10")) == []
    assert [part.amount_minor for part in shop.deduct("A1", due(300, cycle="2026-11"))] == [300]


def test_a_book_pays_so_much_of_a_cycle_and_no_more(shop: Shop) -> None:
    shop.give("A1", 3_000, cycle_upper_minor=1_000)
    assert [part.amount_minor for part in shop.deduct("A1", due(700, cycle="2026-11"))] == [700]
    assert [part.amount_minor for part in shop.deduct("A1", due(700, cycle="2026-11"))] == [300]
    assert shop.deduct("A1", due(700, cycle="2026-11")) == []
    both = shop.deduct("A1", due(700, cycle="2026-12"), due(900, cycle="2027-01", ref="r2"))
    assert [part.amount_minor for part in both] == [700, 900]
    assert len({part.transaction for part in both}) == 2, "a transaction for each cycle"
    shop.is_sound()


def test_a_book_before_its_time_and_after_it_pays_nothing(shop: Shop) -> None:
    shop.give("A1", 500, effective_on=TOMORROW, expires_on=date(2026, 12, 1))
    assert shop.deduct("A1", due(100), on=ON) == []
    assert shop.deduct("A1", due(100), on=date(2026, 12, 1)) == []
    assert [part.amount_minor for part in shop.deduct("A1", due(100), on=TOMORROW)] == [100]


def test_reserved_money_pays_nothing_else(shop: Shop) -> None:
    book = shop.pay_in("A1", 500)
    shop.do(operations.reserve, book=book, amount_minor=400)
    assert [part.amount_minor for part in shop.deduct("A1", due(300))] == [100]
    assert code_of(lambda: shop.do(operations.reserve, book=book, amount_minor=1)) == "RESERVE_SHORT"
    assert code_of(lambda: shop.do(operations.release, book=book, amount_minor=401)) == "RELEASE_SHORT"
    shop.do(operations.release, book=book, amount_minor=400)
    assert [part.amount_minor for part in shop.deduct("A1", due(300))] == [300]


def test_the_order_is_a_table_that_an_operator_changes(shop: Shop) -> None:
    general, gift = shop.pay_in("A1", 100), shop.give("A1", 100)
    assert [part.book for part in shop.deduct("A1", due(10))] == [gift]
    shop.do(operations.set_order, order=("principal_first", "older_first"))
    assert [part.book for part in shop.deduct("A1", due(10))] == [general]
    with pytest.raises(UnableToOrder):
        shop.do(operations.set_order, order=("by_the_moon",))


def test_gifts_lapse_and_principal_goes_on(shop: Shop) -> None:
    shop.do(operations.define_type, type=BalanceType("rollover", priority=210, items=("*",), carries_over=True))
    shop.give("A1", 300, expires_on=TOMORROW)
    shop.give("A1", 200, type="rollover", expires_on=TOMORROW)
    shop.pay_in("A1", 100, expires_on=TOMORROW)
    assert shop.run(operations.expire_books, on=ON).books == 0
    done = shop.run(operations.expire_books, on=TOMORROW)
    assert (done.books, done.lapsed_minor, done.carried_minor) == (3, 300, 300)
    assert shop.books("A1") == {"general": 100, "rollover": 200}
    assert shop.run(operations.expire_books, on=TOMORROW).books == 0, "again does nothing"
    assert accounts.balance(tenant=shop.tenant, key=GIFT_COST) == 200
    shop.is_sound()


def test_reserved_money_of_a_gift_lapses_when_it_is_released(shop: Shop) -> None:
    book = shop.give("A1", 300, expires_on=TOMORROW)
    shop.do(operations.reserve, book=book, amount_minor=100)
    assert shop.run(operations.expire_books, on=TOMORROW).lapsed_minor == 200
    shop.do(operations.release, book=book, amount_minor=100)
    assert shop.run(operations.expire_books, on=TOMORROW).lapsed_minor == 100
    shop.is_sound()


def test_hundreds_of_gifts_lapse_in_chunks(shop: Shop) -> None:
    from tests.ledger.desk import write

    def many(frame: Any) -> None:
        for _ in range(401):
            operations.credit(
                frame=frame, account="A1", type="gift", amount_minor=1, against=GIFT_COST, on=ON, expires_on=TOMORROW
            )

    write(shop.tenant, many)
    assert shop.run(operations.expire_books, on=TOMORROW).lapsed_minor == 401
    shop.is_sound()


def test_a_deposit_comes_back_in_equal_parts_and_the_last_takes_the_rest(shop: Shop) -> None:
    taken = {"account": "A1", "amount_minor": 10_000, "months": 3, "first_on": date(2026, 11, 30), "on": ON}
    shop.do(operations.take_deposit, against=CASH, **taken)
    assert (shop.books("A1"), queries.deposits_held(tenant=shop.tenant, account="A1")) == ({}, 10_000)
    held = []
    for on in (date(2026, 11, 29), date(2026, 11, 30), date(2026, 11, 30), date(2026, 12, 30), date(2027, 1, 30)):
        shop.run(operations.return_deposits, on=on)
        held.append(shop.books("A1").get("general", 0))
    assert held == [0, 3_333, 3_333, 6_666, 10_000]
    (deposit,) = queries.deposits(tenant=shop.tenant, account="A1")
    assert (deposit.returned, deposit.next_on) == (3, None)
    shop.is_sound()


def test_missed_months_come_back_together(shop: Shop) -> None:
    taken = {"account": "A1", "amount_minor": 700, "months": 6, "first_on": date(2026, 11, 30), "on": ON}
    shop.do(operations.take_deposit, against=CASH, **taken)
    done = shop.run(operations.return_deposits, on=date(2027, 2, 28))  # the fourth falls on the last of February
    assert (done.deposits, done.returns, done.amount_minor) == (1, 4, 464)
    assert shop.run(operations.return_deposits, on=date(2028, 1, 1)).amount_minor == 236
    shop.is_sound()


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"amount_minor": 2, "months": 3}, "DEPOSIT_AMOUNT"),
        ({"months": 0}, "DEPOSIT_AMOUNT"),
        ({"account": "nobody"}, "DEPOSIT_ACCOUNT_UNKNOWN"),
        ({"type": "gift"}, "DEPOSIT_TYPE"),
    ],
)
def test_a_deposit_that_cannot_come_back_is_refused(shop: Shop, told: dict[str, Any], code: str) -> None:
    good = {"account": "A1", "amount_minor": 600, "months": 3, "first_on": ON, "on": ON, "against": CASH}
    assert code_of(lambda: shop.do(operations.take_deposit, **(good | told))) == code


def test_on_removal_principal_is_paid_out_and_gifts_lapse(shop: Shop) -> None:
    shop.do(operations.define_type, type=BalanceType("special", 300, items=("data",), principal=True))
    book = shop.pay_in("A1", 1_000)
    shop.pay_in("A1", 200, type="special")
    shop.give("A1", 300)
    shop.do(operations.reserve, book=book, amount_minor=100)
    taken = {"account": "A1", "amount_minor": 600, "months": 3, "first_on": TOMORROW, "on": ON}
    shop.do(operations.take_deposit, against=CASH, **taken)
    done = shop.do(operations.close_books, account="A1", to=CASH, on=ON)
    assert sum(part.amount_minor for part in done.refunded) == 900
    assert sum(part.amount_minor for part in done.lapsed) == 300
    assert done.kept_minor == 100 + 200 + 600
    assert shop.books("A1") == {"general": 100, "special": 200}
    again = shop.do(operations.close_books, account="A1", to=CASH, on=ON)
    assert (again.refunded, again.lapsed, again.kept_minor) == ((), (), 900)
    shop.is_sound()


def test_only_principal_is_refunded_and_never_more_than_there_is(shop: Shop) -> None:
    shop.pay_in("A1", 1_000)
    shop.give("A1", 5_000)
    refund = {"account": "A1", "to": CASH, "on": ON}
    for amount in (1_001, 0, -5):
        assert code_of(lambda n=amount: shop.do(operations.take_principal, amount_minor=n, **refund)) == (
            "PRINCIPAL_SHORT"
        )
    assert [p.amount_minor for p in shop.do(operations.take_principal, amount_minor=400, **refund)] == [400]
    assert queries.principal_held(tenant=shop.tenant, account="A1") == 600
    assert queries.available(tenant=shop.tenant, accounts=["A1", "A2"]) == {"A1": 5_600, "A2": 0}
    shop.is_sound()


def test_a_compensation_is_a_gift_that_pays_everything_and_is_never_paid_out(shop: Shop) -> None:
    shop.do(operations.compensate, account="A1", amount_minor=250, on=ON)
    assert queries.principal_held(tenant=shop.tenant, account="A1") == 0
    assert [part.amount_minor for part in shop.deduct("A1", due(100, cycle="2025-01"))] == [100]
    shop.is_sound()


def test_a_deduction_is_undone_once_and_its_cycle_is_free_again(shop: Shop) -> None:
    shop.give("A1", 500, cycle_upper_minor=300)
    (part,) = shop.deduct("A1", due(400, cycle="2026-11"))
    undo = {"transaction": part.transaction, "reason": "bounced", "on": ON}
    shop.do(operations.undo, **undo)
    assert shop.books("A1") == {"gift": 500}
    assert [p.amount_minor for p in shop.deduct("A1", due(400, cycle="2026-11"))] == [300]
    assert code_of(lambda: shop.do(operations.undo, **undo)) == "TRANSACTION_REVERSED"
    shop.is_sound()


def test_a_credit_is_undone_while_its_money_is_there(shop: Shop) -> None:
    book = shop.pay_in("A1", 500)
    (line,) = queries.changes(tenant=shop.tenant, account="A1", book=shop.book("A1", book))
    undo = {"transaction": line.transaction, "reason": "wrong account", "on": ON}
    shop.deduct("A1", due(1))
    assert code_of(lambda: shop.do(operations.undo, **undo)) == "UNDO_SPENT"
    shop.pay_in("A1", 1)
    shop.do(operations.undo, **undo)
    assert shop.books("A1") == {}
    shop.is_sound()


def test_what_moved_no_book_is_not_undone_here(shop: Shop) -> None:
    shop.bill("A1", due(5))
    line = next(accounts.statement(tenant=shop.tenant, key=AccountKey("receivable", "A1")))
    undo = {"transaction": line.transaction, "reason": "", "on": ON}
    assert code_of(lambda: shop.do(operations.undo, **undo)) == "UNDO_NOT_OF_BOOKS"
    assert code_of(lambda: shop.do(operations.undo, **(undo | {"transaction": 99_999}))) == "TRANSACTION_NOT_FOUND"


def test_every_change_of_a_book_is_told_from_its_postings(shop: Shop) -> None:
    book = shop.pay_in("A1", 500, refers="payment/7")
    shop.deduct("A1", due(120, cycle="2026-11"))
    shop.do(operations.take_principal, account="A1", amount_minor=80, to=CASH, on=ON)
    lines = list(queries.changes(tenant=shop.tenant, account="A1", book=shop.book("A1", book)))
    assert [(line.kind, line.cycle, line.amount_minor, line.after_minor) for line in lines] == [
        ("credit", "", 500, 500), ("deduction", "2026-11", -120, 380), ("refund", "", -80, 300),
    ]  # fmt: skip
    assert lines[0].refers == "payment/7"
    assert all(a.after_minor == b.before_minor for a, b in pairwise(lines))


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"amount_minor": 0}, "CREDIT_NOTHING"),
        ({"account": "nobody"}, "CREDIT_ACCOUNT_UNKNOWN"),
        ({"type": "golden"}, "BALANCE_TYPE_UNKNOWN"),
        ({"type": "special"}, "BALANCE_TYPE_NO_ITEMS"),
        ({"type": "gift"}, "CREDIT_MONEY_AS_GIFT"),
        ({"against": GIFT_COST}, "CREDIT_GIFT_AS_PRINCIPAL"),
        ({"against": AccountKey("book", "A2", "general/1")}, "CREDIT_FROM_BOOK"),
        ({"effective_on": TOMORROW, "expires_on": TOMORROW}, "CREDIT_TERMS"),
        ({"cycle_lower_minor": 5, "cycle_upper_minor": 4}, "CREDIT_TERMS"),
        ({"lower_minor": -1}, "CREDIT_TERMS"),
    ],
)
def test_a_credit_that_would_mix_what_is_whose_is_refused(shop: Shop, told: dict[str, Any], code: str) -> None:
    good = {"account": "A1", "type": "general", "amount_minor": 5, "against": CASH, "on": ON}
    assert code_of(lambda: shop.do(operations.credit, **(good | told))) == code


def test_a_type_keeps_whose_money_it_is(shop: Shop) -> None:
    wrong = BalanceType("general", priority=1)
    assert code_of(lambda: shop.do(operations.define_type, type=wrong)) == "BALANCE_TYPE_PRINCIPAL_FIXED"
    wrong = BalanceType("party", priority=1, refundable=True)
    assert code_of(lambda: shop.do(operations.define_type, type=wrong)) == "BALANCE_TYPE_REFUNDS_GIFT"


def test_a_negative_due_is_refused(shop: Shop) -> None:
    assert code_of(lambda: shop.deduct("A1", due(-1))) == "DUE_NEGATIVE"


def test_another_tenants_books_are_not_seen(shop: Shop) -> None:
    book = shop.pay_in("A1", 500)
    other = Tenant.objects.create(code="other", currency="CNY", zone="Asia/Shanghai")
    assert queries.books(tenant=other, account="A1") == []
    elsewhere = Shop.__new__(Shop)
    elsewhere.tenant = other
    assert elsewhere.deduct("A1", due(5)) == []
    assert code_of(lambda: elsewhere.do(operations.reserve, book=book, amount_minor=1)) == "RESERVE_SHORT"
