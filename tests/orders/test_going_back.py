"""撤单 and 返销: afterwards it is as if it had never been, in the network, the pool, the inventory and the bill."""

from __future__ import annotations

from typing import Any

import pytest
from tests.orders.hall import CARDS, NUMBERS, PORTS, Hall, broadband, mobile

from yidian.domains.product_inventory.models import AccessIdentifier, OfferHolding, Subscriber, SubscriberState
from yidian.journeys.ordering.doing import UnableToDo


def rows() -> dict[str, list[Any]]:
    """Everything that billing reads of whoever has what."""
    return {
        model.__name__: sorted(model.objects.values_list(*columns))
        for model, columns in (
            (AccessIdentifier, ("kind", "value", "subscriber__code", "from_ms", "to_ms")),
            (OfferHolding, ("subscriber__code", "offer", "from_ms", "to_ms")),
            (SubscriberState, ("subscriber__code", "state", "from_ms", "to_ms")),
            (Subscriber, ("code",)),
        )
    }


def test_a_cart_that_is_let_go_frees_what_it_kept(hall: Hall) -> None:
    from yidian.journeys.ordering import taking

    order = hall.cart(("new", mobile()))
    taking.change(**hall.by, order=order, place=1, told=mobile(1))
    assert hall.resource("number", NUMBERS[0]) == ("selectable", "")
    assert hall.resource("number", NUMBERS[1]) == ("reserved", f"order/{order}")
    taking.drop(**hall.by, order=order, place=1)
    assert hall.resource("number", NUMBERS[1]) == ("selectable", "")
    hall.put(order, "new", mobile(2))
    taking.let_go(**hall.by, order=order)
    assert hall.resource("number", NUMBERS[2]) == ("selectable", "")
    assert hall.resource("card", CARDS[2])[0] == "stock"


def test_a_number_that_ran_out_of_time_and_went_to_another_keeps_the_order_from_being_submitted(hall: Hall) -> None:
    from yidian.domains.resource_inventory.operations import UnableToHold

    order = hall.cart(("new", mobile()))
    hall.later(minutes=31)
    other = hall.cart(("new", mobile(0, card=CARDS[3])), who="gao")
    with pytest.raises(UnableToHold) as gone:
        hall.submitted(hall.recheck(order))
    assert gone.value.code == "RESOURCE_TAKEN"
    assert hall.see(order).state == "cart"
    hall.submitted(other)


def test_cancelled_while_the_installer_is_on_the_way(hall: Hall) -> None:
    order = hall.submitted(hall.cart(("new", mobile()), ("new", broadband())))
    hall.worked()
    part = hall.cancelled(order)  # the mobile line is open already, and stays
    assert (part.state, [item.state for item in part.items]) == ("completed", ["completed", "cancelled"])
    assert hall.resource("port", PORTS[0])[0] == "free"
    alone = hall.submitted(hall.cart(("new", broadband(1))))
    before = rows()
    assert hall.cancelled(alone).state == "cancelled"
    assert rows() == before
    assert hall.resource("port", PORTS[1])[0] == "free"


def test_cancelled_after_the_network_was_told(hall: Hall) -> None:
    before = rows()
    order = hall.submitted(hall.cart(("new", mobile())))
    from yidian.domains.product_order.operations import answer, claim
    from yidian.kernel.calendar import to_ms
    from yidian.platform.network.types import Command

    [step] = claim(tenant=hall.tenant, now=hall.now, limit=1)
    said = hall.network.send(Command(step.key, "open", step.command["subscriber"], step.command["params"]))
    assert said.state == "done"
    hall.do(answer, step=step, event="done", at_ms=to_ms(hall.now))
    assert len(hall.open_lines()) == 1
    assert hall.cancelled(order).state == "cancelling"
    hall.worked()
    assert (hall.see(order).state, hall.open_lines(), rows()) == ("cancelled", {}, before)
    assert hall.resource("number", NUMBERS[0]) == ("selectable", "")


DEEDS = {
    "new": ("new", mobile(1)),
    "plan_change": ("plan_change", {"plan": "M99"}),
    "next month": ("plan_change", {"plan": "M99", "when": "next_cycle"}),
    "add_on": ("add_on", {"offer": "PACK"}),
    "number_change": ("number_change", {"number": NUMBERS[2]}),
    "card_swap": ("card_swap", {"card": CARDS[4]}),
    "transfer": ("transfer", {}),
    "keep_number": ("keep_number", {}),
    "loss": ("loss", {}),
    "stop": ("stop", {}),
    "pre_terminate": ("pre_terminate", {}),
    "terminate": ("terminate", {}),
    "contract": ("contract", {"offer": "PHONE24", "device": "356938035600007", "deposit": "240000", "months": "24"}),
}  # fmt: skip


@pytest.mark.parametrize("name", DEEDS)
def test_reversed_on_its_day_nothing_is_left_of_it(hall: Hall, name: str) -> None:
    me = hall.line(add_ons=["NIGHT"])
    hall.customer("gao")
    deed, told = DEEDS[name]
    told = hall.heir("gao") if deed == "transfer" else told
    kinds = (("number", NUMBERS[:3]), ("card", CARDS[:5]), ("device", ("356938035600007",)))

    def everything() -> Any:
        held = {(kind, id_): hall.resource(kind, id_) for kind, ids in kinds for id_ in ids}
        return rows(), held, hall.open_lines(), hall.bills()

    before = everything()
    order = hall.ordered((deed, told, "" if deed == "new" else me))
    assert everything() != before
    hall.later(hours=2)
    assert hall.reversed(order).state == "reversed"
    assert everything() == before


def test_another_day_is_too_late(hall: Hall) -> None:
    me = hall.line()
    order = hall.ordered(("add_on", {"offer": "PACK"}, me))
    hall.later(days=1)
    with pytest.raises(UnableToDo) as late:
        hall.reversed(order)
    assert late.value.code == "ORDER_TOO_OLD"


def test_what_something_later_builds_on_is_not_reversed(hall: Hall) -> None:
    me = hall.line()
    first = hall.ordered(("plan_change", {"plan": "M99"}, me))
    hall.ordered(("plan_change", {"plan": "M59"}, me))
    before = rows()
    with pytest.raises(UnableToDo) as overtaken:
        hall.reversed(first)
    assert overtaken.value.code == "ORDER_OVERTAKEN"
    assert rows() == before
    assert hall.see(first).state == "completed"
