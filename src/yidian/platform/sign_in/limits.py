"""How often one may try (E14), so that a guesser is slowed down and nobody is locked out for good.

Counted are attempts that fail, in gauges that fill by an attempt and run empty with time (GCRA: a gauge is the one
instant at which it will be empty). A browser from which somebody has signed in before has a gauge of its own and is
stopped by no other: whoever guesses at a login from elsewhere stops himself and not its owner. A gauge is never fuller
than its measure, however wrong the clock was: a wait is at most `Measure.every` times `Measure.burst`.

Gauges are no business: written outside frames, without audit, in a short transaction of their own. What they count by
is a digest, so that nobody reads off what was typed.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from yidian.kernel.calendar import to_ms
from yidian.platform.locks import hold_until_commit
from yidian.platform.secrets.sealing import blind_index
from yidian.platform.sign_in.models import AttemptGauge
from yidian.platform.sign_in.types import UnableToSignIn
from yidian.platform.tenancy.models import Tenant


@dataclass(frozen=True, slots=True)
class Measure:
    """`burst` attempts at once, then one `every` so often."""

    burst: int
    every: timedelta

    @property
    def every_ms(self) -> int:
        return int(self.every / timedelta(milliseconds=1))


MEASURES: Final = {
    "login": Measure(10, timedelta(minutes=3)),  # one login, from browsers that are not its owner's
    "device": Measure(10, timedelta(minutes=1)),  # one login, from a browser of its owner's
    "address": Measure(30, timedelta(seconds=20)),  # one address, whatever logins
    "site": Measure(600, timedelta(milliseconds=500)),  # everybody whom no browser vouches for
    "code": Measure(6, timedelta(minutes=10)),  # second factors of one person
}


@dataclass(frozen=True, slots=True)
class Gauge:
    kind: str
    digest: str


def of_password(*, tenant: Tenant, realm: str, name: str, address: str, device: str) -> list[Gauge]:
    """What an attempt at a password is counted by. `device` "": no browser of its owner's."""
    if device:
        return [_gauge(tenant, "device", f"{realm}/{name}/{device}")]
    return [
        _gauge(tenant, "login", f"{realm}/{name}"),
        _gauge(tenant, "address", network(address)),
        _gauge(tenant, "site", ""),
    ]


def of_desk(*, tenant: Tenant, realm: str, name: str, desk: str) -> list[Gauge]:
    """What an attempt at a password that is said at a desk is counted by: the name, and who sits there."""
    return [_gauge(tenant, "login", f"{realm}/{name}"), _gauge(tenant, "address", f"desk {desk}")]


def of_code(*, tenant: Tenant, credential: int, device: str) -> list[Gauge]:
    """What an attempt at a second factor is counted by."""
    return [_gauge(tenant, "code", f"{credential}/{device}")]


def charge(*, tenant: Tenant, gauges: Sequence[Gauge], now: datetime) -> None:
    """Count an attempt before it is made. UnableToSignIn SIGN_IN_TOO_OFTEN (nothing is counted)."""
    now_ms = to_ms(now)
    with transaction.atomic():
        for gauge in sorted(gauges, key=lambda one: (one.kind, one.digest)):
            hold_until_commit(f"attempts {tenant.pk} {gauge.kind} {gauge.digest}")
        levels = {gauge: _full_ms(gauge, now_ms) for gauge in gauges}
        wait_ms = max(full - now_ms - _room_ms(gauge) for gauge, full in levels.items())
        if wait_ms > 0:
            raise UnableToSignIn("SIGN_IN_TOO_OFTEN", seconds=-(-wait_ms // 1000))
        for gauge, full in levels.items():
            _put(tenant, gauge, max(full, now_ms) + MEASURES[gauge.kind].every_ms, now_ms)


def give_back(*, tenant: Tenant, gauges: Sequence[Gauge], now: datetime) -> None:
    """The attempt was a right one: it is not counted. Inside the transaction that makes it true, or alone."""
    for gauge in sorted(gauges, key=lambda one: (one.kind, one.digest)):
        hold_until_commit(f"attempts {tenant.pk} {gauge.kind} {gauge.digest}")
        full = _full_ms(gauge, to_ms(now)) - MEASURES[gauge.kind].every_ms
        AttemptGauge.objects.filter(kind=gauge.kind, digest=gauge.digest).update(full_ms=full)


def network(address: str) -> str:
    """What counts as one address: of IPv6 the /64 that one household has."""
    try:
        told = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if told.version == 6 and told.ipv4_mapped is None:
        return str(ipaddress.ip_network((told, 64), strict=False))
    return str(getattr(told, "ipv4_mapped", None) or told)


def digest_of(token: str) -> str:
    """What is kept of a random token: enough to know it again, nothing to use it by."""
    return hashlib.sha256(token.encode()).hexdigest()


def _gauge(tenant: Tenant, kind: str, counted_by: str) -> Gauge:
    return Gauge(kind, blind_index(tenant=tenant, purpose="attempts", plain=counted_by))


def _room_ms(gauge: Gauge) -> int:
    measure = MEASURES[gauge.kind]
    return (measure.burst - 1) * measure.every_ms


def _full_ms(gauge: Gauge, now_ms: int) -> int:
    """When a gauge will be empty. One that says a time far beyond its measure was filled while the clock was wrong."""
    most_ms = MEASURES[gauge.kind].burst * MEASURES[gauge.kind].every_ms
    found = AttemptGauge.objects.filter(kind=gauge.kind, digest=gauge.digest).values_list("full_ms", flat=True).first()
    full_ms = int(found or 0)
    return 0 if full_ms > now_ms + 2 * most_ms else min(full_ms, now_ms + most_ms)


def _put(tenant: Tenant, gauge: Gauge, full_ms: int, now_ms: int) -> None:
    rows = AttemptGauge.objects.filter(kind=gauge.kind, digest=gauge.digest)
    if not rows.update(full_ms=full_ms):
        AttemptGauge.objects.filter(tenant=tenant, full_ms__lt=now_ms).delete()  # the empty ones say nothing
        AttemptGauge.objects.create(tenant=tenant, kind=gauge.kind, digest=gauge.digest, full_ms=full_ms)
