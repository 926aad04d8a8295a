"""The open cycle of one account: what it would cost if it ended now, and what is left of the allowances.

Only what a rating has made visible counts, and its instant is told with it; where nothing was rated nothing is said.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from yidian.domains.customer_bill.types import FIXED, Cycle
from yidian.kernel.calendar import DAY_MS, to_ms
from yidian.platform.lake.queries import newest_start
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill.parts import compute
from yidian.runs.explain.hours import hours
from yidian.runs.explain.marks import reached
from yidian.runs.explain.month import Month
from yidian.runs.explain.pools import Pool, pools
from yidian.runs.explain.tariffs import Known
from yidian.runs.explain.types import Left, SoFar
from yidian.runs.rate.results import run_numbered

EARLIEST_MS: Final = 2 * DAY_MS  # of a cycle: before that a pace says nothing


def open_cycle(cycles: list[Cycle], *, now_ms: int) -> Cycle | None:
    """The cycle that runs now, if its bills are not fixed; else the newest one that is not."""
    unfixed = [cycle for cycle in cycles if cycle.state not in FIXED and cycle.from_ms <= now_ms]
    running = [cycle for cycle in unfixed if now_ms < cycle.to_ms]
    chosen = running or unfixed
    return chosen[-1] if chosen else None


def so_far(
    *, tenant: Tenant, lake: Path, cycle: Cycle, account: str, account_id: int | None, subscriber: int | None,
    by: Known | None = None,
) -> SoFar:  # fmt: skip
    """`account_id` None: somebody else's account, whose sum is not told. `by`: the month's tariff, if it is known."""
    run = run_numbered(tenant=tenant, number=cycle.rate_run)
    if run is None:
        return SoFar(cycle=cycle.name, until_ms=cycle.to_ms - 1, rated_at=None, amount_minor=None, left=(), reached=())
    month = Month(
        tenant=tenant, lake=lake, cycle=cycle, accounts=[account] if account_id is not None else (),
        subscribers=[subscriber] if subscriber else (), by=by,
    )  # fmt: skip
    horizon = min(_newest(tenant, cycle), to_ms(run.finished_at or run.started_at))
    return SoFar(
        cycle=cycle.name, until_ms=cycle.to_ms - 1, rated_at=run.finished_at,
        amount_minor=_would_cost(month, account_id) if account_id is not None else None,
        left=tuple(_left(month, subscriber, horizon)) if subscriber else (),
        reached=tuple(reached(month, subscriber, at_ms=horizon)) if subscriber else (),
    )  # fmt: skip


def _newest(tenant: Tenant, cycle: Cycle) -> int:
    """The newest start that usage of the cycle may have."""
    period = (cycle.from_ms, cycle.to_ms)
    newest = newest_start(tenant=tenant, kind="usage", overlaps=period, upto=cycle.cutoff_file)
    return min(cycle.from_ms if newest is None else newest, cycle.to_ms)


def _would_cost(month: Month, account_id: int) -> int:
    """The account's bill by the bill arithmetic itself, on what is rated and held; minor units."""
    inputs = month.inputs
    wanted = (np.asarray(inputs.reference.account_id, np.int64) == account_id).astype(np.int64)
    if not wanted.any():
        return 0
    made = compute(inputs, wanted, plainly=True)
    mine = made.headers["account"].to_numpy() == account_id
    return int(made.headers["total_minor"].to_numpy()[mine].sum())


def _left(month: Month, subscriber: int, horizon: int) -> list[Left]:
    found = pools(month, at_ms=horizon)
    mine = {allowance: pool for (member, allowance), pool in found.items() if member == subscriber}
    rows = month.known.compiled.allowances
    order = sorted(mine, key=lambda n: (_MEASURES.index(_measure(month, n)), rows[n].priority, rows[n].code))
    return [_of_pool(month, mine[n], horizon) for n in order if mine[n].granted]


_MEASURES: Final = ("volume", "duration", "count", "")


def _measure(month: Month, allowance: int) -> str:
    return month.known.measures.get(month.known.compiled.allowances[allowance].items[0], "")


def _of_pool(month: Month, pool: Pool, horizon: int) -> Left:
    row = month.known.compiled.allowances[pool.allowance]
    begin, end = pool.from_ms, month.cycle.to_ms
    elapsed = horizon - begin
    daily = row.period == "day"
    sure = elapsed >= EARLIEST_MS and pool.emptied_ms is None and not daily
    projected = pool.drawn * (end - begin) // elapsed if sure else None
    out = None
    if projected is not None and projected > pool.granted and pool.drawn:
        out = begin + elapsed * pool.granted // pool.drawn
    return Left(
        allowance=row.code, offer=month.known.offer(row.offer), items=tuple(month.known.item(c) for c in row.items),
        hours=hours(month.known.tariff, row.items[0], row.bands), measure=_measure(month, pool.allowance),
        shared=len(pool.members), granted=pool.granted, drawn=pool.drawn, projected=projected, out_ms=out,
        emptied_ms=pool.emptied_ms, day_ms=begin if daily else None,
    )  # fmt: skip
