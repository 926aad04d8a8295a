"""A price was wrong in September and found in November: corrected, borne once, taken back when it is withdrawn."""

from __future__ import annotations

import random

import pytest
from tests.corrections.office import CLERK, Office, dearer, together
from tests.cycles.world import DECEMBER, NOVEMBER, OCTOBER, SEPTEMBER, some_usage

from yidian.domains.charging.queries import available
from yidian.domains.customer_bill.operations import agree_correction
from yidian.domains.customer_bill.types import UnableToCorrect
from yidian.platform.access.types import UnableToAct


@pytest.fixture
def posted(office: Office) -> Office:
    """September in the books, October used."""
    chance = random.Random("story")
    world = office.world.open(SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER)
    world.usage(*some_usage(chance, SEPTEMBER, 80)).billed(SEPTEMBER).post(SEPTEMBER)
    world.usage(*some_usage(chance, OCTOBER, 30, 5_000))
    return office


def difference_of(office: Office, *months: str) -> int:
    return sum(minor for month in months for _, minor in office.borne(month, SEPTEMBER).values())


def test_a_wrong_price_is_corrected_on_the_open_bill_once(posted: Office) -> None:
    world = posted.world
    before = posted.own(SEPTEMBER)
    number = posted.edition(dearer())
    seen = posted.preview(SEPTEMBER, edition=number)
    trial = seen.tried.trial
    assert trial.difference_minor > 0
    assert trial.before_minor == sum(minor for _, minor in before.values())
    row = posted.ask(SEPTEMBER, edition=number)
    assert (row.state, row.difference_minor, row.moved_minor) == ("asked", trial.difference_minor, seen.moved_minor)
    world.billed(OCTOBER)
    assert difference_of(posted, OCTOBER) == 0, "nobody has agreed yet"
    with pytest.raises(UnableToAct, match="SECOND_PERSON"):
        agree_correction(tenant=posted.tenant, actor=CLERK, now=world.now, number=row.number)
    posted.approve(posted.approvals[row.number])
    agree_correction(tenant=posted.tenant, actor=CLERK, now=world.now, number=row.number)
    world.bill(OCTOBER)
    assert difference_of(posted, OCTOBER) == trial.difference_minor
    assert world.bill(OCTOBER).again
    world.post(OCTOBER)
    world.billed(NOVEMBER)
    assert difference_of(posted, NOVEMBER) == 0, "it is borne once"
    assert posted.own(SEPTEMBER) == before, "nothing of the month changes"
    posted.withdrawn(row.number)
    world.bill(NOVEMBER)
    assert difference_of(posted, NOVEMBER) == -trial.difference_minor
    world.post(NOVEMBER)
    world.billed(DECEMBER)
    assert together(posted.borne(OCTOBER, SEPTEMBER), posted.borne(NOVEMBER, SEPTEMBER)) == {}
    assert difference_of(posted, DECEMBER) == 0
    months = ((OCTOBER, SEPTEMBER), (NOVEMBER, SEPTEMBER), (DECEMBER, SEPTEMBER))
    assert posted.taxes(*months) == {}


def test_agreed_while_the_bills_are_posted_it_is_borne_by_the_next(posted: Office) -> None:
    world = posted.world
    row = posted.agreed(SEPTEMBER, edition=posted.edition(dearer()))
    world.rate(OCTOBER)
    posted.world.bill(OCTOBER)
    borne = difference_of(posted, OCTOBER)
    world.post(OCTOBER)
    other = posted.agreed(SEPTEMBER, edition=posted.edition(dearer(3)))
    world.billed(NOVEMBER)
    assert borne == row.difference_minor
    assert difference_of(posted, NOVEMBER) == other.difference_minor, "the newer counts: what is left of it is borne"
    third = posted.preview(SEPTEMBER, edition=other.edition).tried.trial
    assert third.difference_minor == difference_of(posted, NOVEMBER), "November's bills can still change"
    world.post(NOVEMBER)
    assert posted.preview(SEPTEMBER, edition=other.edition).tried.trial.difference_minor == 0


def test_what_comes_to_nothing_is_not_asked_for(posted: Office) -> None:
    with pytest.raises(UnableToCorrect, match="CORRECTION_COMES_TO_NOTHING"):
        posted.ask(SEPTEMBER)


def test_a_bill_that_falls_below_nothing_becomes_credit(posted: Office) -> None:
    world = posted.world
    row = posted.agreed(SEPTEMBER, edition=posted.edition(dearer(0)))
    assert row.difference_minor < 0
    world.billed(OCTOBER)
    below = {code: one["total_minor"] for code, one in world.bills(OCTOBER).items() if one["total_minor"] < 0}
    assert below
    assert set(available(tenant=posted.tenant, accounts=below).values()) <= {0}
    world.post(OCTOBER)
    assert available(tenant=posted.tenant, accounts=below) == {code: -total for code, total in below.items()}
