"""Two months side by side: who pays more, who less, by how much, and for what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from yidian.kernel.rating.tariff import Tariff
from yidian.runs.bill.inputs import exact_sum
from yidian.runs.trial.shadow import MonthUnder
from yidian.runs.trial.types import Line, Pair, Sample, Step

Ints = NDArray[np.int64]
WHOLE_UNITS: Final = (1, 5, 10, 20, 50, 100)  # where the distribution's steps end, in units of the currency
SAMPLES: Final = 10
LINES: Final = 12


def by_account(before: MonthUnder, after: MonthUnder) -> pa.Table:
    """One row for each account with a bill in either: account (code), before_minor, after_minor, difference_minor."""
    codes = dict(zip(_ids(before), before.inputs.reference.account_code, strict=True))
    sums = [_totals(month) for month in (before, after)]
    accounts = sorted(sums[0].keys() | sums[1].keys(), key=lambda account: codes[account])
    old, new = (np.array([one.get(account, 0) for account in accounts], np.int64) for one in sums)
    return pa.table(
        {
            "account": pa.array([codes[account] for account in accounts], pa.string()),
            "before_minor": old,
            "after_minor": new,
            "difference_minor": new - old,
            "id": pa.array(accounts, pa.int64()),
        }
    )


def _ids(month: MonthUnder) -> list[int]:
    return [int(n) for n in month.inputs.reference.account_id]


def _totals(month: MonthUnder) -> dict[int, int]:
    return dict(zip(month.headers["account"].to_pylist(), month.headers["total_minor"].to_pylist(), strict=True))


def steps(differences: Ints, per_unit: int) -> tuple[Step, ...]:
    """The distribution of differences; those of nothing are a step of their own."""
    edges = [n * per_unit for n in WHOLE_UNITS]
    falling = [None, *(1 - edge for edge in reversed(edges)), 0]
    rising = [1, *edges, None]
    bounds = [*pairwise(falling), (0, 1), *pairwise(rising)]
    found = []
    for low, high in bounds:
        inside = np.ones(len(differences), bool)
        if low is not None:
            inside &= differences >= low
        if high is not None:
            inside &= differences < high
        found.append(Step(low, high, int(inside.sum()), exact_sum(differences[inside])))
    return tuple(found)


def by_item(before: MonthUnder, after: MonthUnder) -> tuple[Pair, ...]:
    """Sums of charge items, those that change most first; the count is of lines after."""
    old, new = (_sums(month.items, "item") for month in (before, after))
    count = Counter(after.items["item"].cast(pa.string()).to_pylist())
    return _pairs(old, new, count)


def by_offer(before: MonthUnder, after: MonthUnder, tariff: Tariff) -> tuple[Pair, ...]:
    """Sums of the subscribers of each main offer, as they held it before; '' is who held none."""
    main = _main_offers(before, {offer.code for offer in tariff.offers if offer.kind == "base"})
    people: set[int] = set()
    sums: list[dict[str, int]] = []
    for month in (before, after):
        mine: dict[str, int] = {}
        for subscriber, amount in _sums(month.items, "subscriber").items():
            offer = main.get(subscriber, "")
            mine[offer] = mine.get(offer, 0) + amount
            people.add(subscriber)
        sums.append(mine)
    return _pairs(sums[0], sums[1], Counter(main.get(subscriber, "") for subscriber in people))


def _main_offers(month: MonthUnder, base: set[str]) -> dict[int, str]:
    """Subscriber id → the base offer it held first in the month."""
    who = month.inputs.reference
    ids = np.asarray(who.subscriber_id, np.int64)
    is_base = np.array([code in base for code in who.offer_codes] or [False])
    held = np.asarray(who.hold_offer, np.int64)
    rows = np.flatnonzero(is_base[held])[::-1]  # histories come by time: the first one is written last
    return {int(ids[who.hold_sub[row]]): who.offer_codes[held[row]] for row in rows.tolist()}


def _sums(items: pa.Table, name: str) -> dict[Any, int]:
    found = items.select([name, "amount_minor"]).group_by(name).aggregate([("amount_minor", "sum")])
    return dict(zip(found[name].to_pylist(), found["amount_minor_sum"].to_pylist(), strict=True))


def _pairs(old: Mapping[str, int], new: Mapping[str, int], count: Mapping[str, int]) -> tuple[Pair, ...]:
    found = [Pair(code, count.get(code, 0), old.get(code, 0), new.get(code, 0)) for code in old.keys() | new.keys()]
    return tuple(sorted(found, key=lambda pair: (-abs(pair.difference_minor), pair.code)))


def samples(table: pa.Table, before: MonthUnder, after: MonthUnder, *, rising: bool) -> tuple[Sample, ...]:
    """The accounts whose bills rise (or fall) most, with their lines."""
    differences = table["difference_minor"].to_numpy()
    order = np.argsort(-differences if rising else differences, kind="stable")[:SAMPLES]
    chosen = [n for n in order.tolist() if (differences[n] > 0 if rising else differences[n] < 0)]
    found = []
    for row in table.take(pa.array(chosen, pa.int64())).to_pylist():
        lines = _lines(row["id"], before, after)
        found.append(Sample(row["account"], row["before_minor"], row["after_minor"], lines))
    return tuple(found)


def _lines(account: int, before: MonthUnder, after: MonthUnder) -> tuple[Line, ...]:
    sums: list[dict[tuple[Any, ...], int]] = []
    for month in (before, after):
        mine: dict[tuple[Any, ...], int] = {}
        rows = month.items.filter(pc.equal(month.items["account"], account)).to_pylist()
        for row in rows:
            key = (row["subscriber"], row["kind"], row["item"], row["discount"] or row["offer"] or "")
            mine[key] = mine.get(key, 0) + row["amount_minor"]
        sums.append(mine)
    who = before.inputs.reference
    names = {int(id_): code for id_, code in zip(who.subscriber_id, who.subscriber_code, strict=True)}
    old, new = sums
    lines = [
        Line(names.get(key[0], ""), key[1], key[2], key[3], old.get(key, 0), new.get(key, 0))
        for key in old.keys() | new.keys()
    ]
    lines.sort(key=lambda line: (-abs(line.after_minor - line.before_minor), line.subscriber, line.kind, line.item))
    return tuple(lines[:LINES])


def count_of(differences: Ints) -> Sequence[int]:
    """How many pay more, less, the same."""
    return int((differences > 0).sum()), int((differences < 0).sum()), int((differences == 0).sum())
