"""A customers file taken as one write, with what is on sale then: once by its bytes, or as often as it is typed."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yidian.domains.product_catalog.queries import current_tariff, offers_held_back
from yidian.domains.product_catalog.types import terms_of
from yidian.domains.product_inventory.operations import book_customers, import_customers, read_customers
from yidian.domains.product_inventory.types import ImportReport
from yidian.platform.files import sha256
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.files import FileTaken, take_file
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame

SUBJECT, KIND = "customers", "customers_file"


class _NothingNewError(Exception):
    """Everything in the file is known; leaving the write with it leaves no entry of what was not done."""

    def __init__(self, report: ImportReport) -> None:
        self.report = report
        super().__init__("nothing new")


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
        return _counted(import_customers(tenant=tenant, path=path, seen=seen, **known))

    return take_file(tenant=tenant, actor=actor, path=path, now=now, subject=SUBJECT, kind=KIND, book=book)


def import_anew(*, tenant: Tenant, actor: Actor, path: Path, now: datetime) -> ImportReport:
    """Bring about what a file says, however often it was taken before, or refuse it whole with BadInput.

    The audit has its digest, its name and the counts each time that it changed anything; a file that is known already
    leaves no entry, and a refused one none, as nothing was done.
    """
    known, reports = known_offers(tenant), list[ImportReport]()
    offers = known.pop("known_offers")
    read = read_customers(tenant=tenant, path=path, known_offers=offers, terms=known["terms"])

    def work(frame: Frame) -> dict[str, Any]:
        report = book_customers(tenant=tenant, read=read, **known)
        if report.nothing_new:
            raise _NothingNewError(report)
        reports.append(report)
        frame.changed(KIND, sha256(path), before=None, after={"file": path.name, **_counted(report)})
        return {}

    try:
        perform(
            tenant=tenant, actor=actor, operation=f"{SUBJECT}.import", key=f"{SUBJECT}/{secrets.token_hex(16)}",
            request={"file": path.name}, now=now, work=work,
        )  # fmt: skip
    except _NothingNewError as known_already:
        return known_already.report
    return reports[-1]


def _counted(report: ImportReport) -> dict[str, int]:
    kinds = report.counts.values()
    added, ended = sum(one.added for one in kinds), sum(one.ended + one.changed for one in kinds)
    return {"rows": report.rows, "added": added, "ended": ended}
