"""Tax rates follow each other without a day between."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from yidian.domains.product_catalog.rules.draft import Draft, Written
from yidian.domains.product_catalog.rules.spans import gaps, shown
from yidian.kernel.rating.tariff import Tax


def rates_have_no_gap(draft: Draft) -> None:
    """TAX_GAP: from its first rate on, a class that items bear has a rate on every day, as long as the items last."""
    ends: dict[str, date] = {}
    for item in draft.items().values():
        end = item.valid_to or date.max
        ends[item.tax_class] = max(end, ends.get(item.tax_class, date.min))
    classes: dict[str, list[Written[Tax]]] = defaultdict(list)
    for tax in draft.of(Tax):
        classes[tax.row.tax_class].append(tax)
    for tax_class, rates in classes.items():
        if tax_class not in ends:
            continue
        spans = [rate.span for rate in rates]
        for start, end in gaps(spans, min(span[0] for span in spans), ends[tax_class]):
            before = next(rate for rate in rates if rate.span[1] == start)
            draft.complain("TAX_GAP", before, "to", tax_class, start=shown(start), end=shown(end))
