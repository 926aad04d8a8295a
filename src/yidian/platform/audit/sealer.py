"""Sealing: entries that are committed get their place in the tenant's chain, in the order of their ids.

Entries are committed unsealed so that writes do not wait for one another; who seals holds the tenant's head, so the
chain has one end whoever seals at once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django_scopes import scope

from yidian.platform.audit import chain
from yidian.platform.audit.models import AuditEntry, AuditHead
from yidian.platform.audit.types import Head
from yidian.platform.points import point
from yidian.platform.tenancy.models import Tenant

AT_ONCE: Final = 500  # entries a transaction: writers wait for it on SQLite


def seal(*, tenant: Tenant, now: datetime) -> Head:
    """Seal every entry that is committed and not sealed; the chain's end and how many were sealed.

    `now`, aware UTC, becomes the head's instant where something was sealed.
    """
    sealed = 0
    while True:
        with transaction.atomic(), scope(tenant=tenant):
            head, count = _seal_some(tenant, now)
        sealed += count
        if count < AT_ONCE:
            return Head(head.sequence, head.chain, sealed)
        point("audit.sealed")


def _seal_some(tenant: Tenant, now: datetime) -> tuple[AuditHead, int]:
    head = _held(tenant)
    entries = list(AuditEntry.objects.filter(tenant=tenant, sequence=None).order_by("id")[:AT_ONCE])
    for entry in entries:
        head.sequence += 1
        head.chain = chain.following(chain=head.chain, sequence=head.sequence, digest=entry.digest)
        entry.sequence, entry.chain = head.sequence, head.chain
    if entries:
        AuditEntry.objects.bulk_update(entries, ["sequence", "chain"], batch_size=100)
        head.at = now
        head.save(update_fields=["sequence", "chain", "at"])
        point("audit.seal")
    return head, len(entries)


def _held(tenant: Tenant) -> AuditHead:
    """The tenant's head, held until the transaction ends."""
    begin = AuditHead(tenant=tenant, chain=chain.first(tenant=tenant.code))
    AuditHead.objects.bulk_create([begin], ignore_conflicts=True)
    found: AuditHead = AuditHead.objects.select_for_update(no_key=True).get(tenant=tenant)
    return found
