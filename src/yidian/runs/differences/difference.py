"""The difference between what a month would have billed and what it has billed, itself and on later bills."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa

from yidian.domains.customer_bill import queries
from yidian.domains.product_catalog.queries import tariff_of_edition
from yidian.kernel.calendar import local_date
from yidian.kernel.tax import rate_ppm
from yidian.platform.tenancy.models import Tenant
from yidian.runs.differences.lines import COUNTS, KEYS, LINES, TAXES, added, of_accounts
from yidian.runs.differences.sources import Source, corrections_of
from yidian.runs.differences.work import Group, Worked, work_out
from yidian.runs.rate.inputs import Places

TAX_KEYS: Final = ("account", "tax_class")
TAX_COUNTS: Final = ("base_minor", "tax_minor")
LATE: Final = "late"  # the kind of such taxes on a bill: differences of a month before


@dataclass(frozen=True, slots=True)
class Difference:
    """Of one month: lines and taxes by account, and what became of late events and units that are no money."""

    lines: pa.Table
    taxes: pa.Table
    taken: int
    rejected: dict[str, int]
    parked_units: int


def difference(
    *, tenant: Tenant, places: Places, source: Source, earlier: Sequence[str], now: datetime, threads: int
) -> Difference:
    """What late files and corrections add to what the month has billed, itself and on bills of `earlier` cycles."""
    worked = work_out(
        tenant=tenant, places=places, source=source, correcting=corrections_of(tenant=tenant, source=source),
        earlier=earlier, now=now, threads=threads,
    )  # fmt: skip
    lines, taxes = [LINES.empty_table()], [TAXES.empty_table()]
    for group in worked.groups:
        made = lines_of(worked, group)
        tax = taxes_of(worked, group, earlier)
        lines += [made, _bearers(worked, group, made, tax)]
        taxes.append(tax)
    back, accounts = _taken_back(worked)
    lines.append(back)
    taxes.append(_taxes_back(worked, accounts, earlier))
    return Difference(
        pa.concat_tables(lines), pa.concat_tables(taxes), worked.taken, worked.rejected,
        sum(group.would.parked_units for group in worked.groups),
    )  # fmt: skip


def lines_of(worked: Worked, group: Group) -> pa.Table:
    """Line by line, what a group's accounts would have been billed beyond what they have been."""
    accounts, would = group.would.accounts, group.would.lines
    billed, borne = (of_accounts(table, accounts) for table in (worked.billed.own, worked.billed.borne))
    found = added([(1, of_accounts(would, accounts)), (-1, billed), (-1, borne)], KEYS, COUNTS)
    number = group.correcting.number if group.correcting is not None else ""
    return _as_lines(worked, found, pa.array([number] * found.num_rows, pa.string()))


def taxes_of(worked: Worked, group: Group, earlier: Sequence[str]) -> pa.Table:
    """The same of bases and taxes, by class."""
    accounts, would = group.would.accounts, group.would
    headers = of_accounts(would.headers, accounts)
    tables = [
        (1, _tax_table(headers["account"], name, headers[f"base_{n}"], headers[f"tax_{n}"]))
        for n, name in enumerate(would.book.tax_classes)
    ]
    tables.append((-1, _taxes_billed(worked, worked.month.cycle.name, accounts, "", "")))
    tables += [(-1, one) for one in _taxes_borne(worked, accounts, earlier)]
    rates = dict(zip(would.book.tax_classes, would.book.rates_ppm.tolist(), strict=True))
    return _as_taxes(worked, added(tables, TAX_KEYS, TAX_COUNTS), rates)


def _taken_back(worked: Worked) -> tuple[pa.Table, list[int]]:
    """What bills have borne for accounts that nothing touches any more; under the correction it was borne for."""
    borne = worked.billed.borne
    gone = sorted({*borne["account"].to_pylist()} - {*worked.live})
    found = added([(-1, of_accounts(borne, gone))], (*KEYS, "correction"), COUNTS)
    return _as_lines(worked, found, found["correction"]), gone


def _taxes_back(worked: Worked, accounts: list[int], earlier: Sequence[str]) -> pa.Table:
    tables = [(-1, one) for one in _taxes_borne(worked, accounts, earlier)]
    nothing = _tax_table(pa.array([], pa.int64()), "", pa.array([], pa.int64()), pa.array([], pa.int64()))
    return _as_taxes(worked, added([(1, nothing), *tables], TAX_KEYS, TAX_COUNTS), {})


def _bearers(worked: Worked, group: Group, lines: pa.Table, taxes: pa.Table) -> pa.Table:
    """A line of nothing for a tax that changes while its base does not: books want something that bears it."""
    there = set(zip(lines["account"].to_pylist(), lines["tax_class"].to_pylist(), strict=True))
    asked = {
        (row["account"], row["tax_class"]) for row in taxes.to_pylist()
        if row["tax_minor"] and (row["account"], row["tax_class"]) not in there
    }  # fmt: skip
    if not asked:
        return LINES.empty_table()
    largest: dict[tuple[int, str], dict[str, Any]] = {}
    for table in (group.would.lines, worked.billed.own):
        for row in of_accounts(table, {account for account, _ in asked}).to_pylist():
            key = (row["account"], row["tax_class"])
            if key in asked and abs(row["amount_minor"]) > abs(largest.get(key, {}).get("amount_minor", 0)):
                largest[key] = row
    rows = [{**largest[key], **dict.fromkeys(COUNTS, 0)} for key in sorted(largest)]
    schema = pa.schema([field for field in LINES if field.name in (*KEYS, *COUNTS)])
    found = pa.Table.from_pylist([{name: row[name] for name in schema.names} for row in rows], schema=schema)
    number = group.correcting.number if group.correcting is not None else ""
    return _as_lines(worked, found, pa.array([number] * found.num_rows, pa.string()))


def _as_lines(worked: Worked, found: pa.Table, correction: Any) -> pa.Table:
    columns = {name: found[name] for name in (*KEYS, *COUNTS)}
    columns["origin"] = pa.array([worked.month.cycle.name] * found.num_rows, pa.string())
    columns["adjustment"] = pa.array(np.zeros(found.num_rows, np.int64))
    columns["correction"] = correction
    return pa.table({field.name: columns[field.name] for field in LINES}).cast(LINES)


def _as_taxes(worked: Worked, found: pa.Table, rates: dict[str, int]) -> pa.Table:
    cycle = worked.month.cycle
    classes = found["tax_class"].to_pylist()
    rates = _own_rates(worked, set(classes) - rates.keys()) | rates
    columns = {name: found[name] for name in found.column_names}
    columns["origin"] = pa.array([cycle.name] * found.num_rows, pa.string())
    columns["kind"] = pa.array([LATE] * found.num_rows, pa.string())
    columns["rate_ppm"] = pa.array([rates.get(name, 0) for name in classes], pa.int64())
    return pa.table({field.name: columns[field.name] for field in TAXES}).cast(TAXES)


def _own_rates(worked: Worked, classes: set[str]) -> dict[str, int]:
    """What was law in the month, for classes that another tariff does not know."""
    if not classes - {""}:
        return {}
    month = worked.month
    wanted = ("prefixes", "places", "prices")
    tariff = tariff_of_edition(tenant=month.tenant, number=month.own_edition, without=wanted)
    last = local_date(month.cycle.to_ms - 1, month.cycle.zone)
    return {name: rate_ppm(tariff.taxes, name, last) for name in sorted(classes - {""})}


def _taxes_borne(worked: Worked, accounts: Sequence[int], earlier: Iterable[str]) -> list[pa.Table]:
    return [_taxes_billed(worked, cycle, accounts, LATE, worked.month.cycle.name) for cycle in earlier]


def _taxes_billed(worked: Worked, cycle: str, accounts: Sequence[int], kind: str, origin: str) -> pa.Table:
    rows = queries.taxes_of(tenant=worked.month.tenant, cycle=cycle, accounts=accounts, kind=kind, origin=origin)
    names = ("account", "tax_class", "base_minor", "tax_minor")
    kinds = (pa.int64(), pa.string(), pa.int64(), pa.int64())
    return pa.table({name: pa.array([row[n] for row in rows], kinds[n]) for n, name in enumerate(names)})


def _tax_table(account: Any, tax_class: str, base: Any, tax: Any) -> pa.Table:
    columns = {"account": account, "tax_class": pa.array([tax_class] * len(account), pa.string())}
    return pa.table(columns | {"base_minor": base, "tax_minor": tax})


def sums_by_account(table: pa.Table) -> dict[int, int]:
    """Minor units by account."""
    found: defaultdict[int, int] = defaultdict(int)
    grouped = table.group_by("account").aggregate([("amount_minor", "sum")])
    for account, amount in zip(grouped["account"].to_pylist(), grouped["amount_minor_sum"].to_pylist(), strict=True):
        found[account] += amount
    return dict(found)
