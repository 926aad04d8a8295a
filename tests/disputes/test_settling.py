"""A bill that was wrong: given back, made good, once; by two; and the books of every month still add up."""

from __future__ import annotations

import pytest
from tests.cycles.world import NOVEMBER, OCTOBER, SEPTEMBER
from tests.disputes.office import CLERK, FINANCE, SUPERVISOR, Office

from yidian.domains.dispute.operations import UnableToChangeDispute
from yidian.domains.ledger.queries import rebuild_differences, trial_balance
from yidian.platform.access.types import UnableToAct


def upheld(office: Office, over_minor: int = 1_000) -> str:
    """The clerk says so; somebody else is asked."""
    number = office.examined()
    with pytest.raises(UnableToAct) as asked:
        office.do("uphold", number, over_minor=over_minor, answer="ten yuan were counted twice")
    assert asked.value.code == "SECOND_PERSON_NEEDED"
    return number


def test_an_over_charge_comes_back_double_once_somebody_else_agrees(office: Office) -> None:
    number = upheld(office)
    assert (office.given_back(), office.principal(), office.now_of(number).state) == ([], 0, "upheld_part")
    assert office.agree().state == "used"
    assert office.given_back() == [("a1", "RENT", -1_000)]
    assert (office.principal(), office.compensated()) == (1_000, 1_000)
    found = office.now_of(number)
    assert (found.state, found.over_minor, found.compensation_minor) == ("settled", 1_000, 1_000)
    assert found.approval is not None
    for actor in (CLERK, FINANCE):
        if actor == CLERK:
            assert office.settle(number).state == "settled", "the same again answers"
        else:
            with pytest.raises(UnableToChangeDispute):
                office.settle(number, actor)
    assert (len(office.given_back()), office.principal()) == (1, 1_000)
    assert rebuild_differences(tenant=office.tenant) == []


def test_the_month_that_gives_it_back_closes_and_the_doctor_finds_all_whole(office: Office) -> None:
    number = upheld(office)
    office.agree()
    before = {line.kind: line.balance_minor for line in trial_balance(tenant=office.tenant, cycle=SEPTEMBER)}
    office.world.billed(OCTOBER)
    back = [row for row in office.world.items(OCTOBER) if row["kind"] == "RENT" or row["amount_minor"] == -1_000]
    assert [row["amount_minor"] for row in back] == [-1_000]
    office.world.post(OCTOBER)
    office.world.close(SEPTEMBER).close(OCTOBER)
    assert before == {line.kind: line.balance_minor for line in trial_balance(tenant=office.tenant, cycle=SEPTEMBER)}
    assert sum(line.balance_minor for line in trial_balance(tenant=office.tenant)) == 0
    assert office.now_of(number).state == "settled"
    assert office.world.state(NOVEMBER) == "open"


def test_whoever_refuses_leaves_nothing_booked_and_the_clerk_thinks_again(office: Office) -> None:
    number = upheld(office)
    office.agree(SUPERVISOR, yes=False)
    assert (office.given_back(), office.principal()) == ([], 0)
    office.do("reconsider", number, reason="the supervisor saw the file")
    assert office.now_of(number).over_minor is None
    office.do("reject", number, answer="the call was made twice")
    assert office.now_of(number).state == "rejected"
    with pytest.raises(UnableToChangeDispute):
        office.settle(number)
