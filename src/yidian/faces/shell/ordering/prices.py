"""What an offer costs a month, as its fees say: shown beside it where it is chosen; bills are made by the kernel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from yidian.faces.shell.asked import Asked
from yidian.kernel.calendar import local_date, to_ms
from yidian.kernel.money import currency
from yidian.kernel.rating.tariff import Fee
from yidian.runs.ready import fees_on, newest

MICRO: Final = 1_000_000
Fees = Mapping[str, Sequence[Fee]]


def monthly(asked: Asked, offer: str) -> int | None:
    """Minor units that each month asks while the line is in use; None: it has one-off fees and no others."""
    if not by_month(asked, offer):
        return None
    fees = _fees(asked).get(offer, ())
    amount = sum(row.amount_micro for row in fees if row.charged == "cycle" and row.during in ("any", "active"))
    unit: int = 10 ** currency(asked.tenant.currency).minor_digits
    return amount * unit // MICRO


def by_month(asked: Asked, offer: str) -> bool:
    """Whether an offer is had month by month; else it has one-off fees and no others."""
    fees = _fees(asked).get(offer)
    return not fees or any(row.charged == "cycle" for row in fees)


def _fees(asked: Asked) -> Fees:
    """Those in force, by offer: the edition is looked for once a request, and what it says kept by the process."""
    told = asked.request
    if not hasattr(told, "fees_of_offers"):
        tenant, on = asked.tenant, local_date(to_ms(asked.now), asked.zone)
        told.fees_of_offers = fees_on(tenant=tenant, edition=newest(tenant=tenant), on=on)  # type: ignore[attr-defined]
    fees: Fees = told.fees_of_offers  # type: ignore[attr-defined]
    return fees
