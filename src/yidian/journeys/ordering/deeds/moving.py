"""移机: the same service at another address, by another port."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yidian.domains.product_inventory.types import Change
from yidian.domains.product_order.types import StepPlan
from yidian.journeys.ordering.deeds.offers import stands
from yidian.journeys.ordering.doing import Doing, Move, UnableToDo, fees, steps, tell, work
from yidian.journeys.ordering.situation import Situation


def _ports(s: Situation) -> list[str]:
    return [one.id for one in s.had if one.kind == "port"]


def _check(s: Situation) -> None:
    stands(s)
    if not _ports(s):
        raise UnableToDo("ORDER_NO_PORT", subscriber=s.item.subscriber)
    expect_reached(s)


def expect_reached(s: Situation) -> None:
    """资源确认: the port that was chosen is in a box at the address, or in one above it. ORDER_PORT_ELSEWHERE."""
    port, address = s.chosen.get("port"), s.told("address")
    if port is None or not (address == port.address or address.startswith(f"{port.address}/")):
        raise UnableToDo("ORDER_PORT_ELSEWHERE", "port", port=s.told("port"), address=address)


def _steps(s: Situation) -> list[StepPlan]:
    old = next(one for one in s.had if one.kind == "port")
    told = {"port": s.told("port"), "address": s.told("address")}
    back = ("modify", {"port": old.id, "address": old.installed or old.address})
    return steps(before=(work("install"), tell("modify", s.item.subscriber, told, back=back)))


def _changes(s: Situation, at_ms: int) -> Sequence[Change]:
    return fees(s, s.item.subscriber, at_ms)


def _moves(s: Situation) -> list[Move]:
    return [Move("use", "port", s.told("port")), *(Move("retire", "port", old) for old in _ports(s))]


RELOCATION: Final = Doing(check=_check, steps=_steps, changes=_changes, moves=_moves)
