"""A workbook becomes a draft, or the next version of one: read, checked, compared with the newest edition."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from django_scopes import scope

from yidian.domains.product_catalog import models, queries
from yidian.domains.product_catalog.canonical import ROWS, digest
from yidian.domains.product_catalog.lifecycle import DRAFT, UnableToLaunch
from yidian.domains.product_catalog.operations import _steps
from yidian.domains.product_catalog.operations.loading import one_at_a_time
from yidian.domains.product_catalog.types import Change, Finding, check_tariff, compare_tariffs, offers_changed
from yidian.domains.product_catalog.workbook.packed import unpacked
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor, Outcome

CHANGES_KEPT: Final = 500
FINDINGS_KEPT: Final = 200
LONGEST_TITLE: Final = 200


@dataclass(frozen=True, slots=True)
class _Read:
    """A workbook that can be loaded, and what there is to say of it."""

    base: int
    fields: dict[str, Any]
    offers: tuple[str, ...]


def draft_tariff(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, title: str, policy: str, source: str, content: bytes
) -> Outcome:
    """A new draft from the bytes of a workbook or zip called `source`; answers its `draft`, by number.

    BadInput with the faults of the workbook; UnableToLaunch DRAFT_WITHOUT_TITLE, DRAFT_WITHOUT_POLICY (MV-13),
    DRAFT_SAYS_NOTHING_NEW.
    """
    title, policy = title.strip()[:LONGEST_TITLE], policy.strip()
    if not title:
        raise UnableToLaunch("DRAFT_WITHOUT_TITLE")
    if not policy:
        raise UnableToLaunch("DRAFT_WITHOUT_POLICY")
    read = _read(tenant, source, content)

    def work(frame: Frame) -> dict[str, Any]:
        one_at_a_time(tenant)
        last = models.TariffDraft.objects.order_by("-number").values_list("number", flat=True).first()
        row = models.TariffDraft.objects.create(
            tenant=tenant, number=(last or 0) + 1, title=title, policy=policy, state=DRAFT, drafted_at=now,
            changed_at=now, offers=" ".join(read.offers), **read.fields,
        )  # fmt: skip
        _steps.remember(frame, row, "revise", evidence={"source": row.source, "version": row.sha256[:12]})
        after = {"title": title, "source": row.source, "sha256": row.sha256, "offers": read.offers, "state": row.state}
        frame.changed("tariff_draft", row.number, before=None, after=after)
        _steps.told(frame, row, "revise")
        return {"draft": row.number}

    return perform(
        tenant=tenant, actor=actor, operation="tariff.draft", key=key, now=now, work=work,
        request={"title": title, "policy": policy, "content": hashlib.sha256(content).hexdigest()},
    )  # fmt: skip


def revise_draft(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, number: int, source: str, content: bytes,
    policy: str = "", comment: str = "",
) -> Outcome:  # fmt: skip
    """Another workbook for a draft: a new round, in which nothing is confirmed. `policy` "": as it was.

    BadInput; UnableToLaunch DRAFT_UNKNOWN, DRAFT_NOT_IN_STATE, DRAFT_SAYS_NOTHING_NEW.
    """
    queries.tariff_draft(tenant=tenant, number=number)
    read = _read(tenant, source, content)

    def work(frame: Frame) -> dict[str, Any]:
        row = _steps.held(tenant, number)
        before = set(models.OfferStanding.objects.filter(draft=row).values_list("offer", flat=True))
        fields = read.fields | {
            "policy": policy.strip() or row.policy,
            "offers": " ".join(sorted({*read.offers, *before})),
        }
        told = {"source": read.fields["source"], "version": read.fields["sha256"][:12]}
        _steps.step(frame, row, "revise", comment=comment.strip(), evidence=told, round=row.round + 1, **fields)
        return {"draft": number, "round": row.round}

    return perform(
        tenant=tenant, actor=actor, operation="tariff.revise", key=key, now=now, work=work,
        request={"draft": number, "policy": policy, "content": hashlib.sha256(content).hexdigest()},
    )  # fmt: skip


def _read(tenant: Tenant, source: str, content: bytes) -> _Read:
    """The workbook read and compared with the newest edition; where there is none, with nothing."""
    with unpacked(content, source) as path:
        tariff, findings = check_tariff(path)
    base, newest = _newest(tenant, tariff)
    sha256 = digest(tariff)
    if base and queries.edition_digest(tenant=tenant, number=base) == sha256:
        raise UnableToLaunch("DRAFT_SAYS_NOTHING_NEW", edition=base)
    changes = compare_tariffs(newest, tariff)
    fields: dict[str, Any] = {
        "source": source[:255], "sha256": sha256, "content": content, "base": base, "edition": 0,
        "findings": _findings(findings), "changes": [_change(one) for one in changes[:CHANGES_KEPT]],
        "change_count": len(changes),
    }  # fmt: skip
    return _Read(base, fields, offers_changed(newest, tariff))


def _newest(tenant: Tenant, tariff: Tariff) -> tuple[int, Tariff]:
    with scope(tenant=tenant):
        there = models.TariffEdition.objects.exists()
    if there:
        return queries.current_tariff(tenant=tenant)
    nothing: dict[str, Any] = dict.fromkeys(ROWS, ())
    return 0, replace(tariff, **nothing)


def _findings(found: Sequence[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "severity": one.severity, "code": one.fault.code, "sheet": one.fault.where.sheet,
            "line": one.fault.where.line, "column": one.fault.where.column, "value": one.fault.value,
            "params": dict(one.fault.params),
        }
        for one in found[:FINDINGS_KEPT]
    ]  # fmt: skip


def _change(one: Change) -> dict[str, Any]:
    return {
        "sheet": one.sheet, "key": [part for part in one.key if part], "how": one.how, "since": _day(one.since),
        "until": _day(one.until), "cells": [asdict(cell) for cell in one.cells],
    }  # fmt: skip


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""
