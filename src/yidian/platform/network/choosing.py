"""The adapter of a tenant's network at an instant."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from yidian.platform.clock import Clock
from yidian.platform.network.models import NetworkChoice
from yidian.platform.network.over_http import HttpNetwork
from yidian.platform.network.queries import row_at, secrets_of
from yidian.platform.network.simulated import SimulatedNetwork
from yidian.platform.network.types import Adapter
from yidian.platform.tenancy.models import Tenant


def network_of(*, tenant: Tenant, clock: Clock, work: Path, to_private: bool, begun: datetime | None = None) -> Adapter:
    """The network of a tenant: where nothing was chosen, the simulated one. UnableToUnseal (platform.secrets).

    `work`: the installation's work folder. `begun`: when the command in question was first sent: it stays with the
    network that has heard it, whatever was chosen meanwhile. Without: the network of now.
    """
    row = row_at(tenant=tenant, at=begun or clock.now())
    if row is None or row.kind == NetworkChoice.Kind.SIMULATED:
        return simulated_network(tenant=tenant, clock=clock, work=work)
    return HttpNetwork(row.url, secrets_of(tenant=tenant, row=_newest(tenant, row, clock)), to_private, clock)


def simulated_network(*, tenant: Tenant, clock: Clock, work: Path) -> SimulatedNetwork:
    """The tenant's simulated network, whichever is in use."""
    return SimulatedNetwork(work / "network" / f"{tenant.code}.sqlite3", clock)


def _newest(tenant: Tenant, row: NetworkChoice, clock: Clock) -> NetworkChoice:
    """A network that is still in use signs with its secret of now, also what was begun under the former one."""
    now = row_at(tenant=tenant, at=clock.now())
    return now if now is not None and now.url == row.url else row
