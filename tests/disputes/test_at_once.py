"""Two at once, and one who dies: a database that really commits, threads and processes that really end."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django_scopes import scope
from tests.cycles.world import SEPTEMBER, World, some_usage
from tests.disputes.office import CLERK, MONTHS, RAISED, SUPERVISOR, Office, hire
from tests.platform.real_database import at_once, committing

from yidian.domains.dispute.operations import UnableToChangeDispute, UnableToDispute
from yidian.domains.dispute.queries import disputes_of, steps
from yidian.platform.access.types import UnableToAct
from yidian.platform.points import configure

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Office]:
    with committing(tmp_path) as tenant:
        world = World(tenant, tmp_path / "home", now=RAISED).open(*MONTHS)
        world.usage(*some_usage(random.Random(7), SEPTEMBER, 10)).billed(SEPTEMBER).post(SEPTEMBER)
        hire(tenant, RAISED - timedelta(days=60))
        yield Office(world)


def together(office: Office, *acts: Callable[[], Any]) -> list[Any]:
    """What each answered, or the exception it ended with."""
    return at_once(office.tenant, lambda n: acts[n](), len(acts))


def dies(office: Office, plan: str, act: Callable[[], Any]) -> None:
    """A process of its own does it and is killed at a point."""
    connections["default"].close()
    child = os.fork()
    if not child:
        configure(plan)
        with scope(tenant=office.tenant):
            act()
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def agreed(office: Office) -> str:
    """Upheld, and somebody else has agreed; nothing is booked yet."""
    from yidian.platform.access.approvals import approvals, decide
    from yidian.platform.writing.types import Actor

    number = office.examined()
    with pytest.raises(UnableToAct):
        office.do("uphold", number, over_minor=1_000, answer="yes")
    [asked] = approvals(tenant=office.tenant)
    finance = Actor("staff", "finance")
    decide(tenant=office.tenant, actor=finance, key="yes", now=office.now, approval=asked.id, yes=True)
    return number


def test_of_many_who_book_the_same_at_once_one_does(shop: Office) -> None:
    number = agreed(shop)
    ended = together(shop, *(lambda: shop.settle(number) for _ in range(3)), lambda: shop.settle(number, SUPERVISOR))
    assert any(not isinstance(one, Exception) and one.state == "settled" for one in ended), ended
    assert all(isinstance(one, UnableToChangeDispute | UnableToAct) or one.state == "settled" for one in ended), ended
    assert (shop.given_back(), shop.principal(), shop.compensated()) == ([("a1", "RENT", -1_000)], 1_000, 1_000)


def test_of_two_clerks_who_decide_at_once_one_is_told_so(shop: Office) -> None:
    number = shop.examined()
    ended = together(
        shop,
        lambda: shop.do("reject", number, answer="no"),
        lambda: shop.do("uphold", number, SUPERVISOR, over_minor=1_000, answer="yes"),
        lambda: shop.do("withdraw", number),
    )
    assert sum(isinstance(one, UnableToChangeDispute) for one in ended) == 2
    assert len(steps(tenant=shop.tenant, number=number)) == 3
    assert shop.given_back() == []


def test_of_two_who_question_one_line_at_once_one_is_taken(shop: Office) -> None:
    ended = together(shop, *(lambda key=key: shop.raised(key=key) for key in "abc"))
    assert sum(isinstance(one, UnableToDispute) for one in ended) == 2
    assert len(disputes_of(tenant=shop.tenant, accounts=["a1"])) == 1


@pytest.mark.parametrize("point", ["write.commit", "write.committed"])
def test_killed_while_it_is_booked_and_done_again_it_is_booked_once(shop: Office, point: str) -> None:
    number = agreed(shop)
    dies(shop, f"{point}=kill", lambda: shop.settle(number))
    done = point == "write.committed"
    assert (shop.now_of(number).state == "settled") == done
    assert (len(shop.given_back()), shop.principal(), shop.compensated()) == (int(done), 1_000 * done, 1_000 * done)
    assert shop.settle(number).state == "settled"
    assert (len(shop.given_back()), shop.principal(), shop.compensated()) == (1, 1_000, 1_000)


def test_killed_between_deciding_and_asking_it_goes_on(shop: Office) -> None:
    number = shop.examined()
    told = {"over_minor": 1_500, "answer": "all of it", "key": "decide"}
    dies(shop, "write.committed=kill", lambda: shop.do("uphold", number, **told))
    assert shop.now_of(number).state == "upheld"
    assert shop.given_back() == []
    with pytest.raises(UnableToAct):
        shop.do("uphold", number, CLERK, **told)
    shop.agree()
    assert (shop.now_of(number).state, shop.principal()) == ("settled", 1_500)
