"""I12 of orders: what they wrote stands, none is at work on nothing, none that has ended keeps anything."""

from __future__ import annotations

from itertools import islice
from typing import Final

from yidian.domains.product_inventory.queries import lines_in_service, rows_there
from yidian.domains.product_order.queries import (
    held_by_nothing,
    histories_astray,
    order_states,
    orders_counted,
    rows_written,
)
from yidian.domains.product_order.types import lifecycle
from yidian.domains.resource_inventory.queries import holders
from yidian.domains.resource_inventory.types import KINDS, PORT
from yidian.kernel.calendar import to_ms
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit

TABLES: Final = ("identifiers", "holdings", "payers", "memberships", "lives", "stops")
ORDER: Final = "order/"
CHUNK: Final = 10_000


def orders(on: Visit) -> Finding:
    look = Look("I12", "ORDERS")
    look.checked = orders_counted(tenant=on.tenant)
    for number, state in held_by_nothing(tenant=on.tenant):
        look.violation("ORDER_AT_WORK_ON_NOTHING", order=number, state=state)
    for number, state, told in histories_astray(tenant=on.tenant):
        look.violation("ORDER_HISTORY_DIFFERS", order=number, state=state, told=told)
    _effects(on, look)
    _kept(on, look)
    return look.finding()


def _effects(on: Visit, look: Look) -> None:
    """What orders wrote and did not take back is there, and says what they said."""
    written = rows_written(tenant=on.tenant, tables=TABLES)
    while block := list(islice(written, CHUNK)):
        for table in TABLES:
            mine = [one for one in block if one.table == table]
            there = rows_there(tenant=on.tenant, table=table, ids={one.row for one in mine})
            for one in mine:
                if there.get(one.row) != (one.subscriber, one.what, one.from_ms):
                    look.violation(
                        "ORDER_EFFECT_GONE", order=one.order, table=table, subscriber=one.subscriber, what=one.what
                    )


def _kept(on: Visit, look: Look) -> None:
    """Nothing is kept for an order that has ended, or that there is not; who uses a port is in service."""
    held = {kind: holders(tenant=on.tenant, kind=kind) for kind in KINDS}
    kept = [
        (kind, id, holder.removeprefix(ORDER))
        for kind in KINDS
        for id, (_, holder) in sorted(held[kind].items())
        if holder.startswith(ORDER)
    ]
    states = order_states(tenant=on.tenant, numbers={number for _, _, number in kept})
    for kind, id, number in kept:
        if states.get(number, "") in ("", *lifecycle.ENDED):
            look.violation("RESOURCE_KEPT_FOR_ENDED", kind=kind, id=id, order=number)
    ports = {id: holder for id, (state, holder) in held[PORT].items() if state == "in_use"}
    if ports:
        alive = {one.subscriber for one in lines_in_service(tenant=on.tenant, at_ms=to_ms(on.now))}
        for id, holder in sorted(ports.items()):
            if holder not in alive:
                look.violation("PORT_OF_NOBODY", port=id, holder=holder)
