"""Publishing a draft: it takes two people, and what closed months were priced by stays as it was."""

from __future__ import annotations

from datetime import date, datetime

from yidian.domains.customer_bill.queries import cycles
from yidian.domains.product_catalog.operations import PUBLISH, agreed, expect_publishable, publish_draft, subject_of
from yidian.domains.product_catalog.queries import tariff_draft
from yidian.kernel.calendar import local_date
from yidian.platform.access import gate
from yidian.platform.access.queries import allowed
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.types import Actor, Outcome


def publish(*, tenant: Tenant, actor: Actor, key: str, now: datetime, number: int) -> Outcome:
    """The draft becomes the newest edition, or first a second person is asked: UnableToAct SECOND_PERSON_NEEDED.

    UnableToLaunch DRAFT_UNKNOWN, DRAFT_NOT_IN_STATE, DRAFT_OVERTAKEN; UnableToLoadTariff.
    """
    found, until = tariff_draft(tenant=tenant, number=number), closed_until(tenant=tenant)
    if not found.edition:  # asked again after it was done, it answers again
        expect_publishable(tenant=tenant, number=number, closed_until=until)
        told = {"subject": subject_of(number), "params": agreed(number, found.sha256)}
        gate.expect(tenant=tenant, actor=actor, action=PUBLISH, now=now, **told)  # type: ignore[arg-type]
    alone = allowed(tenant=tenant, actor=actor, action=PUBLISH, now=now).allowed
    return publish_draft(
        tenant=tenant, actor=actor, key=key, now=now, number=number, closed_until=until, second=not alone
    )  # fmt: skip


def closed_until(*, tenant: Tenant) -> date | None:
    """The first local date that no closed cycle contains; None when nothing is closed."""
    ends = [cycle.to_ms for cycle in cycles(tenant=tenant) if cycle.state == "closed"]
    return local_date(max(ends), tenant.zone) if ends else None
