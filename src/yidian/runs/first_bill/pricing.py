"""What changes come to, as an order keeps it: the arithmetic of the next bill for who takes orders without a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from yidian.domains.product_inventory.types import Change
from yidian.kernel.calendar import to_ms
from yidian.platform.tenancy.models import Tenant
from yidian.runs.first_bill.quote import first_bill
from yidian.runs.rate.inputs import Places


def priced_at(
    *, tenant: Tenant, places: Places, now: datetime
) -> Callable[[Sequence[Change]], Mapping[str, Any]]:  # fmt: skip
    """Changes → their quote at an instant."""

    def priced(changes: Sequence[Change]) -> Mapping[str, Any]:
        return first_bill(tenant=tenant, places=places, at_ms=to_ms(now), changes=changes).to_json()

    return priced
