"""Numbers that another system keeps for a while, before it orders them: chosen in its own shop, by its own customer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from yidian.domains.resource_inventory import operations as held
from yidian.domains.resource_inventory.queries import resource, resources_of
from yidian.domains.resource_inventory.types import NUMBER, ResourceFacts
from yidian.journeys.ordering.by_system import holder_of
from yidian.journeys.ordering.doing import UnableToDo
from yidian.kernel.calendar import to_ms
from yidian.platform.locks import hold_until_commit
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

KEPT: Final = timedelta(minutes=30)
MOST: Final = 100  # numbers that one system keeps at a time


def reserve(
    *, tenant: Tenant, actor: Actor, now: datetime, number: str, within: Collection[str] | None
) -> ResourceFacts:
    """Keep a number for a system; asked again, from now on. UnableToHold, UnableToDo NUMBERS_KEPT_MOST."""
    holder = holder_of(actor.id)

    def work(frame: Frame) -> dict[str, Any]:
        hold_until_commit(f"numbers of {tenant.pk} {holder}")
        kept = reserved(tenant=tenant, system=actor.id, now=now)
        if len(kept) >= MOST and number not in {one.id for one in kept}:
            raise UnableToDo("NUMBERS_KEPT_MOST", "number", most=MOST)
        until_ms = to_ms(now + KEPT)
        held.reserve(frame=frame, kind=NUMBER, id=number, holder=holder, until_ms=until_ms, within=within)
        return {"number": number}

    _write(tenant, actor, "number.reserve", number, now, work)
    found = resource(tenant=tenant, kind=NUMBER, id=number)
    assert found is not None
    return found


def let_go(*, tenant: Tenant, actor: Actor, now: datetime, number: str) -> None:
    """A number that a system keeps is free again; of one it does not keep nothing is done."""

    def work(frame: Frame) -> dict[str, Any]:
        held.release(frame=frame, kind=NUMBER, id=number, holder=holder_of(actor.id))
        return {"number": number}

    _write(tenant, actor, "number.release", number, now, work)


def reserved(*, tenant: Tenant, system: str, now: datetime) -> list[ResourceFacts]:
    """What a system keeps now."""
    holder = holder_of(system)
    found = (
        resource(tenant=tenant, kind=kind, id=id_)
        for kind, id_ in resources_of(tenant=tenant, holder=holder, kinds=(NUMBER,))
    )
    return [one for one in found if one is not None and one.held_by(holder, now_ms=to_ms(now))]


def _write(tenant: Tenant, actor: Actor, operation: str, number: str, now: datetime, work: Any) -> None:
    """The same at the same instant is the same act."""
    key = f"{now.isoformat()}/{number}"[:200]
    perform(tenant=tenant, actor=actor, operation=operation, key=key, request={"number": number}, now=now, work=work)
