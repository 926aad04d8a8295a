"""One step of a draft: the row held, the table asked, the step remembered, the offers told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yidian.domains.product_catalog import lifecycle
from yidian.domains.product_catalog.lifecycle import UnableToLaunch
from yidian.domains.product_catalog.models import DraftStep, OfferStanding, TariffDraft
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame

SOLD_BY: tuple[str, ...] = (
    lifecycle.PUBLISHED, lifecycle.TESTED, lifecycle.ON_SALE, lifecycle.SUSPENDED, lifecycle.WITHDRAWN
)  # fmt: skip


def held(tenant: Tenant, number: int) -> TariffDraft:
    """The draft's row, held until the transaction ends; UnableToLaunch DRAFT_UNKNOWN."""
    rows = TariffDraft.objects.select_for_update(no_key=True).filter(tenant=tenant, number=number)
    row: TariffDraft | None = rows.defer("content").first()
    if row is None:
        raise UnableToLaunch("DRAFT_UNKNOWN", number=number)
    return row


def done_in_round(row: TariffDraft) -> dict[str, str]:
    """The events of a draft's round, and who did each last."""
    steps = DraftStep.objects.filter(draft=row, round=row.round).order_by("sequence")
    return {event: f"{kind}:{id_}" for event, kind, id_ in steps.values_list("event", "actor_kind", "actor_id")}


def step(
    frame: Frame, row: TariffDraft, event: str, *, comment: str = "", evidence: Mapping[str, Any] | None = None,
    **fields: Any,
) -> str:  # fmt: skip
    """Let an event happen to a held draft; the state it leads to. UnableToLaunch DRAFT_NOT_IN_STATE."""
    before = {"state": row.state, **{name: getattr(row, name) for name in fields if name != "content"}}
    row.state = lifecycle.after(number=row.number, state=row.state, event=event, done=done_in_round(row))
    for name, value in fields.items():
        setattr(row, name, value)
    row.changed_at = max(frame.now, row.changed_at)
    row.save(update_fields=["state", "changed_at", *fields])
    remember(frame, row, event, comment=comment, evidence=evidence)
    tell_offers(frame, row)
    frame.changed(
        "tariff_draft", row.number, before=_plain(before), after=_plain(
            {"state": row.state, **{name: getattr(row, name) for name in fields if name != "content"}}
        ),
    )  # fmt: skip
    told(frame, row, event)
    return row.state


def remember(
    frame: Frame, row: TariffDraft, event: str, *, comment: str = "", evidence: Mapping[str, Any] | None = None
) -> None:
    """The step in the draft's history."""
    last = DraftStep.objects.filter(draft=row).order_by("-sequence").first()
    DraftStep.objects.create(
        tenant=frame.tenant, draft=row, sequence=1 if last is None else last.sequence + 1, round=row.round, event=event,
        state=row.state, at=row.changed_at, actor_kind=frame.actor.kind, actor_id=frame.actor.id, comment=comment,
        evidence=dict(evidence or {}),
    )  # fmt: skip


def told(frame: Frame, row: TariffDraft, event: str) -> None:
    frame.emit(
        "tariff.draft.moved", aggregate=f"tariff_draft/{row.number}",
        payload={"draft": row.number, "event": event, "state": row.state, "offers": row.offers.split()},
    )  # fmt: skip


def tell_offers(frame: Frame, row: TariffDraft) -> None:
    """The offers of a draft stand where it stands. Published and revised, they stay unsold."""
    state = {lifecycle.CANCELLED: lifecycle.WITHDRAWN}.get(row.state, row.state)
    if state in SOLD_BY:
        rows = OfferStanding.objects.filter(draft=row).exclude(state=state)
        rows.update(state=state, since=frame.now)


def hold_back(frame: Frame, row: TariffDraft) -> None:
    """From its publication nobody is given an offer of a draft until it is launched, whoever sold it before."""
    there = set(OfferStanding.objects.filter(offer__in=row.offers.split()).values_list("offer", flat=True))
    OfferStanding.objects.filter(offer__in=there).update(state=row.state, draft=row, since=frame.now)
    OfferStanding.objects.bulk_create(
        OfferStanding(tenant=frame.tenant, offer=offer, state=row.state, draft=row, since=frame.now)
        for offer in row.offers.split()
        if offer not in there
    )


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit keeps: not the long lists, which stand in the row."""
    return {name: value for name, value in told.items() if name not in ("findings", "changes")}
