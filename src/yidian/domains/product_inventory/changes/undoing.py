"""Taking changes back (返销): what was added goes, what was ended gets its end of before. Exactly that, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from django.db import transaction

from yidian.domains.party.operations import hold_numbering
from yidian.domains.product_catalog.queries import stacking_offers
from yidian.domains.product_inventory._ended import ended_since
from yidian.domains.product_inventory.changes import bulk
from yidian.domains.product_inventory.changes.told import move_versions_of, tell_audit
from yidian.domains.product_inventory.changes.types import Effect, UnableToChange
from yidian.domains.product_inventory.models import Subscriber
from yidian.domains.product_inventory.stops.bulk import redraw_states
from yidian.platform.database.asking import where

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame

HELD: Final = ("identifiers", "holdings")


def undo_effects(*, frame: Frame, effects: Sequence[Effect]) -> None:
    """Exactly what was before, but units, which are names only, stay. States are drawn again from the stops that are
    left. UnableToChange EFFECT_OVERTAKEN when something later builds on one of them; then nothing is undone."""
    hold_numbering()
    told = _written(effects)
    with transaction.atomic():
        _take_back(frame, told)
    tell_audit(frame, told, undone=True)
    move_versions_of(frame, told)


def expect_undoable(*, frame: Frame, effects: Sequence[Effect]) -> None:
    """That `undo_effects` could take them back now: UnableToChange EFFECT_OVERTAKEN. It is tried, and not done."""
    hold_numbering()
    try:
        with transaction.atomic():
            _take_back(frame, _written(effects))
            raise _TriedError
    except _TriedError:
        return


class _TriedError(Exception):
    """Everything could be taken back; leaving the block with it puts it all where it was."""


def _written(effects: Sequence[Effect]) -> list[Effect]:
    """Those that wrote something, the last first."""
    return [effect for effect in reversed(effects) if effect.action != "keep"]


def _take_back(frame: Frame, told: Sequence[Effect]) -> None:
    codes = {effect.subscriber for effect in told}
    ids = dict(where(Subscriber.objects.filter(tenant=frame.tenant), "code", codes, "id"))
    for effect in told:
        if effect.table in bulk.TABLES and effect.table != "states":
            _undo(frame, effect)
    _note_overlaps(frame, [effect for effect in told if effect.action == "modify" and effect.table != "states"])
    stopped = {ids[one.subscriber]: one.subscriber for one in told if one.table == "stops" and one.subscriber in ids}
    redraw_states(tenant=frame.tenant, subscribers=stopped)
    for effect in told:
        if effect.table == "subscribers" and not bulk.remove_subscriber(
            tenant=frame.tenant, id=effect.row, code=effect.subscriber
        ):
            raise _overtaken(effect)


def _undo(frame: Frame, effect: Effect) -> None:
    """One row, if it still is as the effect left it."""
    row = bulk.stored(tenant=frame.tenant, table=effect.table, pks=[effect.row]).get(effect.row)
    left = bulk.Dated(effect.row, effect.subscriber, effect.kind, effect.what, effect.from_ms, effect.to_ms)
    if row != left:
        raise _overtaken(effect)
    if effect.action == "add":
        bulk.remove(tenant=frame.tenant, table=effect.table, pks=[effect.row])
    else:
        bulk.end(tenant=frame.tenant, table=effect.table, pk=effect.row, was_to_ms=effect.to_ms, to_ms=effect.was_to_ms)


def _note_overlaps(frame: Frame, restored: Sequence[Effect]) -> None:
    """Rows that have their end of before again stand against what came later in their place, or after a termination."""
    if not restored:
        return
    stacking = stacking_offers(tenant=frame.tenant)
    for effect in restored:
        stacks = effect.table == "holdings" and effect.what in stacking
        if not stacks and bulk.overlapped(tenant=frame.tenant, table=effect.table, pk=effect.row):
            raise _overtaken(effect)
    held = [effect for effect in restored if effect.table in HELD]
    ids = dict(
        where(Subscriber.objects.filter(tenant=frame.tenant), "code", {effect.subscriber for effect in held}, "id")
    )
    ended = ended_since(frame.tenant, ids.values())
    for effect in held:
        if effect.was_to_ms > ended.get(ids[effect.subscriber], effect.was_to_ms):
            raise _overtaken(effect)


def _overtaken(effect: Effect) -> UnableToChange:
    params: dict[str, str | int] = {"table": effect.table, "what": effect.what}
    params |= {"subscriber": effect.subscriber, "change": -1}
    return UnableToChange("EFFECT_OVERTAKEN", params)
