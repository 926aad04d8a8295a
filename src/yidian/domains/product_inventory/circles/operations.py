"""A file of friends and closed groups taken whole or refused whole (docs/howto/customers.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import F

from yidian.domains.party.operations import hold_numbering
from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory._spans import Spans
from yidian.domains.product_inventory.circles.bulk import add_friends, add_members, end_circle
from yidian.domains.product_inventory.circles.family import FAMILY, FRIEND, GROUP, Member, check_families
from yidian.domains.product_inventory.models import FriendNumber, GroupMembership, InventoryVersion, Subscriber
from yidian.kernel.calendar import FOREVER_MS
from yidian.platform.database.asking import where
from yidian.platform.sheets import check_columns, read_table
from yidian.platform.writing.files import FileTaken, take_file

if TYPE_CHECKING:
    from datetime import datetime

    from yidian.platform.tenancy.models import Tenant
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.types import Actor

REQUIRED: Final = ("subscriber", "from")
ALLOWED: Final = ("subscriber", "number", "group", "kind", "from", "to")


class Said(NamedTuple):
    """A row of a file: kind friend (`what` is a number) or group, family (`what` is a group's code)."""

    line: int
    subscriber: str
    kind: str
    what: str
    from_ms: int
    to_ms: int


class Kept(NamedTuple):
    pk: int
    from_ms: int
    to_ms: int
    kind: str


Key = tuple[int, bool, str]  # subscriber, whether a friend, number or group


def import_friends(*, tenant: Tenant, actor: Actor, path: Path, now: datetime) -> FileTaken:
    """Take a file of friends and groups (csv or xlsx: subscriber, number or group, kind, from, to), or refuse it whole.

    The same bytes again do nothing; what is so already adds nothing. BadInput.
    """
    sheet = read_table(path)
    faults = Faults(sheet=sheet, zone=tenant.zone)
    check_columns(sheet, required=REQUIRED, allowed=ALLOWED, faults=faults)
    faults.raise_if_any()
    said = _read(sheet.rows, Spans(tenant.zone, faults), faults)
    return take_file(
        tenant=tenant, actor=actor, path=path, now=now, subject="friends", kind="friends_file",
        book=lambda frame: _book(frame, said, faults),
    )  # fmt: skip


def _read(rows: Iterable[tuple[int, dict[str, str]]], spans: Spans, faults: Faults) -> list[Said]:
    said = []
    for line, written in rows:
        cells = {name: value.strip() for name, value in written.items()}
        number, group = cells.get("number", ""), cells.get("group", "")
        kind = cells.get("kind", "") or (GROUP if group else FRIEND)
        if kind not in (FRIEND, GROUP, FAMILY):
            faults.note("VALUE_UNKNOWN", line, "kind", kind, allowed=", ".join((FRIEND, GROUP, FAMILY)))
        elif (kind == FRIEND) != bool(number) or (kind == FRIEND) == bool(group):
            faults.note("FRIEND_UNCLEAR", line, "number", number, kind=kind)
        what = spans.number(line, cells, "number") if number else spans.code(line, cells, "group") if group else ""
        said.append(Said(line, spans.code(line, cells, "subscriber"), kind, what, *spans.period(line, cells)))
        if faults.full:
            break
    faults.raise_if_any()
    return said


def _book(frame: Frame, said: list[Said], faults: Faults) -> dict[str, Any]:
    hold_numbering()
    tenant = frame.tenant
    ids = dict(where(Subscriber.objects.filter(tenant=tenant), "code", {one.subscriber for one in said}, "id"))
    for one in said:
        if one.subscriber not in ids:
            faults.note("SUBSCRIBER_UNKNOWN", one.line, "subscriber", one.subscriber, subscriber=one.subscriber)
    faults.raise_if_any()
    kept = _kept(tenant, said, set(ids.values()))
    add: dict[bool, list[tuple[Any, ...]]] = {True: [], False: []}
    end: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
    for one in sorted(said, key=lambda one: (one.from_ms, one.to_ms, one.line)):
        _take(one, ids[one.subscriber], kept, add, end, faults)
    _check(ids, said, kept, faults)
    add_friends(tenant=tenant, rows=add[True])
    add_members(tenant=tenant, rows=add[False])
    for friends, ends in end.items():
        end_circle(tenant=tenant, friends=friends, ends=ends)
    counts = {"rows": len(said), "added": sum(map(len, add.values())), "ended": sum(map(len, end.values()))}
    if counts["added"] or counts["ended"]:
        InventoryVersion.objects.get_or_create(tenant=tenant)
        InventoryVersion.objects.filter(tenant=tenant).update(circles=F("circles") + 1)
    return counts


def _take(
    one: Said, subscriber: int, kept: dict[Key, list[Kept]], add: dict[bool, list[tuple[Any, ...]]],
    end: dict[bool, list[tuple[int, int]]], faults: Faults,
) -> None:  # fmt: skip
    """Add a row, end the one it ends, or nothing where it says what is so. FRIEND_TWICE."""
    friend = one.kind == FRIEND
    mine = kept[subscriber, friend, one.what]
    for n, row in enumerate(mine):
        if row.to_ms <= one.from_ms or one.to_ms <= row.from_ms:
            continue
        same = row.kind == one.kind and row.from_ms == one.from_ms
        if same and one.to_ms in (row.to_ms, FOREVER_MS):
            return
        if not (same and row.to_ms == FOREVER_MS):
            column = "number" if friend else "group"
            period = {"begin": faults.told(row.from_ms), "end": faults.told(row.to_ms)}
            faults.note("FRIEND_TWICE", one.line, column, one.what, subscriber=one.subscriber, **period)
            return
        mine[n] = row._replace(to_ms=one.to_ms)  # one of this file has its end already: they come in that order
        end[friend].append((row.pk, one.to_ms))
        return
    mine.append(Kept(0, one.from_ms, one.to_ms, one.kind))
    add[friend].append((subscriber, one.what, *(() if friend else (one.kind,)), one.from_ms, one.to_ms))


def _kept(tenant: Tenant, said: list[Said], subscribers: set[int]) -> defaultdict[Key, list[Kept]]:
    """What these subscribers have, and all members of the groups that the file names."""
    found: defaultdict[Key, list[Kept]] = defaultdict(list)
    friends = FriendNumber.objects.filter(tenant=tenant)
    for subscriber, what, pk, *when in where(friends, "subscriber_id", subscribers, "number", "id", "from_ms", "to_ms"):
        found[subscriber, True, what].append(Kept(pk, when[0], when[1], FRIEND))
    members = GroupMembership.objects.filter(tenant=tenant)
    named = {one.what for one in said if one.kind != FRIEND}
    columns = ("subscriber_id", "group_code", "id", "from_ms", "to_ms", "kind")
    rows = {row[3]: row[1:] for row in where(members, "subscriber_id", subscribers, *columns)}
    rows |= {row[3]: row[1:] for row in where(members, "group_code", named, *columns)}
    for subscriber, group, *row in rows.values():
        found[subscriber, False, group].append(Kept(*row))
    return found


def _check(ids: dict[str, int], said: list[Said], kept: dict[Key, list[Kept]], faults: Faults) -> None:
    """The limits of family networks (TP5), where this file says something of one."""
    lines = {(ids[one.subscriber], one.what): one.line for one in said if one.kind == FAMILY}
    members = [
        Member(subscriber, group, row.from_ms, row.to_ms)
        for (subscriber, friend, group), rows in kept.items()
        if not friend
        for row in rows
        if row.kind == FAMILY
    ]
    check_families(members, lines, faults)
    faults.raise_if_any()
