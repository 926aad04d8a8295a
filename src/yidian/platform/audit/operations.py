"""Writing the audit's entries, unsealed (only the write frame does), and sealing them, inside and out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import connection

from yidian.platform.audit import outside, sealer
from yidian.platform.audit.about import note
from yidian.platform.audit.canonical import canonical
from yidian.platform.audit.chain import digest_of
from yidian.platform.audit.models import AuditEntry
from yidian.platform.audit.types import Change, Head
from yidian.platform.database.kept import add
from yidian.platform.tenancy.models import Tenant


def enter(
    *, tenant: Tenant, actor_kind: str, actor_id: str, user_id: int | None, operation: str, key: str, reason: str,
    changes: Sequence[Change], at: datetime,
) -> None:  # fmt: skip
    """Write one entry inside the caller's transaction, without which it would say what was not done."""
    if not connection.in_atomic_block:
        raise RuntimeError("an audit entry belongs into the transaction of what it tells")
    entry = AuditEntry(
        tenant=tenant, actor_kind=actor_kind, actor_id=actor_id, user_id=user_id, operation=operation, key=key,
        reason=reason, at=at,
        changes=canonical([{"kind": c.kind, "id": c.id, "before": c.before, "after": c.after} for c in changes]),
    )  # fmt: skip
    entry.digest = digest_of(entry, tenant=tenant.code)
    add([entry])
    note(tenant=tenant, entry=entry, changes=changes)


def seal_all(*, tenant: Tenant, home: Path, now: datetime, seals: Path | None = None) -> tuple[Head, Path | None]:
    """Seal every entry that is new, and put the chain's end outside if this hour has no seal yet (its file, else None).

    `seals`: another folder than the installation's usual one. Safe to call at any time and by several at once.
    UnableToSign when the key file of the installation in `home` may not be used.
    """
    head = sealer.seal(tenant=tenant, now=now)
    usual, key_file = outside.places(home)
    return head, outside.put_outside(tenant=tenant, head=head, folder=seals or usual, key_file=key_file, now=now)
