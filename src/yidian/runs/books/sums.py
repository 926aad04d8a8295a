"""The sums of a month that come from many rows: from the lake's result files and from the ledger's postings.

They change only when other files, runs, bills or transactions count. So they are kept in the folder of work with what
tells which counted (`state`), and read from there while it is the same. Nobody relies on the file: who checks the books
(the doctor, the close of a month, `yidian month`) adds up anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from yidian.domains.customer_bill import queries
from yidian.domains.ledger.queries import trial_balance, which_booked
from yidian.platform.files import write_durably
from yidian.platform.lake.queries import files, read_stored
from yidian.platform.tenancy.models import Tenant
from yidian.runs.differences.lines import EXTRA, OWN
from yidian.runs.rate.results import current_run, layers, rated_totals

ADDED: Final = ("kind", "account", "amount_micro", "amount_minor")


@dataclass(frozen=True, slots=True)
class Sums:
    """Of a cycle. `own_…`: items of its own; `usage`: those of them that rating priced; `late`, `adjusted`: lines of
    other cycles in its bills. `unbilled`: rated of accounts without a bill. `revenue`, `tax`: booked in it.
    """

    rated_micro: int
    unbilled_micro: int
    own_micro: int
    own_minor: int
    usage_micro: int
    late_micro: int
    adjusted_micro: int
    extra_minor: int
    revenue_minor: int
    tax_minor: int


def sums(*, tenant: Tenant, lake: Path, cycle: str, work: Path | None = None) -> Sums:
    """Added up; with `work` as they were kept there, if the same still counts."""
    if work is None:
        return _added(tenant, lake, cycle)
    state, path = _state(tenant, cycle), work / "books" / tenant.code / f"{cycle}.json"
    kept = _kept(path, state)
    if kept is not None:
        return kept
    found = _added(tenant, lake, cycle)
    told = json.dumps({"state": state, "sums": asdict(found)})
    write_durably(path, lambda temporary: _written(temporary, told))
    return found


def _written(path: Path, text: str) -> None:
    path.write_text(text, encoding="ascii")


def _kept(path: Path, state: str) -> Sums | None:
    try:
        told = json.loads(path.read_text(encoding="ascii"))
        return Sums(**told["sums"]) if told["state"] == state else None
    except (OSError, ValueError, TypeError, KeyError):  # not there, or not what this version writes
        return None


def _state(tenant: Tenant, cycle: str) -> str:
    """A digest of what counts: files, rate runs with the units that later ones took over, bills, transactions."""
    made = [file for kind in ("rated_total", OWN, EXTRA) for file in files(tenant=tenant, kind=kind, subject=cycle)]
    told = [
        [(file.id, file.sha256) for file in made],
        [run.pk for run, _ in layers(tenant=tenant, base=current_run(tenant=tenant, cycle=cycle))],
        queries.which_count(tenant=tenant, cycle=cycle), which_booked(tenant=tenant, cycle=cycle),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _added(tenant: Tenant, lake: Path, cycle: str) -> Sums:
    run_of = queries.bill_runs(tenant=tenant, cycle=cycle)
    rated = rated_totals(tenant=tenant, cycle=cycle, lake=lake)
    billed = pa.array(list(run_of), pa.int64())
    unbilled = rated.filter(pc.invert(pc.is_in(rated["account"], billed)))
    own = _lines(tenant, lake, cycle, OWN, run_of)
    extra = _lines(tenant, lake, cycle, EXTRA, run_of)
    adjusted = pc.equal(extra["kind"], "adjustment")
    ledger = {"revenue": 0, "tax": 0}
    for line in trial_balance(tenant=tenant, cycle=cycle):
        if line.kind in ledger:
            ledger[line.kind] -= line.balance_minor
    return Sums(
        rated_micro=_sum(rated, "amount_micro"), unbilled_micro=_sum(unbilled, "amount_micro"),
        own_micro=_sum(own, "amount_micro"), own_minor=_sum(own, "amount_minor"),
        usage_micro=_sum(own.filter(pc.equal(own["kind"], "usage")), "amount_micro"),
        late_micro=_sum(extra.filter(pc.invert(adjusted)), "amount_micro"),
        adjusted_micro=_sum(extra.filter(adjusted), "amount_micro"), extra_minor=_sum(extra, "amount_minor"),
        revenue_minor=ledger["revenue"], tax_minor=ledger["tax"],
    )  # fmt: skip


def _lines(tenant: Tenant, lake: Path, cycle: str, kind: str, run_of: Mapping[int, int]) -> pa.Table:
    """ADDED of the lines in the bills that count."""
    of_run: dict[int, list[int]] = {}
    for account, run in run_of.items():
        of_run.setdefault(run, []).append(account)
    types = {"kind": pa.string()}
    found = [pa.table({name: pa.array([], types.get(name, pa.int64())) for name in ADDED})]
    for file in files(tenant=tenant, kind=kind, subject=cycle):
        read = read_stored(file, lake, ADDED)
        table = pa.table({name: read[name].cast(types.get(name, pa.int64())) for name in ADDED})
        ours = pa.array(of_run.get(file.run_id or 0, ()), pa.int64())
        found.append(table.filter(pc.is_in(table["account"], ours)))
    return pa.concat_tables(found)


def _sum(table: pa.Table, name: str) -> int:
    """Exact: the sum of two halves cannot wrap."""
    column = table[name].combine_chunks().to_numpy(zero_copy_only=False)
    return (int((column >> 32).sum()) << 32) + int((column & 0xFFFFFFFF).sum())
