"""Bills in the books: what the ledger says, who owes, killed anywhere, and never half a chunk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.cycles.world import LI, NOVEMBER, OCTOBER, ZHANG, World

from yidian.domains.customer_bill import operations, queries
from yidian.domains.customer_bill.operations import UnableToAdjust
from yidian.domains.ledger.queries import balances, rebuild_differences, trial_balance
from yidian.domains.payment.queries import owed_by
from yidian.kernel.faults import BadInput
from yidian.platform import points
from yidian.platform.access import staff
from yidian.platform.access.models import Approval
from yidian.platform.access.types import UnableToAct
from yidian.platform.jobs.models import Run
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import system
from yidian.runs.bill.adjust import adjust
from yidian.runs.books.month import MonthBooks, month_books
from yidian.runs.post import run as posting

CALLS = (
    (1, "13800000005", "voice", 1_790_900_000_000, 6_000),
    (2, "13800000001", "data", 1_790_900_000_000, 60_000),
    (3, "13800000002", "voice", 1_790_900_000_000, 4_000),
)


@pytest.fixture(autouse=True)
def _points() -> Iterator[None]:
    yield
    points.configure("")


def books(world: World, month: str = OCTOBER) -> dict[tuple[str, str], int]:
    """The balance of every account a month's transactions touch."""
    lines = trial_balance(tenant=world.tenant, cycle=month)
    return {(line.kind, line.code): line.balance_minor for line in lines}


def numbers(first: int, last: int) -> list[str]:
    return [f"B202610-{n:08d}" for n in range(first, last + 1)]


def test_every_bill_is_owed_and_is_revenue_by_item_and_tax_by_class(world: World) -> None:
    world.open(OCTOBER).usage(*CALLS).billed(OCTOBER).billed(OCTOBER)
    assert {bill["bill_number"] for bill in world.bills(OCTOBER).values()} == {""}, "what can be made anew has none"
    report = world.post(OCTOBER)
    bills = world.bills(OCTOBER)
    told = {bill["bill_number"]: account for account, bill in bills.items()}
    assert sorted(told) == numbers(1, len(bills))
    total = sum(bill["total_minor"] for bill in bills.values())
    assert (report.bills, report.total_minor) == (len(bills), total)
    found = books(world)
    assert found["receivable", ""] == total
    for tax_class in ("basic", "value_added"):
        assert found["tax", tax_class] == -sum(bill[f"tax_{tax_class}_minor"] for bill in bills.values())
    assert sum(found.values()) == 0
    owed = owed_by(tenant=world.tenant, accounts=list(bills))
    assert {account: rows[0].amount_minor for account, rows in owed.items()} == {
        account: bill["total_minor"] for account, bill in bills.items() if bill["total_minor"]
    }
    assert {row.due_on for rows in owed.values() for row in rows} == {date(2026, 11, 25)}
    assert {bill["state"] for bill in bills.values()} == {"final"}
    assert world.post(OCTOBER).again
    assert books(world) == found
    assert {bill["bill_number"]: account for account, bill in world.bills(OCTOBER).items()} == told
    for number, account in told.items():
        named = queries.bill_named(tenant=world.tenant, number=number.lower())
        assert named is not None
        assert (named.account_code, named.number) == (account, number)
        assert queries.bill_named(tenant=world.tenant, number=f"{OCTOBER}/{account}") == named
    assert queries.bill_named(tenant=world.tenant, number=numbers(len(bills) + 1, len(bills) + 1)[0]) is None
    assert month_books(tenant=world.tenant, lake=world.places.lake, cycle=OCTOBER).broken == []


@pytest.mark.parametrize(
    "point", ["run.opened", "post.chunk:2", "post.chunk.committed", "run.publish", "run.published"]
)
def test_posting_that_is_cut_off_anywhere_comes_to_the_same_books(
    world: World, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    for name in ("FIRST", "MOST", "FEWEST"):
        monkeypatch.setattr(posting, name, 2)
    world.open(OCTOBER).usage(*CALLS).billed(OCTOBER)
    points.configure(f"{point}=raise")
    with pytest.raises(points.PlantedFault):
        world.post(OCTOBER)
    points.configure("")
    assert world.state(OCTOBER) == "posted", "its bills are fixed before the first of them is booked"
    report = world.post(OCTOBER)
    bills = world.bills(OCTOBER)
    assert report.bills == len(bills)
    assert sorted(bill["bill_number"] for bill in bills.values()) == numbers(1, len(bills)), "each once, without a gap"
    assert books(world)["receivable", ""] == sum(bill["total_minor"] for bill in bills.values())
    assert rebuild_differences(tenant=world.tenant) == []
    world.close(OCTOBER)


@pytest.fixture(autouse=True)
def supervisor(world: World) -> None:
    """Zhang may adjust up to 500.00 alone, whatever the tenant's terms ask for."""

    def work(frame: Frame) -> dict[str, Any]:
        staff.add_user(frame=frame, login=ZHANG.id, name="")
        staff.give_post(frame=frame, login=ZHANG.id, role="supervisor", organisation=None, since=frame.now)
        return {}

    perform(
        tenant=world.tenant, actor=system("test"), operation="staff", key="zhang", request={}, now=world.now, work=work
    )


def test_who_may_not_adjust_adjusts_nothing(world: World) -> None:
    world.open(OCTOBER, NOVEMBER).billed(OCTOBER)
    with pytest.raises(UnableToAct):
        adjust(
            tenant=world.tenant, actor=LI, key="k", now=world.now, account="a5", cycle=OCTOBER, item="LOCAL",
            amount_minor=1, reason="WRONG_PRICE",
        )  # fmt: skip
    assert queries.pending_adjustments(tenant=world.tenant) == []


def enter(world: World, amount_minor: int, key: str = "k1", account: str = "a5", **told: Any) -> Any:
    return adjust(
        tenant=world.tenant, actor=ZHANG, key=key, now=world.now, account=account, cycle=OCTOBER,
        item=told.pop("item", "LOCAL"), amount_minor=amount_minor, reason="WRONG_PRICE", **told,
    )  # fmt: skip


def test_an_adjustment_stands_on_the_next_bill_once(world: World) -> None:
    world.open(OCTOBER, NOVEMBER).usage(*CALLS).billed(OCTOBER).close(OCTOBER)
    first = enter(world, 109)
    assert enter(world, 109).id == first.id, "the same key again is the same row"
    world.billed(NOVEMBER)
    [line] = [row for row in world.items(NOVEMBER) if row["kind"] == "adjustment"]
    assert (line["account"], line["origin"], line["amount_minor"]) == ("a5", OCTOBER, 109)
    assert world.bills(NOVEMBER)["a5"]["adjusted_minor"] == 109
    assert world.bills(NOVEMBER)["a5"]["tax_minor"] == 9
    second = enter(world, 100, key="k2")
    operations.reverse_adjustment(tenant=world.tenant, actor=ZHANG, now=world.now, id=second.id, reason="MISTAKE")
    with pytest.raises(UnableToAdjust) as told:
        operations.reverse_adjustment(tenant=world.tenant, actor=LI, now=world.now, id=second.id, reason="MISTAKE")
    assert told.value.code == "ADJUSTMENT_REVERSED"
    world.billed(NOVEMBER)
    assert world.bills(NOVEMBER)["a5"]["adjusted_minor"] == 109
    world.close(NOVEMBER)
    assert queries.pending_adjustments(tenant=world.tenant) == []
    assert {one.taken for one in [queries.adjustment(tenant=world.tenant, id=first.id)]} == {NOVEMBER}


def test_a_bill_below_zero_becomes_money_of_the_customer(world: World) -> None:
    world.open(OCTOBER, NOVEMBER).usage(*CALLS).billed(OCTOBER).close(OCTOBER)
    enter(world, -900)
    world.billed(NOVEMBER).close(NOVEMBER)
    assert world.bills(NOVEMBER)["a5"]["total_minor"] == -900
    assert sum(balances(tenant=world.tenant, kind="book", owners=["a5"]).values()) == -900
    assert month_books(tenant=world.tenant, lake=world.places.lake, cycle=NOVEMBER).broken == []


def test_a_large_adjustment_needs_a_second_person(world: World) -> None:
    world.open(OCTOBER, NOVEMBER).billed(OCTOBER)
    with pytest.raises(UnableToAdjust) as told:
        enter(world, -10_001)
    assert told.value.code == "ADJUSTMENT_NOT_APPROVED"
    assert queries.pending_adjustments(tenant=world.tenant) == []
    Approval.objects.update(state="approved", decided_by="staff:li", decided_ms=int(world.now.timestamp() * 1000))
    made = enter(world, -10_001)
    assert made.approval == Approval.objects.get().pk
    operations.set_terms(
        tenant=world.tenant, actor=ZHANG, valid_from=date(2026, 11, 1), due_day=10, adjust_limit_minor=20_000,
        now=world.now,
    )  # fmt: skip
    assert enter(world, -10_002, key="k2").approval is None
    world.bill(OCTOBER)
    world.post(OCTOBER)
    assert owed_by(tenant=world.tenant, accounts=["a1"])["a1"][0].due_on == date(2026, 11, 10)


@pytest.mark.parametrize(
    ("told", "code"),
    [({"account": "nobody"}, "ADJUSTMENT_ACCOUNT"), ({"item": "NONE"}, "ADJUSTMENT_ITEM"),
     ({"amount_minor": 0}, "ADJUSTMENT_AMOUNT")],
)  # fmt: skip
def test_an_adjustment_of_nothing_is_refused(world: World, told: dict[str, Any], code: str) -> None:
    world.open(OCTOBER)
    with pytest.raises(BadInput) as refused:
        enter(world, told.pop("amount_minor", 5), **told)
    assert refused.value.faults[0].code == code


def test_a_month_whose_books_do_not_add_up_stays_open(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.open(OCTOBER).usage(*CALLS).billed(OCTOBER)
    world.post(OCTOBER)
    run = Run.objects.get(kind="post")
    monkeypatch.setattr("yidian.runs.books.month.queries.sums", lambda **_: (1, 2, 3, 4))
    with pytest.raises(operations.UnableToCloseCycle) as told:
        world.close(OCTOBER)
    assert (told.value.code, world.state(OCTOBER), run.state) == ("MONTH_DOES_NOT_BALANCE", "posted", "done")


def test_what_the_page_of_a_months_books_keeps_is_what_is_added_up_anew(world: World, tmp_path: Path) -> None:
    def asked() -> tuple[MonthBooks, MonthBooks]:
        told = {"tenant": world.tenant, "lake": world.places.lake, "cycle": OCTOBER}
        return month_books(**told, work=tmp_path), month_books(**told)

    kept = tmp_path / "books" / world.tenant.code / f"{OCTOBER}.json"
    world.open(OCTOBER).usage(*CALLS).rate(OCTOBER)
    seen = []
    for step in (lambda: None, lambda: world.bill(OCTOBER), lambda: world.post(OCTOBER)):
        step()
        page, anew = asked()
        assert page == anew
        seen.append(kept.read_text())
    assert len(set(seen)) == 3, "rated, billed, posted: each time something else counts"
    kept.write_text(kept.read_text().replace('"rated_micro": ', '"rated_micro": 7'))
    page, anew = asked()
    assert page != anew, "it was read, not added up"
    kept.write_text("{")
    page, anew = asked()
    assert page == anew, "what cannot be read is made anew"
