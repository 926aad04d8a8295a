"""What a write of changes tells: the audit what each subscription had and has, runs that something is new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from yidian.domains.product_inventory.bulk import move_versions
from yidian.domains.product_inventory.changes.types import Effect

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame

RATED: Final = frozenset({"subscribers", "identifiers", "units", "memberships"})
PRICED: Final = frozenset({"holdings", "payers"})


def tell_audit(frame: Frame, effects: Sequence[Effect], *, undone: bool = False) -> None:
    """One entry of each subscription that was changed: its rows that came, ended, or went, before and after."""
    real = [effect for effect in effects if effect.action != "keep" and effect.table != "units"]
    for code in dict.fromkeys(effect.subscriber for effect in real):
        mine = [effect for effect in real if effect.subscriber == code]
        new = any(effect.table == "subscribers" for effect in mine)
        before = {"rows": _rows(mine, "modify", "remove", before=True)}
        after = {"rows": _rows(mine, "add", "modify")}
        if undone:
            frame.changed("subscription", code, before=after, after=None if new else before)
        else:
            frame.changed("subscription", code, before=None if new else before, after=after)


def move_versions_of(frame: Frame, effects: Iterable[Effect]) -> None:
    moved = {effect.table for effect in effects if effect.action != "keep"}
    move_versions(tenant=frame.tenant, identifiers=bool(moved & RATED), holdings=bool(moved & PRICED))


def _rows(effects: Iterable[Effect], *actions: str, before: bool = False) -> list[list[Any]]:
    """table, kind, what, from, to."""
    return [
        [one.table, one.kind, one.what, one.from_ms, one.was_to_ms if before and one.action == "modify" else one.to_ms]
        for one in effects
        if one.action in actions
    ]
