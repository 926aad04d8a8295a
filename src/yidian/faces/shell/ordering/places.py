"""Where a wired line is installed: an address by its words, and a free port that reaches it (资源确认)."""

from __future__ import annotations

from typing import Any, Final

from yidian.domains.resource_inventory.queries import (
    UnableToFindAddress,
    addresses_called,
    capacity,
    free_ports,
    resource,
)
from yidian.domains.resource_inventory.types import Capacity, PortChoice
from yidian.faces.shell.asked import Asked
from yidian.kernel.calendar import to_ms

MOST: Final = 12
LONGEST: Final = 60


def places_of(asked: Asked, address: str, port: str, words: str, *, holder: str) -> dict[str, Any]:
    """Addresses by what was typed, the chosen one first; of that one the free ports, first that of the cart called
    `holder`."""
    words = (words or asked.request.GET.get("place", "") or asked.request.POST.get("place", "")).strip()[:LONGEST]
    found = addresses_called(tenant=asked.tenant, asked=words, limit=MOST) if words else []
    chosen = addresses_called(tenant=asked.tenant, asked=address, limit=1, exact=True) if address else []
    rows = [*chosen, *(one for one in found if one not in chosen)]
    if not address and len(rows) == 1:
        chosen = rows
    ports, room = _ports(asked, holder, chosen[0][0], port) if chosen else ([], None)
    return {
        "rows": rows, "words": words, "chosen": chosen[0][0] if chosen else "", "ports": ports, "room": room,
        "port": port or (ports[0].port if ports else ""),
    }  # fmt: skip


def _ports(asked: Asked, holder: str, address: str, port: str) -> tuple[list[PortChoice], Capacity | None]:
    try:
        ports = free_ports(tenant=asked.tenant, address=address, limit=MOST, now=asked.now)
        room = capacity(tenant=asked.tenant, address=address)
    except UnableToFindAddress:
        return [], None
    mine = resource(tenant=asked.tenant, kind="port", id=port) if port else None
    if mine is not None and mine.held_by(holder, now_ms=to_ms(asked.now)) and mine.address:
        ports.insert(0, PortChoice(mine.id, mine.box, "", mine.address))
    return ports, room
