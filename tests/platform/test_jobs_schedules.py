"""Schedules: due by the clock on the wall, made good once after a night off, started once however many schedulers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from yidian.kernel.faults import BadInput
from yidian.platform.clock import VirtualClock
from yidian.platform.jobs import rules
from yidian.platform.jobs.models import Job, Schedule
from yidian.platform.jobs.operations import set_schedule
from yidian.platform.jobs.schedules import tick
from yidian.platform.jobs.timekeeping import Timekeeper
from yidian.platform.outbox.models import OutboxEvent
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"


def local(text: str, zone: str = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def follows(rule: str, text: str, zone: str = SHANGHAI, *, count: int = 1) -> list[str]:
    at, found = local(text, zone), []
    for _ in range(count):
        at = rules.read(rule).after(at, zone)
        found.append(at.astimezone(ZoneInfo(zone)).strftime("%m-%d %H:%M %z"))
    return found


@pytest.mark.parametrize(
    ("rule", "at", "zone", "expected"),
    [
        ("hourly 05", "2026-11-30 23:04", SHANGHAI, ["11-30 23:05 +0800", "12-01 00:05 +0800"]),
        ("hourly 05", "2026-11-30 23:05", SHANGHAI, ["12-01 00:05 +0800"]),
        ("daily 02:30", "2026-11-30 02:29", SHANGHAI, ["11-30 02:30 +0800", "12-01 02:30 +0800"]),
        ("daily 02:30", "2026-12-31 02:30", SHANGHAI, ["01-01 02:30 +0800"]),
        ("daily 00:00", "2026-11-30 23:59", SHANGHAI, ["12-01 00:00 +0800"]),
        ("monthly 31 23:50", "2026-01-31 23:50", SHANGHAI,
         ["02-28 23:50 +0800", "03-31 23:50 +0800", "04-30 23:50 +0800"]),
        ("monthly 1 00:30", "2026-12-15 00:00", SHANGHAI, ["01-01 00:30 +0800"]),
        ("monthly 29 00:00", "2028-01-31 00:00", SHANGHAI, ["02-29 00:00 +0800"]),
        ("daily 02:30", "2026-03-28 03:00", BERLIN, ["03-29 03:30 +0200", "03-30 02:30 +0200"]),
        ("daily 02:30", "2026-10-24 03:00", BERLIN, ["10-25 02:30 +0200", "10-26 02:30 +0100"]),
    ],
)  # fmt: skip
def test_when_it_is_due(rule: str, at: str, zone: str, expected: list[str]) -> None:
    assert follows(rule, at, zone, count=len(expected)) == expected


@pytest.mark.parametrize(
    "rule",
    ["", "daily", "daily 24:00", "daily 2:30", "hourly 60", "monthly 0 00:00", "monthly 32 00:00", "weekly 1 00:00"],
)
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(BadInput) as refused:
        rules.read(rule)
    assert refused.value.faults[0].code == "SCHEDULE_RULE"


def plan(tenant: Any, rule: str, at: str, name: str = "nightly", **more: Any) -> None:
    perform(
        tenant=tenant, actor=Actor("staff", "zhang"), operation="t", key=f"{name} {at} {rule} {more}", request={},
        now=local(at),
        work=lambda frame: {
            "next": set_schedule(frame=frame, name=name, kind="count", rule=rule, **more).isoformat()
        },
    )  # fmt: skip


def started(tenant: Any, at: str) -> list[dict[str, Any]]:
    """The jobs that a scheduler starts at an instant."""
    before = set(Job.objects.values_list("pk", flat=True))
    tick(tenant=tenant, now=local(at))
    return [job.params for job in Job.objects.exclude(pk__in=before).order_by("id")]


def test_each_time_due_is_one_job(tenant: Any) -> None:
    plan(tenant, "daily 02:30", "2026-11-29 12:00", params={"of": "night"})
    assert started(tenant, "2026-11-30 02:29") == []
    assert started(tenant, "2026-11-30 02:30") == [
        {"of": "night", "slot": "2026-11-29T18:30:00+00:00", "on": "2026-11-30", "missed": 0}
    ]
    assert started(tenant, "2026-11-30 02:31") == []
    assert [one["on"] for one in started(tenant, "2026-12-01 02:30")] == ["2026-12-01"]


def test_down_over_midnight_and_month_end_it_is_made_good_once(tenant: Any) -> None:
    plan(tenant, "daily 23:50", "2026-11-28 12:00")
    plan(tenant, "monthly 31 23:55", "2026-11-28 12:00", "month end")
    plan(tenant, "hourly 00", "2026-11-28 12:00", "hourly")
    found = started(tenant, "2026-12-02 08:30")
    assert sorted((one["on"], one["missed"]) for one in found) == [
        ("2026-11-30", 0),
        ("2026-12-01", 3),
        ("2026-12-02", 91),
    ]
    assert started(tenant, "2026-12-02 08:31") == []
    assert [one["on"] for one in started(tenant, "2026-12-31 23:55") if one["missed"] == 0] == ["2026-12-31"]


def test_two_schedulers_start_one_job(tenant: Any) -> None:
    """The second has read the schedule before the first moved it on."""
    plan(tenant, "daily 02:30", "2026-11-29 12:00")
    late = Schedule.objects.get()
    assert len(started(tenant, "2026-11-30 02:30")) == 1
    moved = Schedule.objects.get().next_at
    Schedule.objects.update(next_at=late.next_at)
    assert started(tenant, "2026-11-30 02:31") == []
    Schedule.objects.update(next_at=moved)
    assert Job.objects.count() == 1


def test_a_schedule_that_rests_starts_nothing_and_makes_nothing_good(tenant: Any) -> None:
    plan(tenant, "daily 02:30", "2026-11-29 12:00")
    plan(tenant, "daily 02:30", "2026-11-29 13:00", active=False)
    assert started(tenant, "2026-12-05 03:00") == []
    plan(tenant, "daily 02:30", "2026-12-05 13:00", active=True)
    assert started(tenant, "2026-12-05 14:00") == []
    assert len(started(tenant, "2026-12-06 02:30")) == 1


def test_a_clock_set_back_starts_nothing_twice_and_is_told(tenant: Any) -> None:
    plan(tenant, "daily 02:30", "2026-11-29 12:00")
    clock, alarms = VirtualClock(local("2026-11-30 02:30")), []
    keeper = Timekeeper(
        tenant=tenant, clock=clock, tell=lambda code, params: alarms.append((code, params["by_s"])),
        against_database=False,
    )  # fmt: skip
    keeper.look()
    assert tick(tenant=tenant, now=clock.now()) == 1
    clock.push(timedelta(minutes=5))
    keeper.look()
    assert alarms == []
    clock.set_back(timedelta(hours=1))
    keeper.look()
    assert tick(tenant=tenant, now=clock.now()) == 0
    clock.push(timedelta(hours=1))
    keeper.look()
    assert tick(tenant=tenant, now=clock.now()) == 0, "the half past two that comes twice counts once"
    clock.set_back(timedelta(days=-1))
    keeper.look()
    assert alarms == [("CLOCK_JUMPED", -3600), ("CLOCK_JUMPED", 86400)]
    assert list(OutboxEvent.objects.order_by("id").values_list("event", "payload__by_s")) == [
        ("clock.jumped", -3600), ("clock.jumped", 86400),
    ]  # fmt: skip


def test_a_worker_that_begins_before_the_last_thing_happened_says_so(tenant: Any) -> None:
    alarms: list[str] = []
    for at in ("2026-11-30 12:00", "2026-11-30 11:00"):
        clock = VirtualClock(local(at))
        keeper = Timekeeper(tenant=tenant, clock=clock, tell=lambda code, _: alarms.append(code), against_database=True)
        keeper.look()
    assert alarms == ["CLOCK_DIFFERS", "CLOCK_BEHIND", "CLOCK_DIFFERS"]
