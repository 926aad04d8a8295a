"""Suspense: listed by reason, run again through a better mapping, written off; nothing is ever lost or doubled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.usage.told import FIELDS, HEADER, NOW, calls, events, laws_hold, mapping, mapping_text, take

from yidian.domains.usage import operations, queries
from yidian.kernel.faults import BadInput
from yidian.platform import points
from yidian.platform.writing.types import Actor

SLASHED = "1,2,05/10/2026 08:30:01,5\n3,4,05/10/2026 08:31:01,5\n5,6,nonsense,5\n"
BETTER = FIELDS.replace('"%Y-%m-%d %H:%M:%S"', '["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S"]')


@pytest.fixture(autouse=True)
def quiet_points() -> Any:
    yield
    points.configure("")


def refeed(tenant: Any, folder: Path, **parts: str) -> tuple[int, int, int, int, int]:
    refed = operations.refeed(tenant=tenant, lake=folder / "lake", mapping=mapping(**parts), now=NOW)
    return refed.records, refed.good, refed.duplicates, refed.ignored, refed.still_open


def test_a_better_mapping_takes_what_waited(tenant: Any, tmp_path: Path) -> None:
    taken = take(tenant, tmp_path, HEADER + calls(4) + SLASHED)
    assert (taken.good, dict(taken.rejected)) == (4, {"START_IMPOSSIBLE": 3})
    assert refeed(tenant, tmp_path) == (3, 0, 0, 0, 3)
    assert refeed(tenant, tmp_path, fields=BETTER) == (3, 2, 0, 0, 1)
    assert refeed(tenant, tmp_path, fields=BETTER) == (1, 0, 0, 0, 1)
    assert [event["record_no"] for event in events(tenant, tmp_path) if event["identifier"] in "135"] == [5, 6]
    counts = {(code, state): count for _, code, state, count in queries.suspense_counts(tenant=tenant)}
    assert counts == {("START_IMPOSSIBLE", "open"): 1, ("START_IMPOSSIBLE", "refed"): 2}
    assert laws_hold(tenant, tmp_path)


def test_what_came_meanwhile_in_a_better_file_is_a_duplicate(tenant: Any, tmp_path: Path) -> None:
    key = {"key": "[who, whom, seconds]"}
    take(tenant, tmp_path, HEADER + SLASHED, **key)
    take(tenant, tmp_path, HEADER + "1,2,2026-10-05 08:30:01,5\n", name="better.csv", **key)
    assert refeed(tenant, tmp_path, fields=BETTER, **key) == (3, 1, 1, 0, 1)
    assert len(events(tenant, tmp_path)) == 2
    assert laws_hold(tenant, tmp_path)


def test_a_rule_of_a_new_mapping_may_leave_waiting_records_out(tenant: Any, tmp_path: Path) -> None:
    take(tenant, tmp_path, HEADER + SLASHED)
    more = "records:\n  - {when: {at: nonsense}, ignore: SUMMARY_RECORD}\n"
    assert refeed(tenant, tmp_path, fields=BETTER, more=more) == (3, 2, 0, 1, 0)
    assert laws_hold(tenant, tmp_path)


def test_a_new_reason_takes_the_place_of_the_old(tenant: Any, tmp_path: Path) -> None:
    take(tenant, tmp_path, HEADER + "1,2,05/10/2026 08:30:01,-5\n")
    refeed(tenant, tmp_path, fields=BETTER)
    assert [row.code for row in queries.suspense(tenant=tenant)] == ["QUANTITY_NEGATIVE"]


def test_records_of_a_tree_are_read_again(tenant: Any, tmp_path: Path) -> None:
    record = '{"who": "1", "whom": "2", "at": "05/10/2026 08:30:01", "seconds": 5, "n": 1.50}\n'
    parts = {"reader": "{kind: jsonl}"}
    take(tenant, tmp_path, record, **parts)
    assert refeed(tenant, tmp_path, fields=BETTER, **parts) == (1, 1, 0, 0, 0)
    again = take(tenant, tmp_path, record + "\n", name="again.jsonl", fields=BETTER, **parts)
    assert again.duplicates == 1  # the key of a record read again is the key of the record


def test_a_record_that_was_cut_stays_open(tenant: Any, tmp_path: Path) -> None:
    take(tenant, tmp_path, HEADER + "9" * 5000 + "\n", reader="{kind: delimited, max_line_bytes: 100}")
    assert refeed(tenant, tmp_path) == (1, 0, 0, 0, 1)
    assert [row.code for row in queries.suspense(tenant=tenant)] == ["LINE_TOO_LONG"]


@pytest.mark.parametrize(
    "name", ["lake.written", "lake.renamed", "collect.read", "collect.commit", "collect.committed"]
)
def test_a_refeed_that_crashed_is_repeated(tenant: Any, tmp_path: Path, name: str) -> None:
    take(tenant, tmp_path, HEADER + SLASHED)
    points.configure(f"{name}=raise")
    with pytest.raises(points.PlantedFault):
        refeed(tenant, tmp_path, fields=BETTER)
    points.configure("")
    refeed(tenant, tmp_path, fields=BETTER)
    assert len(events(tenant, tmp_path)) == 2
    assert laws_hold(tenant, tmp_path)


def test_what_is_written_off_stays_to_be_seen(tenant: Any, tmp_path: Path) -> None:
    take(tenant, tmp_path, HEADER + SLASHED)
    told = {"tenant": tenant, "actor": Actor("staff", "zhang"), "source": "switch", "now": NOW}
    outcome = operations.write_off(key="away", code="START_IMPOSSIBLE", **told)
    assert (outcome.answer, outcome.repeated) == ({"records": 3}, False)
    assert operations.write_off(key="away", code="START_IMPOSSIBLE", **told).repeated
    assert refeed(tenant, tmp_path, fields=BETTER) == (0, 0, 0, 0, 0)
    assert {row.state for row in queries.suspense(tenant=tenant, state=None)} == {"written_off"}
    with pytest.raises(BadInput, match="SUSPENSE_NOTHING_OPEN"):
        operations.write_off(key="once more", code="START_IMPOSSIBLE", **told)


def test_refeeding_a_source_that_never_came_is_refused(tenant: Any, tmp_path: Path) -> None:
    with pytest.raises(operations.UnableToRefeed):
        refeed(tenant, tmp_path)


def test_suspense_of_another_tenant_is_not_seen(tenant: Any, tmp_path: Path) -> None:
    from django_scopes import scope

    from yidian.platform.tenancy.models import Tenant

    take(tenant, tmp_path, HEADER + SLASHED)
    other = Tenant.objects.create(code="reseller", currency="CNY", zone="Asia/Shanghai")
    with scope(tenant=other):
        assert not list(queries.suspense(tenant=other, state=None))
        assert not queries.files(tenant=other)
        taken = take(other, tmp_path, HEADER + SLASHED)
    assert taken.outcome == "COLLECTED"
    assert mapping_text(source="switch")
