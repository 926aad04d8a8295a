"""Terms of payment, as rows with a date: a new row changes nothing that was before it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from yidian.domains.customer_bill.lifecycle import FIXED
from yidian.domains.customer_bill.models import BillingCycle, BillingTerm
from yidian.kernel.calendar import local_date
from yidian.kernel.faults import refuse
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor


def set_terms(
    *, tenant: Tenant, actor: Actor, valid_from: date, due_day: int, adjust_limit_minor: int, now: datetime
) -> None:
    """From a local date on, bills are due on `due_day` (1 … 28) of the month after; larger adjustments need two.

    BadInput TERMS_INVALID, TERMS_PAST where a posted month follows those of before, TERMS_TAKEN where a row begins on
    that date already.
    """
    if not 1 <= due_day <= 28 or adjust_limit_minor < 0:
        raise refuse("TERMS_INVALID", value=due_day)
    told = {"due_day": due_day, "adjust_limit_minor": adjust_limit_minor}

    def work(frame: Frame) -> dict[str, Any]:
        _expect_nothing_posted(valid_from)
        if BillingTerm.objects.filter(valid_from=valid_from).exists():
            raise refuse("TERMS_TAKEN", value=valid_from)
        BillingTerm.objects.create(tenant=tenant, valid_from=valid_from, **told)
        frame.changed("billing_term", valid_from.isoformat(), before=None, after=told)
        return {}

    perform(
        tenant=tenant, actor=actor, operation="billing.terms", now=now, request=told, work=work,
        key=f"terms/{valid_from}/{due_day}/{adjust_limit_minor}",
    )  # fmt: skip


def _expect_nothing_posted(valid_from: date) -> None:
    """Bills of a posted month are due by the terms of the first day after it."""
    last = BillingCycle.objects.filter(state__in=FIXED).order_by("-to_ms").first()
    if last is not None and local_date(last.to_ms, last.zone) >= valid_from:
        raise refuse("TERMS_PAST", value=valid_from, cycle=last.name)
