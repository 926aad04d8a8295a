"""Reading the audit: entries for people, and the whole chain checked."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from django_scopes import scope

from yidian.platform.audit import chain
from yidian.platform.audit.canonical import canonical
from yidian.platform.audit.models import AuditAbout, AuditEntry, AuditHead
from yidian.platform.audit.outside import compare, seals_of
from yidian.platform.audit.types import Break, Change, Entry, Head, Verdict
from yidian.platform.tenancy.models import Tenant


def entries(
    *, tenant: Tenant, limit: int, actor: str = "", operation: str = "", kind: str = "", id: str = ""
) -> list[Entry]:
    """The newest entries first; of an actor's id, an operation ("payment.take"), or a thing that was changed."""
    return [one for _, one in page(tenant=tenant, limit=limit, actor=actor, operation=operation, kind=kind, id=id)]


def page(
    *, tenant: Tenant, limit: int, before: int = 0, actor: str = "", operation: str = "", kind: str = "", id: str = ""
) -> list[tuple[int, Entry]]:
    """As `entries`, each with its row's number; those with numbers below `before` (0: from the newest)."""
    with scope(tenant=tenant):
        rows = AuditEntry.objects.filter(tenant=tenant)
        if actor:
            rows = rows.filter(actor_id=actor)
        if operation:
            rows = rows.filter(operation=operation)
        if id:
            rows = rows.filter(changes__contains=f'"id":{canonical(id)}')
        if before:
            rows = rows.filter(pk__lt=before)
        found: list[tuple[int, Entry]] = []
        for row in rows.order_by("-id").iterator(chunk_size=500):
            entry = _entry(row)
            if not (kind or id) or any(_names(change, kind, id) for change in entry.changes):
                found.append((row.pk, entry))
                if len(found) >= limit:
                    break
    return found


def entries_about(*, tenant: Tenant, about: Collection[str], limit: int) -> list[Entry]:
    """The newest entries that tell of one of some accounts or customers ("account/A1"), newest first."""
    with scope(tenant=tenant):
        named = AuditAbout.objects.filter(tenant=tenant, about__in=sorted(about))
        ids = named.order_by("-entry").values_list("entry", flat=True).distinct()[:limit]
        return [_entry(row) for row in AuditEntry.objects.filter(id__in=list(ids)).order_by("-id")]


def head(*, tenant: Tenant) -> Head:
    """The end of the chain as it is stored; 0 entries where nothing was sealed yet."""
    with scope(tenant=tenant):
        row = AuditHead.objects.filter(tenant=tenant).first()
    return Head(row.sequence, row.chain) if row else Head(0, chain.first(tenant=tenant.code))


def oldest_unsealed(*, tenant: Tenant) -> datetime | None:
    """When the entry was written that waits longest for its place in the chain; None: none waits."""
    with scope(tenant=tenant):
        rows = AuditEntry.objects.filter(tenant=tenant, sequence=None)
        at: datetime | None = rows.order_by("id").values_list("at", flat=True).first()
    return at


def verify(*, tenant: Tenant, seals: Path | None = None, key_file: Path | None = None) -> Verdict:
    """Check every entry of the chain, and the outside seals of a folder against it.

    AUDIT_CHANGED an entry is not what was written · AUDIT_MISSING numbers without an entry · AUDIT_FORK two entries of
    one number · AUDIT_UNCHAINED an entry does not follow from the one before · AUDIT_HEAD the stored end is not the
    last entry · of outside seals see `outside.compare`. Entries that wait to be sealed are checked by their digest.
    """
    outside = seals_of(folder=seals, key_file=key_file, tenant=tenant.code) if seals and key_file else ([], [])
    before = head(tenant=tenant)
    with scope(tenant=tenant):
        walk = _Walk(tenant, {before.sequence, *(seal.sequence for seal in outside[0])})
        chained = AuditEntry.objects.filter(tenant=tenant).exclude(sequence=None)
        for row in chained.order_by("sequence", "id").iterator():
            walk.step(row)
        walk.expect(before)
        waiting = 0
        for row in AuditEntry.objects.filter(tenant=tenant, sequence=None).order_by("id").iterator():
            waiting += 1
            walk.look_at_content(row)
    breaks = [*walk.breaks, *outside[1], *compare(outside[0], walk.marks)]
    return Verdict(walk.count, waiting, len(outside[0]), tuple(breaks))


class _Walk:
    """One pass over the chain, from its first entry. `marks`: the chain's value at the numbers that were asked for."""

    def __init__(self, tenant: Tenant, marked: set[int]) -> None:
        self._tenant, self._marked = tenant, marked
        self.count, self._sequence, self._chain = 0, 0, chain.first(tenant=tenant.code)
        self.marks: dict[int, str] = {0: self._chain}
        self.breaks: list[Break] = []

    def step(self, row: AuditEntry) -> None:
        assert row.sequence is not None
        self.count += 1
        if row.sequence == self._sequence:
            self._tell("AUDIT_FORK", sequence=row.sequence)
            return
        if row.sequence != self._sequence + 1:
            self._tell("AUDIT_MISSING", first=self._sequence + 1, last=row.sequence - 1)
        self.look_at_content(row)
        if chain.following(chain=self._chain, sequence=row.sequence, digest=row.digest) != row.chain:
            self._tell("AUDIT_UNCHAINED", sequence=row.sequence, operation=row.operation, key=row.key)
        self._sequence, self._chain = row.sequence, row.chain or ""
        if row.sequence in self._marked:
            self.marks[row.sequence] = self._chain

    def look_at_content(self, row: AuditEntry) -> None:
        if chain.digest_of(row, tenant=self._tenant.code) != row.digest:
            self._tell("AUDIT_CHANGED", sequence=row.sequence or 0, operation=row.operation, key=row.key)

    def expect(self, before: Head) -> None:
        """The head as it was before the pass is on the way, and nothing stands beyond the head of now."""
        if self.marks.get(before.sequence) != before.chain or self._sequence > head(tenant=self._tenant).sequence:
            self._tell("AUDIT_HEAD", stored=before.sequence, last=self._sequence)

    def _tell(self, code: str, **params: str | int) -> None:
        self.breaks.append(Break(code, params))


def _entry(row: AuditEntry) -> Entry:
    changes = tuple(Change(c["kind"], c["id"], c["before"], c["after"]) for c in json.loads(row.changes))
    return Entry(
        row.sequence, row.at, row.actor_kind, row.actor_id, row.operation, row.key, row.reason, changes,
    )  # fmt: skip


def _names(change: Change, kind: str, id: str) -> bool:
    return (not kind or change.kind == kind) and (not id or change.id == id)
