"""The doctor's laws of orders and of the network: what is right is found right, each planted defect is found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from tests.orders.hall import NOON, NUMBERS, Hall, broadband, mobile

from yidian.journeys.ordering.filling import fill
from yidian.platform.network.misbehaviour import Misbehaviour
from yidian.runs.doctor.network import network
from yidian.runs.doctor.orders import orders
from yidian.runs.doctor.visit import Visit


def visit(hall: Hall, **more: Any) -> Visit:
    on = Visit(tenant=hall.tenant, home=hall.home, places=hall.world.places, now=hall.now)
    return replace(on, network=lambda: hall.network, **more)


def codes(found: Any) -> list[str]:
    return [one.code for one in found.violations]


@pytest.fixture
def living(hall: Hall) -> Hall:
    """Two lines in service, one of them stopped; one order that fell out, one reversed, one cart."""
    me = hall.line(add_ons=["PACK"])
    hall.ordered(("stop", {"way": "one"}, me))
    hall.ordered(("new", broadband(0)))
    hall.reversed(hall.ordered(("add_on", {"offer": "NIGHT"}, me)))
    hall.cart(("new", mobile(4)), who="gao")
    hall.network.misbehave(Misbehaviour("refuses", times=1, code="NETWORK_IMSI_UNKNOWN"))
    hall.submitted(hall.cart(("new", mobile(3)), who="gao"))
    hall.worked()
    return hall


PLANTED = {
    "DELETE FROM product_inventory_offerholding WHERE offer = 'PACK'": "ORDER_EFFECT_GONE",
    "UPDATE product_inventory_subscriberstop SET reason = 'arrears' WHERE reason = 'on_request'": "ORDER_EFFECT_GONE",
    "UPDATE product_order_orderstep SET state = 'waiting', ready = %(no)s WHERE state = 'fallen'":
        "ORDER_AT_WORK_ON_NOTHING",
    "DELETE FROM product_order_orderevent WHERE sequence = 2": "ORDER_HISTORY_DIFFERS",
    "UPDATE product_order_productorder SET state = 'at_work' WHERE state = 'held'": "ORDER_HISTORY_DIFFERS",
    "UPDATE resource_inventory_card SET state = 'reserved', holder = 'order/O202611-000001' "
    "WHERE iccid LIKE '%%53'": "RESOURCE_KEPT_FOR_ENDED",
    "UPDATE resource_inventory_port SET holder = 'S9' WHERE state = 'in_use'": "PORT_OF_NOBODY",
}  # fmt: skip


def test_what_is_right_is_found_right_and_each_planted_defect_is_found(living: Hall) -> None:
    found = orders(visit(living))
    assert found.violations == ()
    assert found.checked == 6
    for planted, code in PLANTED.items():
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT planted")
            cursor.execute(f"{planted} AND tenant_id = %(tenant)s", {"no": False, "tenant": living.tenant.pk})
            assert cursor.rowcount, planted
            assert set(codes(orders(visit(living)))) == {code}, planted
            cursor.execute("ROLLBACK TO SAVEPOINT planted")
    assert network(visit(living)).violations == ()


def test_the_network_is_compared_with_what_is_in_service(living: Hall) -> None:
    me, home = sorted(living.open_lines())
    assert network(visit(living)).checked == 2
    for lost in (me, home):
        living.network.drop(lost)
    assert codes(network(visit(living))) == ["NETWORK_LINE_MISSING"] * 2
    assert fill(tenant=living.tenant, network=living.network, now=living.now) == (2, 0, ())
    assert living.open_lines() == {me: (NUMBERS[0], "one"), home: ("gx0@nn", "none")}
    line = living.network.line(me)
    assert line is not None
    assert (sorted(line.services), line.particulars["line_of_business"]) == (["M59", "PACK"], "mobile")
    assert network(visit(living)).violations == ()
    living.network.fill([replace(line, bars="two", number="13900770000")])
    living.network.fill([replace(line, subscriber="nobody", number="13900779999", imsi="")])
    told = [(one.code, one.params.get("subscriber")) for one in network(visit(living)).violations]
    assert told == [("NETWORK_NUMBER_DIFFERS", me), ("NETWORK_BARS_DIFFER", me), ("NETWORK_LINE_SURPLUS", "nobody")]
    living.network.drop("nobody")
    living.network.drop(me)
    living.network.fill([replace(line, subscriber="thief")])
    assert fill(tenant=living.tenant, network=living.network, now=living.now).taken == (me,)


def test_a_network_that_never_heard_anything_is_not_compared_and_with_money_one_is_asked_for(hall: Hall) -> None:
    hall.later(minutes=1)
    assert [note.code for note in network(visit(hall)).notes] == ["NETWORK_NEW"]
    assert [alarm.code for alarm in network(visit(hall, money=True)).alarms] == ["NETWORK_NOT_CHOSEN"]
    order = hall.submitted(hall.cart(("new", mobile())))
    hall.network.misbehave(Misbehaviour("mute", times=1))
    hall.worked()
    assert (hall.see(order).state, len(hall.open_lines())) == ("at_work", 1)
    assert network(visit(hall)).violations == (), "an order is at work on it"
    assert hall.now > NOON
