"""Rules that one row can break by itself."""

from __future__ import annotations

from typing import Final

from yidian.domains.product_catalog.rules.draft import Draft
from yidian.kernel.rating.tariff import Discount, Fee, Zone

RESERVED_ZONES: Final = ("none", "home", "province", "national")


def periods_are_not_empty(draft: Draft) -> None:
    """PERIOD_EMPTY: `to` is the first day no longer in force, so it is later than `from`."""
    for written_rows in draft.rows.values():
        for written in written_rows:
            row = written.row
            if row.valid_from and row.valid_to and row.valid_from >= row.valid_to:
                draft.complain("PERIOD_EMPTY", written, "to", begin=row.valid_from.isoformat())


def reserved_codes_are_not_used(draft: Draft) -> None:
    """CODE_RESERVED: rules use these words beside the codes of zones."""
    for zone in draft.of(Zone):
        if zone.row.code in RESERVED_ZONES:
            draft.complain("CODE_RESERVED", zone, "code", zone.row.code)


def discounts_are_clear(draft: Draft) -> None:
    """DISCOUNT_UNCLEAR: a rate, an amount or a cap, one of them. CAP_WITH_THRESHOLD: a cap asks for no spend."""
    for discount in draft.of(Discount):
        row = discount.row
        if sum(said > 0 for said in (row.rate_ppm, row.amount_micro, row.cap_micro)) != 1:
            draft.complain("DISCOUNT_UNCLEAR", discount, "rate")
        elif row.cap_micro and row.threshold_micro:
            draft.complain("CAP_WITH_THRESHOLD", discount, "threshold")


def day_prices_are_told(draft: Draft) -> None:
    """DAY_PRICE_UNCLEAR: a day price where, and only where, the proration asks for it."""
    for fee in draft.of(Fee):
        if (fee.row.proration == "day_price") != (fee.row.day_price_micro > 0):
            draft.complain("DAY_PRICE_UNCLEAR", fee, "day_price")
