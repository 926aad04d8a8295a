"""Choosing a tenant's network, and changing the secret that signs what is sent to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from yidian.kernel.calendar.instants import from_ms, to_ms
from yidian.kernel.faults import BadInput, Fault, refuse
from yidian.platform.network.models import NetworkChoice
from yidian.platform.network.queries import PURPOSE, row_at, secrets_of
from yidian.platform.outbox import targets
from yidian.platform.secrets.sealing import seal

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame

LONGEST_URL: Final = 900  # a place is put behind it
CODES: Final[Mapping[str, str]] = {
    "WEBHOOK_URL": "NETWORK_URL", "WEBHOOK_NOT_HTTPS": "NETWORK_NOT_HTTPS", "WEBHOOK_PRIVATE": "NETWORK_PRIVATE",
}  # fmt: skip


def choose_simulated(*, frame: Frame, from_at: datetime) -> None:
    """From an instant on commands go to the simulated network. BadInput NETWORK_FROM_PAST, NETWORK_FROM_TAKEN."""
    _add(frame, NetworkChoice.Kind.SIMULATED, from_at)


def choose_http(*, frame: Frame, url: str, secret: str, from_at: datetime, to_private: bool = False) -> None:
    """From an instant on commands go to a gateway, signed with `secret` (outbox.signing.new_secret).

    BadInput NETWORK_URL, NETWORK_NOT_HTTPS, NETWORK_PRIVATE, NETWORK_FROM_PAST, NETWORK_FROM_TAKEN.
    """
    url = url.rstrip("/")
    try:
        target = targets.read(url, to_private=to_private)
    except BadInput as error:
        raise BadInput([Fault(CODES[fault.code], value=fault.value) for fault in error.faults]) from error
    if "?" in target.path or "#" in url or len(url) > LONGEST_URL:
        raise refuse("NETWORK_URL", value=url)
    _add(frame, NetworkChoice.Kind.HTTP, from_at, url=url, secret=secret)


def change_secret(*, frame: Frame, secret: str) -> None:
    """Another secret from now on; the former one signs too until the next change. BadInput NETWORK_HAS_NO_SECRET."""
    row = row_at(tenant=frame.tenant, at=frame.now)
    if row is None or row.kind != NetworkChoice.Kind.HTTP:
        raise refuse("NETWORK_HAS_NO_SECRET")
    former = secrets_of(tenant=frame.tenant, row=row)[0]
    _add(frame, NetworkChoice.Kind.HTTP, frame.now, url=row.url, secret=secret, former=former)


def _add(frame: Frame, kind: str, from_at: datetime, *, url: str = "", secret: str = "", former: str = "") -> None:
    start_ms = to_ms(from_at)
    if start_ms < to_ms(frame.now):
        raise refuse("NETWORK_FROM_PAST", value=from_at.isoformat())
    if NetworkChoice.objects.filter(tenant=frame.tenant, from_ms=start_ms).exists():
        raise refuse("NETWORK_FROM_TAKEN", value=from_at.isoformat())
    before = row_at(tenant=frame.tenant, at=from_at)
    sealed = [
        seal(tenant=frame.tenant, purpose=PURPOSE, bound=str(start_ms), plain=one) if one else ""
        for one in (secret, former)
    ]
    NetworkChoice.objects.create(
        tenant=frame.tenant, kind=kind, url=url, secret=sealed[0], former_secret=sealed[1], from_ms=start_ms
    )
    frame.changed(
        "network", from_ms(start_ms).isoformat(),
        before={"kind": before.kind, "url": before.url} if before else None,
        after={"kind": kind, "url": url, "secret": "former and new" if former else "new" if secret else "none"},
    )  # fmt: skip
