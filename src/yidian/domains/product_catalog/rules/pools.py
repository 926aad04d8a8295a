"""Rules about pools: allowances of a day, limits of members, what converts into what; and marks."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from yidian.domains.product_catalog.rules.draft import Draft, Written
from yidian.domains.product_catalog.rules.spans import gaps, shown
from yidian.kernel.rating.tariff import Allowance, Conversion, Mark

COUNT = "count"


def days_are_not_prorated(draft: Draft) -> None:
    """ALLOWANCE_PRORATED: only what is given anew each cycle has a part for a part of it."""
    for allowance in draft.of(Allowance):
        if allowance.row.period != "cycle" and allowance.row.proration != "none":
            draft.complain("ALLOWANCE_PRORATED", allowance, "proration", period=allowance.row.period)


def members_share(draft: Draft) -> None:
    """MEMBER_LIMIT_ALONE: who shares with nobody needs no limit."""
    for allowance in draft.of(Allowance):
        if allowance.row.member_limit and allowance.row.scope != "unit":
            draft.complain("MEMBER_LIMIT_ALONE", allowance, "member_limit")


def conversions_serve(draft: Draft) -> None:
    """CONVERSION_ALLOWANCE_UNKNOWN; CONVERSION_NOT_SERVED where no allowance of the code lists the item;

    UNIT_MISMATCH: the block is of the item's measure, what it takes is a bare number.
    """
    items = draft.items()
    served: dict[str, set[str]] = defaultdict(set)
    for allowance in draft.of(Allowance):
        served[allowance.row.code].update(allowance.row.items)
    for conversion in draft.of(Conversion):
        row = conversion.row
        if row.allowance not in served:
            draft.complain("CONVERSION_ALLOWANCE_UNKNOWN", conversion, "allowance", row.allowance)
        elif row.item in items and row.item not in served[row.allowance]:
            draft.complain("CONVERSION_NOT_SERVED", conversion, "item", row.item, allowance=row.allowance)
        if row.item in items:
            _compare(draft, conversion, {"block": items[row.item].measure, "takes": COUNT})


def what_converts_has_no_gap(draft: Draft) -> None:
    """CONVERSION_GAP: a pool that converts is counted in units, so seconds or bytes need a conversion on every day."""
    items = draft.items()
    spans: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for conversion in draft.of(Conversion):
        spans[conversion.row.allowance, conversion.row.item].append(conversion.span)
    pools = {allowance for allowance, _ in spans}
    for allowance in draft.of(Allowance):
        if allowance.row.code not in pools:
            continue
        for code in allowance.row.items:
            if code not in items or items[code].measure == COUNT:
                continue
            for start, end in gaps(spans[allowance.row.code, code], *allowance.span)[:1]:
                draft.complain("CONVERSION_GAP", allowance, "items", code, start=shown(start), end=shown(end))


def marks_have_one_measure(draft: Draft) -> None:
    """MEASURES_MIXED, UNIT_MISMATCH: a mark counts seconds, bytes or events, not several of them."""
    items = draft.items()
    for mark in draft.of(Mark):
        measures = {str(items[code].measure) for code in mark.row.items if code in items}
        if len(measures) > 1:
            draft.complain("MEASURES_MIXED", mark, "items", found=", ".join(sorted(measures)))
        elif measures:
            _compare(draft, mark, {"quantity": measures.pop()})


def _compare(draft: Draft, written: Written[Any], expected: dict[str, str]) -> None:
    for column, measure in expected.items():
        said = written.measures.get(column, "")
        if said and said != measure:
            draft.complain("UNIT_MISMATCH", written, column, said=said, expected=measure)
