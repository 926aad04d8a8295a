"""One step of one resource: read, then one UPDATE that holds only if nobody was quicker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from yidian.domains.resource_inventory import lifecycle
from yidian.domains.resource_inventory.models import Card, Device, Number, Port, ResourceStep
from yidian.kernel.calendar import to_ms
from yidian.platform.database.kept import Reading, add, change
from yidian.platform.database.loading import add_rows
from yidian.platform.points import point

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame

MODELS: Final[Mapping[str, tuple[Any, str]]] = {  # kind → its table, the column of its public id
    lifecycle.NUMBER: (Number, "value"),
    lifecycle.CARD: (Card, "iccid"),
    lifecycle.PORT: (Port, "code"),
    lifecycle.DEVICE: (Device, "imei"),
}
_NAMED: Final = {
    kind: Reading(lambda id, model=model, column=column: model.objects.filter(**{column: id}))
    for kind, (model, column) in MODELS.items()
}
COLUMNS: Final = (
    "kind", "resource", "last", "event", "before", "after", "holder", "organisation", "reseller", "actor_kind",
    "actor_id", "at_ms",
)  # fmt: skip
TOLD: Final = frozenset(
    {"use", "hand_over", "give_back", "retire", "leave", "restore", "restore_lost", "lose", "find"}
)  # as events, outside too


class UnableToHold(Exception):
    """A resource was not to be had; nothing was done. `params`: kind, resource, state where it is known.

    RESOURCE_UNKNOWN: there is none. RESOURCE_TAKEN: somebody else has it, or was quicker. RESOURCE_NOT_SELECTABLE:
    nobody has it, and in its state, or of its organisation, it is not to be had. RESOURCE_NOT_YOURS: it is not, or no
    longer, the holder's. OFFICE_DATA_MISSING: cities have not loaded the number's block. CARD_BLANK, CARD_NOT_BLANK,
    IMSI_TAKEN: of writing cards.
    """

    def __init__(self, code: str, *, kind: str, resource: str, state: str = "") -> None:
        self.code, self.params = code, {"kind": kind, "resource": resource[:64], "state": state}
        super().__init__(f"{code} {kind} {resource} {state}")


class Held:
    """A resource as it was read: the row, and what the swap holds it against."""

    __slots__ = ("id", "kind", "row")

    def __init__(self, kind: str, id: str, row: Any) -> None:
        self.kind, self.id, self.row = kind, id, row

    def refused(self, code: str) -> UnableToHold:
        return UnableToHold(code, kind=self.kind, resource=self.id, state=self.row.state)

    def expect_used_by(self, subscriber: str, *states: str) -> None:
        """RESOURCE_NOT_YOURS unless it is in use by a subscriber (or in another of `states`, of this one's)."""
        if self.row.holder != subscriber or self.row.state not in (lifecycle.IN_USE, *states):
            raise self.refused("RESOURCE_NOT_YOURS")


def read(frame: Frame, kind: str, id: str) -> Held:
    """UnableToHold RESOURCE_UNKNOWN."""
    found = _NAMED[kind].instances(tenant=frame.tenant, id=id)
    if not found:
        raise UnableToHold("RESOURCE_UNKNOWN", kind=kind, resource=id)
    return Held(kind, id, found[0])


def step(frame: Frame, held: Held, event: str, *, holder: str = "", until_ms: int = 0, **more: Any) -> None:
    """Do an event whose table allows it: RESOURCE_NOT_SELECTABLE where it does not, RESOURCE_TAKEN who comes second."""
    if not swapped(frame, held, event, holder=holder, until_ms=until_ms, **more):
        raise held.refused("RESOURCE_TAKEN")


def swapped(frame: Frame, held: Held, event: str, *, holder: str = "", until_ms: int = 0, **more: Any) -> bool:
    """The same, and whether it was done: False when somebody has moved the resource since it was read."""
    row, kind = held.row, held.kind
    after = lifecycle.after(kind=kind, state=row.state, event=event)
    if after is None:
        raise held.refused("RESOURCE_NOT_SELECTABLE")
    point("resource.swap")
    was = {"state": row.state, "holder": row.holder, "until_ms": row.until_ms}
    if not change(row, {"state": after, "holder": holder, "until_ms": until_ms, **more}, was=was):
        return False
    add([step_row(frame, kind, held.id, event, row, after, holder, **more)])
    frame.changed(
        kind, held.id, before={"state": row.state, "holder": row.holder},
        after={"state": after, "holder": holder, "event": event},
    )  # fmt: skip
    if event in TOLD:
        told = {"kind": kind, "id": held.id, "state": after, "holder": holder, "was": row.holder}
        frame.emit(f"resource.{event}", aggregate=f"{kind}/{held.id}", payload=told)
    row.state, row.holder, row.until_ms = after, holder, until_ms
    for name, value in more.items():
        setattr(row, name, value)
    return True


def step_row(
    frame: Frame, kind: str, id: str, event: str, row: Any, after: str, holder: str, **more: Any
) -> ResourceStep:
    """The row of history of one step."""
    return ResourceStep(
        tenant=frame.tenant, kind=kind, resource=id, event=event, before=row.state, after=after,
        holder=holder or row.holder, organisation=more.get("organisation", row.organisation),
        reseller=more.get("reseller", getattr(row, "reseller", "")), actor_kind=frame.actor.kind,
        actor_id=frame.actor.id, at_ms=to_ms(frame.now),
    )  # fmt: skip


def made(frame: Frame, kind: str, ids: Sequence[str], state: str) -> None:
    """That resources came in, as the first step of each."""
    rows = (
        (kind, id, "", "make", "", state, "", "", "", frame.actor.kind, frame.actor.id, to_ms(frame.now)) for id in ids
    )
    add_rows(tenant=frame.tenant, table="resource_inventory_resourcestep", columns=COLUMNS, rows=rows)
