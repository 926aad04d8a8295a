"""One resource as plain values."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from yidian.domains.resource_inventory import lifecycle
from yidian.domains.resource_inventory._installed import installed_at
from yidian.domains.resource_inventory.models import Card, Device, Number, OfficeData, Port
from yidian.domains.resource_inventory.types import ResourceFacts
from yidian.kernel.calendar import FOREVER_MS, to_ms
from yidian.platform.database.asking import where
from yidian.platform.database.kept import Reading
from yidian.platform.tenancy.models import Tenant

STANDS: Final = ("state", "holder", "until_ms", "organisation")
NUMBER: Final = (
    *STANDS, "level", "reseller", "guest", "block_id", "block__code", "block__area", "block__network", "block__portable"
)  # fmt: skip
CARD: Final = (*STANDS, "imsi", "card_kind", "batch")
_NUMBER: Final = Reading(lambda id: Number.objects.filter(value=id).values_list(*NUMBER))
_CARD: Final = Reading(lambda id: Card.objects.filter(iccid=id).values_list(*STANDS, "imsi", "kind", "batch"))


def facts_of(tenant: Tenant, kind: str, id: str, now: datetime | None) -> ResourceFacts | None:
    """In the scope of the tenant."""
    rows: Any
    if kind == lifecycle.NUMBER:
        found = _NUMBER.rows(tenant=tenant, id=id)
        return _number(tenant, id, found[0], now) if found else None
    if kind == lifecycle.CARD:
        cards = [dict(zip(CARD, row, strict=True)) for row in _CARD.rows(tenant=tenant, id=id)]
        return ResourceFacts(kind=kind, id=id, **cards[0]) if cards else None
    if kind == lifecycle.PORT:
        rows = Port.objects.filter(tenant=tenant, code=id).select_related("box__address")
        return next((_port(tenant, row, id) for row in rows), None)
    rows = Device.objects.filter(tenant=tenant, imei=id)
    return next((_of(row, kind, id, model=row.model, price_minor=row.price_minor) for row in rows), None)


def _number(tenant: Tenant, id: str, row: tuple[Any, ...], now: datetime | None) -> ResourceFacts:
    told = dict(zip(NUMBER, row, strict=True))
    block = told.pop("block_id")
    of_block = {name: told.pop(f"block__{name}") for name in ("code", "area", "network", "portable")}
    if block is None:
        return ResourceFacts(kind=lifecycle.NUMBER, id=id, **told)
    at_ms = FOREVER_MS if now is None else to_ms(now)
    since = [since for _, since in where(OfficeData, "block_id", [block], "since_ms", tenant=tenant)]
    ready = bool(since) and all(one is not None and one <= at_ms for one in since)
    of_block["block"] = of_block.pop("code")
    return ResourceFacts(kind=lifecycle.NUMBER, id=id, ready=ready, **told, **of_block)


def _port(tenant: Tenant, row: Any, id: str) -> ResourceFacts:
    installed = installed_at(tenant, row.pk, row.holder) if row.state == lifecycle.IN_USE else ""
    return _of(row, lifecycle.PORT, id, box=row.box.code, address=row.box.address.code, installed=installed)


def _of(row: Any, kind: str, id: str, **more: Any) -> ResourceFacts:
    return ResourceFacts(
        kind=kind, id=id, state=row.state, holder=row.holder, until_ms=row.until_ms, organisation=row.organisation,
        **more,
    )  # fmt: skip
