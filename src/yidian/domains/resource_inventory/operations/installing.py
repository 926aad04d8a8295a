"""That a line comes out at an address, and can be looked for there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from yidian.domains.party.queries import address_keys
from yidian.domains.resource_inventory._places import around
from yidian.domains.resource_inventory.models import Address, Installation, PlaceKey, Port
from yidian.platform.database.asking import where

if TYPE_CHECKING:
    from yidian.platform.tenancy.models import Tenant
    from yidian.platform.writing.frame import Frame


def install(frame: Frame, port: Port, holder: str, place: str) -> None:
    """At an address (code), or at the nearest standard one above it that is known."""
    known = Address.objects.filter(tenant=frame.tenant, code__in=around(place))
    found = max(known, key=lambda one: len(one.code), default=None)
    if found is None:
        return
    Installation.objects.update_or_create(
        tenant=frame.tenant, port=port, holder=holder, defaults={"address": found}
    )  # fmt: skip
    _add_keys(frame.tenant, [(found.pk, found.name)])


def install_as_before(frame: Frame, port: Port, before: str, holder: str) -> None:
    """Where it came out for who had it before."""
    was = Installation.objects.filter(tenant=frame.tenant, port=port, holder=before).first()
    if was is not None:
        Installation.objects.update_or_create(
            tenant=frame.tenant, port=port, holder=holder, defaults={"address_id": was.address_id}
        )  # fmt: skip


def never_installed(frame: Frame, port: Port, holder: str) -> None:
    """It came out nowhere for a holder (返销)."""
    Installation.objects.filter(tenant=frame.tenant, port=port, holder=holder).delete()


def called_anew(*, tenant: Tenant, names: Iterable[tuple[int, str]]) -> None:
    """(id, name) of addresses: those where lines come out are looked for by it from now on, and by no other."""
    told = dict(names)
    known = {id_ for (id_,) in where(PlaceKey.objects.filter(tenant=tenant), "address_id", told)}
    ordered = sorted(known)
    for start in range(0, len(ordered), 500):
        PlaceKey.objects.filter(tenant=tenant, address_id__in=ordered[start : start + 500]).delete()
    _add_keys(tenant, [(id_, told[id_]) for id_ in ordered])


def _add_keys(tenant: Tenant, names: Iterable[tuple[int, str]]) -> None:
    keys = [PlaceKey(tenant=tenant, address_id=id_, key=key) for id_, name in names for key in address_keys(name)]
    PlaceKey.objects.bulk_create(keys, batch_size=200, ignore_conflicts=True)  # another line comes out there already
