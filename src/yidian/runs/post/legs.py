"""One bill as a transaction: what is owed against revenue by charge item and tax by class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yidian.domains.customer_bill.types import BillToPost
from yidian.domains.ledger.types import AccountKey, Entry, Leg
from yidian.kernel.money import ROUNDINGS
from yidian.kernel.money.rounding import divide
from yidian.platform.tenancy.models import Tenant
from yidian.runs.late_charges.lines import EXTRA, OWN, billed_lines

HALF_UP = ROUNDINGS["half_up"]
KEYS = ["account", "item", "tax_class"]
Gross = tuple[str, str, int]  # charge item, tax class, minor units with tax


class BillsDoNotAgree(Exception):
    """A bill is not the sum of its items: nothing more goes into the books. Code BILL_NOT_ITS_ITEMS."""

    code = "BILL_NOT_ITS_ITEMS"

    def __init__(self, *, account: str, items_minor: int, total_minor: int) -> None:
        self.params = {"account": account, "items_minor": items_minor, "total_minor": total_minor}
        super().__init__(f"bill of {account}: {self.params}")


@dataclass(frozen=True)
class Grosses:
    """Items of all bills of a cycle by account: sums by charge item and class. A discount reduces the item it is of."""

    accounts: Any
    table: pa.Table

    def of(self, accounts: Sequence[int]) -> Iterator[list[Gross]]:
        """The items of each of some accounts, taken out of the columns at once."""
        wanted = np.asarray(accounts, np.int64)
        first, last = np.searchsorted(self.accounts, wanted), np.searchsorted(self.accounts, wanted + 1)
        places = [np.arange(begin, end) for begin, end in zip(first.tolist(), last.tolist(), strict=True)]
        rows = self.table.take(pa.array(np.concatenate([np.empty(0, np.int64), *places])))
        items = zip(*(rows[name].to_pylist() for name in ("item", "tax_class", "minor")), strict=True)
        return (list(islice(items, count)) for count in (last - first).tolist())


def grosses(*, tenant: Tenant, cycle: str, lake: Path) -> Grosses:
    """Read the items of the bills that count."""
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
    table = sums.sort_by([(name, "ascending") for name in KEYS]).combine_chunks()
    return Grosses(table["account"].to_numpy(), table)


def entry(*, bill: BillToPost, items: Sequence[Gross], cycle: str, on: date) -> Entry | None:
    """Dr receivable total, Cr revenue net by item, Cr tax by class; None for a bill of nothing. BillsDoNotAgree."""
    if sum(gross for _, _, gross in items) != bill.total_minor:
        total = sum(gross for _, _, gross in items)
        raise BillsDoNotAgree(account=bill.account_code, items_minor=total, total_minor=bill.total_minor)
    legs = [Leg(AccountKey("receivable", bill.account_code), bill.total_minor)]
    by_class: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for item, tax_class, gross in items:
        by_class[tax_class].append((item, gross))
    revenue: defaultdict[str, int] = defaultdict(int)
    for tax_class, lines in by_class.items():
        tax = bill.taxes.get(tax_class, 0)
        for (item, gross), part in zip(lines, _tax_parts(tax, [gross for _, gross in lines]), strict=True):
            revenue[item] += gross - part
        legs.append(Leg(AccountKey("tax", code=tax_class), -tax))
    legs += [Leg(AccountKey("revenue", code=item), -net) for item, net in sorted(revenue.items())]
    legs = [leg for leg in legs if leg.amount_minor]
    return Entry("bill", tuple(legs), f"bill/{bill.id}", on, cycle) if legs else None


def _tax_parts(tax: int, grosses: Sequence[int]) -> list[int]:
    """A class's tax over its items in proportion, half up; what rounding leaves falls to the largest."""
    base = sum(grosses)
    parts = [divide(tax * gross, base, HALF_UP) if base > 0 else 0 for gross in grosses]
    parts[max(range(len(grosses)), key=lambda n: (abs(grosses[n]), -n))] += tax - sum(parts)
    return parts
