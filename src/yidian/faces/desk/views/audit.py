"""The record of everything that was done: found, opened, and the chain checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse

from yidian.faces.shell.asked import Asked
from yidian.platform.audit.queries import head, oldest_unsealed, page, verify
from yidian.platform.audit.types import Entry

PAGE: Final = 50
CHECKED_HERE: Final = 20_000  # entries: about two seconds


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for, as typed."""

    actor: str
    operation: str
    kind: str
    id: str


def listed(asked: Asked) -> HttpResponse:
    """The newest entries first, 50 at a time; `before`: those older than an entry."""
    get = asked.request.GET
    wanted = Wanted(*(get.get(name, "").strip()[:100] for name in ("actor", "operation", "kind", "id")))
    before = int(get["before"]) if get.get("before", "").isdigit() and len(get["before"]) < 16 else 0
    shown = page(
        tenant=asked.tenant, limit=PAGE, before=before, actor=wanted.actor, operation=wanted.operation,
        kind=wanted.kind, id=wanted.id,
    )  # fmt: skip
    query = get.copy()
    query.pop("before", None)
    return asked.page(
        "desk/audit.html", fragment="desk/_audit.html", rows=[(id_, one, _lines(one)) for id_, one in shown],
        wanted=wanted, older=shown[-1][0] if len(shown) == PAGE else None, query=query.urlencode(),
        head=head(tenant=asked.tenant), waits_since=oldest_unsealed(tenant=asked.tenant),
    )  # fmt: skip


def check(asked: Asked) -> HttpResponse:
    """The whole chain from its first entry; one too long for a page is checked by the command that is then named."""
    length = head(tenant=asked.tenant).sequence
    verdict = verify(tenant=asked.tenant) if length <= CHECKED_HERE else None
    return asked.page("desk/audit_check.html", verdict=verdict, length=length)


def _lines(entry: Entry) -> list[tuple[str, str, str, object, object]]:
    """(kind, id, field, before, after) of what an entry changed, field by field."""
    found: list[tuple[str, str, str, object, object]] = []
    for change in entry.changes:
        before, after = dict(change.before or {}), dict(change.after or {})
        found += [
            (change.kind, str(change.id), name, before.get(name), after.get(name))
            for name in sorted(before.keys() | after.keys())
            if before.get(name) != after.get(name) or change.before is None
        ]
    return found
