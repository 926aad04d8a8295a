"""Orders as they are typed: a file of them, each line by itself; and everything that is done with one after it."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.orders.hall import CARDS, NOON, NUMBERS, Hall, broadband, mobile
from tests.typed import Type, typing

from yidian.domains.credit.models import DunningEntry
from yidian.domains.party.models import Customer
from yidian.domains.product_order.models import ProductOrder
from yidian.domains.resource_inventory.models import Number
from yidian.platform.access import organisation, staff
from yidian.platform.access.approvals import approvals
from yidian.platform.network.misbehaviour import Misbehaviour

WRONG = "13900779999"
DEAR = "13900770011"  # of level 7


@pytest.fixture
def line(hall: Hall, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Type:
    def hire(frame: Any, login: str, role: str) -> None:
        staff.add_user(frame=frame, login=login, name=login)
        staff.give_post(frame=frame, login=login, role=role, organisation=None, since=NOON - timedelta(days=1))

    roles = {"zhou": "clerk", "sun": "supervisor", "product": "product", "audit": "audit_admin", "money": "finance"}
    for login, role in roles.items():
        hall.do(hire, login=login, role=role)
    place = SimpleNamespace(lake=hall.world.places.lake, work=hall.home / "work", network_to_private=False)
    return typing(
        monkeypatch, capsys, tenant=hall.tenant, now=lambda: hall.later(seconds=1).now, installation=place, by="zhou"
    )


def _of_branches(hall: Hall) -> None:
    """Clerks of two branches; the customers are looked after by the first."""

    def work(frame: Any) -> None:
        for node in ("north", "south"):
            organisation.add(frame=frame, code=node, name=node)
            staff.add_user(frame=frame, login=node, name=node)
            staff.give_post(
                frame=frame, login=node, role="clerk", organisation=node, since=NOON - timedelta(days=1)
            )  # fmt: skip
        Customer.objects.update(organisation="north")

    hall.do(work)


def file(path: Path, *rows: dict[str, str]) -> str:
    names = sorted({name for row in rows for name in row})
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, names)
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def new(hall: Hall, n: int, **more: str) -> dict[str, str]:
    return {"deed": "new", "customer": hall.customer(), **mobile(n), **more}


def test_a_file_of_orders_each_line_by_itself(hall: Hall, line: Type, tmp_path: Path) -> None:
    me = hall.line(5)
    rows = [
        new(hall, 0, add_ons="PACK;NIGHT"),
        new(hall, 1, number=WRONG),
        new(hall, 2, card=CARDS[0]),
        {"deed": "add_on", "subscriber": NUMBERS[5], "offer": "PACK"},
        {"deed": "fly", "subscriber": me},
        {"deed": "stop", "subscriber": "nobody"},
        {"deed": "add_on", "subscriber": NUMBERS[5], "offer": "PACK"},
        {"deed": "plan_change", "subscriber": me, "plan": "M99"},
        {"deed": "new", "customer": hall.customer(), "line": "mobile"},
    ]  # fmt: skip
    orders, result = file(tmp_path / "orders.csv", *rows), tmp_path / "result.csv"
    before = ProductOrder.objects.count()
    tried = line("order take --check", orders)
    assert (tried.code, "9 lines: 0 taken, 0 taken before, 4 could be, 5 refused." in tried.said) == (2, True), tried
    assert ProductOrder.objects.count() == before
    assert hall.resource("number", NUMBERS[0]) == ("selectable", "")
    done = line("order take", orders, "-o", str(result))
    assert (done.code, "9 lines: 2 taken, 0 taken before, 0 could be, 7 refused." in done.said) == (2, True), done
    assert ProductOrder.objects.count() == before + 2
    with result.open(encoding="utf-8-sig") as told:
        found = [(row["line"], row["result"], row["column"], row["code"]) for row in csv.DictReader(told)]
    assert found == [
        ("2", "taken", "", ""), ("3", "refused", "number", "RESOURCE_UNKNOWN"),
        ("4", "refused", "card", "RESOURCE_TAKEN"), ("5", "taken", "", ""), ("6", "refused", "", "ORDER_DEED_UNKNOWN"),
        ("7", "refused", "customer", "ORDER_WHOSE_UNTOLD"), ("8", "refused", "", "ORDER_ROW_TWICE"),
        ("9", "refused", "", "ORDER_IN_FLIGHT"), ("10", "refused", "plan", "ORDER_FIELD_MISSING"),
    ]  # fmt: skip
    while hall.worked().taken:
        pass
    assert hall.held(me) == ["M59", "PACK"]
    assert {number for number, _ in hall.open_lines().values()} == {NUMBERS[0], NUMBERS[5]}
    rows[1]["number"] = NUMBERS[1]  # put right, the file is taken again
    again = line("order take", file(tmp_path / "orders.csv", *rows[:4]))
    assert "4 lines: 1 taken, 2 taken before, 0 could be, 1 refused." in again.said, again
    assert line("order take", file(tmp_path / "orders.csv", {"deed": "stop", "colour": "red"})).code == 2
    assert line("order take", orders, by="audit").code == 3


def test_a_branch_takes_numbers_of_its_own_by_file_and_none_of_another(hall: Hall, line: Type, tmp_path: Path) -> None:
    rows, result = [new(hall, 0), new(hall, 1)], tmp_path / "result.csv"
    _of_branches(hall)
    for number, node in ((NUMBERS[0], "south"), (NUMBERS[1], "north")):
        Number.objects.filter(value=number).update(organisation=node)
    line("order take", file(tmp_path / "orders.csv", *rows), "-o", str(result), by="north")
    with result.open(encoding="utf-8-sig") as told:
        found = [(row["result"], row["column"], row["code"]) for row in csv.DictReader(told)]
    assert found == [("refused", "number", "RESOURCE_NOT_SELECTABLE"), ("taken", "", "")]
    assert hall.resource("number", NUMBERS[0]) == ("selectable", "")


def test_an_order_from_its_price_to_its_reversal(hall: Hall, line: Type) -> None:
    customer = hall.customer()
    told = " ".join(f"{name}={value}" for name, value in mobile(0).items())
    priced = line(f"order quote new {told} --customer {customer}")
    assert (priced.code, f"2026-11 {hall.account()} 0.00 41.30 41.30" in priced.said) == (0, True), priced
    assert line(f"order quote new {told}").code == 2
    assert line("order quote new plan").code == 2
    order = hall.ordered(("new", mobile(0)))
    shown = line(f"order show {order}")
    assert ("Completed" in shown.said, "Open in the network Done" in shown.said) == (True, True), shown
    assert line(f"order show {order}", lang="zh").said.count("竣工") >= 2
    assert order in line(f"order list --customer {customer}").said
    assert order not in line("order list").said
    assert line("order list --state flying").code == 2
    assert line("order show O1").code == 2
    assert line(f"order cancel {order} --reason x").code == 3
    asked = line(f"order reverse {order} --reason 开错")
    assert asked.code == 3, asked
    assert line(f"approve yes {approvals(tenant=hall.tenant)[-1].id}", by="sun").code == 0
    assert line(f"order reverse {order} --reason 开错").said == f"{order}: Being reversed"
    hall.worked()
    assert hall.see(order).state == "reversed"


def test_what_fell_out_is_worked_off(hall: Hall, line: Type) -> None:
    hall.network.misbehave(Misbehaviour("refuses", times=1, code="NETWORK_IMSI_UNKNOWN"))
    order = hall.submitted(hall.cart(("new", mobile())))
    hall.worked()
    at_home = hall.submitted(hall.cart(("new", broadband(0))))
    waits = line("order work").said
    assert (f"{order} 1 1 New service" in waits, "NETWORK_IMSI_UNKNOWN" in waits, at_home in waits) == (True,) * 3, (
        waits
    )
    _of_branches(hall)
    for who, sees in (("north", True), ("south", False)):
        listed = [line("order work", by=who), line("order list", by=who)]
        assert [order in one.said for one in listed] == [sees, sees], (who, listed)
    assert line("order work", by="audit").code == 3
    assert line(f"order again {order} 1 1").said == f"{order}: In flight"
    assert line(f"order again {order} 1 1").code == 3
    assert line(f"order by-hand {at_home} 1 1 --note 装好").code == 0
    hall.worked()
    assert (hall.see(order).state, hall.see(at_home).state) == ("completed", "completed")
    other = hall.submitted(hall.cart(("new", broadband(1))))
    assert line(f"order cannot {other} 1 1 --reason WHY --note x").code == 2
    assert line(f"order cannot {other} 1 1 --reason ORDER_CANNOT_NO_ACCESS --note 无人").said == f"{other}: Fallen out"
    assert line(f"order cancel {other} --reason 不装了").said == f"{other}: Cancelled"
    assert line(f"order cancel {other} --reason 不装了", by="product").code == 3


def test_an_order_of_a_file_waits_and_is_paid_by_command(hall: Hall, line: Type, tmp_path: Path) -> None:
    hall.level("7", min_spend=88, months=24, deposit=200, deposit_months=12, offer="LEVEL7")
    taken = line(f"order take {file(tmp_path / 'o.csv', new(hall, 0, number=DEAR))}")
    assert taken.code == 0, taken
    order = ProductOrder.objects.get().number
    assert f"{order} 1 1 New service" in line("order work").said
    assert "It waits for 200.00" in line(f"order show {order}").said
    assert hall.worked().taken == 0
    for typed, code, said in (
        ("--amount 199", 2, "200.00 is due and 199.00 was typed"), ("--amount 200 --method shells", 2, "no way to pay"),
        ("--amount 200 --again 20", 2, "20.00"), ("--amount much", 2, ""),
    ):  # fmt: skip
        told = line(f"order pay {order} {typed}")
        assert (told.code, said in told.said) == (code, True), told
    assert line(f"order by-hand {order} 1 1 --note x").code == 3
    assert line(f"order pay {order} --amount 200", by="audit").code == 3
    paid = line(f"order pay {order} --amount 200.00 --again 200 --method cash --key k1")
    assert (paid.code, "R202611-000001, 200.00" in paid.said) == (0, True), paid
    assert line(f"order pay {order} --amount 200 --key k1").code == 0, "typed again it is the same receipt"
    again = line(f"order pay {order} --amount 200")
    assert (again.code, "R202611-000001" in again.said) == (3, True), again
    assert hall.opened(order).state == "completed"
    assert "deposits 200.00" in line(f"order show {order}").said
    assert "预存款 200.00" in line(f"order show {order}", lang="zh").said
    plain = hall.submitted(hall.cart(("new", mobile(1))))
    assert line(f"order pay {plain} --amount 1").code == 3, "nothing is due"
    reversed_ = line("payments reverse R202611-000001 --reason x", by="money")
    assert (reversed_.code, order in reversed_.said) == (3, True), reversed_


def test_what_deeds_bring_along_is_set_by_day(hall: Hall, line: Type) -> None:
    assert line("order terms card_swap --fees CARD_FEE", by="product").code == 2
    assert line("order terms card_swap --from 2026-11-01 --fees NONE", by="product").code == 2
    assert line("order terms card_swap --from 2026-11-01 --fees CARD_FEE --hours 2", by="zhou").code == 3
    assert line("order terms card_swap --from 2026-11-01 --fees CARD_FEE --hours 2", by="product").code == 0
    assert "Card replacement mobile CARD_FEE 2" in line("order terms").said


def test_credit_control_stops_by_the_list_of_today_and_only_by_that(hall: Hall, line: Type) -> None:
    me, on = hall.line(), f"{hall.now:%Y-%m-%d}"
    assert line(f"dun {on} --show --stop", by="money").code == 3
    assert line(f"dun {on}", by="money").code == 0
    entry = {"tenant": hall.tenant, "on": hall.now.date(), "account": hall.account(), "run": 1, "buckets": [0, 1, 0, 0]}
    DunningEntry.objects.create(**entry, stage="double_stop", overdue_minor=1, oldest_due_on=hall.now.date())
    assert line(f"dun {on} --show --stop", by="zhou").code == 3
    said = line(f"dun {on} --show --stop", by="money").said
    assert f"{hall.account()} {me} stop both ways O" in said
    assert "1 ordered, 0 not" in said
    assert hall.worked().completed == 1
    assert hall.open_lines()[me] == (NUMBERS[0], "two")
