"""What an offer costs a month, as its fees say: shown beside it where it is chosen; bills are made by the kernel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from yidian.faces.shell.asked import Asked
from yidian.kernel.calendar import local_date, to_ms
from yidian.kernel.money import currency
from yidian.kernel.rating.tariff import Fee, Tariff
from yidian.runs.ready import newest, rows_of_edition

MICRO: Final = 1_000_000


def monthly(asked: Asked, offer: str) -> int | None:
    """Minor units that each month asks while the line is in use; None: it has one-off fees and no others."""
    on = local_date(to_ms(asked.now), asked.zone)
    fees = [row for row in _fees(asked).get(offer, ()) if row.in_force(on)]
    if any(row.charged != "cycle" for row in fees) and not any(row.charged == "cycle" for row in fees):
        return None
    amount = sum(row.amount_micro for row in fees if row.charged == "cycle" and row.during in ("any", "active"))
    unit: int = 10 ** currency(asked.tenant.currency).minor_digits
    return amount * unit // MICRO


def _fees(asked: Asked) -> Mapping[str, list[Fee]]:
    """By offer, once a request: a tariff of many offers is not read through for each of them."""
    told = asked.request
    if not hasattr(told, "fees_of_offers"):
        told.fees_of_offers = defaultdict(list)  # type: ignore[attr-defined]
        for row in _tariff(asked).fees:
            told.fees_of_offers[row.offer].append(row)  # type: ignore[attr-defined]
    found: Mapping[str, list[Fee]] = told.fees_of_offers  # type: ignore[attr-defined]
    return found


def _tariff(asked: Asked) -> Tariff:
    """Once a request; the process keeps the rows."""
    told = asked.request
    if not hasattr(told, "tariff_rows"):
        told.tariff_rows = rows_of_edition(tenant=asked.tenant, edition=newest(tenant=asked.tenant))  # type: ignore[attr-defined]
    found: Tariff = told.tariff_rows  # type: ignore[attr-defined]
    return found
