"""A fee line of a bill as steps: each holding's window with the fee rows that charge it (docs/pricing.md §7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np

from yidian.kernel.billing import layout as at
from yidian.kernel.billing.fees import fee_amount, fee_days
from yidian.runs.bill.inputs import Inputs, gather
from yidian.runs.explain.month import Month
from yidian.runs.explain.types import BillLine, Step

CHARGED = {at.CHARGED_CYCLE: "cycle", at.CHARGED_ONCE: "once"}
PRORATION = {at.WHOLE: "none", at.BY_DAYS: "by_days", at.DAY_PRICE: "day_price"}


def inputs_of(month: Month) -> Inputs:
    """What the bill arithmetic is told of the month's people, as the inventory says now."""
    return gather(book=month.known.billing, reference=month.reference, totals=month.totals, parked_units=())


def fee_steps(month: Month, line: BillLine, *, account: int) -> list[Step]:
    """The fees that the holdings bring as the inventory knows them now; not the line's where history was corrected."""
    inputs, book = inputs_of(month), month.known.billing
    steps = []
    for first, end, begins in _windows(inputs, line, account):
        offer = book.offers.index(line.offer.code)
        for row in range(int(book.arrays.fee_ptr[offer]), int(book.arrays.fee_ptr[offer + 1])):
            fees = book.arrays.fees
            if book.items[int(fees[row, at.FEE_ITEM])] != line.item.code:
                continue
            days = int(fee_days(fees, row, first, end, begins))
            amount = int(fee_amount(fees, row, days, book.arrays.cycle_days)) if days > 0 else 0
            if amount:
                steps.append(Step(code="FEE", amount_micro=amount, told=_told(month, fees[row], first, end, days)))
    return steps


def _windows(inputs: Inputs, line: BillLine, account: int) -> Iterator[tuple[int, int, int]]:
    """(first day, day after the last, 1 where it begins in the cycle) of the line's holdings, days of the cycle."""
    subs = np.flatnonzero(np.asarray(inputs.reference.subscriber_id) == line.subscriber)
    accounts = np.flatnonzero(np.asarray(inputs.reference.account_id) == account)
    offers = inputs.book.offers
    if not len(subs) or not len(accounts) or line.offer.code not in offers:
        return
    mine = (inputs.held_sub == subs[0]) & (inputs.held_account == accounts[0])
    mine &= inputs.held_offer == offers.index(line.offer.code)
    days = inputs.book.days
    for begin, end in zip(inputs.held_from[mine], inputs.held_to[mine], strict=True):
        since, until = max(int(begin), days.period.start_ms), min(int(end), days.period.end_ms)
        bounds = days.holding(np.array([since, until - 1]))
        yield int(bounds[0]), int(bounds[1]) + 1, int(begin == since)


def _told(month: Month, row: Any, first: int, end: int, days: int) -> dict[str, object]:
    book = month.known.billing
    return {
        "amount_micro": int(row[at.FEE_AMOUNT]), "charged": CHARGED[int(row[at.FEE_CHARGED])],
        "proration": PRORATION[int(row[at.FEE_PRORATION])], "day_price_micro": int(row[at.FEE_DAY_PRICE]),
        "days": days, "of_days": book.arrays.cycle_days, "first": _day(month, first), "last": _day(month, end - 1),
    }  # fmt: skip


def _day(month: Month, number: int) -> date:
    return month.known.billing.days.dates[number]
