"""One part of a bill run: some accounts' bills computed, items and headers as Arrow tables. Touches no database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from yidian.domains.customer_bill.types import BillHeader, TaxLine
from yidian.kernel.billing import layout as at
from yidian.kernel.billing.bill import Bills, Circumstances, Holdings, Payers, States, Usage, bill, rows_of
from yidian.kernel.billing.compiled import machine
from yidian.platform.identity import BUCKET_BITS, BUCKETS
from yidian.runs.bill.inputs import Inputs, Ints, exact_sum

Flags = NDArray[np.bool_]
ACCOUNTS_IN_A_PART: Final = 6_000
MOST_PARTS: Final = 64

ITEM_SCHEMA: Final = pa.schema([
    ("account", pa.int64()),
    ("subscriber", pa.int64()),
    ("kind", pa.dictionary(pa.int32(), pa.string())),
    ("item", pa.dictionary(pa.int32(), pa.string())),
    ("of_item", pa.dictionary(pa.int32(), pa.string())),
    ("offer", pa.dictionary(pa.int32(), pa.string())),
    ("discount", pa.dictionary(pa.int32(), pa.string())),
    ("quantity", pa.int64()),
    ("events", pa.int64()),
    ("amount_micro", pa.int64()),
    ("amount_minor", pa.int64()),
    ("tax_class", pa.dictionary(pa.int32(), pa.string())),
])  # fmt: skip


@dataclass(frozen=True)
class PartOfBills:
    """`accounts`: places in the reference of the accounts billed; `bills` counts them from 0 in `local`."""

    items: pa.Table
    headers: pa.Table
    too_large: Ints  # places in the reference of the accounts whose amounts leave 64 bits
    sums: dict[str, int]


def parts_for(accounts: int) -> int:
    """How many parts a run has: a power of two that depends on the accounts alone, never on the threads."""
    parts = 1
    while parts < MOST_PARTS and parts * ACCOUNTS_IN_A_PART < accounts:
        parts *= 2
    return parts


def part_of_accounts(account_ids: Ints, parts: int) -> Ints:
    """The part of each account: ranges of buckets."""
    return (account_ids & (BUCKETS - 1)) * parts >> BUCKET_BITS


def compute(inputs: Inputs, wanted: Ints, *, plainly: bool = False) -> PartOfBills:
    """Bill the accounts with wanted[a] = 1, with everything their subscribers were charged on whichever account.

    `plainly`: by the same functions uncompiled, for a few accounts in a process that has compiled nothing.
    """
    subscribers = subscribers_of(inputs, wanted)
    chosen = Chosen(inputs, subscribers, wanted)
    accounts = chosen.accounts
    bills = bill(
        book=inputs.book,
        usage=chosen.usage(),
        holdings=chosen.holdings(),
        known=chosen.known(),
        subscribers=int(subscribers.sum()),
        accounts=len(accounts),
        wanted=np.ascontiguousarray(wanted[accounts]),
        functions=None if plainly else machine(),
    )
    good = (bills.too_large == 0) & (wanted[accounts] == 1)
    lost = (bills.too_large == 1) & (wanted[accounts] == 1)
    return PartOfBills(
        items=_items(inputs, bills, accounts, np.flatnonzero(subscribers)),
        headers=_headers(inputs, bills, accounts, np.flatnonzero(good)),
        too_large=accounts[lost],
        sums=_sums(bills, good),
    )


def subscribers_of(inputs: Inputs, wanted: Ints) -> Flags:
    """Everybody on whose lines the bills of the accounts depend: who is charged on them, or taken by them, and where
    a discount looks at units, all who are in a unit with one of these."""
    found = np.zeros(len(inputs.reference.subscriber_code), np.bool_)
    known = inputs.known
    found[inputs.use_sub[wanted[inputs.use_account] == 1]] = True
    found[inputs.held_sub[wanted[inputs.held_account] == 1]] = True
    found[inputs.held_sub[wanted[inputs.held_next] == 1]] = True
    found[known.pay_sub[wanted[known.pay_account] == 1]] = True
    if len(known.unit):
        units = np.zeros(int(known.unit.max(initial=-1)) + 1, np.bool_)
        units[known.unit[found]] = True
        found = units[known.unit]
    return found


class Chosen:
    """What the inputs say of some subscribers; they and their accounts are counted anew from 0."""

    def __init__(self, inputs: Inputs, subscribers: Flags, wanted: Ints) -> None:
        self.inputs, self.subscribers = inputs, subscribers
        known = inputs.known
        self.used, self.held = subscribers[inputs.use_sub], subscribers[inputs.held_sub]
        self.pays = subscribers[known.pay_sub]
        touched = wanted == 1
        touched[inputs.use_account[self.used]] = True
        touched[inputs.held_account[self.held]] = True
        touched[inputs.held_next[self.held]] = True
        touched[known.pay_account[self.pays]] = True
        self.accounts = np.flatnonzero(touched)
        self.sub_at, self.account_at = np.cumsum(subscribers) - 1, np.cumsum(touched) - 1

    def usage(self) -> Usage:
        inputs, used = self.inputs, self.used
        return Usage(
            self.sub_at[inputs.use_sub[used]], self.account_at[inputs.use_account[used]], inputs.use_item[used],
            inputs.use_amount[used], inputs.use_quantity[used], inputs.use_events[used],
        )  # fmt: skip

    def holdings(self) -> Holdings:
        inputs, held = self.inputs, self.held
        return Holdings(
            self.sub_at[inputs.held_sub[held]], self.account_at[inputs.held_account[held]], inputs.held_offer[held],
            inputs.held_from[held], inputs.held_to[held], self.account_at[inputs.held_next[held]],
        )  # fmt: skip

    def known(self) -> Circumstances:
        known, subscribers, pays = self.inputs.known, self.subscribers, self.pays
        states = subscribers[known.state_sub]
        return Circumstances(
            unit=known.unit[subscribers] if len(known.unit) else None,
            grade=known.grade[subscribers] if len(known.grade) else None,
            states=States(
                self.sub_at[known.state_sub[states]], known.state_is[states], known.state_from[states],
                known.state_to[states],
            ),
            payers=Payers(
                self.sub_at[known.pay_sub[pays]], self.account_at[known.pay_account[pays]], known.pay_mode[pays],
                known.pay_value[pays], known.pay_set[pays], known.pay_items,
            ),
        )  # fmt: skip


def usage_left_out(inputs: Inputs, out: Flags) -> int:
    """Rated micro-units that the bills of other accounts than those in `out` do not bear: of who has other payers by
    the lines that these take, of all others by the account of the usage."""
    paid = np.zeros(len(inputs.reference.subscriber_code), np.bool_)
    paid[inputs.known.pay_sub] = True
    left = exact_sum(inputs.use_amount[out[inputs.use_account] & ~paid[inputs.use_sub]])
    if not paid.any():
        return left
    chosen = Chosen(inputs, paid, np.zeros(len(out), np.int64))
    known = replace(chosen.known(), unit=None)  # no line goes to another account for what others of the unit do
    rows, burst = rows_of(
        book=inputs.book, usage=chosen.usage(), holdings=chosen.holdings(), known=known, subscribers=int(paid.sum()),
        functions=machine(),
    )  # fmt: skip
    used = rows[rows[:, at.ROW_KIND] == at.KIND_USAGE]
    left += exact_sum(used[out[chosen.accounts[used[:, at.ROW_ACCOUNT]]], at.ROW_MICRO])
    lost = np.flatnonzero(paid)[burst == 1]
    return left + exact_sum(inputs.use_amount[np.isin(inputs.use_sub, lost)])


def _items(inputs: Inputs, bills: Bills, accounts: Ints, subscribers: Ints) -> pa.Table:
    rows, book, reference = bills.rows, inputs.book, inputs.reference
    account_ids = np.asarray(reference.account_id, np.int64)[accounts]
    subscriber_ids = np.asarray(reference.subscriber_id, np.int64)[subscribers]
    arrays = [
        pa.array(account_ids[rows[:, at.ROW_ACCOUNT]]),
        pa.array(subscriber_ids[rows[:, at.ROW_SUBSCRIBER]]),
        _coded(rows[:, at.ROW_KIND], at.KINDS),
        _coded(rows[:, at.ROW_ITEM], book.items),
        _coded(rows[:, at.ROW_OF_ITEM], book.items),
        _coded(rows[:, at.ROW_OFFER], book.offers),
        _coded(rows[:, at.ROW_CODE], book.discounts),
        *(pa.array(rows[:, column]) for column in (at.ROW_QUANTITY, at.ROW_EVENTS, at.ROW_MICRO, at.ROW_MINOR)),
        _coded(rows[:, at.ROW_CLASS], book.tax_classes),
    ]
    return pa.Table.from_arrays(arrays, schema=ITEM_SCHEMA)


def _coded(places: Ints, codes: tuple[str, ...]) -> pa.DictionaryArray:
    """Codes by their place; -1 is null."""
    indices = pa.array(places.astype(np.int32), mask=places < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(codes, pa.string()))


def _headers(inputs: Inputs, bills: Bills, accounts: Ints, good: Ints) -> pa.Table:
    ids = np.asarray(inputs.reference.account_id, np.int64)[accounts[good]]
    columns = {
        "account": ids,
        "total_minor": bills.total_minor[good],
        "tax_minor": bills.tax_minor[good].sum(axis=1),
        "remainder_micro": bills.remainder_micro[good],
        "items": bills.items[good],
    }
    for n in range(len(inputs.book.tax_classes)):
        columns[f"base_{n}"] = bills.base_minor[good, n]
        columns[f"tax_{n}"] = bills.tax_minor[good, n]
    return pa.table(columns)


def _sums(bills: Bills, good: Ints) -> dict[str, int]:
    """Sums of one part, as the report and the law of money want them."""
    kind, micro = bills.rows[:, at.ROW_KIND], bills.rows[:, at.ROW_MICRO]
    sums = {f"{name}_micro": exact_sum(micro[kind == n]) for n, name in enumerate(at.KINDS)}
    sums["fee_micro"] += sums.pop("advance_micro")
    return sums | {
        "billed": int(good.sum()),
        "items": len(bills.rows),
        "total_minor": exact_sum(bills.total_minor[good]),
        "tax_minor": exact_sum(bills.tax_minor[good].sum(axis=1)),
        "remainder_micro": exact_sum(bills.remainder_micro[good]),
    }


def book_headers(table: pa.Table, *, currency: str, classes: tuple[str, ...], rates_ppm: list[int]) -> list[BillHeader]:
    """Headers as the bill domain books them; classes a bill has no lines of are left out."""
    columns = table.to_pydict()
    taxes: list[list[TaxLine]] = [[] for _ in range(table.num_rows)]
    for n, name in enumerate(classes):
        for row, (base, tax) in enumerate(zip(columns[f"base_{n}"], columns[f"tax_{n}"], strict=True)):
            if base:
                taxes[row].append(TaxLine(name, rates_ppm[n], base, tax))
    names = ("account", "total_minor", "tax_minor", "remainder_micro", "items")
    return [
        BillHeader(account, currency, total, tax, remainder, items, tuple(lines))
        for account, total, tax, remainder, items, lines in zip(*(columns[n] for n in names), taxes, strict=True)
    ]
