"""What is done to many numbers of a block by hand: into the pool, to an organisation or a reseller, offered, graded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from yidian.domains.resource_inventory import lifecycle
from yidian.domains.resource_inventory._shapes import read_shape
from yidian.domains.resource_inventory.bulk import regrade
from yidian.domains.resource_inventory.lifecycle import ALLOCATED, IN_POOL, NUMBER, PLANNED, RANGE, SELECTABLE
from yidian.domains.resource_inventory.models import LevelRule, Number, NumberBlock, ResourceStep
from yidian.kernel.calendar import to_ms
from yidian.platform.access.organisation import paths_at
from yidian.platform.tenancy.models import Tenant

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame

NOBODYS: Final = (PLANNED, IN_POOL, ALLOCATED, SELECTABLE)  # no terms have been agreed on


class UnableToMove(Exception):
    """BLOCK_UNKNOWN, RANGE_OUTSIDE (not of the block), RANGE_STILL (no number in it is in a state for it),
    ORGANISATION_UNKNOWN, RESELLER_UNKNOWN, ALLOCATED_TO_NOBODY (nobody was named), ALLOCATED_TWICE (several were).
    """

    def __init__(self, code: str, **params: str) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def move_numbers(
    *, frame: Frame, event: str, block: str, first: str = "", last: str = "", organisation: str = "",
    reseller: str = "", everybody: bool = False,
) -> int:  # fmt: skip
    """Do an event (lifecycle.RANGE) to all numbers of a block, or from one to another, that it is possible for.

    Of `allocate`: to an organisation (its code), a reseller (MV-22), or `everybody`, the operator's own halls. How many
    were moved. UnableToMove; nothing is done then.
    """
    if event not in RANGE:
        raise ValueError(event)
    row = _block(frame, block)
    begin, end = first or row.first, last or first or row.last
    if not (len(begin) == len(end) == len(row.first) and row.first <= begin <= end <= row.last):
        raise UnableToMove("RANGE_OUTSIDE", block=block, first=begin[:20], last=end[:20])
    more = _whose(frame, event, organisation, reseller, everybody)
    moved = 0
    for state in lifecycle.before(kind=NUMBER, event=event):
        after = lifecycle.after(kind=NUMBER, state=state, event=event)
        assert after is not None
        rows: Any = Number.objects.filter(
            tenant=frame.tenant, block_id=row.pk, value__gte=begin, value__lte=end, state=state
        )
        if state == after:  # to another: not those it came to just now
            rows = rows.exclude(**more)
        count = rows.update(state=after, **more)
        if not count:
            continue
        moved += count
        _tell(frame, event, begin, end, state, after, more)
        told = {"event": event, "first": begin, "last": end, "state": after, "count": count, **more}
        frame.changed("numbers", f"{block}/{begin}-{end}", before={"state": state}, after=told)
    if not moved:
        raise UnableToMove("RANGE_STILL", block=block, event=event)
    return moved


def grade_block(*, frame: Frame, block: str) -> int:
    """Give the numbers of a block that nobody has the levels of today's rules; how many changed. UnableToMove."""
    row = _block(frame, block)
    changed = regrade(
        tenant=frame.tenant, block=row.pk, first=row.first, last=row.last, rules=rules_of(frame.tenant), states=NOBODYS
    )
    frame.changed("numbers", f"{block}/levels", before=None, after={"changed": changed})
    return changed


def rules_of(tenant: Tenant) -> list[tuple[str, str, str]]:
    """(shape, place, level) in the order of their priority."""
    rows = LevelRule.objects.filter(tenant=tenant).order_by("priority").values_list("shape", "place", "level")
    return [row for row in rows if read_shape(row[0])]


def _block(frame: Frame, code: str) -> NumberBlock:
    row: NumberBlock | None = NumberBlock.objects.filter(tenant=frame.tenant, code=code).first()
    if row is None:
        raise UnableToMove("BLOCK_UNKNOWN", block=code[:32])
    return row


def _whose(frame: Frame, event: str, organisation: str, reseller: str, everybody: bool) -> dict[str, Any]:
    """What an event writes beside the state."""
    if event == "take_back":
        return {"organisation": "", "reseller": ""}
    if event != "allocate":
        return {}
    told = [bool(organisation), bool(reseller), everybody]
    if sum(told) != 1:
        raise UnableToMove("ALLOCATED_TWICE" if any(told) else "ALLOCATED_TO_NOBODY")
    if organisation and not paths_at(tenant=frame.tenant, codes=[organisation], at=frame.now):
        raise UnableToMove("ORGANISATION_UNKNOWN", organisation=organisation[:64])
    if reseller and not Tenant.objects.filter(code=reseller).exclude(pk=frame.tenant.pk).exists():
        raise UnableToMove("RESELLER_UNKNOWN", reseller=reseller[:32])
    return {"organisation": organisation, "reseller": reseller}


def _tell(frame: Frame, event: str, first: str, last: str, before: str, after: str, more: dict[str, Any]) -> None:
    ResourceStep.objects.bulk_create(
        [
            ResourceStep(
                tenant=frame.tenant, kind=NUMBER, resource=first, last=last, event=event, before=before, after=after,
                actor_kind=frame.actor.kind, actor_id=frame.actor.id, at_ms=to_ms(frame.now), **more,
            )
        ]
    )  # fmt: skip
