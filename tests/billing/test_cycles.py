"""Opening a cycle, and what keeps it from closing. Its states are told in tests/cycles."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from yidian.domains.customer_bill import operations, queries
from yidian.domains.customer_bill.lifecycle import UnableToChangeCycle
from yidian.domains.customer_bill.operations import UnableToCloseCycle
from yidian.domains.customer_bill.queries import UnableToFindCycle
from yidian.domains.customer_bill.types import Parked
from yidian.kernel.faults import BadInput
from yidian.platform.jobs.engine import finish, open_run
from yidian.platform.jobs.models import Run
from yidian.platform.lake.models import LakeFile

NOW = datetime(2026, 11, 1, 2, tzinfo=UTC)
MONTH = "2026-10"


def test_a_cycle_is_a_month_of_the_tenants_zone_and_none_overlaps(tenant: Any) -> None:
    cycle = operations.open_cycle(tenant=tenant, name=MONTH, now=NOW)
    assert (cycle.from_ms, cycle.to_ms) == (1_790_784_000_000, 1_793_462_400_000)
    with pytest.raises(BadInput) as told:
        operations.open_cycle(tenant=tenant, name=MONTH, now=NOW)
    assert told.value.faults[0].code == "CYCLE_OVERLAP"
    operations.open_cycle(tenant=tenant, name="2026-11", now=NOW)
    assert [c.name for c in queries.cycles(tenant=tenant)] == [MONTH, "2026-11"]


@pytest.mark.parametrize("name", ["", "2026-13", "2026-1", "October", "2026-10 ", "２０２６-10", "9999-12"])
def test_a_name_that_is_no_month_is_refused(tenant: Any, name: str) -> None:
    with pytest.raises(BadInput) as told:
        operations.open_cycle(tenant=tenant, name=name, now=NOW)
    assert told.value.faults[0].code == "CYCLE_NAME_INVALID"


def test_a_cycle_that_is_not_there_is_said_so(tenant: Any) -> None:
    with pytest.raises(UnableToFindCycle):
        queries.cycle_named(tenant=tenant, name=MONTH)
    with pytest.raises(UnableToFindCycle):
        operations.close_cycle(tenant=tenant, name=MONTH, now=NOW)


def rated(tenant: Any, cutoff: int = 0) -> Run:
    run = open_run(tenant=tenant, kind="rate", subject=MONTH, input_digest=f"r{cutoff}", now=NOW)
    with transaction.atomic():
        finish(run, counts={"edition": 1}, now=NOW)
        operations.take_rating(tenant=tenant, name=MONTH, run=run, cutoff_file=cutoff)
    return run


def billed(tenant: Any) -> Run:
    run = open_run(tenant=tenant, kind="bill", subject=MONTH, input_digest="b", now=NOW)
    with transaction.atomic():
        finish(run, counts={}, now=NOW)
        operations.take_bills(tenant=tenant, name=MONTH, run=run)
    return run


def close(tenant: Any, **told: Any) -> str:
    """Post, as if the bills had gone into the books, and close."""
    try:
        operations.begin_posting(tenant=tenant, name=MONTH, now=NOW, **told)
        if not Run.objects.filter(kind="post", subject=MONTH).exists():
            run = open_run(tenant=tenant, kind="post", subject=MONTH, input_digest="p", now=NOW)
            with transaction.atomic():
                finish(run, counts={}, now=NOW)
        return operations.close_cycle(tenant=tenant, name=MONTH, now=NOW).state
    except (UnableToCloseCycle, UnableToChangeCycle) as error:
        return error.code


def test_a_cycle_closes_when_it_is_rated_billed_and_nothing_came_after(tenant: Any) -> None:
    cycle = operations.open_cycle(tenant=tenant, name=MONTH, now=NOW)
    assert close(tenant) == "CYCLE_NOT_RATED"
    run = rated(tenant)
    assert close(tenant) == "CYCLE_NOT_BILLED"
    billed(tenant)
    file = LakeFile.objects.create(
        tenant=tenant, kind="usage", subject="s", path="p", rows=1, bytes=1, sha256="0",
        min_start_ms=cycle.to_ms - 1, max_start_ms=cycle.to_ms + 5,
    )  # fmt: skip
    assert close(tenant) == "USAGE_AFTER_RATING"
    rated(tenant, cutoff=file.pk)
    assert close(tenant) == "CYCLE_NOT_BILLED", "a new rating takes the bills away"
    billed(tenant)
    with transaction.atomic():
        operations.park(
            tenant=tenant, name=MONTH, run=run, found=[Parked(code="AMOUNT_OVERFLOW", run=run.pk, unit_id=7)]
        )
    assert close(tenant) == "UNITS_PARKED"
    with transaction.atomic():
        operations.resolve(tenant=tenant, name=MONTH, kind="rate", now=NOW, units=[8])
    assert close(tenant) == "UNITS_PARKED"
    with transaction.atomic():
        operations.resolve(tenant=tenant, name=MONTH, kind="rate", now=NOW, units=[7])
    assert close(tenant) == "closed"
    assert operations.close_cycle(tenant=tenant, name=MONTH, now=NOW).state == "closed", "a lost answer is given again"
    for event in ("rate", "bill", "post", "cut"):
        with pytest.raises(UnableToChangeCycle):
            operations.expect(tenant=tenant, name=MONTH, event=event)


def test_units_rated_again_after_billing_have_to_be_billed_before_the_cycle_closes(tenant: Any) -> None:
    operations.open_cycle(tenant=tenant, name=MONTH, now=NOW)
    rated(tenant)
    billed(tenant)
    run = open_run(tenant=tenant, kind="rerate", subject=MONTH, input_digest="x", now=NOW)
    with transaction.atomic():
        finish(run, counts={}, now=NOW)
    assert close(tenant) == "CYCLE_NOT_BILLED"
    billed(tenant)
    assert close(tenant) == "closed"


def test_a_cycle_may_close_with_parked_units_when_told_so_and_files_of_other_months_do_not_matter(tenant: Any) -> None:
    cycle = operations.open_cycle(tenant=tenant, name=MONTH, now=NOW)
    run = rated(tenant)
    billed(tenant)
    LakeFile.objects.create(
        tenant=tenant, kind="usage", subject="s", path="p", rows=1, bytes=1, sha256="0",
        min_start_ms=cycle.to_ms, max_start_ms=cycle.to_ms + 5,
    )  # fmt: skip
    with transaction.atomic():
        operations.park(
            tenant=tenant, name=MONTH, run=run, found=[Parked(code="AMOUNT_OVERFLOW", run=run.pk, unit_id=7)]
        )
    assert close(tenant, leave_parked=True) == "closed"
