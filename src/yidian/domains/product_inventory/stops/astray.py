"""The law of stops: the state that billing reads is the one that the reasons draw, at every instant."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final, NamedTuple

from django_scopes import scope

from yidian.domains.product_inventory.models import SubscriberLife, SubscriberState, SubscriberStop
from yidian.domains.product_inventory.stops.lines import StopRow, first_difference, steps_of_states, steps_of_stops
from yidian.kernel.timeline import Kept
from yidian.platform.tenancy.models import Tenant

MOST: Final = 100
CHUNK: Final = 10_000


class Astray(NamedTuple):
    """A subscription and the first instant (UTC ms) at which its stored state is not what its stops say."""

    subscriber: str
    at_ms: int


def states_astray(*, tenant: Tenant) -> list[Astray]:
    """The first hundred; none is right. Rows of whoever was ever stopped are read, and nobody else's."""
    found: list[Astray] = []
    with scope(tenant=tenant):
        stops = _grouped(tenant, SubscriberStop, "id", "reason", "ways", "from_ms", "to_ms")
        states = _grouped(tenant, SubscriberState, "id", "state", "from_ms", "to_ms")
        for code, told, stored in _together(stops, states):
            steps = steps_of_stops(StopRow(*row) for row in told)
            at_ms = first_difference(steps_of_states(Kept(*row) for row in stored), steps)
            if at_ms is not None:
                found.append(Astray(code, at_ms))
                if len(found) == MOST:
                    break
    return found


def lives_and_stops(*, tenant: Tenant) -> int:
    """How many rows the laws of subscriptions look at: stops, states, lives."""
    with scope(tenant=tenant):
        return sum(m.objects.filter(tenant=tenant).count() for m in (SubscriberStop, SubscriberState, SubscriberLife))


Rows = list[tuple[Any, ...]]
Grouped = Iterator[tuple[tuple[int, str], Rows]]


def _grouped(tenant: Tenant, model: Any, *columns: str) -> Grouped:
    """(id, code) of each subscription with its rows, by id."""
    rows = model.objects.filter(tenant=tenant).order_by("subscriber_id", "from_ms")
    told = rows.values_list("subscriber_id", "subscriber__code", *columns).iterator(chunk_size=CHUNK)
    for key, some in groupby(told, key=lambda row: (row[0], row[1])):
        yield key, [row[2:] for row in some]


def _together(one: Grouped, other: Grouped) -> Iterator[tuple[str, Rows, Rows]]:
    """Both in step, by id."""
    mine, theirs = next(one, None), next(other, None)
    while mine is not None or theirs is not None:
        if theirs is None or (mine is not None and mine[0] < theirs[0]):
            assert mine is not None
            yield mine[0][1], mine[1], []
            mine = next(one, None)
        elif mine is None or theirs[0] < mine[0]:
            yield theirs[0][1], [], theirs[1]
            theirs = next(other, None)
        else:
            yield mine[0][1], mine[1], theirs[1]
            mine, theirs = next(one, None), next(other, None)
