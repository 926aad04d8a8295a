"""The arithmetic of the chain: digest of an entry, and chain = H(chain before, sequence, digest)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from yidian.platform.audit.canonical import sha256_of

if TYPE_CHECKING:
    from yidian.platform.audit.models import AuditEntry


def digest_of(entry: AuditEntry, *, tenant: str) -> str:
    """SHA-256 of everything an entry says, its tenant's code included; hex."""
    return sha256_of(
        [
            tenant, entry.actor_kind, entry.actor_id, entry.user_id, entry.operation, entry.key, entry.reason,
            entry.changes, entry.at,
        ]
    )  # fmt: skip


def first(*, tenant: str) -> str:
    """What the first entry of a tenant is chained to."""
    return hashlib.sha256(f"audit of {tenant}".encode()).hexdigest()


def following(*, chain: str, sequence: int, digest: str) -> str:
    """The chain's value at an entry."""
    return hashlib.sha256(f"{chain} {sequence} {digest}".encode()).hexdigest()
