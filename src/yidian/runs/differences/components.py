"""Who belongs together: subscribers, accounts and units that a month's rating or bills tie to each other.

An account's bill is of one tariff, and a group's allowances are drawn by one; so a correction of one of them is a
correction of its whole component. What has left the month since (who was moved to another account, say) is tied by
what the month was rated and billed with.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from yidian.domains.customer_bill.types import Chosen
from yidian.domains.product_inventory.types import Reference
from yidian.runs.bill.facts import Facts

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Components:
    """Ids in ascending order, and the component of each."""

    subscribers: Ints
    accounts: Ints
    units: Ints
    of_subscriber: Ints
    of_account: Ints
    of_unit: Ints

    def touched_by(self, chosen: Chosen) -> Ints:
        """The components in which one of the chosen is."""
        found = [
            _looked_up(np.array(ids, np.int64), known, labels)
            for ids, known, labels in (
                (chosen.subscribers, self.subscribers, self.of_subscriber),
                (chosen.accounts, self.accounts, self.of_account),
                (chosen.units, self.units, self.of_unit),
            )
        ]
        return np.unique(np.concatenate(found))

    def within(self, labels: Ints) -> Chosen:
        """Everybody in some components."""
        return Chosen(
            units=tuple(self.units[np.isin(self.of_unit, labels)].tolist()),
            subscribers=tuple(self.subscribers[np.isin(self.of_subscriber, labels)].tolist()),
            accounts=tuple(self.accounts[np.isin(self.of_account, labels)].tolist()),
        )


def components(
    *, reference: Reference, facts: Facts, totals: pa.Table, lines: Iterable[pa.Table], chosen: Iterable[Chosen]
) -> Components:
    """`totals`: what the month's rating gave; `lines`: of its bills, and of later bills for it; `chosen`: who is there
    even if nothing ties them to anything."""
    subscriber, account, unit = (
        np.asarray(ids, np.int64) for ids in (reference.subscriber_id, reference.account_id, reference.unit_id)
    )
    with_unit = [
        (subscriber[np.asarray(reference.mem_sub, np.int64)], unit[np.asarray(reference.mem_unit, np.int64)]),
        (_numbers(totals, "subscriber"), _numbers(totals, "unit")),
    ]
    with_account = [
        (subscriber[np.asarray(reference.acc_sub, np.int64)], account[np.asarray(reference.acc_index, np.int64)]),
        (facts.pays_for, facts.payer),
        (_numbers(totals, "subscriber"), _numbers(totals, "account")),
        *((_numbers(table, "subscriber"), _numbers(table, "account")) for table in map(_of_somebody, lines)),
    ]
    alone = list(chosen)
    subscribers = _all(subscriber, *(one for one, _ in (*with_unit, *with_account)), *(c.subscribers for c in alone))
    accounts = _all(account, *(other for _, other in with_account), *(c.accounts for c in alone))
    units = _all(unit, *(other for _, other in with_unit), *(c.units for c in alone))
    left = [np.searchsorted(subscribers, one) for one, _ in (*with_unit, *with_account)]
    right = [np.searchsorted(units, other) + len(subscribers) + len(accounts) for _, other in with_unit]
    right += [np.searchsorted(accounts, other) + len(subscribers) for _, other in with_account]
    count = len(subscribers) + len(accounts) + len(units)
    label = joined(count, np.concatenate(left), np.concatenate(right))
    ends = len(subscribers), len(subscribers) + len(accounts)
    return Components(subscribers, accounts, units, label[: ends[0]], label[ends[0] : ends[1]], label[ends[1] :])


def joined(count: int, left: Ints, right: Ints) -> Ints:
    """The smallest place that each of `count` is tied to; every round at least halves the longest way to it."""
    label = np.arange(count, dtype=np.int64)
    while True:
        low = np.minimum(label[left], label[right])
        new = label.copy()
        for at in (left, right, label[left], label[right]):
            np.minimum.at(new, at, low)
        new = new[new]
        if np.array_equal(new, label):
            return label
        label = new


def _of_somebody(table: pa.Table) -> pa.Table:
    return table.filter(pc.not_equal(table["subscriber"], 0))


def _numbers(table: pa.Table, name: str) -> Ints:
    return np.asarray(table[name].combine_chunks().to_numpy(zero_copy_only=False), np.int64)


def _all(*ids: Any) -> Ints:
    return np.unique(np.concatenate([np.asarray(one, np.int64) for one in ids]))


def _looked_up(ids: Ints, known: Ints, labels: Ints) -> Ints:
    """The labels of those of the ids that are known."""
    if not len(known) or not len(ids):
        return np.zeros(0, np.int64)
    at = np.minimum(np.searchsorted(known, ids), len(known) - 1)
    found: Ints = labels[at[known[at] == ids]]
    return found
