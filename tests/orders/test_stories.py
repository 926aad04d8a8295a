"""Every deed from the counter to the bill of the month: what is said before is what comes, to the 分.

Everything happens on the 10th of November at noon unless a story says otherwise: 21 of 30 days are left.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.orders.hall import CARDS, DECEMBER, HOME, NOVEMBER, NUMBERS, PORTS, Hall, broadband, mobile

from yidian.domains.party.models import IdentityCheck
from yidian.domains.party.operations import UnableToRegister, set_grade
from yidian.domains.product_order.types import OrderFacts
from yidian.journeys.ordering import porting, taking
from yidian.journeys.ordering.doing import UnableToDo
from yidian.kernel.calendar import to_ms
from yidian.platform import points


def as_quoted(hall: Hall, *deeds: tuple[Any, ...], who: str = "li") -> OrderFacts:
    """Take, open and complete an order; the bill of November is what was quoted, for every account it concerns."""
    order = hall.cart(*deeds, who=who)
    quote = hall.quoted(order)
    hall.submitted(order)
    facts = hall.opened(order)
    assert facts.state == "completed", facts
    bills = hall.bills(NOVEMBER)
    assert quote.this.accounts
    assert {one.account: bills.get(one.account, 0) for one in quote.this.accounts} == {
        one.account: one.bill.total_minor for one in quote.this.accounts
    }
    return facts


def test_a_new_line_is_open_and_billed_from_the_day_it_was(hall: Hall) -> None:
    order = hall.cart(("new", mobile(add_ons=["PACK"])))
    assert hall.resource("number", NUMBERS[0]) == ("reserved", f"order/{order}")
    assert hall.resource("card", CARDS[0]) == ("reserved", f"order/{order}")
    assert hall.open_lines() == {}
    quote = hall.quoted(order).this.of(hall.account())
    hall.submitted(order)
    me = hall.opened(order).items[0].subscriber
    assert hall.open_lines() == {me: (NUMBERS[0], "none")}
    assert hall.resource("number", NUMBERS[0]) == ("in_use", me)
    assert hall.resource("card", CARDS[0]) == ("in_use", me)
    assert hall.held(me) == ["M59", "PACK"]
    assert hall.bills() == {hall.account(): quote.bill.total_minor}
    assert quote.bill.total_minor == 4130 + 1400


def test_a_family_in_one_order_main_card_sub_card_broadband(hall: Hall) -> None:
    facts = as_quoted(
        hall,
        ("new", mobile(0, "M99")),
        ("new", mobile(1, "SUB", **{"with": "#1"}), "", 1),
        ("new", broadband(0)),
    )  # fmt: skip
    main, sub, line = (item.subscriber for item in facts.items)
    assert hall.open_lines() == {main: (NUMBERS[0], "none"), sub: (NUMBERS[1], "none"), line: ("gx0@nn", "none")}
    assert hall.stands(sub).unit == hall.stands(main).unit
    assert hall.resource("port", PORTS[0]) == ("in_use", line)
    assert hall.bills()[hall.account()] == 6930 + 700 + 5600


def test_the_plan_changes_at_once_or_with_the_month(hall: Hall) -> None:
    me = hall.line()
    hall.later(days=5)
    as_quoted(hall, ("plan_change", {"plan": "M99"}, me))
    assert hall.held(me) == ["M99"]
    quote = hall.cart(("plan_change", {"plan": "M59", "when": "next_cycle"}, me))
    now, then = hall.quoted(quote).this.of(hall.account()), hall.quoted(quote).next.of(hall.account())
    hall.submitted(quote)
    assert hall.opened(quote).state == "completed"
    assert hall.held(me) == ["M99"]
    assert hall.bills(NOVEMBER)[hall.account()] == now.bill.total_minor == now.now.total_minor
    hall.later(days=25)
    assert hall.worked().taken == 1, "the network hears of it when the month begins"
    assert hall.held(me) == ["M59"]
    assert hall.bills(DECEMBER)[hall.account()] == then.bill.total_minor == 5900


def test_packs_come_and_go(hall: Hall) -> None:
    me = hall.line()
    as_quoted(hall, ("add_on", {"offer": "PACK"}, me))
    with pytest.raises(UnableToDo) as held:
        hall.cart(("add_on", {"offer": "PACK"}, me))
    assert held.value.code == "ORDER_OFFER_HELD"
    hall.later(days=3)
    as_quoted(hall, ("drop_on", {"offer": "PACK"}, me))
    assert hall.held(me) == ["M59"]


def test_another_number(hall: Hall) -> None:
    me = hall.line()
    as_quoted(hall, ("number_change", {"number": NUMBERS[2]}, me))
    assert hall.stands(me).identifiers["msisdn"] == (NUMBERS[2],)
    assert hall.open_lines() == {me: (NUMBERS[2], "none")}
    assert hall.resource("number", NUMBERS[0]) == ("quarantine", "")
    assert hall.resource("number", NUMBERS[2]) == ("in_use", me)


def test_a_lost_card_is_stopped_at_once_and_replaced(hall: Hall) -> None:
    hall.fees("card_swap", "CARD_FEE")
    me = hall.line()
    as_quoted(hall, ("loss", {}, me))
    assert hall.open_lines() == {me: (NUMBERS[0], "two")}
    assert hall.resource("card", CARDS[0]) == ("lost", me)
    hall.later(days=2)
    as_quoted(hall, ("card_swap", {"card": CARDS[5]}, me))
    assert hall.open_lines() == {me: (NUMBERS[0], "none")}
    assert hall.stands(me).reasons == ()
    assert hall.resource("card", CARDS[0])[0] == "void"
    assert hall.resource("card", CARDS[5]) == ("in_use", me)
    assert hall.bills()[hall.account()] == 3933 + 1000, "one day of 21 was stopped whole; ten yuan for the card"


def test_found_again(hall: Hall) -> None:
    me = hall.line()
    hall.ordered(("loss", {}, me))
    as_quoted(hall, ("found", {}, me))
    assert (hall.open_lines(), hall.resource("card", CARDS[0])) == ({me: (NUMBERS[0], "none")}, ("in_use", me))


def test_the_line_moves_to_another_port(hall: Hall) -> None:
    hall.fees("relocation", "MOVE_FEE", free_for=("diamond",))
    order = hall.ordered(("new", broadband(0)))
    me = hall.see(order).items[0].subscriber
    as_quoted(hall, ("relocation", {"address": HOME, "port": PORTS[1]}, me))
    assert hall.resource("port", PORTS[0])[0] == "free"
    assert hall.resource("port", PORTS[1]) == ("in_use", me)
    assert hall.bills()[hall.account()] == 5600 + 10000


def test_who_is_of_a_grade_moves_free_of_charge_from_the_day_they_are(hall: Hall) -> None:
    hall.fees("relocation", "MOVE_FEE", free_for=("diamond",))
    me = hall.see(hall.ordered(("new", broadband(0)))).items[0].subscriber
    hall.do(set_grade, customer=hall.customer(), grade="diamond", from_ms=to_ms(hall.now))
    move = hall.cart(("relocation", {"address": HOME, "port": PORTS[1]}, me))
    quote = hall.quoted(move).this.of(hall.account())
    assert quote.one_off_minor == 0
    hall.submitted(move)
    hall.opened(move)
    assert hall.bills()[hall.account()] == 5600, "no move was charged"


def test_an_upgrade_keeps_card_number_and_customer(hall: Hall) -> None:
    me = hall.line()
    before = hall.stands(me)
    hall.later(days=1)
    as_quoted(hall, ("plan_change", {"plan": "M99"}, me))
    after = hall.stands(me)
    assert (after.code, after.customer, after.account, after.identifiers) == (
        before.code, before.customer, before.account, before.identifiers,
    )  # fmt: skip
    assert [(kind, hall.resource(kind, one)) for kind, one in (("card", CARDS[0]), ("number", NUMBERS[0]))] == [
        ("card", ("in_use", me)), ("number", ("in_use", me)),
    ]  # fmt: skip
    assert hall.held(me) == ["M99"]
    assert [one.command.verb for one in hall.network.commands()] == ["modify", "open"], "nobody is registered anew"


def test_number_and_plan_go_to_another_customer(hall: Hall) -> None:
    me = hall.line(plan="M99", add_ons=["PACK"])
    hall.customer("gao")
    hall.later(days=5)
    order = hall.cart(("transfer", hall.heir("gao"), me))
    quote = hall.quoted(order).this
    hall.submitted(order)
    assert hall.opened(order).state == "completed"
    [(heir, line)] = hall.open_lines().items()
    assert line == (NUMBERS[0], "none")
    assert hall.stands(heir).customer == hall.customer("gao")
    assert hall.held(heir) == ["M99", "PACK"]
    assert hall.held(me) == []
    assert hall.resource("number", NUMBERS[0]) == ("in_use", heir)
    bills = hall.bills()
    assert bills == {one.account: one.bill.total_minor for one in quote.accounts}
    assert set(bills) == {hall.account(), hall.account("gao")}


def test_the_number_is_kept_for_five_yuan_and_taken_up_again(hall: Hall) -> None:
    me = hall.line()
    hall.later(days=2)
    as_quoted(hall, ("keep_number", {}, me))
    assert hall.open_lines() == {me: (NUMBERS[0], "two")}
    assert hall.stands(me).billing_state == "kept"
    hall.later(days=10)
    as_quoted(hall, ("resume", {}, me))
    assert hall.open_lines() == {me: (NUMBERS[0], "none")}


def test_reasons_stack_and_the_line_opens_with_the_last(hall: Hall) -> None:
    me = hall.line()
    as_quoted(hall, ("stop", {"way": "one"}, me))
    assert hall.open_lines()[me][1] == "one"
    hall.ordered(("loss", {}, me))
    assert hall.open_lines()[me][1] == "two"
    hall.ordered(("found", {}, me))
    assert hall.open_lines()[me][1] == "one"
    as_quoted(hall, ("resume", {"reason": "on_request"}, me))
    assert hall.open_lines()[me][1] == "none"


def test_pre_termination_can_be_taken_back_termination_cannot(hall: Hall) -> None:
    me = hall.line()
    as_quoted(hall, ("pre_terminate", {}, me))
    assert (hall.stands(me).life, hall.open_lines()[me][1]) == ("pre_terminated", "two")
    as_quoted(hall, ("un_terminate", {}, me))
    assert (hall.stands(me).life, hall.open_lines()[me][1]) == ("in_use", "none")
    hall.later(days=4)
    as_quoted(hall, ("terminate", {}, me))
    assert (hall.stands(me).life, hall.open_lines(), hall.held(me)) == ("terminated", {}, [])
    assert hall.resource("number", NUMBERS[0]) == ("quarantine", "")
    assert hall.resource("card", CARDS[0])[0] == "void"
    hall.later(days=91)
    from yidian.domains.resource_inventory.operations import release_expired
    from yidian.platform.writing.types import system

    release_expired(tenant=hall.tenant, actor=system("worker"), now=hall.now)
    assert hall.resource("number", NUMBERS[0])[0] == "in_pool"
    with pytest.raises(UnableToDo):
        hall.cart(("resume", {}, me))


def test_a_contract_phone_with_a_deposit_and_what_leaving_early_costs(hall: Hall) -> None:
    me = hall.line()
    told = {"offer": "PHONE24", "device": "356938035600007", "deposit": "240000", "months": "24"}
    facts = as_quoted(hall, ("contract", told, me))
    assert hall.resource("device", "356938035600007") == ("in_use", me)
    assert len(facts.items[0].deposits) == 1
    hall.later(days=3)
    as_quoted(hall, ("terminate", {}, me))
    assert hall.bills()[hall.account()] > 20 * 2300, "23 months are left"


def test_five_numbers_of_one_identity_and_no_sixth(hall: Hall) -> None:
    for n in range(4):
        hall.line(n)
    fifth = hall.submitted(hall.cart(("new", mobile(4))))
    with pytest.raises(UnableToRegister) as sixth:
        hall.submitted(hall.cart(("new", mobile(5))))
    assert sixth.value.code == "TOO_MANY_NUMBERS"
    hall.cancelled(fifth)
    hall.line(6)


def test_who_takes_a_number_over_is_there_and_counts_with_all_of_their_identity(hall: Hall) -> None:
    me, too = hall.line(0), hall.line(1)
    with pytest.raises(UnableToDo) as unchecked:
        hall.submitted(hall.cart(("transfer", {"customer": hall.customer("gao")}, me)))
    assert unchecked.value.code == "ORDER_HEIR_UNCHECKED"
    with pytest.raises(UnableToRegister) as others:
        hall.submitted(hall.cart(("transfer", {**hall.heir("gao"), "check": str(hall.checked("li"))}, me)))
    assert others.value.code == "CHECK_OTHERS"
    for n in (2, 3, 4, 5):
        hall.line(n, who="gao")
    order = hall.cart(("transfer", hall.heir("gao"), me), ("transfer", hall.heir("gao"), too))
    with pytest.raises(UnableToRegister) as many:
        hall.submitted(order)
    assert many.value.code == "TOO_MANY_NUMBERS"


def test_who_proves_who_they_are_and_what_is_written_with_it_are_one_write(hall: Hall) -> None:
    me, too = hall.line(0), hall.line(1)
    order = hall.cart(("transfer", hall.heir("gao"), too))
    made = IdentityCheck.objects.count()
    item = {"order": order, "deed": "transfer", "told": {"customer": hall.customer("gao")}, "subscriber": me}

    def proves(**told: Any) -> None:
        hall.checked("gao", then=taking.with_heir(**(item | told)))

    points.configure("write.commit=raise")
    with pytest.raises(points.PlantedFault):
        proves()
    points.configure("")
    with pytest.raises(UnableToDo):
        proves(told={"customer": hall.customer("li")})
    assert (IdentityCheck.objects.count(), len(hall.see(order).items)) == (made, 1), "neither without the other"
    proves()
    proves(place=1, told={"customer": hall.customer("gao"), "account": hall.account("gao")})
    first, second = hall.see(order).items
    assert (IdentityCheck.objects.count(), int(second.told["check"])) == (made + 2, int(first.told["check"]) - 1)
    points.configure("write.commit=raise")
    with pytest.raises(points.PlantedFault):
        hall.recheck(order)
    points.configure("")
    before = hall.see(order).check
    hall.recheck(order)
    assert (before, hall.see(order).check) == (before, hall.checks["li"])
    assert IdentityCheck.objects.count() == made + 3


def test_a_number_comes_from_another_network(hall: Hall) -> None:
    told = {"number": "18600001234", "donor": "cucc", "code": "123456", "card": CARDS[1], "plan": "M59"}
    facts = as_quoted(hall, ("port_in", told))
    me = facts.items[0].subscriber
    assert hall.open_lines() == {me: ("18600001234", "none")}
    assert hall.resource("number", "18600001234") == ("in_use", me)
    hall.ordered(("terminate", {}, me))
    assert hall.resource("number", "18600001234")[0] == "away", "it goes home"


def test_a_number_goes_to_another_network_when_all_conditions_are_met(hall: Hall) -> None:
    me = hall.line(1)
    contract = hall.line(2)
    hall.ordered(("contract", {"offer": "PHONE24", "device": "356938035600007"}, contract))

    def refused(subscriber: str) -> set[str]:
        with pytest.raises(UnableToDo) as stays:
            hall.cart(("port_out", {"recipient": "cmcc"}, subscriber))
        return set(str(stays.value.params["reasons"]).split())

    assert refused(me) == {"PORT_TOO_SOON"}
    assert refused(contract) == {"PORT_TOO_SOON", "PORT_UNDER_TERM"}
    hall.later(days=120)
    assert refused(contract) == {"PORT_UNDER_TERM"}
    code = porting.give_code(**hall.by, subscriber=me, channel="desk").code
    hall.ordered(("port_out", {"recipient": "cmcc", "code": code}, me))
    assert hall.stands(me).life == "terminated"
    assert hall.resource("number", NUMBERS[1])[0] == "away"
    from yidian.domains.product_inventory.models import PortedNumber

    assert list(PortedNumber.objects.values_list("number", "network")) == [(NUMBERS[1], "cmcc")]
    assert me not in hall.open_lines()


def test_a_premium_number_brings_its_minimum_its_deposit_and_what_leaving_costs(hall: Hall) -> None:
    told = {**mobile(0, "SUB"), "number": "13900770011", "plan": "M59"}
    with pytest.raises(UnableToDo) as unbilled:
        hall.cart(("new", told))
    assert unbilled.value.code == "ORDER_LEVEL_UNBILLED"
    hall.level("7", min_spend=88, months=24, deposit=200, deposit_months=12, offer="LEVEL7")
    assert hall.quoted(hall.cart(("new", told), who="gao")).next.of(hall.account("gao")).bill.total_minor == 8800
    told |= {"number": "13900770022", "card": CARDS[1]}
    facts = as_quoted(hall, ("new", told))
    me = facts.items[0].subscriber
    assert hall.held(me) == ["LEVEL7", "M59"]
    with pytest.raises(UnableToDo) as stays:
        hall.cart(("drop_on", {"offer": "LEVEL7"}, me))
    assert stays.value.code == "ORDER_OFFER_OF_NUMBER", "nobody keeps the number and leaves its minimum"
    assert hall.bills()[hall.account()] == 6160, "21 of 30 days of 88 yuan"
    assert hall.bills(DECEMBER)[hall.account()] == 8800
    assert [one[2:] for one in hall.deposits()] == [(20000, 12)]
    other = as_quoted(hall, ("number_change", {"number": NUMBERS[1]}, me))
    assert hall.held(me) == ["M59"]
    assert hall.bills()[hall.account()] == 4130 + 23 * 2640, "it was left 23 months too early"
    assert hall.reversed(other.number).state == "reversed"
    assert hall.bills()[hall.account()] == 6160


def test_a_port_that_does_not_reach_the_address_is_refused(hall: Hall) -> None:
    for told in (broadband(0, address="GX/NN/QX/MZ88"), broadband(0, address="GX/NN/QX/MZ88/31")):
        with pytest.raises(UnableToDo) as elsewhere:
            hall.cart(("new", told))
        assert elsewhere.value.code == "ORDER_PORT_ELSEWHERE"
    hall.ordered(("new", broadband(0, port="JJ-MZ88/1")))


def test_a_line_and_its_phone_in_one_order(hall: Hall) -> None:
    order = hall.cart(("new", mobile()))
    phone = {"offer": "PHONE24", "device": "356938035600007", "deposit": "120000", "months": "24"}
    hall.put(order, "contract", phone, hall.see(order).items[0].subscriber, 1)
    quote = hall.quoted(order).this.of(hall.account())
    hall.submitted(order)
    facts = hall.opened(order)
    assert facts.state == "completed"
    me = facts.items[0].subscriber
    assert hall.held(me) == ["M59", "PHONE24"]
    assert hall.resource("device", "356938035600007") == ("in_use", me)
    assert hall.bills() == {hall.account(): quote.bill.total_minor}
    assert [one[1:] for one in hall.deposits()] == [(me, 120000, 24)]
    assert hall.reversed(order).state == "reversed"
    assert hall.open_lines() == {}
    assert hall.bills() == {}


def test_an_account_name_is_one_persons(hall: Hall) -> None:
    order = hall.submitted(hall.cart(("new", broadband(0))))

    def refused(who: str) -> None:
        with pytest.raises(UnableToDo) as taken:
            hall.cart(("new", broadband(1, login="gx0@nn")), who=who)
        assert taken.value.code == "ORDER_LOGIN_TAKEN"

    refused("gao")  # the other order is in flight
    hall.opened(order)
    refused("li")
    assert hall.reversed(order).state == "reversed"
    hall.ordered(("new", broadband(1, login="gx0@nn")), who="gao")
