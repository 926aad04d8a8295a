"""A configured draft becomes the newest edition; nobody is given its offers until it is tested and launched."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from yidian.domains.product_catalog import lifecycle, queries
from yidian.domains.product_catalog.canonical import digest
from yidian.domains.product_catalog.lifecycle import UnableToLaunch
from yidian.domains.product_catalog.operations import _steps
from yidian.domains.product_catalog.operations.loading import load_within, one_at_a_time, refuse_changed_history
from yidian.platform.access.approvals import consume
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor, Outcome

PUBLISH = lifecycle.RIGHTS["publish"]


def subject_of(number: int) -> str:
    """What an approval to publish is about."""
    return f"tariff_draft/{number}"


def expect_publishable(*, tenant: Tenant, number: int, closed_until: date | None = None) -> None:
    """What publish_draft would refuse as things stand, told before a second person is asked to agree to it.

    UnableToLaunch DRAFT_UNKNOWN, DRAFT_NOT_IN_STATE, DRAFT_OVERTAKEN; UnableToLoadTariff.
    """
    facts = queries.tariff_draft(tenant=tenant, number=number)
    lifecycle.after(number=number, state=facts.state, event="publish")
    newest = queries.newest_edition(tenant=tenant)
    _expect_newest(number, facts.base, newest)
    if newest and closed_until is not None:
        tariff = queries.tariff_of_draft(tenant=tenant, number=number)
        refuse_changed_history(
            tenant=tenant, number=newest, tariff=tariff, closed_until=closed_until, source=facts.source
        )


def _expect_newest(number: int, base: int, newest: int) -> None:
    if newest != base:
        raise UnableToLaunch("DRAFT_OVERTAKEN", number=number, base=base, edition=newest)


def publish_draft(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, number: int, closed_until: date | None = None,
    second: bool = False,
) -> Outcome:  # fmt: skip
    """Store a draft's tariff as the next edition; answers `edition`. Edition, standings and step are one write.

    `closed_until`: as load_tariff has it. `second`: it takes a second person, whose approval of just these rows is used
    in the same write. UnableToLaunch DRAFT_UNKNOWN, DRAFT_NOT_IN_STATE, DRAFT_OVERTAKEN: revise it on the newest
    edition; UnableToLoadTariff.
    """
    facts = queries.tariff_draft(tenant=tenant, number=number)
    tariff = queries.tariff_of_draft(tenant=tenant, number=number)

    def work(frame: Frame) -> dict[str, Any]:
        one_at_a_time(tenant)
        row = _steps.held(tenant, number)
        lifecycle.after(number=number, state=row.state, event="publish")
        if row.sha256 != digest(tariff):  # revised between reading and this
            raise UnableToLaunch("DRAFT_VERSION_DIFFERS", number=number, version=facts.version, own=row.sha256[:12])
        _expect_newest(number, row.base, queries.newest_edition(tenant=tenant))
        if second:
            consume(frame=frame, action=PUBLISH, subject=subject_of(number), params=agreed(number, row.sha256))
        loaded = load_within(tenant=tenant, tariff=tariff, source=row.source, now=now, closed_until=closed_until)
        told = {"edition": loaded.edition, "version": row.sha256[:12], "rows": sum(loaded.counts.values())}
        _steps.step(frame, row, "publish", evidence=told, edition=loaded.edition)
        _steps.hold_back(frame, row)
        frame.emit("tariff.published", aggregate=f"tariff/{loaded.edition}", payload=told)
        point("import.commit")
        return {"draft": number, **told}

    outcome = perform(
        tenant=tenant, actor=actor, operation="tariff.publish", key=key, now=now, work=work, request={"draft": number}
    )
    point("import.committed")
    return outcome


def agreed(number: int, sha256: str) -> dict[str, Any]:
    """What two people agree on: the draft, with just these rows."""
    return {"draft": number, "sha256": sha256}
