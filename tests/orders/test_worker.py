"""The worker opens what was ordered: killed anywhere, or two at once, every line is opened once and billed once."""

from __future__ import annotations

import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from tests import forks, installations
from tests.faults.test_worker import YIDIAN, Shop
from tests.orders.hall import CARDS, NUMBERS, Hall, mobile

from yidian.journeys.ordering.tidying import let_old_carts_go
from yidian.platform.writing.types import system

ORDERS = 3
FURNISH = "tests.orders.furnish"


@pytest.fixture(scope="session")
def model_hall(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with orders that nobody has worked at."""
    folder = tmp_path_factory.mktemp("orders")
    shop = Shop(folder / "model")
    forks.run([YIDIAN, *installations.typed(["init", shop.home], cwd=folder)], env=shop.environment(), check=True)
    forks.run([sys.executable, "-m", FURNISH, ORDERS], env=shop.environment(), check=True)
    return shop.home


@pytest.fixture
def shop(model_hall: Path, tmp_path: Path) -> Iterator[Shop]:
    made = Shop(installations.copy(model_hall, tmp_path / "shop"))
    yield made
    for process in made.running:
        process.kill()
        process.wait()


def opened(home: Path) -> None:
    """Every order is complete; the network did each thing once, and has open what is billed."""
    states = installations.sql(home, "SELECT state FROM product_order_productorder")
    assert states == [("completed",)] * ORDERS
    lines = [f"U202611-00000{n + 1}-1" for n in range(ORDERS)]
    with closing(sqlite3.connect(home / "work" / "network" / "operator.sqlite3")) as memory:
        assert memory.execute("SELECT verb, subscriber, state FROM commands ORDER BY subscriber").fetchall() == [
            ("open", line, "done") for line in lines
        ]
        told = memory.execute("SELECT subscriber, number FROM lines ORDER BY subscriber").fetchall()
    assert told == list(zip(lines, NUMBERS[:ORDERS], strict=True))
    held = "SELECT s.code, h.offer FROM product_inventory_offerholding h JOIN product_inventory_subscriber s"
    assert sorted(installations.sql(home, f"{held} ON s.id = h.subscriber_id")) == [(line, "M59") for line in lines]
    cards = installations.sql(home, "SELECT holder FROM resource_inventory_card WHERE state = 'in_use' ORDER BY iccid")
    assert cards == [(line,) for line in lines]


@pytest.mark.parametrize("point", ["order.sent:2", "order.complete:2", "write.commit:3"])
def test_killed_anywhere_it_goes_on_and_opens_nothing_twice(shop: Shop, point: str) -> None:
    line = [YIDIAN, "worker", "--once"]
    killed = forks.run(line, env=shop.environment(YIDIAN_POINTS=f"{point}=kill"))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    installations.sql(shop.home, "UPDATE product_order_orderstep SET leased_until = NULL")  # as if a minute had passed
    shop.types("worker", "--once")
    opened(shop.home)


def test_two_workers_share_the_orders_and_open_none_twice(shop: Shop) -> None:
    both = [forks.start([YIDIAN, "worker", "--once"], env=shop.environment()) for _ in range(2)]
    assert [one.wait(60) for one in both] == [0, 0]
    opened(shop.home)


def test_carts_that_nobody_came_back_to_are_let_go_with_what_they_kept(hall: Hall) -> None:
    old = hall.cart(("new", mobile(0)))
    hall.later(hours=23)
    new = hall.cart(("new", mobile(1)), who="gao")
    hall.later(hours=2)
    assert let_old_carts_go(tenant=hall.tenant, actor=system("worker"), now=hall.now) == 1
    assert [hall.see(order).state for order in (old, new)] == ["abandoned", "cart"]
    assert hall.resource("number", NUMBERS[0]) == ("selectable", "")
    assert hall.resource("card", CARDS[0])[0] == "stock"
    assert hall.resource("number", NUMBERS[1])[1] == f"order/{new}"
    assert let_old_carts_go(tenant=hall.tenant, actor=system("worker"), now=hall.now + timedelta(days=2)) == 1


def unpaid(shop: Shop) -> str:
    """A number with a deposit, ordered by command: its order waits for 200 yuan."""
    customer = installations.sql(shop.home, "SELECT code FROM party_customer ORDER BY code")[0][0]
    level = {
        "level": "7", "from": "2026-11-01", "min_spend": "88", "months": "24", "deposit": "200", "deposit_months": "12",
        "offer": "LEVEL7",
    }  # fmt: skip
    told = {"deed": "new", "customer": customer, **mobile(5), "number": "13900770011"}
    for name, row, words in (
        ("levels.csv", level, ("import", "levels")), ("orders.csv", told, ("order", "take")),
    ):  # fmt: skip
        path = shop.home / name
        path.write_text(f"{','.join(row)}\n{','.join(row.values())}\n", encoding="utf-8")
        shop.types(*words, str(path))
    [(order,)] = installations.sql(
        shop.home, "SELECT o.number FROM product_order_productorder o"
        " JOIN product_order_orderitem i ON i.order_id = o.id"
        " JOIN product_order_orderstep s ON s.item_id = i.id WHERE s.name = 'payment'",
    )  # fmt: skip
    return str(order)


def paid_once(shop: Shop, order: str) -> None:
    """One receipt, without a gap before it, kept for the order: the ledger says so too."""
    rows = installations.sql(shop.home, 'SELECT number, amount_minor, kept_minor, "order" FROM payment_payment')
    assert rows == [("R202611-000001", 20_000, 20_000, order)]
    held = "SELECT owner, balance_minor FROM ledger_ledgeraccount WHERE kind = 'order_money'"
    assert installations.sql(shop.home, held) == [(order, -20_000)]


def test_two_tills_take_the_money_of_one_order_at_once(shop: Shop) -> None:
    order = unpaid(shop)
    line = [YIDIAN, "order", "pay", order, "--amount", "200"]
    both = [forks.start(line, env=shop.environment()) for _ in range(2)]
    assert sorted(one.wait(60) for one in both) == [0, 3]
    paid_once(shop, order)


@pytest.mark.parametrize("point", ["payment.take", "write.commit", "write.committed"])
def test_a_till_that_dies_while_it_takes_the_money_takes_it_once(shop: Shop, point: str) -> None:
    order = unpaid(shop)
    line = [YIDIAN, "order", "pay", order, "--amount", "200", "--key", "till-1"]
    killed = forks.run(line, env=shop.environment(YIDIAN_POINTS=f"{point}=kill"))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    shop.types("order", "pay", order, "--amount", "200", "--key", "till-1")
    paid_once(shop, order)
