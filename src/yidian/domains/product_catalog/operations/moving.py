"""What people do with a draft but giving it a workbook: talk, confirm, configure, launch, stop, give up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from yidian.domains.product_catalog import lifecycle, models
from yidian.domains.product_catalog.lifecycle import CONFIGURES, CONFIRMS, UnableToLaunch
from yidian.domains.product_catalog.operations import _steps
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor, Outcome

MOVES: Final = ("comment", *CONFIRMS, *CONFIGURES, "launch", "suspend", "resume", "withdraw", "cancel")
WITH_WORDS: Final = ("comment", "suspend", "withdraw", "cancel")  # nobody does these without saying why


def move_draft(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, number: int, event: str, comment: str = "",
    version: str = "",
) -> Outcome:  # fmt: skip
    """Let one of MOVES happen to a draft; answers its `state`.

    Who configures a system tells the `version` that is in it (DraftFacts.version). UnableToLaunch DRAFT_UNKNOWN,
    DRAFT_NOT_IN_STATE, DRAFT_WITHOUT_WORDS, DRAFT_SAME_PERSON, DRAFT_STEP_DONE, DRAFT_VERSION_DIFFERS.
    """
    if event not in MOVES:
        raise ValueError(event)
    comment, version = comment.strip(), version.strip().lower()
    if event in WITH_WORDS and not comment:
        raise UnableToLaunch("DRAFT_WITHOUT_WORDS", number=number, event=event)

    def work(frame: Frame) -> dict[str, Any]:
        row = _steps.held(tenant, number)
        _expect(frame, row, event, version)
        evidence = {"version": version} if event in CONFIGURES else {}
        return {"draft": number, "state": _steps.step(frame, row, event, comment=comment, evidence=evidence)}

    return perform(
        tenant=tenant, actor=actor, operation=f"tariff.{event}", key=key, now=now, work=work, reason=comment[:200],
        request={"draft": number, "comment": comment, "version": version},
    )  # fmt: skip


def _expect(frame: Frame, row: models.TariffDraft, event: str, version: str) -> None:
    if event not in (*CONFIRMS, *CONFIGURES):
        return
    lifecycle.after(number=row.number, state=row.state, event=event)
    done = _steps.done_in_round(row)
    if event in done:
        raise UnableToLaunch("DRAFT_STEP_DONE", number=row.number, event=event, who=done[event])
    if event in CONFIGURES and version != row.sha256[: max(len(version), 12)]:
        raise UnableToLaunch("DRAFT_VERSION_DIFFERS", number=row.number, version=version, own=row.sha256[:12])
    others = {who for side, who in done.items() if side in CONFIRMS}
    if event in CONFIRMS and f"{frame.actor.kind}:{frame.actor.id}" in others:
        raise UnableToLaunch("DRAFT_SAME_PERSON", number=row.number)


def record_test(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, number: int, passed: bool, evidence: Mapping[str, Any]
) -> Outcome:
    """A sample test of a published draft: it is tested, or stays published; what was found is kept (MV-19).

    UnableToLaunch DRAFT_UNKNOWN, DRAFT_NOT_IN_STATE; DRAFT_VERSION_DIFFERS when it was published anew meanwhile.
    """
    event = "test_passed" if passed else "test_failed"

    def work(frame: Frame) -> dict[str, Any]:
        row = _steps.held(tenant, number)
        if evidence["edition"] != row.edition:
            raise UnableToLaunch(
                "DRAFT_VERSION_DIFFERS", number=number, version=str(evidence["edition"]), own=str(row.edition)
            )
        return {"draft": number, "state": _steps.step(frame, row, event, evidence=evidence)}

    return perform(
        tenant=tenant, actor=actor, operation="tariff.test", key=key, now=now, work=work, request={"draft": number}
    )
