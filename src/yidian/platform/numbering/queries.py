"""What the counters of business numbers say they have given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db.models import Model
from django_scopes import scope

from yidian.platform.numbering.models import NumberSeries
from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 10_000


def series_of(*, tenant: Tenant, kind: str) -> dict[str, int]:
    """The last number taken of each series of a kind, by the rest of its name: of "bill" {"2026-09": 1200}."""
    with scope(tenant=tenant):
        rows = NumberSeries.objects.filter(tenant=tenant, series__startswith=f"{kind}/").order_by("series")
        return {name.partition("/")[2]: last for name, last in rows.values_list("series", "last")}


def numbers_given(model: type[Model], *, tenant: Tenant, head: str) -> Iterator[str]:
    """The numbers of a table's rows that begin with `head` ("B202609-"), in no order."""
    with scope(tenant=tenant):
        rows = model._default_manager.filter(tenant=tenant, number__startswith=head)
        yield from rows.values_list("number", flat=True).iterator(chunk_size=CHUNK)
