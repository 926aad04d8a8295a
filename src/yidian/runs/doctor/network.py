"""I12 of the network: what is in service here is open there, by the same number, barred the same way."""

from __future__ import annotations

from collections.abc import Iterator

from yidian.domains.product_inventory.queries import lines_in_service
from yidian.domains.product_order.queries import orders_in_state, subscriptions_under_way
from yidian.domains.product_order.types import lifecycle
from yidian.kernel.calendar import to_ms
from yidian.platform.network.comparing import differences
from yidian.platform.network.queries import choice_at, choices
from yidian.platform.network.types import Adapter, OpenLine, UnableToTell
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit

SIMULATED = "simulated"


def network(on: Visit) -> Finding:
    """Every line in service against everything that the network has open, but for those that orders are at work on."""
    look = Look("I12", "NETWORK")
    if on.money and choice_at(tenant=on.tenant, at=on.now).kind == SIMULATED:
        look.alarm("NETWORK_NOT_CHOSEN")
    adapter = on.network() if on.network is not None else None
    if adapter is None or _is_new(on, adapter):
        look.note("NETWORK_NEW")
        return look.finding()
    under_way = subscriptions_under_way(tenant=on.tenant)
    try:
        for one in differences(ours=_ours(on, look), theirs=adapter.open_lines(), under_way=under_way):
            look.violation(one.code, **one.params)
    except UnableToTell as error:
        look.alarm(error.code, **error.params)
    return look.finding()


def _is_new(on: Visit, adapter: Adapter) -> bool:
    """Whether nobody has chosen a network and the simulated one was never told anything."""
    if len(choices(tenant=on.tenant)) > 1:
        return False
    ever = (lifecycle.COMPLETED, lifecycle.REVERSED)
    if orders_in_state(tenant=on.tenant, states=ever, within=None, limit=1):
        return False
    return next(adapter.open_lines(), None) is None


def _ours(on: Visit, look: Look) -> Iterator[OpenLine]:
    for one in lines_in_service(tenant=on.tenant, at_ms=to_ms(on.now)):
        look.checked += 1
        yield OpenLine(one.subscriber, one.number, one.ways or "none")
