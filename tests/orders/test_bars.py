"""A line is stopped while an order of it is in flight: whatever comes first, the network bars what the inventory says.

Credit control writes its stop as any office does, and the network is told of it by the order that is at work.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.orders.hall import CARDS, NUMBERS, Hall

from yidian.domains.credit.models import DunningEntry
from yidian.domains.product_inventory.operations import apply_changes
from yidian.domains.product_inventory.types import ResumeFrom, StopFor
from yidian.domains.product_order.operations import stepping
from yidian.journeys.ordering import for_arrears
from yidian.journeys.ordering.at_once import Wish, take
from yidian.journeys.ordering.doing import UnableToDo
from yidian.kernel.calendar import to_ms
from yidian.platform import points
from yidian.platform.jobs.models import Run
from yidian.platform.network.misbehaviour import Misbehaviour
from yidian.platform.writing.types import system

CREDIT = system("credit")


def written(hall: Hall, *changes: Any) -> None:
    """What an office writes past every order."""
    hall.do(apply_changes, changes=changes, known_offers={}, terms={}, quotas={}, held_back={})


def stopped(hall: Hall, me: str, ways: str = "two") -> None:
    written(hall, StopFor(subscriber=me, reason="arrears", ways=ways, at_ms=to_ms(hall.now)))


def paid(hall: Hall, me: str) -> None:
    hall.later(minutes=1)
    written(hall, ResumeFrom(subscriber=me, reason="arrears", at_ms=to_ms(hall.now)))


def verbs(hall: Hall) -> list[str]:
    """Everything the network did, in order."""
    told = [one.command for one in reversed(hall.network.commands())]
    return [f"{one.verb} {one.params.get('ways', '')}".strip() for one in told]


def test_a_stop_after_submission_is_seen_when_the_step_runs_and_when_it_is_taken_back(hall: Hall) -> None:
    me = hall.line()
    order = hall.submitted(hall.cart(("stop", {"way": "one"}, me)))
    stopped(hall, me)
    hall.later(minutes=1)
    assert hall.opened(order).state == "completed"
    assert hall.open_lines() == {me: (NUMBERS[0], "two")}
    paid(hall, me)
    stopped(hall, me, "one")
    assert hall.reversed(order).state == "reversed"
    assert hall.open_lines() == {me: (NUMBERS[0], "one")}, "the arrears stay"
    assert verbs(hall) == ["open", "bar two", "bar one"]


@pytest.mark.parametrize("when", ["sent", "answered"])
def test_a_stop_while_the_network_is_at_it_sends_another_command_under_another_key(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    monkeypatch.setitem(stepping.claim.__kwdefaults__, "lease", timedelta(0))
    me = hall.line()
    order = hall.submitted(hall.cart(("stop", {"way": "one"}, me)))
    points.configure("order.sent=raise" if when == "sent" else "order.complete=raise")
    with pytest.raises(points.PlantedFault):
        hall.worked(order)
    points.configure("")
    assert hall.open_lines() == {me: (NUMBERS[0], "one")}
    stopped(hall, me)
    hall.later(minutes=1)
    assert hall.opened(order).state == "completed"
    assert verbs(hall) == ["open", "bar one", "bar two"]
    assert {one.heard for one in hall.network.commands()} <= {1, 2}
    assert hall.open_lines() == {me: (NUMBERS[0], "two")}
    with pytest.MonkeyPatch.context() as moved:  # 返销, and while it is told the arrears are paid
        send = type(hall.network).send

        def meanwhile(network: Any, command: Any) -> Any:
            said = send(network, command)
            if command.key.endswith("/undo") and command.verb == "bar":
                paid(hall, me)
            return said

        moved.setattr(type(hall.network), "send", meanwhile)
        assert hall.reversed(order).state == "reversed"
    assert verbs(hall)[3:] == ["bar two", "unbar"]
    assert hall.open_lines() == {me: (NUMBERS[0], "none")}


def test_the_same_command_is_sent_again_however_the_line_stands_by_then(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(stepping.claim.__kwdefaults__, "lease", timedelta(0))
    me = hall.line()
    order = hall.submitted(hall.cart(("loss", {}, me)))
    hall.opened(order)
    found = hall.submitted(hall.cart(("found", {}, me)))
    hall.network.misbehave(Misbehaviour("deaf", times=1))
    hall.worked(found)
    stopped(hall, me, "one")
    hall.later(minutes=1)
    assert hall.opened(found).state == "completed"
    assert verbs(hall) == ["open", "bar two", "unbar", "bar one"], "the key was used for unbar, and stays for it"
    assert hall.open_lines() == {me: (NUMBERS[0], "one")}


def listed(hall: Hall, stage: str) -> None:
    """The list of today, made anew: one account at a stage, or nobody ("")."""
    on = hall.now.date()
    Run.objects.get_or_create(
        tenant=hall.tenant, kind="dun", subject=on.isoformat(), state=Run.State.DONE,
        defaults={"started_at": hall.now, "input_digest": ""},
    )  # fmt: skip
    DunningEntry.objects.all().delete()
    if stage:
        DunningEntry.objects.create(
            tenant=hall.tenant, on=on, account=hall.account(), stage=stage, overdue_minor=5900, oldest_due_on=on,
            buckets=[0, 5900, 0, 0], run=1,
        )  # fmt: skip


def dunned(hall: Hall, stage: str) -> dict[str, tuple[str, str]]:
    """By line: what credit control did, or why not."""
    listed(hall, stage)
    hall.later(minutes=1)
    found = for_arrears.act(tenant=hall.tenant, actor=CREDIT, on=hall.now.date(), now=hall.now)
    for one in found:
        if one.order:
            assert hall.opened(one.order).state == "completed"
    return {one.wanted.subscriber: (f"{one.wanted.act} {one.wanted.ways}".strip(), one.code) for one in found}


def test_dunning_stops_a_line_while_its_plan_changes_and_what_is_taken_back_is_stopped_still(hall: Hall) -> None:
    me = hall.line()
    with pytest.raises(UnableToDo) as unlisted:
        for_arrears.act(tenant=hall.tenant, actor=CREDIT, on=hall.now.date(), now=hall.now)
    assert unlisted.value.code == "DUN_LIST_NOT_TODAYS"
    change = hall.submitted(hall.cart(("plan_change", {"plan": "M99"}, me)))
    assert dunned(hall, "single_stop") == {me: ("stop one", "")}
    assert hall.open_lines() == {me: (NUMBERS[0], "one")}
    assert hall.opened(change).state == "completed"
    assert hall.reversed(change).state == "reversed"
    assert hall.open_lines() == {me: (NUMBERS[0], "one")}, "the plan goes and comes, the stop stays"
    assert dunned(hall, "single_stop") == {}, "it is stopped so already"
    assert dunned(hall, "double_stop") == {me: ("stop two", "")}
    assert hall.stands(me).reasons[0].ways == "two"
    with pytest.raises(UnableToDo, match="DUN_LIST_NOT_TODAYS"):
        for_arrears.act(tenant=hall.tenant, actor=CREDIT, on=hall.now.date(), now=hall.now + timedelta(days=1))
    assert dunned(hall, "") == {me: ("resume", "")}
    assert hall.open_lines() == {me: (NUMBERS[0], "none")}
    gone = hall.submitted(hall.cart(("terminate", {}, me)))
    stopped(hall, me)
    hall.later(minutes=1)
    assert hall.opened(gone).state == "completed"
    assert hall.open_lines() == {}
    assert hall.reversed(gone).state == "reversed"
    assert hall.open_lines() == {me: (NUMBERS[0], "two")}


def test_a_line_that_is_paid_and_in_arrears_again_on_one_day_is_stopped_again_by_a_list_made_anew(hall: Hall) -> None:
    me = hall.line()
    for stage, done, barred in (
        ("single_stop", "stop one", "one"), ("", "resume", "none"), ("single_stop", "stop one", "one"),
        ("double_stop", "stop two", "two"), ("", "resume", "none"), ("double_stop", "stop two", "two"),
    ):  # fmt: skip
        assert dunned(hall, stage) == {me: (done, "")}
        assert hall.open_lines() == {me: (NUMBERS[0], barred)}


def test_what_people_took_back_is_not_ordered_again_before_the_next_days_list(hall: Hall) -> None:
    me = hall.line()

    def acted() -> str:
        hall.later(minutes=1)
        [one] = for_arrears.act(tenant=hall.tenant, actor=CREDIT, on=hall.now.date(), now=hall.now)
        return str(one.order)

    listed(hall, "single_stop")
    order = acted()
    assert acted() == order, "typed again while the network is told"
    assert hall.opened(order).state == "completed"
    assert hall.reversed(order).state == "reversed"
    listed(hall, "single_stop")
    assert acted() == order
    assert hall.open_lines() == {me: (NUMBERS[0], "none")}
    hall.later(days=1)
    listed(hall, "single_stop")
    assert acted() != order


def test_credit_control_keeps_to_its_table_and_a_paid_line_is_resumed_of_the_arrears_alone(hall: Hall) -> None:
    lost, ending, busy = hall.line(0), hall.line(1), hall.line(2)
    hall.ordered(("loss", {}, lost))
    hall.ordered(("pre_terminate", {}, ending))
    swap = hall.submitted(hall.cart(("card_swap", {"card": CARDS[5]}, busy)))
    assert dunned(hall, "double_stop") == {
        lost: ("stop two", ""), ending: ("stop two", "PRE_TERMINATED"), busy: ("stop two", "ORDER_IN_FLIGHT"),
    }  # fmt: skip
    hall.opened(swap)
    assert [one.reason for one in hall.stands(lost).reasons] == ["loss", "arrears"]
    assert dunned(hall, "") == {lost: ("resume", "")}
    assert hall.open_lines()[lost] == (NUMBERS[0], "two"), "whoever pays has lost his card still"
    hall.ordered(("found", {}, lost))
    assert hall.open_lines()[lost] == (NUMBERS[0], "none")
    stopped(hall, ending)  # before it was to end
    assert dunned(hall, "") == {ending: ("resume", "")}, "else it could neither end nor go on"
    wish = Wish(hall.customer(), "add_on", {"offer": "PACK"}, lost)
    with pytest.raises(UnableToDo) as other:
        take(**{**hall.by, "actor": CREDIT}, wish=wish, channel="credit", price=lambda _: {})
    assert other.value.code == "ORDER_CREDIT_DEED"
    with pytest.raises(UnableToDo) as foreign:
        hall.cart(("resume", {"reason": "arrears"}, lost))
    assert foreign.value.code == "NOT_STOPPED"
