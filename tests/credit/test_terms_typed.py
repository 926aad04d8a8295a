"""Terms and types of books as they are typed: two people set them, everybody who reads bills sees them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from tests.typed import Ended, Type, typing

from yidian.domains.charging.queries import deduction_order, types
from yidian.domains.credit.queries import fee_terms
from yidian.domains.customer_bill.models import BillingCycle
from yidian.domains.customer_bill.queries import terms_on
from yidian.domains.party.queries import real_name_terms_on
from yidian.domains.party.types import RealNameTerms
from yidian.platform.access import staff
from yidian.platform.audit.models import AuditEntry
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import system

NOW = datetime(2026, 11, 10, 2, tzinfo=UTC)


@pytest.fixture
def typed(tenant: Tenant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Type:
    """`yidian --as LOGIN …`: two of finance, and a clerk."""

    def hire(frame: Any) -> dict[str, Any]:
        for login, role in (("fin", "finance"), ("fin2", "finance"), ("clerk", "clerk")):
            staff.add_user(frame=frame, login=login, name=login)
            staff.give_post(frame=frame, login=login, role=role, organisation=None, since=NOW)
        return {}

    perform(tenant=tenant, actor=system("test"), operation="t", key="t", request={}, now=NOW, work=hire)
    seconds = count()
    return typing(monkeypatch, capsys, tenant=tenant, now=lambda: NOW + timedelta(seconds=next(seconds)), by="fin")


def agreed(typed: Type, words: str) -> Ended:
    """One asks, another agrees, the first types it again."""
    asked = typed(words)
    assert asked.code == 3, asked
    waiting = typed("approve list", by="fin2").said
    number = next(word for word in waiting.split() if word.isdigit())
    assert typed(f"approve yes {number}", by="fin2").code == 0
    return typed(words)


def test_terms_of_real_names_begin_on_their_day_and_what_is_not_told_stays(typed: Type, tenant: Tenant) -> None:
    line = "terms real-name --from 2026-12-01 --most any --most-organisation 200"
    assert typed(line, by="clerk").code == 3
    told = agreed(typed, line)
    assert (told.code, "2026-12-01 30 any 200 18" in told.said) == (0, True), told
    assert agreed(typed, "terms real-name --from 2027-01-01 --adult 16 --most 4").code == 0
    after = real_name_terms_on(tenant=tenant, on=date(2027, 1, 1))
    assert after == RealNameTerms(check_minutes=30, most_person=4, most_organisation=200, adult_years=16)
    assert real_name_terms_on(tenant=tenant, on=date(2026, 11, 30)) == RealNameTerms()
    assert typed("terms real-name --from 2027-02-01 --most -4").code == 2
    assert typed("terms real-name --from 2027-02-01 --most five").code == 2
    assert agreed(typed, "terms real-name --from 2027-01-01 --minutes 9").code == 2, "a day has one row"


def test_terms_of_payment_and_late_fees_begin_on_their_day(typed: Type, tenant: Tenant) -> None:
    for line in ("terms payment --from 2026-12-01 --due-day 20", "terms late-fee --from 2026-12-01 --none",
                 "books types set gift --priority 1", "books types order older_first"):  # fmt: skip
        assert typed(line, by="clerk").code == 3, line
    before = terms_on(tenant=tenant, on=date(2026, 11, 30))
    told = agreed(typed, "terms payment --from 2026-12-01 --due-day 20")
    assert (told.code, "2026-12-01 20" in told.said) == (0, True), told
    assert terms_on(tenant=tenant, on=date(2026, 11, 30)) == before
    after = terms_on(tenant=tenant, on=date(2026, 12, 1))
    assert (after.due_day, after.adjust_limit_minor) == (20, before.adjust_limit_minor)
    assert "other terms begin" in agreed(typed, "terms payment --from 2026-12-01 --due-day 21").said
    assert "from 1 to 28" in agreed(typed, "terms payment --from 2027-01-01 --due-day 29").said
    BillingCycle.objects.create(
        tenant=tenant, name="2026-12", from_ms=1_796_054_400_000, to_ms=1_798_732_800_000, zone=tenant.zone,
        state="posted", opened_at=NOW,
    )  # fmt: skip
    refused = agreed(typed, "terms payment --from 2027-01-01 --due-day 9")
    assert (refused.code, "2026-12 is posted" in refused.said) == (2, True), refused
    shown = agreed(typed, "terms late-fee --from 2026-12-01 --brand youth --rate-ppm 500 --grace-days 3")
    assert (shown.code, "youth 2026-12-01 yes 500 3 1,000,000" in shown.said) == (0, True), shown
    for rate, day in ((300, 3), (500, 3), (300, 0)):  # there and back again is not "done before"
        agreed(typed, f"terms late-fee --from 2026-12-01 --brand youth --rate-ppm {rate} --grace-days {day}")
    (term,) = fee_terms(tenant=tenant)
    assert (term.rate_ppm, term.grace_days) == (300, 0)
    assert "nothing is charged" in typed("terms late-fee --from 2026-12-01").said
    assert agreed(typed, "terms late-fee --from 2026-12-01 --rate-ppm 1000001").code == 2
    assert typed("terms", by="clerk").code == 0


def test_types_of_books_are_set_attribute_by_attribute(typed: Type, tenant: Tenant) -> None:
    assert agreed(typed, "books types set rollover --items voice").code == 2, "a new one needs its priority"
    line = "books types set rollover --priority 210 --items voice,sms --carries-over yes"
    assert agreed(typed, line).code == 0
    made = types(tenant=tenant)["rollover"]
    assert (made.priority, made.items, made.carries_over, made.principal) == (210, ("sms", "voice"), True, False)
    assert agreed(typed, "books types set rollover --items * --active no").code == 0
    assert types(tenant=tenant)["rollover"].items == ("*",)
    assert not types(tenant=tenant)["rollover"].active
    assert types(tenant=tenant)["rollover"].priority == 210
    assert "only principal is paid out" in agreed(typed, "books types set gift --refundable yes").said
    assert "cannot be changed" in agreed(typed, "books types set gift --principal yes").said
    assert agreed(typed, "books types order principal_first older_first").code == 0
    assert deduction_order(tenant=tenant) == ("principal_first", "older_first")
    assert agreed(typed, "books types order by_the_moon").code == 2
    entries = AuditEntry.objects.filter(operation__in=("balance_type.change", "deduction_order.change"))
    assert {(entry.actor_id, len(entry.changes) > 2) for entry in entries} == {("fin", True)}
