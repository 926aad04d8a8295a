"""Taking a dispute: in time, within what was charged, a line once at a time; promised, numbered, remembered."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.cycles.world import OCTOBER, SEPTEMBER
from tests.disputes.office import CLERK, FINANCE, RAISED, Office

from yidian.domains.dispute.lifecycle import EVENTS, STATES, TABLE, UnableToChangeDispute, after
from yidian.domains.dispute.operations import UnableToDispute, set_terms
from yidian.domains.dispute.queries import dated_terms, held_months, steps, terms_on
from yidian.domains.dispute.types import Terms
from yidian.kernel.faults import BadInput
from yidian.platform.audit.models import AuditEntry
from yidian.platform.outbox.models import OutboxEvent
from yidian.runs.explain.found import UnableToFindBill
from yidian.runs.explain.slip import UnableToFindLine


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", EVENTS)
def test_the_life_of_a_dispute_is_its_table(state: str, event: str) -> None:
    if (state, event) in TABLE:
        assert after(dispute="D1", state=state, event=event) == TABLE[state, event]
        return
    with pytest.raises(UnableToChangeDispute):
        after(dispute="D1", state=state, event=event)


def test_it_is_numbered_promised_and_told(office: Office) -> None:
    found = office.raised(events=("17", "18"))
    assert (found.number, found.state, found.multiple) == ("D202611-000001", "raised", 2)
    assert found.promised_at - found.raised_at == timedelta(hours=48)
    assert (found.cycle, found.item, found.events) == (SEPTEMBER, "RENT", ("17", "18"))
    assert [one.event for one in steps(tenant=office.tenant, number=found.number)] == ["raise"]
    assert AuditEntry.objects.filter(operation="dispute.raise").count() == 1
    assert OutboxEvent.objects.filter(event="dispute.raised").count() == 1


def test_the_same_key_again_takes_nothing(office: Office) -> None:
    assert office.raised(key="once").number == office.raised(key="once").number == "D202611-000001"
    with pytest.raises(UnableToDispute) as error:
        office.raised(key="twice")
    assert error.value.params == {"dispute": "D202611-000001"}
    assert error.value.code == "DISPUTE_OPEN_ALREADY"


@pytest.mark.parametrize(
    ("now", "in_time"),
    [
        (datetime(2026, 10, 1, 2, tzinfo=UTC), True), (datetime(2027, 2, 28, 15, 59, tzinfo=UTC), True),
        (datetime(2027, 2, 28, 16, tzinfo=UTC), False), (datetime(2028, 1, 1, tzinfo=UTC), False),
    ],
)  # fmt: skip
def test_five_months_after_its_own_and_no_longer(office: Office, now: datetime, in_time: bool) -> None:
    """September's bill: October to February; midnight is Shanghai's (X3, L11)."""
    office.now = now
    if in_time:
        assert office.raised().state == "raised"
        return
    with pytest.raises(UnableToDispute) as error:
        office.raised()
    assert (error.value.code, error.value.params["until"]) == ("DISPUTE_TOO_LATE", "2027-02-28")


def test_never_more_than_was_charged(office: Office) -> None:
    charged = office.line().amount_minor
    for amount in (0, -1, charged + 1, 10**18):
        with pytest.raises(BadInput) as error:
            office.raised(amount)
        assert error.value.faults[0].code == "DISPUTE_AMOUNT"
    assert office.raised(charged).amount_minor == charged


def test_what_was_given_back_cannot_be_disputed_again(office: Office) -> None:
    charged = office.line().amount_minor
    number = office.examined(charged)
    office.do("reject", number, answer="no")
    number = office.examined(2_000)
    with pytest.raises(Exception, match="SECOND_PERSON"):
        office.do("uphold", number, over_minor=1_200, answer="yes")
    office.agree()
    with pytest.raises(BadInput):
        office.raised(charged - 1_199)
    assert office.raised(charged - 1_200).state == "raised"
    office.do("withdraw", "D202611-000003")
    bill = sum(row["amount_minor"] for row in office.world.items(SEPTEMBER) if row["account"] == "a1")
    with pytest.raises(BadInput):
        office.raised(bill - 1_199, place=0)
    assert office.raised(bill - 1_200, place=0).item == ""
    with pytest.raises(UnableToDispute) as error:
        office.raised(1)
    assert error.value.code == "DISPUTE_NOTHING_LEFT"


def test_what_is_no_bill_in_the_books_cannot_be_disputed(office: Office) -> None:
    office.world.billed(OCTOBER)
    for cycle, account in ((OCTOBER, "a1"), ("1999-01", "a1"), (SEPTEMBER, "a99")):
        with pytest.raises(UnableToFindBill):
            office.raised(place=0, cycle=cycle, account=account)
    with pytest.raises(UnableToFindLine):
        office.raised(place=999)
    for says in ("", "  ", "x" * 1001):
        with pytest.raises(BadInput):
            office.raised(says=says)


def test_terms_are_rows_with_a_day_and_a_dispute_keeps_its_own(office: Office) -> None:
    first = office.raised()
    more = Terms(months=1, multiple=3, answer_hours=24)
    set_terms(tenant=office.tenant, actor=CLERK, valid_from=date(2026, 11, 9), terms=more, now=RAISED)
    assert terms_on(tenant=office.tenant, on=date(2026, 11, 8)) == Terms(5, 2, 48)
    office.now = RAISED + timedelta(days=1)
    with pytest.raises(UnableToDispute):
        office.raised(item="LOCAL")
    assert office.now_of(first.number).multiple == 2
    assert [one.terms for one in dated_terms(tenant=office.tenant)] == [more]
    with pytest.raises(BadInput):
        set_terms(tenant=office.tenant, actor=FINANCE, valid_from=date(2026, 11, 9), terms=Terms(5, 2, 47), now=RAISED)
    with pytest.raises(BadInput):
        set_terms(tenant=office.tenant, actor=CLERK, valid_from=date(2026, 12, 1), terms=Terms(0, 2, 48), now=RAISED)


def test_files_of_a_month_are_kept_while_something_of_it_is_disputed(office: Office) -> None:
    assert held_months(tenant=office.tenant) == []
    number = office.raised().number
    assert held_months(tenant=office.tenant) == [SEPTEMBER]
    office.do("withdraw", number)
    assert held_months(tenant=office.tenant) == []
