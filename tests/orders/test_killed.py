"""The worker dies, the network misbehaves: nothing is opened twice, and nothing is billed that is not open."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from tests.orders.hall import CARDS, NUMBERS, Hall, mobile

from yidian.domains.product_order.operations import claim, stepping
from yidian.platform import points
from yidian.platform.network.misbehaviour import Misbehaviour


@pytest.fixture(autouse=True)
def _claims_end_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that who comes after a killed worker need not wait a minute."""
    monkeypatch.setitem(stepping.claim.__kwdefaults__, "lease", timedelta(0))


@contextmanager
def cut_off_at(place: str) -> Iterator[None]:
    points.configure(f"{place}=raise")
    try:
        yield
    finally:
        points.configure("")


@pytest.mark.parametrize("place", ["order.sent", "write.commit", "write.commit:2", "order.complete"])
def test_cut_off_anywhere_it_goes_on(hall: Hall, place: str) -> None:
    order = hall.submitted(hall.cart(("new", mobile())))
    with cut_off_at(place), pytest.raises(points.PlantedFault):
        hall.worked()
    assert hall.see(order).state == "at_work"
    facts = hall.opened(order)
    assert facts.state == "completed"
    me = facts.items[0].subscriber
    assert hall.open_lines() == {me: (NUMBERS[0], "none")}
    assert hall.resource("card", CARDS[0]) == ("in_use", me)
    assert hall.held(me) == ["M59"]
    assert claim(tenant=hall.tenant, now=hall.now, limit=9) == []


@pytest.mark.parametrize("place", ["order.sent", "write.commit"])
def test_cut_off_while_it_is_taken_back(hall: Hall, place: str) -> None:
    order = hall.ordered(("new", mobile()))
    from yidian.journeys.ordering import going_back

    hall.do(going_back.reverse_within, order=order, reason="开错")
    with cut_off_at(place), pytest.raises(points.PlantedFault):
        hall.worked()
    hall.worked()
    assert (hall.see(order).state, hall.open_lines()) == ("reversed", {})
    assert hall.resource("number", NUMBERS[0]) == ("selectable", "")


def test_a_network_that_is_slow_forgetful_and_down_is_waited_for(hall: Hall) -> None:
    for how in (
        Misbehaviour("down", times=2), Misbehaviour("deaf", times=1), Misbehaviour("mute", times=1),
        Misbehaviour("refuses", times=1, code="NETWORK_BUSY"), Misbehaviour("slow", times=1, looks=2),
    ):  # fmt: skip
        hall.network.misbehave(how)
    order = hall.submitted(hall.cart(("new", mobile())))
    for _ in range(40):
        hall.worked()
        if hall.see(order).state == "completed":
            break
        hall.later(minutes=1)
    facts = hall.see(order)
    assert facts.state == "completed"
    assert hall.open_lines() == {facts.items[0].subscriber: (NUMBERS[0], "none")}
    assert [one.command.verb for one in hall.network.commands()] == ["open"]


def test_what_was_late_does_not_open_after_it_was_cancelled(hall: Hall) -> None:
    hall.network.misbehave(Misbehaviour("late", times=1, ms=3_600_000))
    order = hall.submitted(hall.cart(("new", mobile())))
    hall.worked()
    hall.cancelled(order)
    for _ in range(8):
        hall.later(minutes=10)
        hall.worked()
    assert hall.see(order).state == "cancelled"
    hall.later(hours=2)
    assert hall.open_lines() == {}


def test_refused_for_good_it_waits_for_a_clerk(hall: Hall) -> None:
    hall.network.misbehave(Misbehaviour("refuses", times=1, code="NETWORK_IMSI_UNKNOWN"))
    order = hall.submitted(hall.cart(("new", mobile())))
    hall.worked()
    facts = hall.see(order)
    assert (facts.state, facts.items[0].steps[0].reason) == ("held", "NETWORK_IMSI_UNKNOWN")
    from yidian.domains.product_order.operations import again

    hall.do(again, order=order, item=1, step=1)
    assert hall.opened(order).state == "completed"


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_what_is_billed_is_open_and_what_is_open_is_somebodys(hall: Hall, seed: int) -> None:
    """Six orders on a bad day: cancelled, killed, refused, late. In the evening network and inventory agree."""
    drawn = random.Random(seed)
    kinds = ("down", "deaf", "mute", "twice", "slow", "late", "refuses")
    for kind in kinds:
        code = drawn.choice(("NETWORK_BUSY", "NETWORK_OVERLOADED")) if kind == "refuses" else ""
        hall.network.misbehave(
            Misbehaviour(kind, share_ppm=drawn.randrange(50_000, 300_000), looks=1, ms=60_000, code=code, times=6)
        )
    orders = [hall.submitted(hall.cart(("new", mobile(n)), who="li" if n % 2 else "gao")) for n in range(6)]
    for hour in range(40):
        place = drawn.choice(("order.sent", "write.commit:3", "order.complete", ""))
        points.configure(f"{place}=raise" if place and hour < 20 else "")
        try:
            hall.worked()
        except points.PlantedFault:
            pass
        finally:
            points.configure("")
        if hour < 10 and drawn.random() < 0.2:
            chosen = drawn.choice(orders)
            if hall.see(chosen).state in ("at_work", "held"):
                hall.cancelled(chosen)
        hall.later(minutes=20)
    states = {hall.see(order).state for order in orders}
    assert states <= {"completed", "cancelled"}, states
    billed = {
        hall.see(order).items[0].subscriber: (NUMBERS[n], "none")
        for n, order in enumerate(orders)
        if hall.see(order).state == "completed"
    }
    assert hall.open_lines() == billed
    for n, order in enumerate(orders):
        used = hall.see(order).state == "completed"
        assert hall.resource("number", NUMBERS[n])[0] == ("in_use" if used else "selectable")
        assert hall.resource("card", CARDS[n])[0] == ("in_use" if used else "stock")
