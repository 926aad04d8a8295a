"""States that are drawn again from stops, in the frame that changed those."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from yidian.domains.product_inventory.changes.types import Effect
from yidian.domains.product_inventory.models import SubscriberState, SubscriberStop
from yidian.domains.product_inventory.stops.lines import Redrawn, StopRow, redraw, steps_of_stops
from yidian.kernel.timeline import Kept
from yidian.platform.database.asking import where
from yidian.platform.database.loading import add_rows, change_rows
from yidian.platform.tenancy.models import Tenant

STATE: Final = ("id", "state", "from_ms", "to_ms")
STOP: Final = ("id", "reason", "ways", "from_ms", "to_ms")


def stored_stops(*, tenant: Tenant, subscribers: Collection[int]) -> defaultdict[int, list[StopRow]]:
    """By id of the subscription."""
    return _stored(tenant, SubscriberStop, StopRow, STOP, subscribers)


def stored_states(*, tenant: Tenant, subscribers: Collection[int]) -> defaultdict[int, list[Kept]]:
    """By id of the subscription."""
    return _stored(tenant, SubscriberState, Kept, STATE, subscribers)


def _stored(
    tenant: Tenant, model: Any, make: Any, columns: tuple[str, ...], subscribers: Collection[int]
) -> defaultdict[int, list[Any]]:  # fmt: skip
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for subscriber, *row in where(model.objects.filter(tenant=tenant), "subscriber_id", subscribers, *columns):
        found[subscriber].append(make(*row))
    return found


def add_stops(*, tenant: Tenant, rows: Iterable[tuple[int, str, str, int, int]]) -> None:
    """(id of the subscription, reason, ways, from_ms, to_ms), however many."""
    columns = ("subscriber_id", "reason", "ways", "from_ms", "to_ms")
    add_rows(tenant=tenant, table=SubscriberStop._meta.db_table, columns=columns, rows=rows)


def end_stops(*, tenant: Tenant, ends: Iterable[tuple[int, int]]) -> None:
    """Give rows (id, to_ms) their end, however many."""
    change_rows(tenant=tenant, table=SubscriberStop._meta.db_table, columns={"to_ms": "bigint"}, rows=ends)


def redraw_states(*, tenant: Tenant, subscribers: Mapping[int, str]) -> list[Effect]:
    """Make the states of subscriptions (id → code) those that their stops draw, and tell what was written for it."""
    stops = stored_stops(tenant=tenant, subscribers=subscribers)
    states = stored_states(tenant=tenant, subscribers=subscribers)
    effects: list[Effect] = []
    for id_, code in sorted(subscribers.items(), key=lambda one: one[1]):
        effects += _write(tenant, id_, code, redraw(states[id_], steps_of_stops(stops[id_])))
    return effects


def _write(tenant: Tenant, id_: int, code: str, redrawn: Redrawn) -> list[Effect]:
    effects = []

    def tell(action: Any, row: Kept, to_ms: int) -> None:
        effects.append(
            Effect(
                action=action, table="states", row=row.pk, subscriber=code, what=row.what, from_ms=row.from_ms,
                to_ms=to_ms, was_to_ms=row.to_ms if action == "modify" else 0,
            )
        )  # fmt: skip

    for row in redrawn.remove:
        SubscriberState.objects.filter(tenant=tenant, pk=row.pk).delete()
        tell("remove", row, row.to_ms)
    for row, to_ms in redrawn.end:
        SubscriberState.objects.filter(tenant=tenant, pk=row.pk).update(to_ms=to_ms)
        tell("modify", row, to_ms)
    for state, from_ms, to_ms in redrawn.add:
        made = SubscriberState.objects.create(
            tenant=tenant, subscriber_id=id_, state=state, from_ms=from_ms, to_ms=to_ms
        )
        tell("add", Kept(made.pk, state, from_ms, to_ms), to_ms)
    return effects
