"""Two at once: a database that really commits, and threads that really meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from tests.orders.hall import NUMBERS, Hall, furnished, mobile
from tests.platform.real_database import at_once, committing

from yidian.domains.party.operations import UnableToRegister
from yidian.domains.product_order.operations import UnableToOrder, stepping
from yidian.domains.resource_inventory.operations import UnableToHold
from yidian.journeys.ordering import submitting
from yidian.platform.writing.operations import UnableToWrite

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with committing(tmp_path) as tenant:
        yield furnished(tenant, tmp_path / "home")


def together(hall: Hall, *acts: Callable[[], Any]) -> list[Any]:
    """What each answered, or the exception it ended with."""
    return at_once(hall.tenant, lambda n: acts[n](), len(acts))


def refusals(ended: list[Any]) -> Counter[str]:
    return Counter(one.code if isinstance(one, Exception) else "" for one in ended)


def test_of_two_orders_on_one_line_one_is_in_flight(hall: Hall) -> None:
    me = hall.line()
    carts = [hall.cart(deed) for deed in (("plan_change", {"plan": "M99"}, me), ("pre_terminate", {}, me))]
    revisions = [hall.agreed(cart) for cart in carts]
    calls = [{**hall.by, "order": cart, "revision": n} for cart, n in zip(carts, revisions, strict=True)]
    ended = together(hall, *(lambda call=call: submitting.submit(**call) for call in calls))
    assert refusals(ended) == {"": 1, "ORDER_IN_FLIGHT": 1}, ended
    assert sorted(hall.see(cart).state for cart in carts) == ["at_work", "cart"]
    assert all(isinstance(one, UnableToOrder) or not isinstance(one, Exception) for one in ended)


def test_of_many_carts_for_one_number_one_has_it(hall: Hall) -> None:
    carts = [hall.cart() for _ in range(4)]
    calls = [lambda cart=cart: hall.put(cart, "new", mobile()) for cart in carts]
    ended = together(hall, *calls)
    won = [cart for cart, one in zip(carts, ended, strict=True) if not isinstance(one, Exception)]
    assert len(won) == 1, ended
    assert all(isinstance(one, UnableToHold | UnableToWrite) for one in ended if isinstance(one, Exception)), ended
    assert hall.resource("number", NUMBERS[0]) == ("reserved", f"order/{won[0]}")


def test_of_two_orders_for_the_fifth_number_of_an_identity_one_is_taken(hall: Hall) -> None:
    for n in range(4):
        hall.line(n)
    carts = [hall.cart(("new", mobile(n))) for n in (4, 5)]
    calls = [{**hall.by, "order": cart, "revision": hall.agreed(cart)} for cart in carts]
    ended = together(hall, *(lambda call=call: submitting.submit(**call) for call in calls))
    assert refusals(ended) == {"": 1, "TOO_MANY_NUMBERS": 1}, ended
    assert any(isinstance(one, UnableToRegister) for one in ended)


def test_workers_share_what_is_due(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL both have taken theirs before either commits; SQLite has one writer."""
    for n in range(4):
        hall.submitted(hall.cart(("new", mobile(n))))
    meeting, until = Barrier(2), stepping.from_now

    def both(lease: timedelta) -> Any:
        if connection.vendor == "postgresql":
            meeting.wait(timeout=20)
        return until(lease)

    monkeypatch.setattr(stepping, "from_now", both)
    taken = together(hall, *(lambda: stepping.claim(tenant=hall.tenant, now=hall.now, limit=2) for _ in range(2)))
    assert [len(steps) for steps in taken] == [2, 2], taken
    assert len({step.id for steps in taken for step in steps}) == 4
    assert {(step.fence, step.attempts) for steps in taken for step in steps} == {(1, 1)}
    assert stepping.claim(tenant=hall.tenant, now=hall.now, limit=9) == []


def test_two_workers_open_a_line_once(hall: Hall) -> None:
    orders = [hall.submitted(hall.cart(("new", mobile(n)))) for n in range(4)]
    together(hall, *(lambda: hall.worked() for _ in range(3)))
    hall.worked()
    assert [hall.see(order).state for order in orders] == ["completed"] * 4
    assert Counter(one.command.verb for one in hall.network.commands()) == {"open": 4}
