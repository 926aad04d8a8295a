"""Writes at the same moment, each on its own connection to a database that really commits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction
from tests.faults.commit_writer import NOW, effects, take
from tests.platform.real_database import at_once, committing

from yidian.platform.audit.models import AuditEntry
from yidian.platform.numbering.models import NumberSeries
from yidian.platform.writing.keys import UnableToRepeat
from yidian.platform.writing.operations import UnableToWrite, perform
from yidian.platform.writing.types import Actor

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Any]:
    with committing(tmp_path) as tenant:
        yield tenant


def test_the_same_key_at_once_is_one_payment_and_one_answer(operator: Any) -> None:
    ended = at_once(operator, lambda _: take(tenant=operator, key="k1"), AT_ONCE)
    assert [one.answer for one in ended] == [{"number": "P000001"}] * AT_ONCE
    assert sorted(one.repeated for one in ended) == [False] + [True] * (AT_ONCE - 1)
    assert effects(operator) == {1}


def test_the_same_key_with_other_bodies_at_once_is_one_of_them(operator: Any) -> None:
    ended = at_once(operator, lambda n: take(tenant=operator, key="k1", amount_minor=100 + n), AT_ONCE)
    assert sum(isinstance(one, UnableToRepeat) for one in ended) == AT_ONCE - 1
    assert effects(operator) == {1}


def test_a_planted_check_then_write_is_caught(operator: Any) -> None:
    """Who looks first and writes then pays twice; that this test can see it is what the others stand on."""
    looked = threading.Barrier(AT_ONCE)

    def careless(number: int) -> None:
        known = AuditEntry.objects.filter(operation="payment.take").exists()
        looked.wait()
        if not known:
            take(tenant=operator, key=f"careless {number}")

    at_once(operator, careless, AT_ONCE)
    assert effects(operator) == {AT_ONCE}


def test_who_waits_too_long_is_told_to_come_back(operator: Any) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the patience of SQLite")
    told = connections.settings["default"]["OPTIONS"]
    patience, told["timeout"] = told["timeout"], 0.05
    holding, let_go = threading.Event(), threading.Event()

    def hold(_: int) -> None:
        with transaction.atomic():
            holding.set()
            let_go.wait()

    def come(_: int) -> Any:
        holding.wait()
        try:
            return take(tenant=operator, key="k1")
        finally:
            let_go.set()

    try:
        _, ended = at_once(operator, lambda n: (hold, come)[n](n), 2)
    finally:
        told["timeout"] = patience
    assert isinstance(ended, UnableToWrite)
    assert (ended.code, ended.params["key"]) == ("BUSY", "k1")
    assert effects(operator) == {0}


def test_a_transaction_the_database_has_ended_is_not_committed(operator: Any) -> None:
    """A full disk makes SQLite roll everything back; what comes after would be half a write, in autocommit."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL goes on with nothing by itself")

    def work(frame: Any) -> dict[str, Any]:
        frame.changed("series", "a", before=None, after=None)
        connection.connection.execute("ROLLBACK")  # past Django, as SQLite itself does
        return {}

    with pytest.raises(UnableToWrite) as refused:
        perform(tenant=operator, actor=Actor("staff", "zhang"), operation="series.open", key="k1", request={}, now=NOW,
                work=work)  # fmt: skip
    assert refused.value.code == "ERROR_SWALLOWED"
    assert not AuditEntry.objects.exists()


def test_a_real_deadlock_is_run_again_unseen(operator: Any) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's writers cannot deadlock")
    for name in ("a", "b"):
        NumberSeries.objects.create(tenant=operator, series=name)
    both = threading.Barrier(2)
    tries: list[int] = []

    def work(number: int) -> Callable[[Any], dict[str, Any]]:
        def moved(frame: Any) -> dict[str, Any]:
            tries.append(number)
            first, second = ("a", "b") if number else ("b", "a")
            NumberSeries.objects.filter(series=first).update(last=number)
            if len(tries) <= 2:
                both.wait()
            NumberSeries.objects.filter(series=second).update(last=number)
            return {}

        return moved

    ended = at_once(operator, lambda n: perform(
        tenant=operator, actor=Actor("staff", "zhang"), operation="series.move", key=f"k{n}", request={}, now=NOW,
        work=work(n)), 2)  # fmt: skip
    assert [one.repeated for one in ended] == [False, False]
    assert len(tries) == 3
