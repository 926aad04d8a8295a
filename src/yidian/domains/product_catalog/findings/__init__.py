"""What is risky in a tariff that may be loaded: overlaps, gaps, prices nobody reaches, losses without a bound.

A finding is no fault: the tariff says something clear, and somebody should know it before it prices anything.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from yidian.domains.product_catalog.canonical import ROWS
from yidian.domains.product_catalog.findings import holes, losses, overlaps, reach, value
from yidian.domains.product_catalog.findings.view import NOTES, WARNS, Finding, View
from yidian.domains.product_catalog.rules.draft import Draft
from yidian.domains.product_catalog.workbook.reading import read_written
from yidian.kernel.rating.tariff import Tariff

__all__ = ["NOTES", "WARNS", "Finding", "check_tariff", "findings_of"]

CHECKS: Final[tuple[Callable[[View], None], ...]] = (
    overlaps.offers_that_compete,
    overlaps.allowances_that_compete,
    reach.rules_behind_others,
    reach.rules_that_never_fit,
    reach.prices_nobody_reaches,
    reach.prices_behind_bands,
    reach.tiers_beyond_a_cap,
    reach.lists_of_items_nobody_reaches,
    reach.offers_without_effect,
    holes.items_without_a_standard_price,
    holes.destinations_and_places_without_a_rule,
    losses.free_without_a_bound,
    losses.discounts_that_take_all,
    losses.amounts_above_the_fee,
    losses.discounts_that_take_all_together,
    value.included_against_the_fee,
)


def check_tariff(path: Path) -> tuple[Tariff, tuple[Finding, ...]]:
    """The tariff of a workbook or folder, and its findings with their places. BadInput where it cannot be loaded."""
    draft, tariff = read_written(path)
    return tariff, _found(draft)


def findings_of(tariff: Tariff) -> tuple[Finding, ...]:
    """The findings of a tariff as it is stored: their places have no lines."""
    return _found(Draft.of_tariff(tariff, ROWS))


def _found(draft: Draft) -> tuple[Finding, ...]:
    """By sheet and line."""
    view = View(draft)
    for check in CHECKS:
        check(view)
    return view.in_order()
