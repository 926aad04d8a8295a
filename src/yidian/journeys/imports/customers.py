"""A customers file taken as one write, known by its bytes, with what is on sale at that moment."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yidian.domains.product_catalog.queries import current_tariff, offers_held_back
from yidian.domains.product_catalog.types import terms_of
from yidian.domains.product_inventory.operations import import_customers
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.files import FileTaken, take_file
from yidian.platform.writing.types import Actor

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame


def known_offers(tenant: Tenant) -> dict[str, Any]:
    """What the newest tariff says that customers files are held against: when offers are sold, how often, on terms."""
    _, tariff = current_tariff(tenant=tenant)
    return {
        "known_offers": {offer.code: (offer.valid_from, offer.valid_to) for offer in tariff.offers},
        "held_back": offers_held_back(tenant=tenant),
        "quotas": {offer.code: offer.quota for offer in tariff.offers if offer.quota}, "terms": terms_of(tariff),
    }  # fmt: skip


def take_customers(*, tenant: Tenant, actor: Actor, path: Path, now: datetime, seen: str = "") -> FileTaken:
    """Take a file whole or refuse it whole with BadInput; the audit has it by its digest. `seen` as `import_customers`.

    `added` and `ended`: rows of all kinds (customers, accounts, numbers, offers …), changed ones with the ended.
    """
    known = known_offers(tenant)

    def book(_: Frame) -> dict[str, Any]:
        report = import_customers(tenant=tenant, path=path, seen=seen, **known)
        kinds = report.counts.values()
        added, ended = sum(one.added for one in kinds), sum(one.ended + one.changed for one in kinds)
        return {"rows": report.rows, "added": added, "ended": ended}

    return take_file(
        tenant=tenant, actor=actor, path=path, now=now, subject="customers", kind="customers_file", book=book
    )
