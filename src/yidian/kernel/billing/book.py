"""A tariff compiled for the bills of one cycle: rows become arrays, codes become places in sorted lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from yidian.kernel.billing import layout as at
from yidian.kernel.billing.cycle import CycleDays, cycle_days, months_before, next_cycle
from yidian.kernel.calendar import Period
from yidian.kernel.money import ROUNDINGS, Currency, currency, micro_per_minor
from yidian.kernel.rating.tariff import ANY, Discount, Fee, Item, Minimum, Row, Tariff

_CHARGED = {"cycle": at.CHARGED_CYCLE, "once": at.CHARGED_ONCE, "leaving": at.CHARGED_LEAVING}
_PRORATION = {
    "none": at.WHOLE, "by_days": at.BY_DAYS, "day_price": at.DAY_PRICE, "half": at.HALF, "each_left": at.EACH_LEFT,
    "by_term": at.BY_TERM,
}  # fmt: skip
_DURING = {"any": at.ANY_STATE} | {name: n for n, name in enumerate(at.STATES)}
NORMAL: Final = "normal"  # the grade of a customer that has none
MOST_CYCLES: Final = 1200  # a hundred years: whoever has held an offer longer has held it for ever


@dataclass(frozen=True)
class BillingBook:
    """What the bill arithmetic needs of a tariff. Offers, items, discounts and tax classes are sorted by code.

    `grades`: those that discounts and minimums name. `months_ms`: beginnings of the months that rows count back, and
    of the cycle.
    """

    days: CycleDays
    currency: Currency
    offers: tuple[str, ...]
    items: tuple[str, ...]
    discounts: tuple[str, ...]
    tax_classes: tuple[str, ...]
    grades: tuple[str, ...]
    rates_ppm: at.Ints
    months_ms: at.Ints
    arrays: at.Book

    @property
    def looks_at_units(self) -> bool:
        """Whether a bill depends on who else is in the rating unit."""
        return bool(self.arrays.unit_cuts or len(self.arrays.needs))

    @property
    def asks_ahead(self) -> bool:
        return bool(len(self.arrays.ahead) or len(self.arrays.borne))


def compile_billing(tariff: Tariff, cycle: Period, before: Tariff | None = None) -> BillingBook:
    """The book of one cycle. Rows that are in force on no day of the cycle are left out.

    `before`: the tariff by which the bills of the cycle before were made, if it was another: what they asked in
    advance for this one they asked by it.
    """
    fees = (*tariff.fees, *(before.fees if before else ()))
    parts = (*tariff.parts, *(before.parts if before else ()))
    rows: list[Fee | Discount | Minimum] = [*fees, *tariff.discounts, *tariff.minimums]
    offers = {o.code for o in tariff.offers} | {r.offer for r in rows}
    offers |= {code for d in tariff.discounts for code in d.requires}
    items = {i.code for i in tariff.items} | {r.item for r in rows} | {p.part_item for p in parts}
    items |= {item for d in tariff.discounts for item in d.items}
    classes = {t.tax_class for t in tariff.taxes} | {i.tax_class for i in tariff.items} | {""}
    days = cycle_days(cycle, tariff.zone)
    return _Compiler(tariff, before or tariff, days, sorted(offers), sorted(items), sorted(classes)).book()


class _Compiler:
    def __init__(
        self, tariff: Tariff, before: Tariff, days: CycleDays, offers: list[str], items: list[str], classes: list[str]
    ) -> None:
        self.tariff, self.before, self.days = tariff, before, days
        self.next = cycle_days(next_cycle(days.period, tariff.zone), tariff.zone)
        self.offers, self.items, self.classes = offers, items, classes
        self.offer_at = {code: n for n, code in enumerate(offers)}
        self.item_at = {code: n for n, code in enumerate(items)}
        self.discount_codes = sorted({d.code for d in tariff.discounts})
        graded: list[Discount | Minimum] = [*tariff.discounts, *tariff.minimums]
        self.grades = sorted({code for row in graded for code in row.level} - {ANY})
        self.currency = currency(tariff.currency)
        self.unit = micro_per_minor(self.currency)
        self.parts: list[tuple[int, ...]] = []
        self.needs: list[int] = []

    def book(self) -> BillingBook:
        fee_ptr, fees = self._fees(self.tariff, self.days)
        ahead_ptr, ahead = self._fees(self.tariff, self.next, in_advance=True)
        borne_ptr, borne = self._fees(self.before, self.days, in_advance=True)
        discount_ptr, discounts, listed, levels = self._discounts()
        minimum_ptr, minimums, least_levels = self._minimums()
        longest = self._longest()
        return BillingBook(
            days=self.days,
            currency=self.currency,
            offers=tuple(self.offers),
            items=tuple(self.items),
            discounts=tuple(self.discount_codes),
            tax_classes=tuple(self.classes),
            grades=tuple(self.grades),
            rates_ppm=self._rates(),
            months_ms=months_before(self.days.period, self.tariff.zone, longest),
            arrays=at.Book(
                cycle_days=self.days.count,
                next_days=self.next.count,
                micro_per_minor=self.unit,
                bill_rounding=ROUNDINGS[self.tariff.bill_rounding],
                longest=longest,
                unit_cuts=int((discounts[:, at.CUT_SCOPE] == at.SCOPE_UNIT).sum()),
                account_cuts=int((discounts[:, at.CUT_SCOPE] == at.SCOPE_ACCOUNT).sum()),
                day_starts=np.append(self.days.starts_ms, np.int64(self.days.period.end_ms)),
                fee_ptr=fee_ptr,
                fees=fees,
                ahead_ptr=ahead_ptr,
                ahead=ahead,
                borne_ptr=borne_ptr,
                borne=borne,
                parts=np.array(self.parts, np.int64).reshape(len(self.parts), at.PART_WIDTH),
                discount_ptr=discount_ptr,
                discounts=discounts,
                listed=listed,
                needs=np.array(self.needs, np.int64),
                levels=levels,
                minimum_ptr=minimum_ptr,
                minimums=minimums,
                least_levels=least_levels,
                item_class=self._item_classes(),
            ),
        )

    def _longest(self) -> int:
        """The most cycles that a row counts from the beginning of a holding."""
        free = [max(fee.free_cycles, fee.term_cycles) for fee in (*self.tariff.fees, *self.before.fees)]
        free += [least.free_cycles for least in self.tariff.minimums]
        return min(max([*free, *(cut.cycles for cut in self.tariff.discounts)], default=0), MOST_CYCLES)

    def _in_cycle(self, row: Row, days: CycleDays | None = None) -> bool:
        among = days or self.days
        first, last = among.dates[0], among.last
        return (row.valid_from is None or row.valid_from <= last) and (row.valid_to is None or first < row.valid_to)

    def _validity(self, row: Row, days: CycleDays | None = None) -> tuple[int, int]:
        """Days of the cycle [from, to) in which a row is in force."""
        among = days or self.days
        begin = 0 if row.valid_from is None else among.number(row.valid_from)
        return begin, among.count if row.valid_to is None else among.number(row.valid_to)

    def _by_offer(self, rows: Sequence[tuple[str, Sequence[int]]], width: int) -> tuple[at.Ints, at.Table]:
        """CSR by offer; within an offer the rows keep their order."""
        of_offer: defaultdict[int, list[Sequence[int]]] = defaultdict(list)
        for offer, values in rows:
            of_offer[self.offer_at[offer]].append(values)
        ordered = [values for n in range(len(self.offers)) for values in of_offer[n]]
        counts = np.array([len(of_offer[n]) for n in range(len(self.offers))], np.int64)
        pointer = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])
        return pointer, np.array(ordered, np.int64).reshape(len(ordered), width)

    def _fees(self, tariff: Tariff, days: CycleDays, *, in_advance: bool = False) -> tuple[at.Ints, at.Table]:
        """Fee rows of a cycle; `in_advance`: those that the bill before bears."""
        rows: list[tuple[str, Sequence[int]]] = []
        for fee in sorted(tariff.fees, key=_fee_order):
            if not self._in_cycle(fee, days) or (in_advance and not _asked_ahead(fee)):
                continue
            unit = self.unit if fee.round_to == "minor" else 1
            begin, end = self._parts(tariff, fee, days)
            rows.append((fee.offer, (
                self.item_at[fee.item], fee.amount_micro, _CHARGED[fee.charged], _PRORATION[fee.proration],
                fee.day_price_micro, ROUNDINGS[fee.rounding], unit, *self._validity(fee, days), _DURING[fee.during],
                fee.free_cycles, begin, end, fee.term_cycles,
            )))  # fmt: skip
        return self._by_offer(rows, at.FEE_WIDTH)

    def _parts(self, tariff: Tariff, fee: Fee, days: CycleDays) -> tuple[int, int]:
        """Where the parts of a fee stand in the list of all parts, by item."""
        begin = len(self.parts)
        own = [p for p in tariff.parts if (p.offer, p.item) == (fee.offer, fee.item) and self._in_cycle(p, days)]
        for part in sorted(own, key=lambda p: (p.part_item, *_validity_order(p))):
            self.parts.append((self.item_at[part.part_item], part.price_micro, *self._validity(part, days)))
        return begin, len(self.parts)

    def _discounts(self) -> tuple[at.Ints, at.Table, at.Table, at.Table]:
        kept = sorted(filter(self._in_cycle, self.tariff.discounts), key=_discount_order)
        code_at = {code: n for n, code in enumerate(self.discount_codes)}
        rows: list[tuple[str, Sequence[int]]] = []
        for rank, cut in enumerate(kept):
            begin = len(self.needs)
            self.needs += [self.offer_at[code] for code in cut.requires]
            rows.append((cut.offer, (
                rank, code_at[cut.code], self.item_at[cut.item], cut.rate_ppm, cut.amount_micro, cut.threshold_micro,
                *self._validity(cut), self.offer_at[cut.offer], at.SCOPES.index(cut.scope), cut.cycles, begin,
                len(self.needs), cut.cap_micro,
            )))  # fmt: skip
        pointer, table = self._by_offer(rows, at.CUT_WIDTH)
        listed = np.zeros((len(kept), len(self.items)), np.int64)
        ordered = [kept[rank] for rank in table[:, at.CUT_RANK].tolist()]
        for row, cut in enumerate(ordered):
            for item in cut.items:
                listed[row, self.item_at[item]] = 1
        return pointer, table, listed, self._levels([cut.level for cut in ordered])

    def _levels(self, named: Sequence[Sequence[str]]) -> at.Table:
        levels = np.zeros((len(named), len(self.grades) + 1), np.int64)
        for row, grades in enumerate(named):
            for grade in grades:
                levels[row, slice(None) if grade == ANY else self.grades.index(grade)] = 1
        return levels

    def _minimums(self) -> tuple[at.Ints, at.Table, at.Table]:
        kept = sorted(filter(self._in_cycle, self.tariff.minimums), key=_minimum_order)
        kept.sort(key=lambda row: self.offer_at[row.offer])  # as they stand in the table
        rows = [
            (row.offer, (
                self.item_at[row.item], row.amount_micro, *self._validity(row), _DURING[row.during], row.free_cycles,
            ))
            for row in kept
        ]  # fmt: skip
        return *self._by_offer(rows, at.LEAST_WIDTH), self._levels([row.level for row in kept])

    def _item_classes(self) -> at.Ints:
        """The tax class of each item by its row in force on the cycle's last day, else by its latest row before."""
        chosen: dict[str, Item] = {}
        for row in sorted(self.tariff.items, key=lambda i: (i.code, i.valid_from or date.min)):
            begun = row.valid_from is None or row.valid_from <= self.days.last
            if begun or row.code not in chosen:
                chosen[row.code] = row
        classes = [chosen[code].tax_class if code in chosen else "" for code in self.items]
        return np.array([self.classes.index(name) for name in classes], np.int64)

    def _rates(self) -> at.Ints:
        rates = np.zeros(len(self.classes), np.int64)
        for tax in self.tariff.taxes:
            if tax.in_force(self.days.last):
                rates[self.classes.index(tax.tax_class)] = tax.rate_ppm
        return rates


def _validity_order(row: Row) -> tuple[date, date]:
    return row.valid_from or date.min, row.valid_to or date.max


def _asked_ahead(fee: Fee) -> bool:
    return fee.billed == "advance" and fee.charged == "cycle"


def _fee_order(fee: Fee) -> tuple[object, ...]:
    return (fee.offer, fee.item, fee.charged, *_validity_order(fee), fee.amount_micro)


def _discount_order(cut: Discount) -> tuple[object, ...]:
    return (cut.priority, cut.code, cut.offer, *_validity_order(cut), cut.item)


def _minimum_order(least: Minimum) -> tuple[object, ...]:
    return (least.offer, least.item, *_validity_order(least), least.amount_micro, least.level, least.during)
