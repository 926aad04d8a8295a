"""I1 through rating: events of the cycle in the lake = good + parked + rejected, in count and in sum of ids."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yidian.domains.customer_bill.types import Cycle
from yidian.kernel.rowlaw import signed
from yidian.platform.jobs.models import Run, RunTask
from yidian.platform.jobs.queries import done
from yidian.platform.lake.queries import Stored, files, read_stored
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit
from yidian.runs.rate.results import BASE, PARTIAL, current_run

SUM_KEYS = ["account", "subscriber", "item"]
SUMMED = ("amount_micro", "quantity", "cut_micro")


def rated_rows(on: Visit) -> Finding:
    """Each rated cycle: the run's own terms, and all of them again from the files. Money of a part: lines = totals."""
    look = Look("I1", "RATED_ROWS")
    for cycle in on.rated_cycles():
        run = current_run(tenant=on.tenant, cycle=cycle.name)
        if run is None or run.state != Run.State.DONE or run.kind != BASE:
            continue  # law I6 speaks of it
        taken, taken_sum = _lake(on, cycle)
        _terms(look, cycle, run, taken, taken_sum)
        look.checked += taken
        for each in (run, *done(tenant=on.tenant, kind=PARTIAL, subject=cycle.name, after=run.pk)):
            _parts(on, look, cycle, each)
        _reasons(on, look, cycle, run)
    return look.finding()


def id_sum(ids: pa.ChunkedArray) -> int:
    """The order-free sum of event ids, modulo 2⁶⁴, signed."""
    return int(ids.to_numpy().astype(np.int64, copy=False).sum(dtype=np.int64))


def _lake(on: Visit, cycle: Cycle) -> tuple[int, int]:
    """Events of the cycle in the files that the run has read: how many, and the sum of their ids."""
    count = total = 0
    for file in files(tenant=on.tenant, kind="usage", overlaps=(cycle.from_ms, cycle.to_ms)):
        if file.id > cycle.cutoff_file:
            continue
        table = read_stored(file, on.places.lake, ["start_ms", "event_id"])
        start = table["start_ms"].to_numpy()
        inside = (start >= cycle.from_ms) & (start < cycle.to_ms)
        count += int(inside.sum())
        total += int(table["event_id"].to_numpy()[inside].sum(dtype=np.int64))
    return count, signed(total)


def _terms(look: Look, cycle: Cycle, run: Run, taken: int, taken_sum: int) -> None:
    counts = run.counts
    out = counts["good"] + counts["parked_events"] + sum(counts["rejected"].values())
    if counts["taken"] != out or counts["sum_in"] != counts["sum_out"]:
        look.violation("RUN_TERMS", cycle=cycle.name, run=run.pk, taken=counts["taken"], out=out)
    if counts["taken"] != taken:
        look.violation("RUN_TAKEN", cycle=cycle.name, run=run.pk, told=counts["taken"], found=taken)
    elif counts["sum_in"] != taken_sum:
        look.violation("RUN_TAKEN_SUM", cycle=cycle.name, run=run.pk)


def _parts(on: Visit, look: Look, cycle: Cycle, run: Run) -> None:
    """Every part of a run: its files against the terms that its task has told."""
    stored: dict[str, Stored] = {}
    for kind in ("rated", "rated_total", "reject"):
        stored |= {f.path: f for f in files(tenant=on.tenant, kind=kind, subject=cycle.name, run_id=run.pk)}
    sums: Counter[str] = Counter()
    for name, told in RunTask.objects.filter(run=run).order_by("id").values_list("name", "result"):
        if "good" not in told:
            continue
        tables = {
            f["kind"]: read_stored(stored[f["path"]], on.places.lake) for f in told["files"] if f["path"] in stored
        }
        where: dict[str, Any] = {"cycle": cycle.name, "run": run.pk, "task": name}
        _good(look, where, told, tables.get("rated"))
        _rejected(look, where, told, tables.get("reject"))
        _money(on, look, where, told, tables)
        sums.update({term: told[term] for term in ("good", "parked_events", "amount_micro")})
    for term in sums:
        if term in run.counts and run.counts[term] != sums[term]:
            look.violation("RUN_TERM_OF_PARTS", cycle=cycle.name, run=run.pk, term=term)


def _good(look: Look, where: dict[str, Any], told: dict[str, Any], rated: pa.Table | None) -> None:
    first = (
        rated["event_id"].filter(pc.equal(rated["part"], 0))
        if rated is not None
        else pa.chunked_array([[]], pa.int64())
    )
    if len(first) != told["good"]:
        look.violation("RATED_COUNT", **where, told=told["good"], found=len(first))
    elif id_sum(first) != told["good_sum"]:
        look.violation("RATED_SUM", **where)


def _rejected(look: Look, where: dict[str, Any], told: dict[str, Any], found: pa.Table | None) -> None:
    ids = found["event_id"] if found is not None else pa.chunked_array([[]], pa.int64())
    if len(ids) != sum(told["reasons"].values()):
        look.violation("REJECT_COUNT", **where, told=sum(told["reasons"].values()), found=len(ids))
    elif id_sum(ids) != told["rejected_sum"]:
        look.violation("REJECT_SUM", **where)


def _money(on: Visit, look: Look, where: dict[str, Any], told: dict[str, Any], tables: dict[str, pa.Table]) -> None:
    """Lines, totals and the told amount are one sum; `deep`: per account, subscriber and item."""
    amounts = [_amount(tables.get(kind)) for kind in ("rated", "rated_total")]
    if amounts != [told["amount_micro"]] * 2:
        look.violation("RATED_MONEY", **where)
    elif on.deep and {"rated", "rated_total"} <= tables.keys():
        lines, totals = (_grouped(tables[kind]) for kind in ("rated", "rated_total"))
        if lines != totals:
            look.violation("TOTALS_DIFFER", **where)


def _amount(table: pa.Table | None) -> int:
    return 0 if table is None else int(pc.sum(table["amount_micro"]).as_py() or 0)


def _grouped(table: pa.Table) -> list[tuple[int, ...]]:
    """Sums by account and subscriber, sorted. Items are numbers in lines and codes in totals: they are left out."""
    sums = table.group_by(SUM_KEYS[:2]).aggregate([(name, "sum") for name in SUMMED]).sort_by(
        [(key, "ascending") for key in SUM_KEYS[:2]]
    )  # fmt: skip
    names = [*SUM_KEYS[:2], *(f"{name}_sum" for name in SUMMED)]
    return list(zip(*(sums[name].to_pylist() for name in names), strict=True))


def _reasons(on: Visit, look: Look, cycle: Cycle, run: Run) -> None:
    """Rejected events by reason, of classification and of pricing."""
    found: Counter[str] = Counter()
    for file in files(tenant=on.tenant, kind="reject", subject=cycle.name, run_id=run.pk):
        counts = pc.value_counts(read_stored(file, on.places.lake, ["reason"])["reason"])
        found.update({row["values"]: row["counts"] for row in counts.to_pylist()})
    if dict(found) != run.counts["rejected"]:
        told = sum(run.counts["rejected"].values())
        look.violation("RUN_REJECTED", cycle=cycle.name, run=run.pk, told=told, found=found.total())
