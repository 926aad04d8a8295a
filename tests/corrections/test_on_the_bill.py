"""What bears a correction: cut off anywhere it is borne once; the slip says why; the doctor finds it again."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from tests.corrections.office import EVERYBODY, Office, dearer
from tests.cycles.world import DECEMBER, NOVEMBER, OCTOBER, TARIFF, some_usage

from yidian.faces.shell.slip_words import STEPS
from yidian.platform import points
from yidian.platform.lake.queries import census
from yidian.runs.doctor.examine import examine, queries_of
from yidian.runs.doctor.visit import Visit
from yidian.runs.explain.bill import account_bill
from yidian.runs.explain.found import found_bill
from yidian.runs.explain.slip import slip_of
from yidian.runs.rate.results import rated_files

CUT_OFF = (
    "run.opened", "rate.rated", "lake.written", "lake.renamed", "run.task", "run.task.committed",
    "run.publish", "run.published",
)  # fmt: skip


@pytest.fixture
def posted(office: Office) -> Office:
    world = office.world.open(OCTOBER, NOVEMBER, DECEMBER)
    world.usage(*some_usage(random.Random("bill"), OCTOBER, 40)).billed(OCTOBER)
    world.post(OCTOBER)
    return office


def doctor(office: Office, *laws: str) -> dict[str, tuple[Any, ...]]:
    on = Visit(tenant=office.tenant, home=office.world.home, places=office.world.places, now=office.world.now)
    found = examine(on, [row for row in queries_of(laws=[], deep=True) if row[1] in laws])
    return {one.query: (one.violations, one.alarms, [note.code for note in one.notes], one.checked) for one in found}


def test_cut_off_anywhere_it_is_borne_once(posted: Office) -> None:
    row = posted.agreed(OCTOBER, edition=posted.edition(dearer()))
    posted.world.rate(NOVEMBER)
    for name in CUT_OFF:
        points.configure(f"{name}=raise")
        try:
            with pytest.raises(points.PlantedFault):
                posted.world.bill(NOVEMBER)
        finally:
            points.configure("")
    posted.world.bill(NOVEMBER)
    assert sum(minor for _, minor in posted.borne(NOVEMBER, OCTOBER).values()) == row.difference_minor
    assert posted.late_runs() == 1
    assert census(tenant=posted.tenant, lake=posted.world.places.lake).clean


def test_the_slip_says_which_month_is_corrected_by_what_and_why(posted: Office) -> None:
    number = posted.edition(dearer())
    row = posted.agreed(OCTOBER, edition=number)
    posted.world.billed(NOVEMBER)
    posted.world.post(NOVEMBER)
    bill = found_bill(tenant=posted.tenant, lake=posted.world.places.lake, account="a5", cycle=NOVEMBER)
    lines = [line for line in bill.lines if line.origin]
    assert {line.correction for line in lines} == {row.number}
    [step] = slip_of(bill, lines[0]).steps[:1]
    told = {name: step.told[name] for name in ("origin", "edition", "reason", "back", "correction")}
    assert (step.code, told) == (
        "CORRECTED",
        {"origin": OCTOBER, "edition": number, "reason": "wrong_price", "back": False, "correction": row.number},
    )
    assert "CORRECTED" in STEPS
    why = account_bill(tenant=posted.tenant, lake=posted.world.places.lake, account="a5", cycle=NOVEMBER)
    assert "correction" in {one.kind for one in why.reasons}
    posted.withdrawn(row.number)
    posted.world.billed(DECEMBER)
    posted.world.post(DECEMBER)
    bill = found_bill(tenant=posted.tenant, lake=posted.world.places.lake, account="a5", cycle=DECEMBER)
    back = [slip_of(bill, line).steps[0].told["back"] for line in bill.lines if line.origin]
    assert back
    assert all(back)


def test_the_doctor_finds_the_same_again_and_says_what_waits(posted: Office) -> None:
    posted.agreed(OCTOBER, edition=posted.edition(dearer()))
    assert doctor(posted, "LATE_USAGE")["LATE_USAGE"][2] == ["CORRECTION_WAITS"]
    posted.world.billed(NOVEMBER)
    assert doctor(posted, "DIFFERENCES", "LATE_USAGE", "MONTH_EQUATION") == {
        "DIFFERENCES": ((), (), [], 1), "LATE_USAGE": ((), (), [], 0), "MONTH_EQUATION": ((), (), [], 10),
    }  # fmt: skip
    posted.world.post(NOVEMBER)
    assert doctor(posted, "DIFFERENCES")["DIFFERENCES"] == ((), (), [], 1)
    posted.world.billed(DECEMBER)
    assert doctor(posted, "DIFFERENCES")["DIFFERENCES"] == ((), (), [], 2)
    posted.world.post(DECEMBER)
    moved_on = doctor(posted, "DIFFERENCES")["DIFFERENCES"]
    assert (moved_on[0], moved_on[2]) == ((), ["DIFFERENCES_MOVED_ON"])


def test_a_difference_that_was_tampered_with_is_found(posted: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    posted.agreed(OCTOBER, edition=posted.edition(dearer()))
    posted.world.billed(NOVEMBER)
    from yidian.runs.doctor import differences

    honest = differences.difference

    def less(**how: Any) -> Any:
        found = honest(**how)
        return replace(found, lines=found.lines.slice(1))

    monkeypatch.setattr(differences, "difference", less)
    violations = doctor(posted, "DIFFERENCES")["DIFFERENCES"][0]
    assert [one.code for one in violations] == ["DIFFERENCES_DIFFER"]


def test_what_lasts_longer_than_a_month_is_not_debited_twice(office: Office) -> None:
    rolling = replace(
        TARIFF,
        allowances=tuple(replace(one, rollover=1) if one.code == "pool" else one for one in TARIFF.allowances),
    )
    world = office.world.open(OCTOBER, NOVEMBER, DECEMBER)
    office.edition(rolling)
    world.usage(*some_usage(random.Random("roll"), OCTOBER, 30)).billed(OCTOBER)
    world.post(OCTOBER)
    world.usage(*some_usage(random.Random("on"), NOVEMBER, 30, 900)).billed(NOVEMBER)
    left = [(f.sha256, sorted(w)) for f, w in rated_files(tenant=office.tenant, cycle=OCTOBER, kind="left")]
    assert left
    assert office.preview(OCTOBER).moved_minor == 0, "rated again, the same is drawn from what there was"
    before = office.own(NOVEMBER)
    office.agreed(OCTOBER, edition=office.edition(dearer(3, rolling)))
    load_back = office.edition(rolling)
    assert load_back
    world.billed(NOVEMBER)
    assert office.own(NOVEMBER) == before, "what October left is what it left"
    world.post(NOVEMBER)
    world.billed(DECEMBER)
    assert office.borne(DECEMBER, OCTOBER) == {}
    assert [(f.sha256, sorted(w)) for f, w in rated_files(tenant=office.tenant, cycle=OCTOBER, kind="left")] == left


def test_a_wrong_tax_alone_is_put_right_in_the_books(posted: Office) -> None:
    """s4 has left: November's bill has nothing of its own, and still the tax goes to the right book."""
    wrong = tuple(replace(tax, rate_ppm=60_000) for tax in TARIFF.taxes)
    before = posted.taxes((OCTOBER, ""))
    row = posted.agreed(OCTOBER, edition=posted.edition(replace(TARIFF, taxes=wrong)), criteria=EVERYBODY)
    assert (row.difference_minor, row.state) == (0, "agreed")
    posted.edition(TARIFF)
    posted.world.billed(NOVEMBER)
    borne = posted.taxes((NOVEMBER, OCTOBER))
    basic = {account: tax for (account, kind), tax in before.items() if kind == "basic"}
    assert {account for account, _ in borne} == basic.keys()
    assert all(tax < 0 for tax in borne.values())
    assert posted.world.bills(NOVEMBER)["a4"]["total_minor"] == 0
    posted.world.post(NOVEMBER)
    assert doctor(posted, "MONTH_EQUATION", "LEDGER_SUMS", "DIFFERENCES")["MONTH_EQUATION"][0] == ()
