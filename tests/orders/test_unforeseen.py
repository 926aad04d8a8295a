"""What nobody foresaw in a step: tried again so many times, then it waits for somebody, and gives nothing away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from tests.orders.hall import NUMBERS, Hall, mobile
from tests.orders.test_killed import cut_off_at

from yidian.domains.product_order.operations import stepping
from yidian.journeys.ordering import opening, working
from yidian.journeys.ordering.deeds import DOINGS
from yidian.platform import points
from yidian.platform.network.patience import PATIENCE

SECRET = "6222-0000-password"


class BrokenNetwork:
    """An adapter with a bug: it does what it is told and then trips, or trips before."""

    def __init__(self, hall: Hall, *, does: bool) -> None:
        self.hall, self.does, self.tries = hall, does, 0

    def send(self, command: Any) -> Any:
        self.tries += 1
        if self.does:
            self.hall.network.send(command)
        raise KeyError(SECRET)

    def look(self, key: str) -> Any:
        return self.hall.network.look(key)

    def open_lines(self) -> Iterator[Any]:
        return self.hall.network.open_lines()


def worked_until_it_waits(hall: Hall, order: str, network: Any = None) -> int:
    """The worker looks every minute; how often a step was tried until nobody tries it any more."""
    tried = 0
    for _ in range(60):
        tried += opening.advance(
            tenant=hall.tenant, network=network or hall.network, now=hall.now, order=order
        ).taken  # fmt: skip
        if hall.see(order).state == "held":
            return tried
        hall.later(minutes=1)
    raise AssertionError(hall.see(order))


@pytest.mark.parametrize(("does", "then"), [(False, "again"), (True, "again"), (False, "by_hand"), (True, "cancel")])
def test_an_adapter_that_trips_is_tried_so_often_and_then_it_is_somebodys(hall: Hall, does: bool, then: str) -> None:
    order = hall.submitted(hall.cart(("new", mobile())))
    network = BrokenNetwork(hall, does=does)
    assert worked_until_it_waits(hall, order, network) == PATIENCE.faults == network.tries
    [step] = [one for one in hall.see(order).items[0].steps if one.state == "fallen"]
    assert step.reason == "ORDER_STEP_FAULT"
    assert step.params["kind"] == "KeyError"
    assert step.params["at"].endswith(" send")
    assert len(step.params["digest"]) == 12
    assert SECRET not in str(step.params)
    told = {"order": order, "item": 1, "step": step.place, "seen": step.reason}
    me = hall.see(order).items[0].subscriber
    if then == "again":
        working.again(**hall.by, **told)
    elif then == "by_hand":
        hall.network.send(opening.Command("by-hand", "open", me, {"number": NUMBERS[0]}))
        working.by_hand(**hall.by, **told, note="交换机上手工开通")
    else:
        hall.cancelled(order)
    while hall.worked(order).taken:
        pass
    assert hall.see(order).state == ("cancelled" if then == "cancel" else "completed")
    assert hall.open_lines() == ({} if then == "cancel" else {me: (NUMBERS[0], "none")})
    sent = [one.command.verb for one in reversed(hall.network.commands())]
    assert sent == (["open", "close"] if then == "cancel" else ["open"]), "it is never done twice"


def test_a_bug_in_a_deed_keeps_no_other_order_waiting_and_is_done_again_when_mended(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(stepping.claim.__kwdefaults__, "lease", timedelta(0))
    other = hall.submitted(hall.cart(("plan_change", {"plan": "M99"}, hall.line(1, who="gao")), who="gao"))
    order = hall.submitted(hall.cart(("new", mobile())))

    def changes(*_: Any) -> Any:
        raise ZeroDivisionError

    right = DOINGS["new"]
    monkeypatch.setitem(DOINGS, "new", right._replace(changes=changes))  # type: ignore[arg-type]
    with cut_off_at("write.commit:2"), pytest.raises(points.PlantedFault):  # killed between the fault and its note
        hall.worked(order)
    with pytest.MonkeyPatch.context() as down:
        down.setattr(opening, "_complete", lambda *_: (_ for _ in ()).throw(OperationalError("no database")))
        with pytest.raises(OperationalError):
            hall.worked(order)
    assert worked_until_it_waits(hall, order) >= PATIENCE.faults
    assert [one.reason for one in hall.see(order).items[0].steps] == ["", "ORDER_STEP_FAULT"]
    assert hall.opened(other).state == "completed", "it goes on as ever"
    monkeypatch.setitem(DOINGS, "new", right)  # type: ignore[arg-type]
    working.again(**hall.by, order=order, item=1, step=2, seen="ORDER_STEP_FAULT")
    assert hall.opened(order).state == "completed"
    assert hall.bills()[hall.account()] == 4130, "billed from when the network had opened it"
