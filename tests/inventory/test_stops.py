"""Reasons of a stop: each with its own beginning and end, and the state that billing reads drawn from all of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django_scopes import scope
from tests.inventory.changed import NOW, change, everything, number, offer, opening, refused, undo
from tests.inventory.files import day, row, take

from yidian.domains.party.operations import add_parties
from yidian.domains.product_inventory.changes.lifecycle import EVENTS, LIVES, TABLE, can_become
from yidian.domains.product_inventory.changes.types import EndIdentifier, EndOffer, ResumeFrom, SetLife, StopFor
from yidian.domains.product_inventory.models import SubscriberLife, SubscriberState, SubscriberStop
from yidian.domains.product_inventory.operations import import_states
from yidian.domains.product_inventory.queries import overlaps, standing, states_astray
from yidian.domains.product_inventory.stops.lines import StopRow, redraw, steps_of_states, steps_of_stops
from yidian.domains.product_inventory.stops.types import REASONS
from yidian.kernel.calendar import FOREVER_MS
from yidian.kernel.faults import BadInput
from yidian.kernel.timeline import Kept
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import system
from yidian.runs.doctor.subscriptions import histories, subscriptions
from yidian.runs.doctor.visit import Visit
from yidian.runs.rate.inputs import Places

OCT, NOV, TEN, DEC, JAN = (day(f"20{on}") for on in ("26-10-01", "26-11-01", "26-11-10", "26-12-01", "27-01-01"))


def stop(reason: str, at_ms: int, ways: str = "two") -> StopFor:
    return StopFor(subscriber="S1", reason=reason, ways=ways, at_ms=at_ms)


def resume(reason: str, at_ms: int) -> ResumeFrom:
    return ResumeFrom(subscriber="S1", reason=reason, at_ms=at_ms)


def states() -> list[tuple[str, int, int]]:
    return list(SubscriberState.objects.order_by("from_ms").values_list("state", "from_ms", "to_ms"))


@pytest.fixture
def line(tenant: Tenant) -> Iterator[Tenant]:
    """A line that is in use since October."""
    add_parties(tenant=tenant, customers={"C1": ""}, accounts={"ACC1": "C1"})
    with scope(tenant=tenant):
        change(tenant, opening("S1", OCT), number("S1", "13800000001", OCT), offer("S1", "A", OCT))
        yield tenant


def test_the_line_opens_when_the_last_reason_is_gone(line: Tenant) -> None:
    change(line, stop("arrears", NOV, "one"))
    assert states() == [], "outgoing barred only: it pays as ever"
    change(line, stop("arrears", TEN), stop("loss", TEN))
    assert states() == [("stopped", TEN, FOREVER_MS)]
    change(line, resume("arrears", DEC))
    assert states() == [("stopped", TEN, FOREVER_MS)], "the card is lost still"
    change(line, resume("loss", JAN))
    assert states() == [("stopped", TEN, JAN), ("active", JAN, FOREVER_MS)]
    now = standing(tenant=line, subscriber="S1", at_ms=DEC)
    assert now is not None
    assert (now.reasons, now.billing_state) == ((("loss", "two", TEN),), "stopped")
    assert states_astray(tenant=line) == []


def test_keeping_the_number_wins_over_every_stop(line: Tenant) -> None:
    change(line, stop("on_request", NOV), stop("keep_number", TEN))
    change(line, stop("arrears", DEC), resume("on_request", DEC))
    assert states() == [("stopped", NOV, TEN), ("kept", TEN, FOREVER_MS)]
    change(line, resume("keep_number", JAN))
    assert states() == [("stopped", NOV, TEN), ("kept", TEN, JAN), ("stopped", JAN, FOREVER_MS)]


def test_one_way_and_both_of_a_reason_take_each_others_place(line: Tenant) -> None:
    (first,) = (one for one in change(line, stop("arrears", NOV, "one")) if one.table == "stops")
    effects = change(line, stop("arrears", TEN))
    (new,) = (one for one in effects if one.table == "stops" and one.action == "add")
    assert (new.kind, new.replaces) == ("two", first.row)
    change(line, stop("arrears", DEC, "one"))
    assert states() == [("stopped", TEN, DEC), ("active", DEC, FOREVER_MS)]
    found = SubscriberStop.objects.order_by("from_ms").values_list("ways", "from_ms", "to_ms")
    assert list(found) == [("one", NOV, TEN), ("two", TEN, DEC), ("one", DEC, FOREVER_MS)]


def test_a_stop_told_late_draws_the_line_anew_from_then_on(line: Tenant) -> None:
    change(line, stop("loss", TEN), resume("loss", DEC))
    assert states() == [("stopped", TEN, DEC), ("active", DEC, FOREVER_MS)]
    before = everything()
    late = change(line, stop("rule_violation", NOV))
    assert states() == [("stopped", NOV, FOREVER_MS)]
    assert {(one.action, one.table) for one in late} == {("add", "stops"), ("add", "states"), ("remove", "states")}
    undo(line, late)
    assert everything() == before
    late = change(line, resume("loss", DEC - 1))
    assert states() == [("stopped", TEN, DEC - 1), ("active", DEC - 1, FOREVER_MS)]
    undo(line, late)
    assert everything() == before


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("STOP_OVERLAPS", stop("loss", NOV)),  # one of December was told already
        ("STOP_OVERLAPS", stop("high_fee", DEC, "one")),  # both ways from the same instant
        ("STOP_OVERLAPS", stop("operator", TEN, "one")),  # both ways until December
        ("STOP_OVERLAPS", stop("operator", TEN)),
        ("STOP_BEGINS_THEN", resume("loss", DEC)),
        ("STOP_BEGINS_THEN", resume("loss", TEN)),
        ("NOT_STOPPED_FOR", resume("arrears", DEC)),
        ("NOT_STOPPED_FOR", resume("operator", JAN)),
    ],
)
def test_what_would_overlap_is_refused(line: Tenant, code: str, told: Any) -> None:
    change(line, stop("loss", DEC), stop("high_fee", DEC), stop("operator", NOV), resume("operator", DEC))
    assert refused(line, told) == code


def test_a_stop_may_end_and_begin_again_at_one_instant(line: Tenant) -> None:
    change(line, stop("loss", NOV))
    change(line, stop("loss", TEN + 1), resume("loss", TEN), stop("operator", TEN), resume("operator", TEN + 1))
    assert states() == [("stopped", NOV, FOREVER_MS)]
    change(line, stop("test", DEC))
    change(line, resume("test", JAN), stop("test", JAN))
    found = SubscriberStop.objects.filter(reason="test").order_by("from_ms").values_list("from_ms", "to_ms")
    assert list(found) == [(DEC, JAN), (JAN, FOREVER_MS)]
    assert overlaps(tenant=line) == []


def test_stops_stay_as_they_were_when_a_subscription_ends(line: Tenant) -> None:
    change(line, stop("arrears", NOV))
    end = EndOffer(subscriber="S1", offer="A", at_ms=DEC)
    assert refused(line, SetLife(subscriber="S1", life="terminated", at_ms=DEC), end) == "TERMINATED_HOLDS"
    gone = EndIdentifier(subscriber="S1", kind="msisdn", value="13800000001", at_ms=DEC)
    change(line, SetLife(subscriber="S1", life="terminated", at_ms=DEC), end, gone)
    assert states() == [("stopped", NOV, FOREVER_MS)], "no month of resumption is charged to who is gone"


def told_states(tenant: Tenant, folder: Path, *rows: str) -> tuple[int, int]:
    path = folder / f"states{random.random()}.csv"
    path.write_text("\n".join(["subscriber,state,from", *rows]) + "\n")
    taken = import_states(tenant=tenant, actor=system("test"), path=path, now=NOW)
    return taken.added, taken.ended


def test_files_of_states_go_on_working_and_say_stops_without_a_reason(line: Tenant, tmp_path: Path) -> None:
    assert told_states(line, tmp_path, "S1,stopped,2026-11-01", "S1,kept,2026-11-10") == (2, 0)
    assert told_states(line, tmp_path, "S1,active,2026-12-01") == (1, 1)
    assert states() == [("stopped", NOV, TEN), ("kept", TEN, DEC), ("active", DEC, FOREVER_MS)]
    stops = SubscriberStop.objects.order_by("from_ms").values_list("reason", "ways", "from_ms", "to_ms")
    assert list(stops) == [("unstated", "two", NOV, TEN), ("keep_number", "two", TEN, DEC)]
    assert told_states(line, tmp_path, "S1,stopped,2026-10-20") == (1, 0)
    assert states_astray(tenant=line) == []
    change(line, stop("arrears", JAN))
    with pytest.raises(BadInput) as refusal:
        told_states(line, tmp_path, "S1,active,2027-01-05")
    assert [fault.code for fault in refusal.value.faults] == ["STATE_HAS_REASONS"]
    change(line, resume("arrears", JAN + 1))
    told_states(line, tmp_path, "S1,stopped,2027-01-05")
    change(line, resume("unstated", day("2027-01-06")))
    assert states_astray(tenant=line) == []
    assert states()[-1][:2] == ("active", day("2027-01-06"))


def test_states_of_before_get_the_stops_that_draw_them(line: Tenant) -> None:
    one = {"tenant": line, "subscriber_id": SubscriberLife.objects.get().subscriber_id}
    told = (("stopped", OCT, NOV), ("kept", NOV, DEC), ("active", DEC, JAN), ("stopped", JAN, FOREVER_MS))
    for state, from_ms, to_ms in told:
        SubscriberState.objects.create(**one, state=state, from_ms=from_ms, to_ms=to_ms)
    import_module("yidian.domains.product_inventory.migrations.0005_stops_of_before").to_stops(apps, None)
    found = SubscriberStop.objects.order_by("from_ms").values_list("reason", "ways", "from_ms", "to_ms")
    assert list(found) == [
        ("unstated", "two", OCT, NOV), ("keep_number", "two", NOV, DEC), ("unstated", "two", JAN, FOREVER_MS)
    ]  # fmt: skip
    assert states_astray(tenant=line) == []


def test_the_law_finds_a_state_that_no_stop_draws_and_lives_and_stops_twice(line: Tenant) -> None:
    change(line, stop("loss", NOV), resume("loss", DEC))
    take(line, row(customer="C2", account="ACC2", subscriber="S2", identifier="13800000002"))
    assert states_astray(tenant=line) == []
    SubscriberState.objects.filter(state="stopped").update(state="kept")
    assert states_astray(tenant=line) == [("S1", NOV)]
    SubscriberState.objects.all().delete()
    assert states_astray(tenant=line) == [("S1", NOV)]
    SubscriberStop.objects.all().delete()
    one = {"tenant": line, "subscriber_id": SubscriberLife.objects.get().subscriber_id}
    SubscriberState.objects.create(**one, state="stopped", from_ms=DEC, to_ms=JAN)
    assert states_astray(tenant=line) == [("S1", DEC)]
    SubscriberLife.objects.create(**one, life="pre_terminated", from_ms=NOV, to_ms=DEC)
    SubscriberStop.objects.create(**one, reason="loss", ways="one", from_ms=NOV, to_ms=JAN)
    SubscriberStop.objects.create(**one, reason="test", ways="two", from_ms=NOV, to_ms=JAN)
    assert [told.table for told in overlaps(tenant=line)] == ["lives"]
    SubscriberStop.objects.create(**one, reason="loss", ways="two", from_ms=TEN, to_ms=JAN)
    assert [told.table for told in overlaps(tenant=line)] == ["lives", "stops"]


def test_the_doctor_tells_what_is_astray(line: Tenant, tmp_path: Path) -> None:
    on = Visit(tenant=line, home=tmp_path, places=Places(lake=tmp_path, work=tmp_path), now=NOW)

    def told() -> list[str]:
        found = [query(on) for query in (subscriptions, histories)]
        assert all(finding.checked or finding.query == "HISTORIES" for finding in found)
        return [remark.code for finding in found for remark in finding.violations]

    change(line, stop("loss", NOV))
    assert told() == []
    SubscriberState.objects.update(to_ms=TEN)
    assert told() == ["STATE_ASTRAY"]
    SubscriberLife.objects.update(life="terminated")
    assert told() == ["STATE_ASTRAY", "HELD_AFTER_END", "HELD_AFTER_END"]
    life = SubscriberLife.objects.get()
    SubscriberLife.objects.create(tenant=line, subscriber=life.subscriber, life="in_use", from_ms=DEC, to_ms=JAN)
    assert told()[-1] == "HISTORY_OVERLAPS"


@pytest.mark.parametrize("life", LIVES)
def test_every_pair_of_life_and_event(life: str) -> None:
    wanted = {
        "in_use": {"pre_terminate": "pre_terminated", "un_terminate": None, "terminate": "terminated"},
        "pre_terminated": {"pre_terminate": None, "un_terminate": "in_use", "terminate": "terminated"},
        "terminated": dict.fromkeys(EVENTS),
    }
    assert {event: TABLE.get((life, event)) for event in EVENTS} == wanted[life]
    assert {other for other in LIVES if can_become(life, other)} == set(wanted[life].values()) - {None}


def state_at(stops: list[StopRow], at_ms: int) -> str:
    """Told once more, plainly."""
    now = [one for one in stops if one.from_ms <= at_ms < one.to_ms]
    if any(one.reason == "keep_number" for one in now):
        return "kept"
    return "stopped" if any(one.ways == "two" for one in now) else "active"


def test_the_line_is_at_every_instant_what_its_stops_say_and_drawing_it_anew_gives_it_whatever_was_stored() -> None:
    rng = random.Random(4)
    for _ in range(300):
        stored: list[Kept] = []
        for _ in range(4):
            stops = []
            for _ in range(rng.randrange(5)):
                begin = rng.randrange(12)
                end = rng.choice([begin + rng.randrange(1, 9), FOREVER_MS])
                stops.append(
                    StopRow(0, rng.choice(["keep_number", "loss", "arrears"]), rng.choice(["one", "two"]), begin, end)
                )
            steps = steps_of_stops(stops)
            line = {at: next((s.state for s in reversed(steps) if s.from_ms <= at), "active") for at in range(22)}
            assert line == {at: state_at(stops, at) for at in range(22)}
            made = redraw(stored, steps)
            ended = {row.pk: to_ms for row, to_ms in made.end}
            gone = {row.pk for row in made.remove}
            left = [row._replace(to_ms=ended.get(row.pk, row.to_ms)) for row in stored if row.pk not in gone]
            left += [Kept(rng.randrange(1 << 40), *one) for one in made.add]
            left.sort(key=lambda row: row.from_ms)
            assert steps_of_states(left) == steps
            assert all(one.to_ms == other.from_ms for one, other in pairwise(left))
            assert redraw(left, steps) == type(made)(), "what is right is left alone"
            stored = left


def test_every_reason_stops_the_ways_it_says(line: Tenant) -> None:
    for reason, ways in product(REASONS, ("one", "two")):
        told = stop(reason, DEC, ways)
        if ways in REASONS[reason]:
            undo(line, change(line, told))
        else:
            assert refused(line, told) == "WAYS_IMPOSSIBLE"
    assert states() == []
