"""Which boxes reach an address, and what they have left (资源确认)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q
from django.db.models.functions import Length
from django_scopes import scope

from yidian.domains.resource_inventory.lifecycle import FREE, RESERVED
from yidian.domains.resource_inventory.models import Address, Box, Port
from yidian.domains.resource_inventory.types import Capacity, PortChoice
from yidian.kernel.calendar import to_ms
from yidian.platform.tenancy.models import Tenant


class UnableToFindAddress(Exception):
    """No standard address of that code. Code ADDRESS_UNKNOWN."""

    code = "ADDRESS_UNKNOWN"

    def __init__(self, *, address: str) -> None:
        self.params = {"address": address[:96]}
        super().__init__(f"no address {address}")


def free_ports(*, tenant: Tenant, address: str, limit: int = 20, now: datetime | None = None) -> list[PortChoice]:
    """Free ports that reach an address (its code), those of the nearest boxes first; with `now` also those whose
    reservation ran out. UnableToFindAddress.
    """
    found: list[PortChoice] = []
    free = Q(state=FREE)
    if now is not None:
        free |= Q(state=RESERVED, until_ms__lte=to_ms(now))
    with scope(tenant=tenant):
        for place in reversed(_around(tenant, address)):
            rows = Port.objects.filter(free, tenant=tenant, box__address__code=place).order_by("code")
            told = rows.values_list("code", "box__code", "box__kind")[: limit - len(found)]
            found += [PortChoice(port, box, kind, place) for port, box, kind in told]
            if len(found) >= limit:
                break
    return found


def capacity(*, tenant: Tenant, address: str) -> Capacity:
    """The boxes that reach an address and their ports by state. UnableToFindAddress."""
    with scope(tenant=tenant):
        places = _around(tenant, address)
        boxes = list(Box.objects.filter(tenant=tenant, address__code__in=places).values_list("id", "capacity"))
        ports = Port.objects.filter(tenant=tenant, box_id__in=[pk for pk, _ in boxes])
        states = dict(ports.values_list("state").annotate(Count("id")))
    return Capacity(address, len(boxes), states, sum(room for _, room in boxes) - sum(states.values()))


def addresses_called(*, tenant: Tenant, asked: str, limit: int, exact: bool = False) -> list[tuple[str, str]]:
    """(code, name) of standard addresses by words of their name, all of which they have, or by how their code begins;
    the shortest code first. `exact`: the one of that code."""
    words = asked.split()
    called = Q(code=asked)
    if not exact and words:
        called |= Q(code__startswith=asked) | Q(*(Q(name__contains=word) for word in words))
    with scope(tenant=tenant):
        rows = Address.objects.filter(called, tenant=tenant).order_by(Length("code"), "code")
        return list(rows.values_list("code", "name")[:limit])


def around(address: str) -> list[str]:
    """An address and all that it lies in, the widest first: "GX/NN" → "GX", "GX/NN"."""
    parts = address.split("/")
    return ["/".join(parts[:n]) for n in range(1, len(parts) + 1)]


def _around(tenant: Tenant, address: str) -> list[str]:
    if not Address.objects.filter(tenant=tenant, code=address).exists():
        raise UnableToFindAddress(address=address)
    return around(address)
