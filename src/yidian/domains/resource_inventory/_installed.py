"""Where lines come out: looked for by the beginning of any part of the address, and told of one port."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.db.models import F, QuerySet
from django_scopes import scope

from yidian.domains.party.queries import address_range, folded
from yidian.domains.resource_inventory.lifecycle import IN_USE
from yidian.domains.resource_inventory.models import Installation, PlaceKey
from yidian.domains.resource_inventory.types import LineAt
from yidian.platform.tenancy.models import Tenant

COMPARED: Final = 200  # lines
PAGE, PAGES = 100, 10  # keys looked at together (of more SQLite walks all lines instead), and how often at most


def lines_at(*, tenant: Tenant, asked: str, limit: int = COMPARED) -> list[LineAt]:
    """Lines in use at addresses one of whose parts begins with what is asked, in the order of the addresses' signs; at
    most `limit`, of those at the first PAGE * PAGES addresses."""
    wanted, found = folded(asked), dict[LineAt, None]()
    if not wanted:
        return []
    with scope(tenant=tenant):
        for page in range(PAGES):
            places = list(called(tenant, asked)[page * PAGE : (page + 1) * PAGE])
            at = dict.fromkeys(place for place, name in places if wanted in folded(name))
            rows = sorted((order, *line) for order, line in _out(tenant, at))
            found |= dict.fromkeys(LineAt(*row[2:]) for row in rows)
            if len(found) >= limit or len(places) < PAGE:
                break
    return list(found)[:limit]


def called(tenant: Tenant, asked: str) -> QuerySet[Any, Any]:
    """(id, name) of addresses with a key that begins so: a range of an index."""
    begin, end = address_range(asked)
    keys: QuerySet[Any] = PlaceKey.objects.filter(tenant=tenant, key__gte=begin, key__lt=end)
    return keys.order_by("key", "address_id").values_list("address_id", "address__name")


def _out(tenant: Tenant, at: Mapping[int, None]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Lines in use at addresses (ids): the place of the address among them, and (id, holder, code, name)."""
    order = {id_: place for place, id_ in enumerate(at)}
    for address, *line in used_at(tenant, list(order)):
        yield order[address], tuple(line)


def used_at(tenant: Tenant, addresses: list[int]) -> QuerySet[Any, Any]:
    """A statement of its own: joined with the keys, a database that knows nothing of the tables yet walks them all."""
    rows: QuerySet[Any] = Installation.objects.filter(
        tenant=tenant, address_id__in=addresses, port__state=IN_USE, port__holder=F("holder")
    )  # fmt: skip
    return rows.values_list("address_id", "id", "holder", "address__code", "address__name")


def installed_at(tenant: Tenant, port: int, holder: str) -> str:
    """The address (code) where the line of a holder comes out that a port (id) serves; "": nobody said."""
    rows = Installation.objects.filter(tenant=tenant, port_id=port, holder=holder)
    return str(rows.values_list("address__code", flat=True).first() or "")
