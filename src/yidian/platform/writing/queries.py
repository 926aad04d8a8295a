"""Whether every write was done once, as keys and audit tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet
from django_scopes import scope

from yidian.platform.audit.models import AuditEntry
from yidian.platform.audit.types import Break
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.keys import KEPT_AT_LEAST
from yidian.platform.writing.models import IdempotencyKey

WHOSE = ("actor_kind", "actor_id", "operation", "key")
MOST = 200  # of a kind that are told


def keyed_writes(*, tenant: Tenant, since: datetime) -> int:
    """How many writes were done under a key since an instant."""
    with scope(tenant=tenant):
        return int(IdempotencyKey.objects.filter(tenant=tenant, at__gte=since).count())


def effect_breaks(*, tenant: Tenant, since: datetime, now: datetime) -> list[Break]:
    """Where keys and audit entries since an instant do not stand one to one.

    KEY_TWICE a key is stored twice · EFFECT_TWICE a write under one key has several entries · KEY_WITHOUT_EFFECT a key
    has no entry · EFFECT_WITHOUT_KEY an entry has no key, although keys as young are kept.
    """
    with scope(tenant=tenant):
        return list(_breaks(tenant, since, now))


def _breaks(tenant: Tenant, since: datetime, now: datetime) -> Iterator[Break]:
    keys = IdempotencyKey.objects.filter(tenant=tenant, at__gte=since)
    writes = AuditEntry.objects.filter(tenant=tenant, at__gte=since).exclude(key="")
    yield from _several("KEY_TWICE", keys)
    yield from _several("EFFECT_TWICE", writes)
    same = {name: OuterRef(name) for name in WHOSE}
    entered = Exists(AuditEntry.objects.filter(tenant=tenant, **same))
    yield from _told("KEY_WITHOUT_EFFECT", keys.filter(~entered))
    kept = Exists(IdempotencyKey.objects.filter(tenant=tenant, **same))
    yield from _told("EFFECT_WITHOUT_KEY", writes.filter(at__gte=now - KEPT_AT_LEAST).filter(~kept))


def _several(code: str, rows: QuerySet[IdempotencyKey] | QuerySet[AuditEntry]) -> Iterator[Break]:
    found = rows.values(*WHOSE).annotate(times=Count("id")).filter(times__gt=1).order_by(*WHOSE)
    for row in found[:MOST]:
        yield Break(code, {**_whose(row), "times": row["times"]})


def _told(code: str, rows: QuerySet[IdempotencyKey] | QuerySet[AuditEntry]) -> Iterator[Break]:
    for row in rows.order_by("id").values(*WHOSE)[:MOST]:
        yield Break(code, _whose(row))


def _whose(row: dict[str, str]) -> dict[str, str | int]:
    return {"actor": f"{row['actor_kind']}/{row['actor_id']}", "operation": row["operation"], "key": row["key"]}
