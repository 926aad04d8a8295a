"""Cards that can be handed out now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db.models import Q
from django_scopes import scope

from yidian.domains.resource_inventory.lifecycle import CARD, OPEN, RESERVED
from yidian.domains.resource_inventory.models import Card
from yidian.kernel.calendar import to_ms
from yidian.platform.tenancy.models import Tenant

MOST: Final = 10


def cards_to_choose(
    *, tenant: Tenant, now: datetime, within: Collection[str], but: Collection[str] = (), limit: int = MOST
) -> list[str]:
    """ICCIDs of finished cards that can be reserved, of the operator's own stock and of organisations (`within`).

    The newest first: of the oldest hardly any is left. `but`: not these.
    """
    free = Q(state__in=OPEN[CARD]) | Q(state=RESERVED, until_ms__lte=to_ms(now))
    with scope(tenant=tenant):
        rows = Card.objects.filter(free, tenant=tenant, organisation__in=("", *sorted(within))).exclude(imsi="")
        return list(rows.exclude(iccid__in=sorted(but)).order_by("-id").values_list("iccid", flat=True)[:limit])
