"""Defects planted into histories of cycles and into a month's books: each is found, and nothing is in a sound month."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.cycles.world import NOVEMBER, OCTOBER, World

from yidian.domains.customer_bill.models import BillingCycle, BillTax, CustomerBill, CycleStep
from yidian.domains.payment.models import Receivable
from yidian.runs.doctor.cycle_states import cycle_states
from yidian.runs.doctor.finding import Finding
from yidian.runs.doctor.late import late
from yidian.runs.doctor.month_equation import month_equation
from yidian.runs.doctor.visit import Visit


@pytest.fixture
def month(tenant: Any, tmp_path: Path) -> World:
    """October closed, with usage; November open."""
    world = World(tenant, tmp_path / "home").open(OCTOBER, NOVEMBER)
    return world.usage((1, "13800000005", "voice", 1_790_900_000_000, 6_000)).billed(OCTOBER).close(OCTOBER)


def asked(world: World, query: Callable[[Visit], Finding]) -> tuple[set[str], set[str]]:
    """Codes of violations and of alarms."""
    found = query(Visit(world.tenant, world.home, world.places, world.now))
    assert found.checked
    return {one.code for one in found.violations}, {one.code for one in found.alarms}


def test_a_sound_month_has_nothing_to_be_found(month: World) -> None:
    assert asked(month, cycle_states) == (set(), set())
    assert asked(month, month_equation) == (set(), set())


def steps(event: str) -> Any:
    return CycleStep.objects.filter(cycle__name=OCTOBER, event=event)


DEFECTS: dict[str, tuple[Callable[[World], object], str]] = {
    "a step taken out": (lambda _: steps("rate").delete(), "HISTORY_GAP"),
    "a step that could not follow": (lambda _: steps("bill").update(event="close"), "STEP_NOT_IN_TABLE"),
    "an overlap": (lambda m: steps("rate").update(until=m.now.replace(year=2027)), "HISTORY_NOT_HALF_OPEN"),
    "a state by hand": (
        lambda _: BillingCycle.objects.filter(name=OCTOBER).update(state="billed", closed_at=None),
        "STATE_NOT_LAST_STEP",
    ),
    "no beginning": (lambda _: steps("open").delete(), "HISTORY_WITHOUT_BEGINNING"),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_in_a_history(month: World, defect: str) -> None:
    plant, code = DEFECTS[defect]
    plant(month)
    assert code in asked(month, cycle_states)[0]


BOOKS: dict[str, Callable[[World], object]] = {
    "a bill's total": lambda _: CustomerBill.objects.filter(account__code="a5").update(total_minor=1),
    "a bill's rounding": lambda _: CustomerBill.objects.filter(account__code="a5").update(remainder_micro=1),
    "a bill's tax": lambda _: CustomerBill.objects.filter(account__code="a5").update(tax_minor=1),
    "a bill that is gone": lambda m: _without(m, "a5"),
    "a receivable": lambda _: Receivable.objects.filter(account="a5").update(amount_minor=1),
    "a receivable that is gone": lambda m: _forget("payment_receivable", "account", "a5", m),
}


def _without(world: World, account: str) -> None:
    bill = CustomerBill.objects.get(account__code=account)
    BillTax.objects.filter(bill_id=bill.pk).delete()
    CustomerBill.objects.filter(pk=bill.pk).update(published=None)


def _forget(table: str, column: str, value: str, world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE tenant_id = %s AND {column} = %s", [world.tenant.pk, value])


@pytest.mark.parametrize("defect", BOOKS)
def test_a_defect_in_the_books(month: World, defect: str) -> None:
    BOOKS[defect](month)
    assert asked(month, month_equation)[0] == {"EQUATION_BROKEN"}


def test_late_usage_is_told_until_a_bill_has_it(month: World) -> None:
    month.usage((2, "13800000005", "voice", 1_790_900_100_000, 60))
    assert asked(month, late)[1] == {"LATE_FOR_CLOSED_CYCLE"}
    month.billed(NOVEMBER)
    assert asked(month, late)[1] == set()
