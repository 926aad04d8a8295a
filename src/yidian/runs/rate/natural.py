"""Rated items in natural keys: codes instead of identities, local time instead of milliseconds, as exports show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yidian.domains.customer_bill.queries import cycle_named
from yidian.domains.product_catalog.queries import tariff_of_edition
from yidian.domains.product_inventory.bulk import Reference, load_reference
from yidian.kernel.calendar import Period
from yidian.kernel.rating.book import Compiled, compile_tariff
from yidian.kernel.rating.ladders import price_key
from yidian.platform.tenancy.models import Tenant
from yidian.runs.rate.results import current_run, rated_tables


def rated_rows(*, tenant: Tenant, cycle: str, lake: Path) -> Iterator[pa.Table]:
    """One table a part: event, part, subscriber, account, unit, start (local), item, band, price, allowance, quantity,
    units, amount_micro, cut_micro. `price` is empty where an allowance was drawn, and the other way round."""
    run = current_run(tenant=tenant, cycle=cycle)
    if run is None:
        return
    found = cycle_named(tenant=tenant, name=cycle)
    compiled = compile_tariff(
        tariff_of_edition(tenant=tenant, number=int(run.counts["edition"])), Period(found.from_ms, found.to_ms)
    )
    reference = load_reference(tenant=tenant, period_start_ms=found.from_ms, period_end_ms=found.to_ms)
    for table in rated_tables(tenant=tenant, cycle=cycle, lake=lake):
        yield _named(table, compiled, reference, found.zone)


def _named(table: pa.Table, compiled: Compiled, reference: Reference, zone: str) -> pa.Table:
    item = table["item"].to_numpy()
    bands = np.array([list(b) + [""] * (compiled.book.width - len(b)) for b in compiled.bands], dtype=object)
    start = table["start_ms"].cast(pa.timestamp("ms")).cast(pa.timestamp("ms", tz=zone))
    return pa.table(
        {
            "event": table["event_id"],
            "part": table["part"],
            "subscriber": _code(table["subscriber"], reference.subscriber_id, reference.subscriber_code),
            "account": _code(table["account"], reference.account_id, reference.account_code),
            "unit": _code(table["unit"], reference.unit_id, reference.unit_code),
            "start": pc.strftime(start, format="%Y-%m-%dT%H:%M:%S%Ez"),
            "item": pa.array([i.code for i in compiled.items], pa.string()).take(pa.array(item)),
            "band": pa.array(bands[item, table["band"].to_numpy()], pa.string()),
            "price": _taken([price_key(p) for p in compiled.prices], table["rule"]),
            "allowance": _taken([a.code for a in compiled.allowances], table["allowance"]),
            "quantity": table["quantity"],
            "units": table["units"],
            "amount_micro": table["amount_micro"],
            "cut_micro": table["cut_micro"],
        }
    )


def _taken(names: Sequence[str], index: pa.ChunkedArray) -> pa.Array:
    """names[index], empty where the index is below zero."""
    return pa.array(["", *names], pa.string()).take(pc.add(index.cast(pa.int64()), 1).combine_chunks())


def _code(ids: pa.ChunkedArray, known: object, codes: Sequence[str]) -> pa.Array:
    known = np.asarray(known, np.int64)
    order = np.argsort(known)
    place = order[np.searchsorted(known[order], ids.to_numpy())]
    return pa.array(codes, pa.string()).take(pa.array(place))
