"""The life of a cycle: every pair of state and event, its history, and what two people have to agree on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.cycles.world import LI, NOVEMBER, OCTOBER, ZHANG, World

from yidian.domains.customer_bill import lifecycle, operations, queries
from yidian.domains.customer_bill.lifecycle import UnableToChangeCycle
from yidian.domains.customer_bill.models import BillingCycle
from yidian.domains.customer_bill.operations import UnableToCloseCycle
from yidian.platform.access.models import Approval
from yidian.platform.audit.models import AuditEntry
from yidian.platform.outbox.models import OutboxEvent

ALLOWED = {
    ("open", "cut"): "cut", ("open", "rate"): "rated",
    ("cut", "cut"): "cut", ("cut", "rate"): "rated",
    ("rated", "cut"): "rated", ("rated", "rate"): "rated", ("rated", "bill"): "billed",
    ("billed", "cut"): "billed", ("billed", "rate"): "rated", ("billed", "bill"): "billed",
    ("billed", "post"): "posted",
    ("posted", "close"): "closed",
    ("closed", "reopen"): "posted",
}  # fmt: skip
REFUSED = {
    "open": {"bill": "CYCLE_NOT_RATED", "post": "CYCLE_NOT_RATED", "close": "CYCLE_NOT_RATED"},
    "cut": {"bill": "CYCLE_NOT_RATED", "post": "CYCLE_NOT_RATED", "close": "CYCLE_NOT_RATED"},
    "rated": {"post": "CYCLE_NOT_BILLED", "close": "CYCLE_NOT_BILLED"},
    "billed": {"close": "CYCLE_NOT_POSTED"},
    "posted": dict.fromkeys(("cut", "rate", "bill", "post"), "CYCLE_POSTED"),
    "closed": dict.fromkeys(("cut", "rate", "bill", "post", "close"), "CYCLE_CLOSED"),
}


@pytest.mark.parametrize("state", lifecycle.STATES)
@pytest.mark.parametrize("event", lifecycle.EVENTS)
def test_every_pair_of_state_and_event(state: str, event: str) -> None:
    assert set(lifecycle.TABLE) == set(ALLOWED)
    if (state, event) in ALLOWED:
        assert lifecycle.after(cycle="c", state=state, event=event) == ALLOWED[state, event]
        return
    with pytest.raises(UnableToChangeCycle) as told:
        lifecycle.after(cycle="c", state=state, event=event)
    assert told.value.code == REFUSED[state].get(event, "CYCLE_NOT_CLOSED")


def history(world: World, month: str = OCTOBER) -> list[tuple[int, str, str]]:
    return [(s.sequence, s.event, s.state) for s in queries.steps(tenant=world.tenant, cycle=month)]


def test_a_month_goes_forward_and_remembers_each_step(world: World) -> None:
    world.open(OCTOBER)
    operations.cut_cycle(tenant=world.tenant, name=OCTOBER, now=world.now, actor=ZHANG)
    world.billed(OCTOBER).rate(OCTOBER).bill(OCTOBER)
    world.post(OCTOBER)
    world.close(OCTOBER)
    assert history(world) == [
        (1, "open", "open"), (2, "cut", "cut"), (3, "rate", "rated"), (4, "bill", "billed"), (5, "post", "posted"),
        (6, "close", "closed"),
    ]  # fmt: skip
    steps = queries.steps(tenant=world.tenant, cycle=OCTOBER)
    assert [s.until for s in steps[:-1]] == [s.at for s in steps[1:]]
    assert steps[-1].until is None
    assert steps[-1].actor == "staff/zhang"
    assert {"cycle.opened", "cycle.cut", "cycle.posted", "cycle.closed"} <= set(
        OutboxEvent.objects.values_list("event", flat=True)
    )
    assert AuditEntry.objects.filter(operation="cycle.close").count() == 1


def test_a_clock_that_goes_back_leaves_no_gap_and_no_overlap(world: World) -> None:
    world.open(OCTOBER)
    world.now -= timedelta(hours=1)
    operations.cut_cycle(tenant=world.tenant, name=OCTOBER, now=world.now)
    first, second = queries.steps(tenant=world.tenant, cycle=OCTOBER)
    assert first.at == first.until == second.at


def test_a_new_rating_forgets_the_bills(world: World) -> None:
    world.open(OCTOBER).usage((1, "13800000005", "voice", 1_790_900_000_000, 60)).billed(OCTOBER)
    world.usage((2, "13800000005", "voice", 1_790_900_100_000, 60)).rate(OCTOBER)
    assert (world.state(OCTOBER), world.bills(OCTOBER)) == ("rated", {})


def test_closing_again_answers_again_and_somebody_else_is_told(world: World) -> None:
    world.open(OCTOBER).billed(OCTOBER).close(OCTOBER).close(OCTOBER)
    assert [event for _, event, _ in history(world)].count("close") == 1
    with pytest.raises(UnableToChangeCycle) as told:
        world.close(OCTOBER, actor=LI)
    assert told.value.code == "CYCLE_CLOSED"


def reopen(world: World) -> Any:
    return operations.reopen_cycle(tenant=world.tenant, name=OCTOBER, now=world.now, actor=ZHANG, reason="MISPOSTED")


def test_a_closed_cycle_is_reopened_only_when_a_second_person_agrees_and_once(world: World) -> None:
    world.open(OCTOBER, NOVEMBER).billed(OCTOBER).close(OCTOBER)
    for _ in range(2):
        with pytest.raises(UnableToCloseCycle) as told:
            reopen(world)
        assert told.value.code == "REOPEN_NOT_APPROVED"
    approval = Approval.objects.get()
    assert world.state(OCTOBER) == "closed"
    approve(world, approval)
    assert reopen(world).state == "posted"
    world.close(OCTOBER)
    assert history(world)[-2:] == [(6, "reopen", "posted"), (7, "close", "closed")]
    with pytest.raises(UnableToCloseCycle):
        reopen(world)


def approve(world: World, approval: Approval) -> None:
    """As `decide` leaves it; who may decide is the access room's to test."""
    Approval.objects.filter(pk=approval.pk).update(
        state="approved", decided_by="staff:li", decided_ms=int(world.now.timestamp() * 1000)
    )


def test_what_is_posted_is_never_rated_cut_or_billed_again(world: World) -> None:
    world.open(OCTOBER).billed(OCTOBER)
    world.post(OCTOBER)
    for again in (world.rate, world.bill):
        with pytest.raises(UnableToChangeCycle):
            again(OCTOBER)
    with pytest.raises(UnableToChangeCycle):
        operations.cut_cycle(tenant=world.tenant, name=OCTOBER, now=world.now)
    assert BillingCycle.objects.get().state == "posted"
