"""Discount and minimum lines as steps, from the lines of the same bill and the tariff's rows (docs/pricing.md §8)."""

from __future__ import annotations

from collections.abc import Sequence

from yidian.kernel.money.rounding import HALF_UP, divide
from yidian.kernel.rating.tariff import ANY, Discount
from yidian.runs.explain.month import Month
from yidian.runs.explain.types import BillLine, Step

MILLION = 1_000_000
CHARGES = ("usage", "fee", "advance")


def discount_steps(month: Month, line: BillLine, lines: Sequence[BillLine]) -> list[Step]:
    """What the discount took in all lines that it reaches on this bill, and what of it other lines bear."""
    row = next((d for d in month.known.tariff.discounts if _is(d, line)), None)
    everybody = row is not None and row.scope == "account"
    own = [one for one in lines if (everybody or one.subscriber == line.subscriber) and not one.origin]
    same = [one for one in own if one.kind == "discount" and one.discount == line.discount]
    taken = sum(one.amount_micro for one in same)
    told: dict[str, object] = {
        "of_items": (),
        "rate_ppm": 0, "limit_micro": 0, "threshold_micro": 0, "cap_micro": 0,
        "base_micro": None, "unit": False, "account": False, "level": ("*",), "cycles": 0, "requires": (),
    }  # fmt: skip
    if row is not None:
        told = {
            "of_items": tuple(month.known.item(code) for code in row.items), "rate_ppm": row.rate_ppm,
            "limit_micro": row.amount_micro, "threshold_micro": row.threshold_micro, "cap_micro": row.cap_micro,
            "unit": row.scope == "unit", "account": everybody, "level": row.level, "cycles": row.cycles,
            "requires": tuple(month.known.offer(code) for code in row.requires),
            "base_micro": _base(row, own, lines, -taken),
        }  # fmt: skip
    steps = [Step(code="DISCOUNT", amount_micro=taken, told=told | {"offer": line.offer})]
    others = taken - line.amount_micro
    if others:
        steps.append(Step(code="DISCOUNT_ELSEWHERE", amount_micro=-others, told={"of_item": line.of_item}))
    return steps


def _is(row: Discount, line: BillLine) -> bool:
    return (row.code, row.offer, row.item) == (line.discount, line.offer.code, line.item.code)


def _base(row: Discount, own: Sequence[BillLine], lines: Sequence[BillLine], taken: int) -> int | None:
    """What was left of the listed items before this discount; None where the bill alone does not prove it.

    Lines stand in the bill by kind and item, not in the order of discounts; so the base is what earlier ones, any or
    none, left that gives just what was taken.
    """
    del lines
    if row.cap_micro:
        return row.cap_micro + taken if row.scope != "unit" else None
    whole = sum(one.amount_micro for one in own if one.kind in CHARGES and one.item.code in row.items)
    cuts = [one for one in own if one.kind == "discount" and one.of_item.code in row.items]
    before = sum(one.amount_micro for one in cuts if one.discount < row.code)
    for base in (whole + before, whole):
        given = divide(base * row.rate_ppm, MILLION, HALF_UP) if row.rate_ppm else row.amount_micro
        if min(given, base) == taken:
            return int(base)
    return None


def minimum_steps(month: Month, line: BillLine, lines: Sequence[BillLine]) -> list[Step]:
    """The least that is agreed for the days held, less what was spent, before discounts of the whole account."""
    days, of_days = line.quantity, month.known.billing.arrays.cycle_days
    tariff = month.known.tariff
    later = {row.code for row in tariff.discounts if row.scope == "account"}
    spent = sum(one.amount_micro for one in lines if one.subscriber == line.subscriber and one.place != line.place
                and not one.origin and one.kind != "minimum" and one.discount not in later)  # fmt: skip
    least = spent + line.amount_micro
    rows = [row for row in tariff.minimums if (row.offer, row.item) == (line.offer.code, line.item.code)]
    graded = bool(rows) and all(ANY not in row.level for row in rows)
    told = {"offer": line.offer, "days": days, "of_days": of_days, "graded": graded}
    return [Step(code="LEAST", amount_micro=least, told=told), Step(code="SPENT", amount_micro=-spent, told={})]
