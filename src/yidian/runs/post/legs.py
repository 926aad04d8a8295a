"""Bills as transactions: what is owed against revenue by charge item and tax by class; all bills of a cycle at once.

Columns in, columns out: a bill is a range of legs. An object for each bill and leg costs more than booking it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from yidian.domains.customer_bill.types import BillsToPost
from yidian.domains.ledger.types import AccountKey, Lot
from yidian.kernel.money import ROUNDINGS
from yidian.kernel.money.rounding import divide
from yidian.platform.tenancy.models import Tenant
from yidian.runs.differences.lines import EXTRA, OWN, billed_lines

HALF_UP: Final = ROUNDINGS["half_up"]
KEYS: Final = ["account", "item", "tax_class"]
OWED: Final = -1  # a leg's place in `named`: what the bill's own account owes
WIDE: Final = 1 << 62  # a product beyond it is worked out by itself

I64 = NDArray[np.int64]


class BillsDoNotAgree(Exception):
    """A bill is not the sum of its items: nothing of the bills goes into the books. Code BILL_NOT_ITS_ITEMS."""

    code = "BILL_NOT_ITS_ITEMS"

    def __init__(self, *, account: str, items_minor: int, total_minor: int) -> None:
        self.params = {"account": account, "items_minor": items_minor, "total_minor": total_minor}
        super().__init__(f"bill of {account}: {self.params}")


@dataclass(frozen=True, slots=True)
class Legs:
    """The legs of all bills: those of bill n are [first[n], first[n + 1]), none of a bill of nothing.

    Of each leg its account (a place in `named`, or OWED) and its amount: Dr receivable, Cr tax by class, Cr revenue by
    item, in this order.
    """

    bills: BillsToPost
    first: I64
    account: I64
    amount_minor: I64
    named: Sequence[AccountKey]

    def lot(self, begin: int, end: int, *, cycle: str, on: date) -> Lot:
        """The transactions of bills [begin, end)."""
        counts = np.diff(self.first[begin : end + 1])
        some = (np.flatnonzero(counts) + begin).tolist()
        legs = counts[counts > 0].tolist()
        mine = slice(int(self.first[begin]), int(self.first[end]))
        owners = np.repeat(np.arange(begin, end), counts).tolist()
        codes, named = self.bills.account_code, self.named
        return Lot(
            kind="bill", on=on, cycle=cycle, legs=legs, refers=[f"bill/{id_}" for id_ in self.bills.id[some].tolist()],
            accounts=[
                named[place] if place >= 0 else AccountKey("receivable", codes[owner])
                for place, owner in zip(self.account[mine].tolist(), owners, strict=True)
            ],
            amounts_minor=self.amount_minor[mine].tolist(),
        )  # fmt: skip


def grosses(*, tenant: Tenant, cycle: str, lake: Path) -> pa.Table:
    """Items of the bills that count: KEYS and their sum, in the order of KEYS. A discount reduces what it is of."""
    found = []
    for kind in (OWN, EXTRA):
        lines = billed_lines(tenant=tenant, cycle=cycle, lake=lake, kind=kind)
        item = pc.if_else(pc.equal(lines["of_item"], ""), lines["item"], lines["of_item"])
        found.append(
            pa.table({
                "account": lines["account"], "item": item, "tax_class": lines["tax_class"],
                "minor": lines["amount_minor"],
            })
        )  # fmt: skip
    sums = pa.concat_tables(found).group_by(KEYS).aggregate([("minor", "sum")]).rename_columns([*KEYS, "minor"])
    return sums.sort_by([(name, "ascending") for name in KEYS]).combine_chunks()


def legs_of(*, bills: BillsToPost, items: pa.Table) -> Legs:
    """Every bill as a transaction. BillsDoNotAgree of the first one that is not the sum of its items."""
    bill, gross, item, tax_class = _of_bills(bills, items)
    _refuse_other_sums(bills, bill, gross)
    items_named, item_code = _coded(item)
    classes, class_code = _coded(pa.chunked_array([*tax_class.chunks, pa.array(bills.tax_class, pa.string())]))
    taxed, first_row, of_taxed = np.unique(
        bill * len(classes) + class_code[: len(bill)], return_index=True, return_inverse=True
    )
    tax = _looked_up(bills.tax_bill * len(classes) + class_code[len(bill) :], bills.tax_minor, taxed)
    net = gross - tax_parts(tax_minor=tax, gross_minor=gross, group=of_taxed)
    earned, of_earned = np.unique(bill * len(items_named) + item_code, return_inverse=True)
    codes = [
        *(AccountKey("tax", code=one) for one in classes),
        *(AccountKey("revenue", code=one) for one in items_named),
    ]
    everybody = np.arange(len(bills.id))
    return _in_order(bills, codes, [
        (everybody, np.full(len(everybody), OWED), bills.total_minor, everybody),
        (taxed // max(len(classes), 1), taxed % max(len(classes), 1), -tax, first_row),
        (earned // max(len(items_named), 1), len(classes) + earned % max(len(items_named), 1),
         -_sums(net, of_earned, len(earned)), earned),
    ])  # fmt: skip


def tax_parts(*, tax_minor: I64, gross_minor: I64, group: I64) -> I64:
    """The tax of each group over its rows in proportion, half up; what rounding leaves falls to the first largest."""
    base, tax = _sums(gross_minor, group, len(tax_minor))[group], tax_minor[group]
    parts = np.zeros(len(group), np.int64)
    some = base > 0
    wide = some & (np.abs(gross_minor) > WIDE // np.maximum(np.abs(tax), 1))
    for n in np.flatnonzero(wide).tolist():
        parts[n] = divide(int(tax[n]) * int(gross_minor[n]), int(base[n]), HALF_UP)
    some &= ~wide
    parts[some] = _half_up(tax[some] * gross_minor[some], base[some])
    left = tax_minor - _sums(parts, group, len(tax_minor))
    by_size = np.lexsort((-np.abs(gross_minor), group))
    largest = by_size[np.searchsorted(group[by_size], np.arange(len(tax_minor)))]
    parts[largest] += left
    return parts


def _half_up(numerator: I64, denominator: I64) -> I64:
    """`divide` of columns by HALF_UP."""
    floor = numerator // denominator
    rest = numerator - floor * denominator
    twice = rest - (denominator - rest)
    found: I64 = floor + ((twice > 0) | ((twice == 0) & (numerator > 0)))
    return found


def _of_bills(bills: BillsToPost, items: pa.Table) -> tuple[I64, I64, pa.ChunkedArray, pa.ChunkedArray]:
    """Of each item of one of the bills: the place of its bill, its gross, its code and class; in the bills' order."""
    by_account = np.argsort(bills.account_id)
    accounts = bills.account_id[by_account]
    account = items["account"].to_numpy()
    at = np.searchsorted(accounts, account)
    mine = np.flatnonzero(accounts[np.minimum(at, len(accounts) - 1)] == account) if len(accounts) else at[:0]
    bill = by_account[at[mine]]
    order = np.argsort(bill, kind="stable")
    rows = items.take(pa.array(mine[order]))
    return bill[order], rows["minor"].to_numpy(), rows["item"], rows["tax_class"]


def _refuse_other_sums(bills: BillsToPost, bill: I64, gross: I64) -> None:
    found = _sums(gross, bill, len(bills.id))
    for n in np.flatnonzero(found != bills.total_minor).tolist():
        raise BillsDoNotAgree(
            account=bills.account_code[n], items_minor=int(found[n]), total_minor=int(bills.total_minor[n])
        )


def _in_order(bills: BillsToPost, named: Sequence[AccountKey], sections: Sequence[tuple[I64, I64, I64, I64]]) -> Legs:
    """Legs (bill, account, amount, place within their section) section after section, bill by bill; zeros left out."""
    bill, account, amount, place = (np.concatenate(column) for column in zip(*sections, strict=True))
    section = np.repeat(np.arange(len(sections)), [len(one[0]) for one in sections])
    order = np.lexsort((place, section, bill))
    order = order[amount[order] != 0]
    return Legs(
        bills, np.searchsorted(bill[order], np.arange(len(bills.id) + 1)), account[order], amount[order], named
    )  # fmt: skip


def _sums(values: I64, group: I64, groups: int) -> I64:
    found = np.zeros(groups, np.int64)
    np.add.at(found, group, values)
    return found


def _looked_up(keys: I64, values: I64, wanted: I64) -> I64:
    """The values of the wanted keys; 0 for one that is not there."""
    order = np.argsort(keys)
    at = np.minimum(np.searchsorted(keys[order], wanted), max(len(keys) - 1, 0))
    if not len(keys):
        return np.zeros(len(wanted), np.int64)
    return np.where(keys[order][at] == wanted, values[order][at], 0)


def _coded(texts: pa.ChunkedArray) -> tuple[list[str], I64]:
    """The different texts, sorted, and each one's place among them."""
    names = sorted(texts.unique().to_pylist())
    return names, pc.index_in(texts, pa.array(names, pa.string())).to_numpy().astype(np.int64)
