"""A fee line of a bill as steps: each holding's window with the fee rows that charge it (docs/pricing.md §7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import numpy as np

from yidian.kernel.billing import layout as at
from yidian.kernel.billing.fees import ahead_amount, days_ahead, fee_amount, fee_days
from yidian.kernel.billing.states import state_at
from yidian.kernel.money import share
from yidian.runs.explain.month import Month
from yidian.runs.explain.subscriber import Alone
from yidian.runs.explain.types import BillLine, Step

CHARGED: Final = {at.CHARGED_CYCLE: "cycle", at.CHARGED_ONCE: "once", at.CHARGED_LEAVING: "leaving"}
PRORATION: Final = {
    at.WHOLE: "none", at.BY_DAYS: "by_days", at.DAY_PRICE: "day_price", at.HALF: "half", at.EACH_LEFT: "each_left",
    at.BY_TERM: "by_term",
}  # fmt: skip


def fee_steps(month: Month, line: BillLine, *, account: int) -> list[Step]:
    """The fees that the holdings bring as the inventory knows them now; not the line's where history was corrected."""
    alone = Alone(month, line.subscriber)
    if not alone.there or line.offer.code not in alone.book.offers or account not in alone.account_ids:
        return []
    own = alone.account_ids.index(account)
    steps: list[Step] = []
    charges = alone.charges()
    offer = alone.book.offers.index(line.offer.code)
    for held in np.flatnonzero(charges.held[:, at.HELD_OFFER] == offer).tolist():
        fees = _Fees(month, alone, charges, held)
        if line.kind == "advance":
            steps += fees.ahead(line) if charges.held[held, at.HELD_PAYS_NEXT] == own else []
        elif charges.held[held, at.HELD_ACCOUNT] == own:
            steps += [*fees.own(line), *fees.borne(line)]
    return steps


class _Fees:
    """What one holding brings, as steps of a line."""

    def __init__(self, month: Month, alone: Alone, charges: at.Charges, held: int) -> None:
        self.month, self.book, self.arrays, self.charges = month, alone.book, alone.book.arrays, charges
        self.held, self.row = held, charges.held[held]

    def own(self, line: BillLine) -> Iterator[Step]:
        late = int(self.row[at.HELD_BEGINS] == 1 and self.row[at.HELD_FIRST] >= at.HALF_AFTER)
        fees, pointer = self.arrays.fees, self.arrays.fee_ptr
        for fee in self._rows(pointer):
            days, named = fee_days(self.arrays, self.charges, 0, self.held, fee)
            if days > 0:
                amount = fee_amount(fees, fee, days, self.arrays.cycle_days, late)
                told = self._told(fees[fee], int(self.row[at.HELD_FIRST]), int(self.row[at.HELD_END]), int(days))
                yield from self._steps("FEE", line, fees, fee, int(named), int(amount), told | {"half": bool(late)})

    def ahead(self, line: BillLine) -> Iterator[Step]:
        if self.row[at.HELD_AFTER] == 1:
            state = state_at(self.charges, 0, int(self.arrays.day_starts[-1]) - 1)
            age = int(self.row[at.HELD_AGE]) + 1
            table = self.arrays.ahead, self.arrays.ahead_ptr, self.arrays.next_days
            yield from self._in_advance("FEE_AHEAD", line, *table, age, state, 1)

    def borne(self, line: BillLine) -> Iterator[Step]:
        if self.row[at.HELD_BEFORE] == 1:
            state = state_at(self.charges, 0, int(self.arrays.day_starts[0]) - 1)
            table = self.arrays.borne, self.arrays.borne_ptr, self.arrays.cycle_days
            yield from self._in_advance("FEE_BORNE", line, *table, int(self.row[at.HELD_AGE]), state, -1)

    def _in_advance(
        self, code: str, line: BillLine, fees: Any, pointer: Any, cycle_days: int, age: int, state: int, sign: int
    ) -> Iterator[Step]:
        for fee in self._rows(pointer):
            amount = int(ahead_amount(fees, fee, cycle_days, age, state))
            days, named = days_ahead(fees, fee, cycle_days)
            told: dict[str, object] = {
                "amount_micro": int(fees[fee, at.FEE_AMOUNT]), "from_ms": int(self.arrays.day_starts[-1])
            }  # fmt: skip
            for step in self._steps(code, line, fees, fee, int(named), amount, told) if days > 0 else ():
                yield Step(code=step.code, amount_micro=sign * step.amount_micro, told=step.told)

    def _rows(self, pointer: Any) -> range:
        offer = int(self.row[at.HELD_OFFER])
        return range(int(pointer[offer]), int(pointer[offer + 1]))

    def _steps(
        self, code: str, line: BillLine, fees: Any, fee: int, named: int, amount: int, told: dict[str, object]
    ) -> Iterator[Step]:
        """The fee, and what of it is the part of other items."""
        if not amount:
            return
        mine = self._part(fees, fee, named, amount).get(line.item.code)
        if mine is not None:
            yield Step(code=code, amount_micro=amount, told=told)
            if mine != amount:
                whole = self.month.known.item(self.book.items[int(fees[fee, at.FEE_ITEM])])
                yield Step(code="FEE_PART", amount_micro=mine - amount, told={"part": line.item, "of": whole})

    def _part(self, fees: Any, fee: int, named: int, amount: int) -> dict[str, int]:
        """Micro-units of the fee by item."""
        parts = self.arrays.parts[int(fees[fee, at.FEE_PARTS]) : int(fees[fee, at.FEE_PARTS_END])]
        parts = parts[(parts[:, at.PART_FROM] <= named) & (named < parts[:, at.PART_TO])]
        weights = parts[:, at.PART_PRICE].tolist()
        if not sum(weights):
            return {self.book.items[int(fees[fee, at.FEE_ITEM])]: amount}
        unit = int(fees[fee, at.FEE_UNIT])
        shares = share(amount=amount // unit, weights=weights)
        codes = [self.book.items[item] for item in parts[:, at.PART_ITEM].tolist()]
        return {code: units * unit for code, units in zip(codes, shares, strict=True) if units}

    def _told(self, row: Any, first: int, end: int, days: int) -> dict[str, object]:
        during, free = int(row[at.FEE_DURING]), int(row[at.FEE_FREE])
        return {
            "amount_micro": int(row[at.FEE_AMOUNT]), "charged": CHARGED[int(row[at.FEE_CHARGED])],
            "proration": PRORATION[int(row[at.FEE_PRORATION])], "day_price_micro": int(row[at.FEE_DAY_PRICE]),
            "days": days, "of_days": self.arrays.cycle_days, "first": self._day(first), "last": self._day(end - 1),
            "during": at.STATES[during] if during != at.ANY_STATE else "",
            "term": int(row[at.FEE_TERM]), "counted": days != end - first,
            "free": free, "ended_free": bool(free and self.row[at.HELD_AGE] == free),
        }  # fmt: skip

    def _day(self, number: int) -> date:
        return self.book.days.dates[number]
