"""The life of a correction: a table; two who ask at once; what is refused, and with which words."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from tests.corrections.office import CLERK, EVERYBODY, Office, dearer
from tests.cycles.test_late_usage import at
from tests.cycles.world import NOVEMBER, OCTOBER, TARIFF, Event

from yidian.domains.customer_bill import correction_lifecycle as lifecycle
from yidian.domains.customer_bill.operations import agree_correction, ask_correction, withdraw_correction
from yidian.domains.customer_bill.queries import correction, corrections, found_by_preview
from yidian.domains.customer_bill.types import UnableToCorrect
from yidian.domains.product_inventory.queries import subscriber_codes
from yidian.kernel.faults import BadInput
from yidian.platform.access.models import Approval
from yidian.platform.access.types import UnableToAct
from yidian.platform.audit.models import AuditEntry
from yidian.runs.approved.agree import decide_and_do
from yidian.runs.correct.ask import ask
from yidian.runs.correct.criteria import Criteria
from yidian.runs.differences.components import joined
from yidian.runs.trial.types import Trial

CALLS: tuple[Event, ...] = (
    (1, "13800000005", "voice", at(OCTOBER, 3), 600),
    (2, "13800000001", "voice", at(OCTOBER, 12), 3_000),
    (3, "13800000002", "data", at(OCTOBER, 20), 30_000),
)
REACHED = {
    ("previewed", "ask"): "asked", ("asked", "ask"): "asked", ("asked", "agree"): "agreed",
    ("previewed", "withdraw"): "withdrawn", ("asked", "withdraw"): "withdrawn", ("agreed", "withdraw"): "withdrawn",
}  # fmt: skip


@pytest.fixture
def posted(office: Office) -> Office:
    office.world.open(OCTOBER, NOVEMBER).usage(*CALLS).billed(OCTOBER)
    office.world.post(OCTOBER)
    return office


@pytest.mark.parametrize("state", lifecycle.STATES)
@pytest.mark.parametrize("event", lifecycle.EVENTS)
def test_every_state_answers_every_event_or_refuses_it(state: str, event: str) -> None:
    if (state, event) in REACHED:
        assert lifecycle.after(number="C", state=state, event=event) == REACHED[state, event]
    else:
        with pytest.raises(UnableToCorrect, match="CORRECTION_NOT_IN_STATE"):
            lifecycle.after(number="C", state=state, event=event)
    assert (event in lifecycle.open_to(state)) == ((state, event) in REACHED)


def test_two_who_ask_for_one_correction_ask_one_second_person(posted: Office) -> None:
    row = posted.ask(OCTOBER, edition=posted.edition(dearer()))
    again = ask_correction(tenant=posted.tenant, actor=CLERK, key="other", now=posted.world.now, number=row.number)
    assert again == posted.approvals[row.number]
    assert Approval.objects.count() == 1
    assert Approval.objects.get().amount_minor == row.moved_minor
    posted.agree(row.number)
    assert posted.world.now
    stands = agree_correction(tenant=posted.tenant, actor=CLERK, now=posted.world.now, number=row.number)
    assert (stands.state, stands.rank, stands.approval) == ("agreed", 1, again)
    with pytest.raises(UnableToCorrect, match="CORRECTION_NOT_IN_STATE"):
        ask_correction(tenant=posted.tenant, actor=CLERK, key="third", now=posted.world.now, number=row.number)
    told = AuditEntry.objects.filter(operation__startswith="correction.").values_list("operation", flat=True)
    assert sorted(told) == ["correction.agree", "correction.ask", "correction.ask", "correction.preview"]


def test_what_was_only_asked_for_is_withdrawn_by_one(posted: Office) -> None:
    row = posted.ask(OCTOBER, edition=posted.edition(dearer()))
    told: dict[str, Any] = {"tenant": posted.tenant, "actor": CLERK, "now": posted.world.now, "number": row.number}
    assert withdraw_correction(**told).state == "withdrawn"
    posted.approve(posted.approvals[row.number])
    with pytest.raises(UnableToCorrect, match="CORRECTION_NOT_IN_STATE"):
        agree_correction(**told)
    assert [one.number for one in corrections(tenant=posted.tenant, state="withdrawn")] == [row.number]


def test_agreeing_does_it_in_the_name_of_who_asked(posted: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yidian.platform.access.approvals.may_approve", lambda **_: True)
    from yidian.platform.writing.types import Actor

    row = posted.ask(OCTOBER, edition=posted.edition(dearer()))
    done = decide_and_do(
        tenant=posted.tenant, actor=Actor("staff", "li"), key="yes", now=posted.world.now,
        id=posted.approvals[row.number], yes=True,
    )  # fmt: skip
    assert (done.state, done.failed) == ("used", None)
    assert correction(tenant=posted.tenant, number=row.number).state == "agreed"


def test_nobody_corrects_alone(posted: Office) -> None:
    row = posted.ask(OCTOBER, edition=posted.edition(dearer()))
    with pytest.raises(UnableToAct, match="SECOND_PERSON_NEEDED"):
        agree_correction(tenant=posted.tenant, actor=CLERK, now=posted.world.now, number=row.number)
    assert correction(tenant=posted.tenant, number=row.number).state == "asked"


CHOSEN: tuple[tuple[Criteria, set[str]], ...] = (
    (Criteria(accounts=("a1",)), {"s1"}),
    (Criteria(customers=("c2",)), {"s2", "s3"}),
    (Criteria(subscribers=("s3",)), {"s3"}),
    (Criteria(offers=("PACK",)), {"s1", "s5"}),
    (Criteria(items=("LOCAL",)), {"s1", "s5"}),
    (Criteria(items=("LOCAL",), offers=("PLAN",)), {"s1"}),
    (Criteria(since="2026-10-10", until="2026-10-15"), {"s1"}),
    (Criteria(since="2026-10-10"), {"s1", "s2"}),
    (Criteria(destinations=("139",)), {"s1", "s5"}),
    (Criteria(destinations=("139",), until="2026-10-04T00:00"), {"s5"}),
    (EVERYBODY, {"s1", "s2", "s3", "s4", "s5"}),
)  # fmt: skip
REFUSED: tuple[tuple[Criteria, str], ...] = (
    (Criteria(), "CORRECTION_WITHOUT_CRITERIA"),
    (Criteria(everybody=True, offers=("PLAN",)), "CORRECTION_EVERYBODY_AND_SOME"),
    (Criteria(accounts=("nobody",)), "ACCOUNT_NOT_FOUND"),
    (Criteria(customers=("nobody",)), "CORRECTION_CUSTOMER"),
    (Criteria(subscribers=("nobody",)), "CORRECTION_SUBSCRIBER"),
    (Criteria(offers=("NONE",)), "CORRECTION_OFFER"),
    (Criteria(items=("NONE",)), "CORRECTION_ITEM"),
    (Criteria(zones=("moon",)), "CORRECTION_ZONE"),
    (Criteria(destinations=("+852",)), "CORRECTION_DESTINATION"),
    (Criteria(since="soon"), "CORRECTION_INSTANT"),
    (Criteria(since="2026-10-10", until="2026-10-10"), "CORRECTION_INSTANT"),
    (Criteria(accounts=("a1",) * 10_001), "CORRECTION_TOO_MANY"),
)


def test_criteria_choose_or_are_refused(posted: Office) -> None:
    for criteria, subscribers in CHOSEN:
        chosen = posted.preview(OCTOBER, criteria=criteria).chosen
        assert set(subscriber_codes(tenant=posted.tenant, ids=chosen.subscribers).values()) == subscribers, criteria
        assert chosen.units
        assert Criteria.from_json(criteria.to_json()) == criteria
    for criteria, code in REFUSED:
        with pytest.raises(BadInput) as refused:
            posted.preview(OCTOBER, criteria=criteria)
        assert refused.value.faults[0].code == code


def test_what_cannot_be_corrected_is_refused(posted: Office) -> None:
    with pytest.raises(UnableToCorrect, match="CORRECTION_MONTH_OPEN"):
        posted.preview(NOVEMBER)
    with pytest.raises(UnableToCorrect, match="CORRECTION_OF_NOBODY"):
        posted.preview(OCTOBER, criteria=Criteria(until="2026-10-02"))
    with pytest.raises(BadInput, match="TARIFF_EDITION_UNKNOWN"):
        posted.preview(OCTOBER, edition=99)
    with pytest.raises(UnableToCorrect, match="CORRECTION_CURRENCY"):
        posted.preview(OCTOBER, edition=posted.edition(replace(TARIFF, currency="HKD")))
    with pytest.raises(UnableToCorrect, match="CORRECTION_UNKNOWN"):
        correction(tenant=posted.tenant, number="C2026-99999")


def test_a_preview_keeps_nothing_and_says_what_bills_then_bear(posted: Office) -> None:
    from yidian.platform.lake.queries import census

    number = posted.edition(dearer(3))
    seen = posted.preview(OCTOBER, edition=number)
    assert census(tenant=posted.tenant, lake=posted.world.places.lake).clean
    assert corrections(tenant=posted.tenant) == []
    row = posted.agreed(OCTOBER, edition=number)
    told, rows = found_by_preview(tenant=posted.tenant, number=row.number)
    assert Trial.from_json(told["trial"]) == seen.tried.trial
    assert seen.tried.trial.difference_minor == row.difference_minor
    posted.world.billed(NOVEMBER)
    late = {code: one["late_minor"] for code, one in posted.world.bills(NOVEMBER).items() if one["late_minor"]}
    assert late == {account: after - before for account, before, after in rows}
    assert row.moved_minor == sum(map(abs, late.values()))
    assert seen.tried.trial.tax_after_minor - seen.tried.trial.tax_before_minor == sum(
        posted.taxes((NOVEMBER, OCTOBER)).values()
    )


def test_an_edition_whose_price_begins_later_corrects_by_its_day(posted: Office) -> None:
    first = date(2026, 11, 1)
    rows = []
    for price in TARIFF.prices:
        if price.item == "LOCAL":
            dear = replace(price, valid_from=first, price_micro=price.price_micro * 2)
            rows += [replace(price, valid_to=first), dear]
        else:
            rows.append(price)
    number = posted.edition(replace(TARIFF, prices=tuple(rows)))
    assert posted.preview(OCTOBER, edition=number).moved_minor == 0
    row = posted.agreed(OCTOBER, edition=number, on=first)
    posted.world.billed(NOVEMBER)
    assert posted.borne(NOVEMBER, OCTOBER)
    assert sum(minor for _, minor in posted.borne(NOVEMBER, OCTOBER).values()) == row.difference_minor


def test_who_belongs_together_is_found_over_any_chain() -> None:
    """As a child would find it: go wherever somebody is tied to."""
    chance = random.Random(11)
    for _ in range(30):
        count = chance.randrange(2, 40)
        ties = [(chance.randrange(count), chance.randrange(count)) for _ in range(chance.randrange(count))]
        label = joined(count, np.array([a for a, _ in ties], np.int64), np.array([b for _, b in ties], np.int64))
        for start in range(count):
            reached, new = {start}, {start}
            while new:
                new = {b if a in new else a for a, b in ties if (a in new) != (b in new)} - reached
                reached |= new
            assert set(np.flatnonzero(label == label[start]).tolist()) == reached


def test_asked_again_after_the_approval_has_lapsed_another_is_asked_for(posted: Office) -> None:
    number = posted.edition(dearer())
    told: dict[str, Any] = {"tenant": posted.tenant, "places": posted.world.places, "actor": CLERK, "threads": 1}
    asked = posted.asked(OCTOBER, edition=number)
    first, _, approval = ask(**told, key="same words", now=posted.world.now, asked=asked)
    again = ask(**told, key="same words", now=posted.world.now + timedelta(days=1), asked=asked)
    assert (again[0].number, again[2]) == (first.number, approval)
    later = ask(**told, key="same words", now=posted.world.now + timedelta(days=8), asked=asked)
    assert later[0].number == first.number
    assert later[2] != approval
    assert [one.number for one in corrections(tenant=posted.tenant)] == [first.number]
