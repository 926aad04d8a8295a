"""A tariff compiled for the bills of one cycle: rows become arrays, codes become places in sorted lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from yidian.kernel.billing import layout as at
from yidian.kernel.billing.cycle import CycleDays, cycle_days
from yidian.kernel.calendar import Period
from yidian.kernel.money import ROUNDINGS, Currency, currency, micro_per_minor
from yidian.kernel.rating.tariff import Discount, Fee, Item, Minimum, Row, Tariff

_CHARGED = {"cycle": at.CHARGED_CYCLE, "once": at.CHARGED_ONCE}
_PRORATION = {"none": at.WHOLE, "by_days": at.BY_DAYS, "day_price": at.DAY_PRICE}


@dataclass(frozen=True)
class BillingBook:
    """What the bill arithmetic needs of a tariff. Offers, items, discounts and tax classes are sorted by code."""

    days: CycleDays
    currency: Currency
    offers: tuple[str, ...]
    items: tuple[str, ...]
    discounts: tuple[str, ...]
    tax_classes: tuple[str, ...]
    rates_ppm: at.Ints
    arrays: at.Book


def compile_billing(tariff: Tariff, cycle: Period) -> BillingBook:
    """The book of one cycle. Rows that are in force on no day of the cycle are left out."""
    rows: list[Fee | Discount | Minimum] = [*tariff.fees, *tariff.discounts, *tariff.minimums]
    offers = {o.code for o in tariff.offers} | {r.offer for r in rows}
    items = {i.code for i in tariff.items} | {r.item for r in rows}
    items |= {item for d in tariff.discounts for item in d.items}
    classes = {t.tax_class for t in tariff.taxes} | {i.tax_class for i in tariff.items} | {""}
    days = cycle_days(cycle, tariff.zone)
    return _Compiler(tariff, days, sorted(offers), sorted(items), sorted(classes)).book()


class _Compiler:
    def __init__(
        self, tariff: Tariff, days: CycleDays, offers: list[str], items: list[str], classes: list[str]
    ) -> None:
        self.tariff, self.days = tariff, days
        self.offers, self.items, self.classes = offers, items, classes
        self.offer_at = {code: n for n, code in enumerate(offers)}
        self.item_at = {code: n for n, code in enumerate(items)}
        self.discount_codes = sorted({d.code for d in tariff.discounts})
        self.currency = currency(tariff.currency)
        self.unit = micro_per_minor(self.currency)

    def book(self) -> BillingBook:
        fee_ptr, fees = self._fees()
        discount_ptr, discounts, listed = self._discounts()
        minimum_ptr, minimums = self._minimums()
        return BillingBook(
            days=self.days,
            currency=self.currency,
            offers=tuple(self.offers),
            items=tuple(self.items),
            discounts=tuple(self.discount_codes),
            tax_classes=tuple(self.classes),
            rates_ppm=self._rates(),
            arrays=at.Book(
                cycle_days=self.days.count,
                micro_per_minor=self.unit,
                bill_rounding=ROUNDINGS[self.tariff.bill_rounding],
                fee_ptr=fee_ptr,
                fees=fees,
                discount_ptr=discount_ptr,
                discounts=discounts,
                listed=listed,
                minimum_ptr=minimum_ptr,
                minimums=minimums,
                item_class=self._item_classes(),
            ),
        )

    def _in_cycle(self, row: Row) -> bool:
        first, last = self.days.dates[0], self.days.last
        return (row.valid_from is None or row.valid_from <= last) and (row.valid_to is None or first < row.valid_to)

    def _validity(self, row: Row) -> tuple[int, int]:
        """Days of the cycle [from, to) in which a row is in force."""
        begin = 0 if row.valid_from is None else self.days.number(row.valid_from)
        return begin, self.days.count if row.valid_to is None else self.days.number(row.valid_to)

    def _by_offer(self, rows: Sequence[tuple[str, Sequence[int]]], width: int) -> tuple[at.Ints, at.Table]:
        """CSR by offer; within an offer the rows keep their order."""
        of_offer: defaultdict[int, list[Sequence[int]]] = defaultdict(list)
        for offer, values in rows:
            of_offer[self.offer_at[offer]].append(values)
        ordered = [values for n in range(len(self.offers)) for values in of_offer[n]]
        counts = np.array([len(of_offer[n]) for n in range(len(self.offers))], np.int64)
        pointer = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])
        return pointer, np.array(ordered, np.int64).reshape(len(ordered), width)

    def _fees(self) -> tuple[at.Ints, at.Table]:
        rows: list[tuple[str, Sequence[int]]] = []
        for fee in sorted(filter(self._in_cycle, self.tariff.fees), key=_fee_order):
            unit = self.unit if fee.round_to == "minor" else 1
            rows.append((fee.offer, (
                self.item_at[fee.item], fee.amount_micro, _CHARGED[fee.charged], _PRORATION[fee.proration],
                fee.day_price_micro, ROUNDINGS[fee.rounding], unit, *self._validity(fee),
            )))  # fmt: skip
        return self._by_offer(rows, at.FEE_WIDTH)

    def _discounts(self) -> tuple[at.Ints, at.Table, at.Table]:
        kept = sorted(filter(self._in_cycle, self.tariff.discounts), key=_discount_order)
        code_at = {code: n for n, code in enumerate(self.discount_codes)}
        rows: list[tuple[str, Sequence[int]]] = []
        for rank, cut in enumerate(kept):
            rows.append((cut.offer, (
                rank, code_at[cut.code], self.item_at[cut.item], cut.rate_ppm, cut.amount_micro, cut.threshold_micro,
                *self._validity(cut), self.offer_at[cut.offer],
            )))  # fmt: skip
        pointer, table = self._by_offer(rows, at.CUT_WIDTH)
        listed = np.zeros((len(kept), len(self.items)), np.int64)
        for row, rank in enumerate(table[:, at.CUT_RANK].tolist()):
            for item in kept[rank].items:
                listed[row, self.item_at[item]] = 1
        return pointer, table, listed

    def _minimums(self) -> tuple[at.Ints, at.Table]:
        kept = sorted(filter(self._in_cycle, self.tariff.minimums), key=_minimum_order)
        rows = [(row.offer, (self.item_at[row.item], row.amount_micro, *self._validity(row))) for row in kept]
        return self._by_offer(rows, at.LEAST_WIDTH)

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


def _fee_order(fee: Fee) -> tuple[object, ...]:
    return (fee.offer, fee.item, fee.charged, *_validity_order(fee), fee.amount_micro)


def _discount_order(cut: Discount) -> tuple[object, ...]:
    return (cut.priority, cut.code, cut.offer, *_validity_order(cut), cut.item)


def _minimum_order(least: Minimum) -> tuple[object, ...]:
    return (least.offer, least.item, *_validity_order(least), least.amount_micro)
