"""Which network is a tenant's, and from when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from django_scopes import scope

from yidian.kernel.calendar.instants import from_ms, to_ms
from yidian.platform.network.models import NetworkChoice
from yidian.platform.secrets.sealing import unseal
from yidian.platform.tenancy.models import Tenant

PURPOSE: Final = "network"


class Choice(NamedTuple):
    """`from_at` None: what every tenant begins with. `url` "" of the simulated network."""

    from_at: datetime | None
    kind: str
    url: str


FIRST: Final = Choice(None, NetworkChoice.Kind.SIMULATED.value, "")


def choices(*, tenant: Tenant) -> list[Choice]:
    """All of them by the instant from which they hold, those to come too."""
    with scope(tenant=tenant):
        rows = NetworkChoice.objects.filter(tenant=tenant).order_by("from_ms")
        return [FIRST, *(Choice(from_ms(row.from_ms), row.kind, row.url) for row in rows)]


def choice_at(*, tenant: Tenant, at: datetime) -> Choice:
    """The one that holds at an instant."""
    row = row_at(tenant=tenant, at=at)
    return FIRST if row is None else Choice(from_ms(row.from_ms), row.kind, row.url)


def row_at(*, tenant: Tenant, at: datetime) -> NetworkChoice | None:
    """The row that holds at an instant, None before the first."""
    with scope(tenant=tenant):
        rows = NetworkChoice.objects.filter(tenant=tenant, from_ms__lte=to_ms(at))
        found: NetworkChoice | None = rows.order_by("-from_ms").first()
    return found


def secrets_of(*, tenant: Tenant, row: NetworkChoice) -> tuple[str, ...]:
    """What signs, the newest first. UnableToUnseal where the file `secret` is another installation's."""
    return tuple(_secrets(tenant, row))


def _secrets(tenant: Tenant, row: NetworkChoice) -> Iterator[str]:
    for sealed in (row.secret, row.former_secret):
        if sealed:
            yield unseal(tenant=tenant, purpose=PURPOSE, bound=str(row.from_ms), sealed=sealed)
