"""Who outside asked for an order: kept with it, so that asked again it is the same one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yidian.domains.product_order.models import OrderOrigin
from yidian.domains.product_order.operations._rows import held
from yidian.platform.writing.frame import Frame


def remember_origin(
    *, frame: Frame, order: str, system: str, external_id: str, items: Sequence[Mapping[str, Any]]
) -> None:
    """A system asked for an order by a name of its own; the database refuses a second order of that name."""
    row = held(frame, order)
    OrderOrigin.objects.create(
        tenant=frame.tenant, order=row, system=system, external_id=external_id, items=[dict(one) for one in items]
    )
    frame.changed("order", order, before=None, after={"system": system, "external_id": external_id})
