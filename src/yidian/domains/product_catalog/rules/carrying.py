"""Rules about allowances that outlive a cycle."""

from __future__ import annotations

from yidian.domains.product_catalog.rules.draft import Draft
from yidian.kernel.rating.tariff import Allowance


def only_cycles_are_carried(draft: Draft) -> None:
    """ROLLOVER_NOT_CYCLE: a day's allowance ends with it, a holding's lives on anyway."""
    for allowance in draft.of(Allowance):
        if allowance.row.rollover and allowance.row.period != "cycle":
            draft.complain("ROLLOVER_NOT_CYCLE", allowance, "rollover", period=allowance.row.period)
