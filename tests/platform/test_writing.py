"""One write: rows, audit, events and key in one transaction, done once under its key."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError, OperationalError
from django_scopes import scope, scopes_disabled

from yidian.platform.audit.models import AuditEntry
from yidian.platform.numbering.models import NumberSeries
from yidian.platform.points import PlantedFault, configure
from yidian.platform.writing import keys
from yidian.platform.writing.models import IdempotencyKey
from yidian.platform.writing.operations import UnableToWrite, chunk, perform
from yidian.platform.writing.types import Actor, Outcome, system

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
ZHANG = Actor("staff", "zhang", user_id=7)


def note(frame: Any, name: str = "a") -> dict[str, Any]:
    """A row of business: a series with one number taken."""
    NumberSeries.objects.create(tenant=frame.tenant, series=name, last=1)
    frame.changed("series", name, before=None, after={"last": 1})
    return {"series": name}


def write(tenant: Any, work: Any = note, **told: Any) -> Outcome:
    asked = {
        "actor": ZHANG, "operation": "series.open", "key": "k1", "request": {"name": "a"}, "now": NOW, "reason": "asked"
    }  # fmt: skip
    return perform(tenant=tenant, work=work, **(asked | told))


def rows() -> tuple[int, int, int]:
    return NumberSeries.objects.count(), AuditEntry.objects.count(), IdempotencyKey.objects.count()


def test_a_write_has_its_rows_its_audit_and_its_key(tenant: Any) -> None:
    assert write(tenant) == Outcome({"series": "a"}, repeated=False)
    assert rows() == (1, 1, 1)
    entry = AuditEntry.objects.get()
    assert (entry.actor_kind, entry.actor_id, entry.user_id) == ("staff", "zhang", 7)
    assert (entry.operation, entry.key, entry.reason, entry.at) == ("series.open", "k1", "asked", NOW)
    assert json.loads(entry.changes) == [{"kind": "series", "id": "a", "before": None, "after": {"last": 1}}]


def test_the_same_key_again_answers_the_same_and_does_nothing(tenant: Any) -> None:
    def work(frame: Any) -> dict[str, Any]:
        return note(frame) | {"on": date(2026, 11, 22), "rate": Decimal("0.06"), "lines": (1, 2), 3: True}

    first = write(tenant, work)
    again = write(tenant, work)
    assert first.answer == again.answer == {
        "series": "a", "on": "2026-11-22", "rate": "0.06", "lines": [1, 2], "3": True
    }  # fmt: skip
    assert (first.repeated, again.repeated) == (False, True)
    assert rows() == (1, 1, 1)


def test_the_request_is_compared_as_a_value_not_as_a_text(tenant: Any) -> None:
    write(tenant, request={"name": "a", "on": date(2026, 11, 22)})
    assert write(tenant, request={"on": "2026-11-22", "name": "a"}).repeated


def test_the_same_key_for_another_request_is_refused(tenant: Any) -> None:
    write(tenant)
    with pytest.raises(keys.UnableToRepeat) as refused:
        write(tenant, request={"name": "b"})
    assert (refused.value.code, refused.value.params["key"]) == ("KEY_USED_OTHERWISE", "k1")
    assert rows() == (1, 1, 1)


def test_a_key_belongs_to_one_actor_operation_and_tenant(tenant: Any) -> None:
    from yidian.platform.tenancy.models import Tenant

    write(tenant)
    assert not write(tenant, lambda f: note(f, "b"), actor=system("zhang")).repeated
    assert not write(tenant, lambda f: note(f, "c"), operation="series.reopen").repeated
    reseller = Tenant.objects.create(code="reseller", currency="CNY", zone="Asia/Shanghai")
    with scope(tenant=reseller):
        assert not write(reseller).repeated


def test_a_write_that_fails_leaves_nothing_and_may_be_asked_again(tenant: Any) -> None:
    def work(frame: Any) -> dict[str, Any]:
        note(frame)
        raise LookupError("the account is closed")

    with pytest.raises(LookupError):
        write(tenant, work)
    assert rows() == (0, 0, 0)
    assert not write(tenant).repeated


def test_a_write_that_changed_nothing_is_audited_too(tenant: Any) -> None:
    write(tenant, lambda _: {})
    assert AuditEntry.objects.get().changes == "[]"


def test_an_error_swallowed_by_the_work_refuses_to_commit(tenant: Any) -> None:
    """On SQLite the transaction would go on without what failed; PostgreSQL goes on with nothing."""

    def work(frame: Any) -> dict[str, Any]:
        note(frame)
        try:
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO numbering_numberseries (tenant_id, series, last) VALUES (%s, 'a', 1)",
                               [frame.tenant.pk])  # fmt: skip
        except IntegrityError:
            pass
        return {}

    with pytest.raises(UnableToWrite) as refused:
        write(tenant, work)
    assert refused.value.code == "ERROR_SWALLOWED"
    assert rows() == (0, 0, 0)


def test_an_error_that_a_savepoint_has_undone_is_no_harm(tenant: Any) -> None:
    def work(frame: Any) -> dict[str, Any]:
        note(frame)
        with pytest.raises(IntegrityError), transaction.atomic():
            NumberSeries.objects.create(tenant=frame.tenant, series="a")
        note(frame, "b")
        return {}

    write(tenant, work)
    assert rows() == (2, 1, 1)


def test_an_error_swallowed_inside_a_savepoint_refuses_too(tenant: Any) -> None:
    def work(frame: Any) -> dict[str, Any]:
        note(frame)
        with transaction.atomic():
            with suppress(IntegrityError):
                NumberSeries.objects.bulk_create([NumberSeries(tenant=frame.tenant, series="a")])
            connection.needs_rollback = False  # what a careless author finds on the net
        return {}

    with pytest.raises((UnableToWrite, InternalError)):  # PostgreSQL refuses to release the savepoint
        write(tenant, work)
    assert rows() == (0, 0, 0)


def test_frames_never_nest(tenant: Any) -> None:
    def work(frame: Any) -> dict[str, Any]:
        write(frame.tenant, key="k2")
        return {}

    with pytest.raises(UnableToWrite) as refused:
        write(tenant, work)
    assert (refused.value.code, refused.value.params["outer"]) == ("FRAME_NESTED", "series.open k1")
    assert rows() == (0, 0, 0)
    assert not write(tenant).repeated


def test_a_frame_that_has_ended_takes_nothing(tenant: Any) -> None:
    kept: list[Any] = []
    write(tenant, lambda frame: kept.append(frame) or {})
    with pytest.raises(RuntimeError, match="has ended"):
        kept[0].changed("series", "a", before=None, after={})


@pytest.mark.parametrize("bad", [{"key": ""}, {"key": "k" * 201}, {"operation": ""}])
def test_a_key_that_cannot_be_kept_is_refused(tenant: Any, bad: dict[str, str]) -> None:
    with pytest.raises(UnableToWrite) as refused:
        write(tenant, **bad)
    assert refused.value.code == "KEY_UNUSABLE"


@pytest.mark.parametrize("answer", [{"amount": 0.1}, {"at": datetime(2026, 1, 1)}, {"file": b"x"}, {1.5: 2}])  # noqa: DTZ001
def test_an_answer_is_data_without_floats(tenant: Any, answer: dict[Any, Any]) -> None:
    with pytest.raises(TypeError):
        write(tenant, lambda _: answer)
    assert rows() == (0, 0, 0)


class Driver(Exception):
    """What a driver raises when somebody else won."""

    sqlstate, sqlite_errorname = "40001", "SQLITE_BUSY"


def losing(times: int) -> tuple[Any, list[int]]:
    """Work that loses a race so many times, and the count of its attempts."""
    tries: list[int] = []

    def work(frame: Any) -> dict[str, Any]:
        tries.append(1)
        note(frame)
        if len(tries) <= times:
            raise OperationalError("lost") from Driver()
        return {"tries": len(tries)}

    return work, tries


def test_a_lost_race_is_run_again_unseen(tenant: Any) -> None:
    work, _ = losing(3)
    assert write(tenant, work) == Outcome({"tries": 4}, repeated=False)
    assert rows() == (1, 1, 1)


def test_who_loses_four_times_is_told_to_come_back(tenant: Any) -> None:
    work, tries = losing(4)
    with pytest.raises(UnableToWrite) as refused:
        write(tenant, work)
    assert (refused.value.code, len(tries)) == ("BUSY", 4)
    assert rows() == (0, 0, 0)


def test_any_other_error_of_the_database_is_not_repeated(tenant: Any) -> None:
    tries: list[int] = []

    def work(frame: Any) -> dict[str, Any]:
        tries.append(1)
        note(frame)
        note(frame)
        return {}

    with pytest.raises(IntegrityError):
        write(tenant, work)
    assert (len(tries), rows()) == (1, (0, 0, 0))


@pytest.mark.parametrize(("where", "done"), [("write.commit", False), ("write.committed", True)])
def test_a_fault_around_the_commit(tenant: Any, where: str, done: bool) -> None:
    configure(f"{where}=raise")
    try:
        with pytest.raises(PlantedFault):
            write(tenant)
    finally:
        configure("")
    assert rows() == ((1, 1, 1) if done else (0, 0, 0))
    assert write(tenant).repeated is done


def test_a_chunk_of_a_run_has_one_entry_with_digest_and_count(tenant: Any) -> None:
    with chunk(
        tenant=tenant, actor=system("post"), operation="bills.post", now=NOW, digest="d1", count=3, subject="2026-10/7"
    ) as frame:
        note(frame)
    assert rows() == (1, 1, 0)
    entry = AuditEntry.objects.get()
    assert (entry.key, entry.actor_id) == ("", "post")
    assert json.loads(entry.changes)[0] == {
        "kind": "chunk", "id": "2026-10/7", "before": None, "after": {"digest": "d1", "count": 3}
    }  # fmt: skip


def test_a_chunk_that_fails_or_swallows_leaves_nothing(tenant: Any) -> None:
    told = {"actor": system("post"), "operation": "bills.post", "now": NOW, "digest": "d", "count": 1, "subject": "s"}

    def one(then: Any) -> None:
        with chunk(tenant=tenant, **told) as frame:
            note(frame)
            then()

    def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        one(fail)
    with pytest.raises(UnableToWrite, match="ERROR_SWALLOWED"):
        one(lambda: connection.set_rollback(True))
    with pytest.raises(UnableToWrite, match="FRAME_NESTED"):
        one(lambda: write(tenant))
    assert rows() == (0, 0, 0)


def test_keys_are_forgotten_when_nobody_can_repeat_any_more(tenant: Any) -> None:
    write(tenant, now=NOW - timedelta(days=500))
    write(tenant, lambda f: note(f, "b"), key="k2", now=NOW - timedelta(days=300))
    with pytest.raises(keys.UnableToForget) as refused:
        keys.forget(tenant=tenant, before=NOW - timedelta(days=399), now=NOW)
    assert refused.value.params == {"days": 400}
    assert keys.forget(tenant=tenant, before=NOW - timedelta(days=400), now=NOW) == 1
    with scopes_disabled():
        assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["k2"]
