"""The simulated network learns the lines that were there before it: what the inventory has in service is open in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Final, NamedTuple

from yidian.domains.product_catalog.queries import offers_for_orders
from yidian.domains.product_inventory.queries import lines_in_service
from yidian.domains.product_inventory.types import LineInService
from yidian.domains.product_order.queries import subscriptions_under_way
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.network.lines import Line
from yidian.platform.network.simulated import SimulatedNetwork
from yidian.platform.tenancy.models import Tenant

AT_ONCE: Final = 1000


class Filled(NamedTuple):
    """`taken`: subscriptions whose number or card the network has open for somebody else."""

    added: int
    there: int
    taken: tuple[str, ...]


def fill(*, tenant: Tenant, network: SimulatedNetwork, now: datetime) -> Filled:
    """Open what is in service and not open; nothing that is open is touched, nor what orders are at work on."""
    there = {one.subscriber for one in network.open_lines()}
    business = {
        code: offer.line_of_business
        for code, offer in offers_for_orders(tenant=tenant, on=local_date(to_ms(now), tenant.zone)).items()
    }
    aside = there | subscriptions_under_way(tenant=tenant)
    missing = (one for one in lines_in_service(tenant=tenant, at_ms=to_ms(now)) if one.subscriber not in aside)
    lines = (_line(one, next((of for code in one.offers if (of := business.get(code))), "mobile")) for one in missing)
    added, taken = 0, list[str]()
    while block := list(islice(lines, AT_ONCE)):
        refused = _put(network, block)
        added += len(block) - len(refused)
        taken += refused
    return Filled(added, len(there), tuple(taken))


def _put(network: SimulatedNetwork, block: list[Line]) -> list[str]:
    """Open all of them; whose cannot be."""
    if _fits(network, block):
        return []
    return [line.subscriber for line in block if not _fits(network, [line])]


def _fits(network: SimulatedNetwork, lines: Iterable[Line]) -> bool:
    try:
        network.fill(lines)
    except sqlite3.IntegrityError:
        return False
    return True


def _line(one: LineInService, business: str) -> Line:
    told = {"iccid": one.iccid, "line_of_business": business}
    return Line(
        one.subscriber, one.number, one.imsi, one.ways or "none", frozenset(one.offers),
        {name: value for name, value in told.items() if value},
    )  # fmt: skip
