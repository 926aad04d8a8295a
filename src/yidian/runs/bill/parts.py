"""One part of a bill run: some accounts' bills computed, items and headers as Arrow tables. Touches no database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from yidian.domains.customer_bill.types import BillHeader, TaxLine
from yidian.kernel.billing import layout as at
from yidian.kernel.billing.bill import Bills, Holdings, Usage, bill
from yidian.kernel.billing.compiled import machine
from yidian.platform.identity import BUCKET_BITS, BUCKETS
from yidian.runs.bill.inputs import Inputs, Ints, exact_sum

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
    subscribers = np.zeros(len(inputs.reference.subscriber_code), np.bool_)
    subscribers[inputs.use_sub[wanted[inputs.use_account] == 1]] = True
    subscribers[inputs.held_sub[wanted[inputs.held_account] == 1]] = True
    used, held = subscribers[inputs.use_sub], subscribers[inputs.held_sub]
    touched = wanted == 1
    touched[inputs.use_account[used]] = True
    touched[inputs.held_account[held]] = True
    sub_at, account_at = np.cumsum(subscribers) - 1, np.cumsum(touched) - 1
    accounts = np.flatnonzero(touched)
    bills = bill(
        book=inputs.book,
        usage=Usage(
            sub_at[inputs.use_sub[used]], account_at[inputs.use_account[used]], inputs.use_item[used],
            inputs.use_amount[used], inputs.use_quantity[used], inputs.use_events[used],
        ),
        holdings=Holdings(
            sub_at[inputs.held_sub[held]], account_at[inputs.held_account[held]], inputs.held_offer[held],
            inputs.held_from[held], inputs.held_to[held],
        ),
        subscribers=int(subscribers.sum()),
        accounts=len(accounts),
        wanted=np.ascontiguousarray(wanted[accounts]),
        functions=None if plainly else machine(),
    )  # fmt: skip
    good = (bills.too_large == 0) & (wanted[accounts] == 1)
    lost = (bills.too_large == 1) & (wanted[accounts] == 1)
    return PartOfBills(
        items=_items(inputs, bills, accounts, np.flatnonzero(subscribers)),
        headers=_headers(inputs, bills, accounts, np.flatnonzero(good)),
        too_large=accounts[lost],
        sums=_sums(bills, good),
    )


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
