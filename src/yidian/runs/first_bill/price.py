"""What people are charged in a cycle: the rating and the billing of a full run, of these few."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from yidian.domains.product_inventory.types import CircleRows, Reference
from yidian.kernel.rating.classify import OUT_OF_CYCLE, REASONS, UNKNOWN_SUBSCRIBER
from yidian.kernel.rating.engine import fast
from yidian.runs.bill.facts import Facts
from yidian.runs.bill.inputs import Inputs, gather
from yidian.runs.bill.parts import PartOfBills, compute
from yidian.runs.first_bill.types import Bill, Line, Tax, UnableToQuote
from yidian.runs.rate.classify import classified, stage
from yidian.runs.rate.others import Known, Ported
from yidian.runs.rate.people import people
from yidian.runs.rate.rate_part import rate_part
from yidian.runs.rate.results import EMPTY_TOTALS
from yidian.runs.ready import Ready


@dataclass(frozen=True, slots=True)
class Used:
    """Usage of a cycle as the lake has it, and what rating asks beside it. `left`: of the cycle before, None: nothing
    asks."""

    usage: pa.Table
    left: pa.Table | None = None
    circles: CircleRows | None = None
    nets: Ported | None = None


@dataclass(frozen=True, slots=True)
class Rated:
    totals: pa.Table
    parked: tuple[int, ...]  # ids of units
    rejected: Mapping[str, int]


NOTHING_USED = Rated(EMPTY_TOTALS, (), {})


def rated(now: Ready, who: Reference, used: Used) -> Rated:
    """The usage priced. Takes now.lock."""
    if not used.usage.num_rows or not len(who.subscriber_id):
        return NOTHING_USED
    everybody = people(who, parts=1)
    engine = fast()
    with now.lock:
        on = stage(
            classifier=now.classifier, people=everybody, engine=engine, scratch=Path(), known=Known(None, used.circles)
        )
        if used.nets is not None:
            on = replace(on, nets=used.nets)
        told = classified(on, used.usage)
        made = rate_part(
            compiled=now.compiled, programs=now.programs, people=everybody, part=0, records=told.records, fast=engine,
            before=used.left, lines=False,
        )  # fmt: skip
    rejected = Counter(made.reasons)
    reasons, counts = np.unique(told.verdict[(told.verdict < 0) & (told.verdict != OUT_OF_CYCLE)], return_counts=True)
    rejected.update({REASONS[n]: count for n, count in zip(reasons.tolist(), counts.tolist(), strict=True)})
    rejected.pop(REASONS[UNKNOWN_SUBSCRIBER], None)  # of whoever else had the number in the cycle
    return Rated(made.totals, tuple(int(one["unit"]) for one in made.parked), dict(sorted(rejected.items())))


def billed(
    now: Ready, who: Reference, facts: Facts, told: Rated, *, accounts: Collection[str], once: Collection[str]
) -> dict[str, Bill]:
    """The bills of those of the accounts (by code) that get one. `once`: items that are charged once.

    UnableToQuote AMOUNT_OVERFLOW.
    """
    inputs = gather(book=now.billing, reference=who, totals=told.totals, parked_units=told.parked, facts=facts)
    asked = np.array([int(code in accounts) for code in inputs.reference.account_code], np.int64)
    wanted = asked & inputs.has_bill
    lost = np.flatnonzero(wanted & inputs.aside)
    made = compute(inputs, wanted)
    lost = np.append(lost, made.too_large)
    if len(lost):
        raise UnableToQuote("AMOUNT_OVERFLOW", account=inputs.reference.account_code[int(lost[0])])
    return _bills(now, inputs, made, once)


def _bills(now: Ready, inputs: Inputs, made: PartOfBills, once: Collection[str]) -> dict[str, Bill]:
    reference = inputs.reference
    account_of = dict(zip(np.asarray(reference.account_id).tolist(), reference.account_code, strict=True))
    code_of = dict(zip(np.asarray(reference.subscriber_id).tolist(), reference.subscriber_code, strict=True))
    lines: dict[str, list[Line]] = {code: [] for code in account_of.values()}
    for row in made.items.to_pylist():
        lines[account_of[row.pop("account")]].append(_line(row, code_of, once))
    found = {}
    for row in made.headers.to_pylist():
        account = account_of[row["account"]]
        taxes = tuple(
            Tax(tax_class=name, rate_ppm=int(now.billing.rates_ppm[n]), base_minor=row[f"base_{n}"],
                tax_minor=row[f"tax_{n}"])
            for n, name in enumerate(now.billing.tax_classes) if row[f"base_{n}"]
        )  # fmt: skip
        found[account] = Bill(lines=tuple(lines[account]), taxes=taxes, total_minor=row["total_minor"])
    return found


def _line(row: dict[str, Any], code_of: Mapping[int, str], once: Collection[str]) -> Line:
    told: dict[str, Any] = {name: row[name] or "" for name in _TEXTS} | {name: row[name] for name in _NUMBERS}
    return Line(subscriber=code_of[row["subscriber"]], one_off=(told["of_item"] or told["item"]) in once, **told)


_TEXTS: Final = ("kind", "item", "of_item", "offer", "discount", "tax_class")
_NUMBERS: Final = ("quantity", "events", "amount_micro", "amount_minor")
