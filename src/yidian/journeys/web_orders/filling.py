"""What a customer does not choose and an order needs: a card of our stock, a free port that reaches the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from yidian.domains.product_order.types import ItemFacts, OrderFacts
from yidian.domains.resource_inventory.operations import UnableToHold
from yidian.domains.resource_inventory.queries import UnableToFindAddress, cards_to_choose, free_ports
from yidian.journeys.ordering import resources
from yidian.journeys.ordering.doing import UnableToDo
from yidian.platform.writing.frame import Frame


def filled(
    *, frame: Frame, order: OrderFacts, deed: str, told: Mapping[str, object], before: ItemFacts | None = None
) -> dict[str, Any]:
    """The fields of a deed with card and port, reserved for the cart; those that it had `before` where they do still.

    UnableToDo WEB_NO_CARD, WEB_NO_PORT.
    """
    whole = {name: value for name, value in told.items() if name not in ("card", "port")}
    had = dict(before.told) if before else {}
    if deed == "new" and told.get("line") == "mobile":
        more = cards_to_choose(tenant=frame.tenant, now=frame.now, within=[order.organisation])
        whole["card"] = _first(frame, order, "card", [str(had.get("card", "")), *more])
        if not whole["card"]:
            raise UnableToDo("WEB_NO_CARD")
    address = str(told.get("address") or "")
    if address:
        mine = [str(had.get("port", ""))] if had.get("address") == address else []
        whole["port"] = _first(frame, order, "port", [*mine, *_ports(frame, address)])
        if not whole["port"]:
            raise UnableToDo("WEB_NO_PORT", "address", address=address)
    return whole


def _ports(frame: Frame, address: str) -> list[str]:
    try:
        return [one.port for one in free_ports(tenant=frame.tenant, address=address, now=frame.now)]
    except UnableToFindAddress:
        return []


def _first(frame: Frame, order: OrderFacts, kind: str, ids: Iterable[str]) -> str:
    """The first that can be had: somebody else may be quicker with any of them. "" none."""
    for id_ in ids:
        if not id_:
            continue
        try:
            resources.reserve(frame=frame, holder=order.holder, wants=[(kind, id_)], within=[order.organisation])
        except UnableToHold:
            continue
        return id_
    return ""
