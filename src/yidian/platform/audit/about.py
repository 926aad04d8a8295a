"""Of whom an entry tells, so that one customer's record is found without reading everybody's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.db import connection

from yidian.platform.audit.models import AuditAbout, AuditEntry
from yidian.platform.audit.types import Change
from yidian.platform.database.kept import add
from yidian.platform.tenancy.models import Tenant

MOST: Final = 8  # an entry about more is a bulk write, and about nobody
NAMES: Final = ("account", "customer")
LONGEST: Final = 96


def about(changes: Iterable[Change]) -> list[str]:
    """Such as "account/A1" and "customer/C1", in order; none of a bulk write."""
    found: set[str] = set()
    for change in changes:
        if change.kind == "identity" and change.id:
            found.add(f"customer/{change.id}")
        for values in (change.before or {}, change.after or {}):
            found |= {f"{name}/{values[name]}" for name in NAMES if values.get(name)}
        if len(found) > MOST:
            return []
    return sorted(one for one in found if len(one) <= LONGEST)


def note(*, tenant: Tenant, entry: AuditEntry, changes: Sequence[Change]) -> None:
    """Write down of whom a new entry tells, in its own transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("of whom an entry tells belongs into the entry's transaction")
    add([AuditAbout(tenant=tenant, about=one, entry=entry.pk) for one in about(changes)])
