"""Reading drafts: lists, one with its steps, its workbook, its trials; offers that may not be given to anybody."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django_scopes import scope

from yidian.domains.product_catalog import lifecycle
from yidian.domains.product_catalog.lifecycle import UnableToLaunch
from yidian.domains.product_catalog.models import DraftStep, DraftTrial, OfferStanding, TariffDraft
from yidian.domains.product_catalog.types import DraftFacts, DraftRow, DraftStepFacts, DraftTrialFacts
from yidian.domains.product_catalog.workbook import read_tariff
from yidian.domains.product_catalog.workbook.packed import unpacked
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.database.kept import Reading
from yidian.platform.tenancy.models import Tenant

_HELD_BACK: Final = Reading(
    lambda: OfferStanding.objects.exclude(state=lifecycle.ON_SALE).values_list("offer", "state")
)


def drafts(*, tenant: Tenant, state: str = "", before: int = 0, limit: int = 50) -> list[DraftRow]:
    """Drafts, the newest first; `before` a number, for the next page."""
    names = ("number", "title", "offers", "state", "round", "edition", "changed_at")
    with scope(tenant=tenant):
        rows = TariffDraft.objects.filter(tenant=tenant).order_by("-number")
        rows = rows.filter(state=state) if state else rows
        rows = rows.filter(number__lt=before) if before else rows
        return [DraftRow(**(row | {"offers": tuple(row["offers"].split())})) for row in rows.values(*names)[:limit]]


def known_drafts(*, tenant: Tenant, numbers: Collection[int]) -> frozenset[int]:
    """Those of some numbers that are there."""
    with scope(tenant=tenant):
        rows = TariffDraft.objects.filter(tenant=tenant, number__in=sorted(numbers))
        return frozenset(rows.values_list("number", flat=True))


def tariff_draft(*, tenant: Tenant, number: int) -> DraftFacts:
    """One with all its steps. UnableToLaunch DRAFT_UNKNOWN."""
    names = (
        "number", "title", "policy", "source", "sha256", "base", "edition", "offers", "findings", "changes",
        "change_count", "state", "round", "drafted_at", "changed_at",
    )  # fmt: skip
    with scope(tenant=tenant):
        row = TariffDraft.objects.filter(tenant=tenant, number=number).values("id", *names).first()
        if row is None:
            raise UnableToLaunch("DRAFT_UNKNOWN", number=number)
        steps = DraftStep.objects.filter(draft_id=row.pop("id")).order_by("sequence")
        told = tuple(
            DraftStepFacts(
                sequence=step.sequence, round=step.round, event=step.event, state=step.state, at=step.at,
                actor=f"{step.actor_kind}:{step.actor_id}", comment=step.comment, evidence=step.evidence,
            )
            for step in steps
        )  # fmt: skip
    lists = {name: tuple(row[name]) for name in ("findings", "changes")}
    return DraftFacts(**(row | lists | {"offers": tuple(row["offers"].split()), "steps": told}))


def workbook_of_draft(*, tenant: Tenant, number: int) -> tuple[str, bytes]:
    """What a draft's workbook is called, and its bytes as they were sent. UnableToLaunch DRAFT_UNKNOWN."""
    with scope(tenant=tenant):
        row = TariffDraft.objects.filter(tenant=tenant, number=number).values_list("source", "content").first()
    if row is None:
        raise UnableToLaunch("DRAFT_UNKNOWN", number=number)
    return row[0], bytes(row[1])


def tariff_of_draft(*, tenant: Tenant, number: int) -> Tariff:
    """The tariff of a draft, read again from its workbook. UnableToLaunch DRAFT_UNKNOWN; BadInput should the rules for
    workbooks have become stricter since."""
    name, content = workbook_of_draft(tenant=tenant, number=number)
    with unpacked(content, name) as path:
        return read_tariff(path)


def trials_of_draft(*, tenant: Tenant, number: int) -> list[DraftTrialFacts]:
    """Trials of a draft, the newest first."""
    with scope(tenant=tenant):
        rows = DraftTrial.objects.filter(tenant=tenant, draft__number=number).order_by("-number")
        return [_trial(row) for row in rows.select_related("draft").defer("draft__content")]


def trial_of_draft(*, tenant: Tenant, number: int, trial: int) -> DraftTrialFacts | None:
    with scope(tenant=tenant):
        rows = DraftTrial.objects.filter(tenant=tenant, draft__number=number, number=trial)
        row = rows.select_related("draft").defer("draft__content").first()
        return None if row is None else _trial(row)


def _trial(row: DraftTrial) -> DraftTrialFacts:
    return DraftTrialFacts(
        number=row.number, cycle=row.cycle, at=row.at, actor=row.actor_id, stands=row.sha256 == row.draft.sha256,
        told=row.told,
    )  # fmt: skip


WHY_HELD_BACK: Final = {
    lifecycle.SUSPENDED: "OFFER_SALE_SUSPENDED", lifecycle.WITHDRAWN: "OFFER_SALE_WITHDRAWN"
}  # fmt: skip


def offers_held_back(*, tenant: Tenant) -> dict[str, str]:
    """Offers that nobody may be given now, and the code that says why: OFFER_NOT_ON_SALE_YET, OFFER_SALE_SUSPENDED,
    OFFER_SALE_WITHDRAWN. Who holds one keeps it."""
    with scope(tenant=tenant):
        return {
            offer: WHY_HELD_BACK.get(state, "OFFER_NOT_ON_SALE_YET") for offer, state in _HELD_BACK.rows(tenant=tenant)
        }
