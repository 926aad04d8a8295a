"""Statements that are kept: other values, other lengths, other tenants, and what they are not for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from yidian.platform.access.models import Organisation, Post, Role, User
from yidian.platform.database.asking import FEW, where
from yidian.platform.database.kept import Reading, add, change
from yidian.platform.outbox.models import OutboxEvent
from yidian.platform.tenancy.guard import UnscopedStatement
from yidian.platform.tenancy.models import Tenant

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
OF = Reading(lambda events, since: OutboxEvent.objects.filter(event__in=events, at__gte=since).order_by("id"))
TOLD = Reading(
    lambda event, number: OutboxEvent.objects.filter(event=event, number__lt=number).order_by("-id").values_list(
        "aggregate", "payload", "at"
    )[:1]
)  # fmt: skip


def row(tenant: Tenant, n: int, event: str = "a") -> OutboxEvent:
    return OutboxEvent(
        tenant=tenant, event=event, aggregate=f"thing/{n}", payload={"n": n}, operation="t", actor="staff/t",
        at=NOW + timedelta(hours=n), number=n,
    )  # fmt: skip


def test_a_kept_statement_says_what_the_orm_says(tenant: Tenant) -> None:
    other = Tenant.objects.create(code="second", currency="CNY", zone="Asia/Shanghai")
    with transaction.atomic():
        with scope(tenant=other):
            add([row(other, 1)])
        with scope(tenant=tenant):
            made = [row(tenant, n, "ab"[n % 2]) for n in range(5)]
            add(made)
            assert [one.pk for one in made] == list(OutboxEvent.objects.order_by("id").values_list("id", flat=True))
            for events in (["a"], ["b"], ["a", "b"], ["b", "none"], []):
                for since in (NOW, NOW + timedelta(hours=2)):
                    found = OF.instances(tenant=tenant, events=events, since=since)
                    asked = OutboxEvent.objects.filter(event__in=events, at__gte=since).order_by("id")
                    assert [one.pk for one in found] == [one.pk for one in asked]
                    assert [(one.payload, one.at, one.tenant) for one in found] == [
                        (one.payload, one.at, tenant) for one in asked
                    ]
            assert TOLD.rows(tenant=tenant, event="a", number=4) == [("thing/2", {"n": 2}, NOW + timedelta(hours=2))]
            assert TOLD.rows(tenant=tenant, event="a", number=0) == []
            with CaptureQueriesContext(connection) as asked_again:
                TOLD.rows(tenant=tenant, event="b", number=9)
            assert len(asked_again) == 1
        with scope(tenant=other):
            assert [one.payload for one in OF.instances(tenant=other, events=["a"], since=NOW)] == [{"n": 1}]
        with scope(tenant=other), pytest.raises(UnscopedStatement):
            OF.rows(tenant=tenant, events=["a"], since=NOW)


def test_few_are_asked_by_a_kept_statement_and_many_alike(tenant: Tenant) -> None:
    with transaction.atomic(), scope(tenant=tenant):
        add([row(tenant, n) for n in range(FEW + 3)])
        for count in (0, 1, FEW, FEW + 1):
            wanted = [f"thing/{n}" for n in range(count)]
            told = sorted(where(OutboxEvent, "aggregate", wanted, "number", tenant=tenant), key=lambda one: one[1])
            assert told == [(f"thing/{n}", n) for n in range(count)]


def test_a_row_is_changed_only_as_it_was_read(tenant: Tenant) -> None:
    with transaction.atomic(), scope(tenant=tenant):
        one, beside = row(tenant, 1), row(tenant, 2)
        add([one, beside])
        assert not change(one, {"event": "b"}, was={"event": "other", "number": 1})
        assert change(one, {"event": "b", "payload": {"n": [1]}, "at": NOW}, was={"event": "a", "number": 1})
        one.refresh_from_db()
        beside.refresh_from_db()
        assert (one.event, one.payload, one.at, beside.event) == ("b", {"n": [1]}, NOW, "a")


def test_a_reading_that_does_not_ask_for_a_value_is_refused(tenant: Tenant) -> None:
    blind = Reading(lambda event: OutboxEvent.objects.filter(event="a") if event else None)
    with scope(tenant=tenant), pytest.raises(RuntimeError):
        blind.rows(tenant=tenant, event="b")


POSTS = Reading(lambda login: Post.objects.filter(user__login=login).select_related("role", "organisation"))
BEGINS = Reading(
    lambda begins, event: OutboxEvent.objects.filter(aggregate__startswith=begins, event=event).values_list("aggregate")
)
TENANTS = Reading(lambda code: Tenant.objects.filter(code=code))


def test_rows_that_come_along_are_whole_too_or_none(tenant: Tenant) -> None:
    with scope(tenant=tenant):
        user = User.objects.create(tenant=tenant, login="wei", name="韦敏")
        role = Role.objects.create(tenant=tenant, code="clerk", from_ms=1, to_ms=2)
        node = Organisation.objects.create(tenant=tenant, code="north")
        for place in (node, None):
            Post.objects.create(tenant=tenant, user=user, role=role, organisation=place, from_ms=3, to_ms=4)
        found = POSTS.instances(tenant=tenant, login="wei")
        with CaptureQueriesContext(connection) as asked:
            told = [(one.from_ms, one.role.code, one.role.to_ms, one.organisation and one.organisation.code, one.tenant)
                    for one in found]  # fmt: skip
        assert sorted(told, key=str) == sorted(
            [(3, "clerk", 2, "north", tenant), (3, "clerk", 2, None, tenant)], key=str
        )
        assert len(asked) == 0
        assert POSTS.instances(tenant=tenant, login="nobody") == []


def test_what_begins_with_a_value_is_found_and_its_signs_are_no_pattern(tenant: Tenant) -> None:
    with transaction.atomic(), scope(tenant=tenant):
        add([row(tenant, 1), row(tenant, 12), row(tenant, 2)])
        for begins, found in (("thing/1", 2), ("thing/12", 1), ("thing_1", 0), ("thing%", 0), ("", 3), ("\\", 0)):
            assert len(BEGINS.rows(tenant=tenant, begins=begins, event="a")) == found, begins


def test_a_table_that_is_no_tenants_is_asked_without_one(tenant: Tenant) -> None:
    [found] = TENANTS.instances(tenant=None, code=tenant.code)
    assert (found.pk, found.zone, TENANTS.instances(tenant=None, code="nobody")) == (tenant.pk, tenant.zone, [])
