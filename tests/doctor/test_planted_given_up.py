"""Jobs that wait for a person and events that were given up are told; records that cannot be are violations."""

from __future__ import annotations

import pytest
from tests.doctor.office import Office
from tests.doctor.test_planted_defects import alarms, broken

AT = "'2026-11-01 10:00:00+00:00'"
TENANT = "(SELECT id FROM tenancy_tenant WHERE code = 'operator')"


def job(office: Office, *, state: str, reason: str, finished: str = AT) -> None:
    office.sql(
        "INSERT INTO jobs_job (tenant_id, kind, key, version, params, actor, state, attempts, done, total, owner, "
        "fence, asked_at, scheduled_for, finished_at, reason, result) "
        f"VALUES ({TENANT}, 'bill', '{state}/{reason}', 1, '{{}}', 'system', '{state}', 5, 0, 0, '', 1, {AT}, {AT}, "
        f"{finished}, '{reason}', '{{}}')"
    )


def dead(office: Office, *, due: str = "NULL") -> None:
    """A subscription with one event that was given up."""
    office.sql(
        "INSERT INTO outbox_outboxevent (tenant_id, event, aggregate, payload, operation, actor, at, number) "
        f"VALUES ({TENANT}, 'payment.taken', 'account/A1', '{{}}', 'payment.take', '{{}}', {AT}, 7)"
    )
    office.run("outbox", "subscribe", "crm", "https://crm.example/hook")
    office.sql(
        "INSERT INTO outbox_delivery (tenant_id, subscription_id, event_id, aggregate, number, previous, state, "
        f"attempts, replays, next_at, answer) SELECT {TENANT}, s.id, e.id, 'account/A1', 7, 0, 'dead', 9, 0, {due}, "
        "'500' FROM outbox_subscription s, outbox_outboxevent e WHERE e.number = 7"
    )


def test_a_parked_job_is_told_and_breaks_nothing(office: Office) -> None:
    job(office, state="parked", reason='{"code": "CYCLE_CLOSED"}')
    found = office.doctor("--law", "I6", expect=0)
    assert ("PARKED_JOBS", "JOB_IS_PARKED") in alarms(found)
    assert found["PARKED_JOBS"]["alarms"][0]["params"]["reason"] == "CYCLE_CLOSED"


@pytest.mark.parametrize(
    ("state", "finished", "code"),
    [("parked", AT, "JOB_PARKED_WITHOUT_REASON"), ("done", "NULL", "JOB_DONE_WITHOUT_INSTANT")],
)
def test_a_job_that_cannot_be_is_a_violation(office: Office, state: str, finished: str, code: str) -> None:
    job(office, state=state, reason="{}", finished=finished)
    assert broken(office.doctor("--law", "I6", expect=4)) == {("PARKED_JOBS", code)}


def test_events_that_were_given_up_are_told_and_break_nothing(office: Office) -> None:
    dead(office)
    found = office.doctor("--law", "I6", expect=0)
    assert ("DEAD_DELIVERIES", "DELIVERIES_DEAD") in alarms(found)
    assert found["DEAD_DELIVERIES"]["alarms"][0]["params"] == {"subscription": "crm", "count": 1, "first": 7}


def test_a_dead_event_that_is_due_is_a_violation(office: Office) -> None:
    dead(office, due=AT)
    assert broken(office.doctor("--law", "I6", expect=4)) == {("DEAD_DELIVERIES", "DEAD_DELIVERY_DUE")}
