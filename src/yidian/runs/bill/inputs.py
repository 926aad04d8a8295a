"""What a bill run works on, read once: totals, who holds what and who pays, as arrays of places in sorted lists."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from yidian.domains.product_inventory.types import Reference
from yidian.kernel.billing.book import BillingBook
from yidian.kernel.calendar import Period
from yidian.runs.bill.facts import Facts, Placed, placed, with_payers

Ints = NDArray[np.int64]
CLIP_BITS: Final = 42  # instants as an offset in the cycle, ms: 139 years


class UnableToBill(Exception):
    """A cycle cannot be billed now; `code` says why."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


@dataclass(frozen=True)
class Inputs:
    """Subscribers, accounts: places in the reference's lists. Items, offers: places in the book's.

    `use_*`: one row per rated total. `held_*`: one row per holding of a known offer, uncut, with the account that pays.
    `held_next`: the account that pays at the cycle's last instant. `known`: states, who else pays, grades, units.
    `has_bill[a]`: 1 where account *a* gets a bill; `aside[a]`: 1 where a member is in a parked unit.
    """

    reference: Reference
    book: BillingBook
    use_sub: Ints
    use_account: Ints
    use_item: Ints
    use_amount: Ints
    use_quantity: Ints
    use_events: Ints
    held_sub: Ints
    held_account: Ints
    held_offer: Ints
    held_from: Ints
    held_to: Ints
    held_next: Ints
    known: Placed
    has_bill: Ints
    aside: Ints
    rated_micro: int  # sum over all totals

    def digest(self, *told: object) -> str:
        """SHA-256 over everything that can change a bill; `told` is what else the run depends on."""
        digest = hashlib.sha256(repr(told).encode())
        for codes in (self.reference.account_code, self.reference.subscriber_code, self.book.offers, self.book.items):
            digest.update("\0".join(codes).encode() + b"\1")
        for name, value in (*vars(self).items(), *vars(self.known).items()):
            if isinstance(value, np.ndarray):
                digest.update(name.encode() + value.tobytes())
        for value in (*self.book.arrays, self.book.rates_ppm, self.book.days.starts_ms, self.book.months_ms):
            digest.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
        book = self.book
        digest.update(repr((book.currency, book.tax_classes, book.discounts, book.grades)).encode())
        return digest.hexdigest()


def gather(
    *, book: BillingBook, reference: Reference, totals: pa.Table, parked_units: Collection[int],
    facts: Facts | None = None,
) -> Inputs:  # fmt: skip
    """Join totals, reference and book. UnableToBill when a total names what the others do not know."""
    reference = with_payers(reference, facts)
    used = _totals(totals, reference, book)
    held = _holdings(reference, book)
    known = placed(facts, reference, book)
    has_bill = _accounts_with_holdings(reference, book.days.period)
    aside = accounts_of_units(reference, book.days.period, parked_units)
    aside[known.pay_account[aside_of(reference, book.days.period, parked_units)[known.pay_sub]]] = 1
    charged = np.zeros(len(reference.subscriber_code), np.bool_)
    charged[used["sub"]] = charged[held["sub"]] = True
    for accounts in (
        used["account"], held["account"], np.flatnonzero(aside), known.pay_account[charged[known.pay_sub]],
    ):  # fmt: skip
        has_bill[accounts] = 1
    return Inputs(
        reference=reference,
        book=book,
        **{f"use_{name}": values for name, values in used.items()},
        **{f"held_{name}": values for name, values in held.items()},
        known=known,
        has_bill=has_bill,
        aside=aside,
        rated_micro=exact_sum(used["amount"]),
    )


def exact_sum(values: Ints) -> int:
    """A sum that cannot wrap: high and low halves apart."""
    return (int((values >> 32).sum()) << 32) + int((values & 0xFFFFFFFF).sum())


def _ints(column: Any) -> Ints:
    return np.ascontiguousarray(column, np.int64)


def _places(ids: Ints, known: Ints, what: str) -> Ints:
    """Where each id stands in `known`, which may be in any order."""
    order = np.argsort(known, kind="stable")
    at = np.searchsorted(known[order], ids)
    if len(ids) and (len(known) == 0 or (known[order][np.minimum(at, len(known) - 1)] != ids).any()):
        raise UnableToBill("TOTALS_DO_NOT_FIT", what=what)
    return _ints(order[at]) if len(ids) else _ints(at)


def _totals(totals: pa.Table, reference: Reference, book: BillingBook) -> dict[str, Ints]:
    item = totals.column("item").combine_chunks()
    if not pa.types.is_dictionary(item.type):
        item = item.dictionary_encode()
    if isinstance(item, pa.ChunkedArray):
        item = item.unify_dictionaries().combine_chunks()
    place = {code: n for n, code in enumerate(book.items)}
    codes = item.dictionary.to_pylist()
    if any(code not in place for code in codes):
        raise UnableToBill("TOTALS_DO_NOT_FIT", what=next(str(code) for code in codes if code not in place))
    table = np.array([place[code] for code in codes] or [0], np.int64)
    columns = {
        "sub": _places(_column(totals, "subscriber"), _ints(reference.subscriber_id), "subscriber"),
        "account": _places(_column(totals, "account"), _ints(reference.account_id), "account"),
        "item": _ints(table[item.indices.to_numpy(zero_copy_only=False)]) if len(item) else np.zeros(0, np.int64),
        "amount": _column(totals, "amount_micro"),
        "quantity": _column(totals, "quantity"),
        "events": _column(totals, "events"),
    }
    order = _by_keys(columns, accounts=len(reference.account_id), items=len(book.items))
    return {name: _ints(values[order]) for name, values in columns.items()}


def _by_keys(columns: dict[str, Ints], *, accounts: int, items: int) -> Ints:
    """By subscriber, account and item, as a rule distinct; where they are not, by what else there is."""
    key = (columns["sub"] * accounts + columns["account"]) * items + columns["item"]  # 10⁷ × 10⁷ × 10³ is in bounds
    order = np.argsort(key, kind="stable")
    if (key[order[1:]] > key[order[:-1]]).all():
        return order
    return np.lexsort([columns[name] for name in ("events", "quantity", "amount", "item", "account", "sub")])


def _column(totals: pa.Table, name: str) -> Ints:
    return _ints(totals.column(name).combine_chunks().to_numpy(zero_copy_only=False))


def _holdings(reference: Reference, book: BillingBook) -> dict[str, Ints]:
    """Holdings that overlap the cycle, of offers the tariff knows, each with the account at its first instant."""
    place = {code: n for n, code in enumerate(book.offers)}
    offer_of = np.array([place.get(code, -1) for code in reference.offer_codes] or [-1], np.int64)
    period = book.days.period
    sub, begin, end = _ints(reference.hold_sub), _ints(reference.hold_from), _ints(reference.hold_to)
    offer = offer_of[_ints(reference.hold_offer)]
    account = payer_at(reference, period, sub, np.maximum(begin, period.start_ms))
    after = payer_at(reference, period, sub, np.full(len(sub), period.end_ms - 1)) if book.asks_ahead else account
    keep = (begin < period.end_ms) & (end > period.start_ms) & (begin < end) & (offer >= 0) & (account >= 0)
    columns = {"sub": sub, "account": account, "offer": offer, "from": begin, "to": end, "next": after}
    return {name: _ints(values[keep]) for name, values in columns.items()}


def payer_at(reference: Reference, period: Period, sub: Ints, instants: Ints) -> Ints:
    """Who pays for each subscriber at an instant of the cycle; in a gap the next account, else the last; -1: none."""
    payers = _ints(reference.acc_sub)
    if len(payers) == 0:
        return np.full(len(sub), -1, np.int64)
    keys = (payers << CLIP_BITS) + _offset(_ints(reference.acc_from), period)
    at = np.searchsorted(keys, (sub << CLIP_BITS) + _offset(instants, period), side="right") - 1
    here = np.maximum(at, 0)
    pays = (at >= 0) & (payers[here] == sub) & (_ints(reference.acc_to)[here] > instants)
    after = np.minimum(at + 1, len(payers) - 1)
    row = np.where(pays, here, np.where(payers[after] == sub, after, here))
    return np.where(payers[row] == sub, _ints(reference.acc_index)[row], -1)


def _offset(instants: Ints, period: Period) -> Ints:
    return np.clip(instants, period.start_ms, period.end_ms) - period.start_ms


def _accounts_with_holdings(reference: Reference, period: Period) -> Ints:
    """1 for each account that pays for a subscriber at an instant of the cycle at which it holds an offer."""
    found = np.zeros(len(reference.account_code), np.int64)
    subs = len(reference.subscriber_code)
    held_sub = _ints(reference.hold_sub)
    first = np.searchsorted(held_sub, np.arange(subs + 1))
    payers = _ints(reference.acc_sub)
    many = (first[payers + 1] - first[payers]) if len(payers) else np.zeros(0, np.int64)
    payer = np.repeat(np.arange(len(payers)), many)
    held = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many) + np.repeat(first[payers], many)
    begin = np.maximum(_ints(reference.acc_from)[payer], _ints(reference.hold_from)[held])
    end = np.minimum(_ints(reference.acc_to)[payer], _ints(reference.hold_to)[held])
    overlap = np.maximum(begin, period.start_ms) < np.minimum(end, period.end_ms)
    found[_ints(reference.acc_index)[payer[overlap]]] = 1
    return found


def aside_of(reference: Reference, period: Period, units: Collection[int]) -> NDArray[np.bool_]:
    """Which subscribers are, in the cycle, members of one of the units."""
    members = np.zeros(len(reference.subscriber_code), np.bool_)
    if units:
        named = np.isin(_ints(reference.unit_id), np.array(sorted(units), np.int64))
        in_cycle = (_ints(reference.mem_from) < period.end_ms) & (_ints(reference.mem_to) > period.start_ms)
        members[_ints(reference.mem_sub)[in_cycle & named[_ints(reference.mem_unit)]]] = True
    return members


def accounts_of_units(reference: Reference, period: Period, units: Collection[int]) -> Ints:
    """1 for each account that pays, in the cycle, for a member of one of the units."""
    found = np.zeros(len(reference.account_code), np.int64)
    if not units:
        return found
    members = aside_of(reference, period, units)
    pays = (_ints(reference.acc_from) < period.end_ms) & (_ints(reference.acc_to) > period.start_ms)
    found[_ints(reference.acc_index)[pays & members[_ints(reference.acc_sub)]]] = 1
    return found


def accounts_billed_with(inputs: Inputs, units: Collection[int]) -> Ints:
    """1 for each account that pays, in the cycle, for a member of one of the units, as its own or for another; where
    discounts look at units, with those of everybody who is in one with a member."""
    reference, known, period = inputs.reference, inputs.known, inputs.book.days.period
    members = aside_of(reference, period, units)
    if len(known.unit):
        together = np.zeros(int(known.unit.max(initial=-1)) + 1, np.bool_)
        together[known.unit[members]] = True
        members = together[known.unit]
    found = np.zeros(len(reference.account_code), np.int64)
    pays = (_ints(reference.acc_from) < period.end_ms) & (_ints(reference.acc_to) > period.start_ms)
    found[_ints(reference.acc_index)[pays & members[_ints(reference.acc_sub)]]] = 1
    found[known.pay_account[members[known.pay_sub]]] = 1
    return found
