"""One resource as plain values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from yidian.domains.resource_inventory import lifecycle
from yidian.domains.resource_inventory.models import Card, Device, Number, OfficeData, Port
from yidian.domains.resource_inventory.types import ResourceFacts
from yidian.kernel.calendar import FOREVER_MS, to_ms
from yidian.platform.tenancy.models import Tenant


def facts_of(tenant: Tenant, kind: str, id: str, now: datetime | None) -> ResourceFacts | None:
    """In the scope of the tenant."""
    rows: Any
    if kind == lifecycle.NUMBER:
        rows = Number.objects.filter(tenant=tenant, value=id).select_related("block")
        return next((_number(row, now) for row in rows), None)
    if kind == lifecycle.CARD:
        rows = Card.objects.filter(tenant=tenant, iccid=id).defer("sealed")
        return next((_of(row, kind, id, imsi=row.imsi, card_kind=row.kind, batch=row.batch) for row in rows), None)
    if kind == lifecycle.PORT:
        rows = Port.objects.filter(tenant=tenant, code=id).select_related("box__address")
        return next((_of(row, kind, id, box=row.box.code, address=row.box.address.code) for row in rows), None)
    rows = Device.objects.filter(tenant=tenant, imei=id)
    return next((_of(row, kind, id, model=row.model, price_minor=row.price_minor) for row in rows), None)


def _number(row: Number, now: datetime | None) -> ResourceFacts:
    block = row.block
    of_block: dict[str, Any] = {}
    if block is not None:
        at_ms = FOREVER_MS if now is None else to_ms(now)
        cities = OfficeData.objects.filter(tenant_id=row.tenant_id, block_id=block.pk)
        ready = cities.exists() and not cities.filter(Q(since_ms=None) | Q(since_ms__gt=at_ms)).exists()
        of_block = {
            "block": block.code, "area": block.area, "network": block.network, "portable": block.portable,
            "ready": ready,
        }  # fmt: skip
    return _of(
        row, lifecycle.NUMBER, row.value, level=row.level, reseller=row.reseller, guest=row.guest, **of_block
    )  # fmt: skip


def _of(row: Any, kind: str, id: str, **more: Any) -> ResourceFacts:
    return ResourceFacts(
        kind=kind, id=id, state=row.state, holder=row.holder, until_ms=row.until_ms, organisation=row.organisation,
        **more,
    )  # fmt: skip
