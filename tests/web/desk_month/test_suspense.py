"""Suspense on the desk: by reason, masked, fed again as a job with its result, given up by two."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.usage.told import FIELDS, HEADER, mapping
from tests.web.desk_month.office import job_of, read, send, work
from tests.web.town import NOW, Town

from yidian.domains.usage import operations, queries
from yidian.domains.usage.queries import mask_numbers
from yidian.platform.access.approvals import approvals
from yidian.runs.collect.inbox import inbox_of

WRONG = "13800000001,1,05/10/2026 08:30:01,5\n13800000002,2,05/10/2026 08:31:01,5\n"
BETTER = FIELDS.replace('"%Y-%m-%d %H:%M:%S"', '["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S"]')
GROUP = "/desk/suspense/switch/START_IMPOSSIBLE/"


@pytest.fixture
def waiting(town: Town) -> Town:
    collected(town, HEADER + WRONG, "calls.csv")
    return town


def collected(town: Town, data: str, name: str, **parts: str) -> None:
    path = town.home / name
    path.write_text(data)
    told = mapping(**parts)
    operations.take_file(tenant=town.tenant(), lake=town.home / "lake", mapping=told, path=path, now=NOW)


def still_open(town: Town) -> int:
    return sum(1 for _ in queries.suspense(tenant=town.tenant()))


def test_groups_and_records_are_shown_with_numbers_masked(waiting: Town) -> None:
    finance = waiting.staff("finance")
    assert "START_IMPOSSIBLE" in read(finance, "/desk/suspense/")
    told = read(finance, GROUP)
    assert "138******01" in told
    assert "13800000001" not in told
    assert waiting.staff("clerk-north").get(GROUP).status_code == 403
    assert finance.get("/desk/suspense/switch/NO_SUCH/").status_code == 404


def test_masking_leaves_what_is_short() -> None:
    assert mask_numbers("a,13800000001,123456,4501") == "a,138******01,123456,4501"


def test_fed_again_as_a_job_it_tells_what_became_of_it(waiting: Town) -> None:
    # The mapping of today is better.
    collected(waiting, HEADER + "1,2,2026-10-05 08:30:01,5\n", "new.csv", fields=BETTER)
    finance = waiting.staff("finance")
    job = job_of(send(finance, "/desk/suspense/refeed/", source="switch"))
    assert still_open(waiting) == 2
    work(waiting)
    assert still_open(waiting) == 0
    told = read(finance, f"/desk/jobs/{job}/")
    assert "Good 2" in told
    assert "Still in suspense 0" in told
    assert "Nothing is in suspense" in read(finance, "/desk/suspense/")


def test_giving_up_takes_two_people(waiting: Town) -> None:
    finance, other = waiting.staff("finance"), waiting.staff("finance-2")
    assert send(finance, f"{GROUP}write-off/").status_code == 303
    assert still_open(waiting) == 2
    [one] = approvals(tenant=waiting.tenant())
    assert send(finance, f"/desk/approvals/{one.id}/decide/", answer="yes").status_code == 409
    assert "give up suspense" in read(other, f"/desk/approvals/{one.id}/")
    assert send(other, f"/desk/approvals/{one.id}/decide/", answer="yes").status_code == 303
    assert still_open(waiting) == 0
    assert approvals(tenant=waiting.tenant()) == []


def test_the_inbox_is_collected_by_a_button(waiting: Town) -> None:
    finance = waiting.staff("finance")
    folder: Path = inbox_of(tenant=waiting.tenant(), lake=waiting.home / "lake", source="switch")
    folder.mkdir(parents=True)
    (folder / "later.csv").write_text(HEADER + "13800000001,2,2026-10-06 08:30:01,5\n")
    assert "Collect the files of switch" in read(finance, "/desk/months/2026-10/")
    job = job_of(send(finance, "/desk/months/collect/", source="switch"))
    work(waiting)
    assert "Good 1" in read(finance, f"/desk/jobs/{job}/")
    assert "Collect the files" not in read(finance, "/desk/months/2026-10/")
