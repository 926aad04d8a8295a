"""`yidian import customers FILE`: customers, accounts, numbers and offers held (docs/howto/customers.md)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yidian.domains.product_catalog.types import Terms
    from yidian.domains.product_inventory.types import ImportReport, KnownOffers
    from yidian.faces.cli.context import Context
    from yidian.faces.cli.main import Parser
    from yidian.platform.tenancy.queries import Tenant


def declare(parser: Parser) -> None:
    words = parser.words
    parser.add_argument("path", metavar="FILE", type=Path, help=words(en="a .csv or .xlsx", zh=".csv 或 .xlsx 文件"))


def run(args: argparse.Namespace, context: Context) -> int:
    """0 done; BadInput passes through to the frame of the command line, which shows the faults and exits 2."""
    tenant = context.tenant
    context.demand("customer.import")
    from yidian.domains.product_catalog.queries import offers_held_back
    from yidian.domains.product_inventory.operations import import_customers
    from yidian.platform.memory import keep_freed_memory

    keep_freed_memory()
    known, quotas, terms = _offers(tenant)
    report = import_customers(
        tenant=tenant, path=args.path, known_offers=known, held_back=offers_held_back(tenant=tenant), quotas=quotas,
        terms=terms,
    )  # fmt: skip
    code = "CUSTOMERS_NOTHING_NEW" if report.nothing_new else "CUSTOMERS_IMPORTED"
    context.say(code, rows=report.rows, file=args.path.name)
    _show(report, context)
    return 0


def _offers(tenant: Tenant) -> tuple[KnownOffers, dict[str, int], dict[str, Terms]]:
    """Offers of the newest tariff: between which dates each may begin, how often some are sold, how some are held."""
    from yidian.domains.product_catalog.queries import current_tariff
    from yidian.domains.product_catalog.types import terms_of

    _, tariff = current_tariff(tenant=tenant)
    known: KnownOffers = {offer.code: (offer.valid_from, offer.valid_to) for offer in tariff.offers}
    return known, {offer.code: offer.quota for offer in tariff.offers if offer.quota}, terms_of(tariff)


def _show(report: ImportReport, context: Context) -> None:
    from yidian.platform.wording import text

    names = ("KIND", "ADDED", "ENDED", "CHANGED", "UNCHANGED")
    rows = [
        (text(f"CUSTOMERS_KIND_{kind.upper()}", context.lang), count.added, count.ended, count.changed, count.unchanged)
        for kind, count in report.counts.items()
    ]
    context.table("CUSTOMERS_TABLE", [f"CUSTOMERS_COLUMN_{name}" for name in names], rows)
