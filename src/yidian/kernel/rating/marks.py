"""Marks (docs/pricing.md §10): by which event how much was used, counted beside the walk on what it has written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from yidian.kernel.rating.arrays import I64, Holders, Lines, array
from yidian.kernel.rating.book import Compiled
from yidian.kernel.rating.programs import Programs
from yidian.kernel.rating.tariff import STANDARD
from yidian.kernel.rating.units import Events

Bits = NDArray[np.bool_]


class Reached(NamedTuple):
    """One row for each mark that was reached, in the order of mark, owner and period."""

    mark: I64  # index into Compiled.marks
    event: I64  # index of the event with which it was
    unit: I64  # the rating unit of that event
    from_ms: I64  # where the period begins


class _Used(NamedTuple):
    """Good events that may count for some mark, in the order of pricing."""

    event: I64
    unit: I64
    sub: I64
    item: I64
    quantity: I64
    program: I64
    day: I64


def marks_reached(compiled: Compiled, programs: Programs, held: Holders, events: Events, out: Lines) -> Reached:
    """Every mark of a part that was reached. Parked units and rejected events have no lines, so they count nothing."""
    named = sorted({(m.code, m.offer, m.scope, m.period) for m in compiled.marks})
    found: list[tuple[I64, I64, I64, I64]] = []
    if named and len(out.event):
        fits = [_fits(compiled, programs, n) for n in range(len(compiled.marks))]
        used = _used(compiled, held, events, out, np.any(fits, axis=0))
        found = [_of(compiled, used, fits, key) for key in named]
    nothing = np.zeros(0, np.int64)
    columns = zip(*found, strict=True) if found else [(nothing,)] * 4
    return Reached(*(array(np.concatenate(column)) for column in columns))


def _used(compiled: Compiled, held: Holders, events: Events, out: Lines, fits: Bits) -> _Used:
    """`fits`: by program and item, whether any mark counts it. Few events do, so the others are left out first."""
    programs, items = (np.asarray(fits.any(axis=axis)) for axis in (1, 0))
    owner = np.repeat(np.arange(len(held.program_first) - 1), np.diff(held.program_first))
    counted = np.zeros(len(held.program_first) - 1, bool)
    counted[owner[programs[held.program]]] = True
    event = np.flatnonzero(items[events.item] & counted[events.sub])
    first = np.minimum(np.searchsorted(out.event, event), len(out.event) - 1)
    good = out.event[first] == event
    event, first = event[good], first[good]
    sub, start = events.sub[event], events.start_ms[event]
    begin = compiled.cycle.start_ms
    segments = (owner << 33) | (held.program_from_ms - begin)  # a cycle has fewer milliseconds than 2³³
    segment = np.searchsorted(segments, (sub << 33) | (start - begin), "right") - 1
    day = np.searchsorted(compiled.book.day_edge_ms, start, "right") - 1
    return _Used(event, out.unit[first], sub, events.item[event], events.quantity[event], held.program[segment], day)


def _of(
    compiled: Compiled, used: _Used, fits: Sequence[Bits], key: tuple[str, str, str, str]
) -> tuple[I64, I64, I64, I64]:
    """One mark: its rows follow each other in time, and share the count of a period."""
    _, _, scope, period = key
    rows = [n for n, m in enumerate(compiled.marks) if (m.code, m.offer, m.scope, m.period) == key]
    row = np.full(len(used.event), -1, np.int64)
    for n in rows:
        row[fits[n][used.program, used.item]] = n
    some = np.flatnonzero(row >= 0)
    owner = (used.unit if scope == "unit" else used.sub)[some]
    when = used.day[some] if period == "day" else np.zeros(len(some), np.int64)
    order = np.lexsort((when, owner))
    some, owner, when = some[order], owner[order], when[order]
    counted = np.cumsum(used.quantity[some])
    begins = np.ones(len(some), bool)
    begins[1:] = (np.diff(owner) != 0) | (np.diff(when) != 0)
    group = np.cumsum(begins) - 1
    before = (counted - used.quantity[some])[begins]
    least = array([mark.quantity for mark in compiled.marks])[row[some]]
    enough = np.flatnonzero(counted - before[group] >= least)
    at = enough[np.unique(group[enough], return_index=True)[1]]
    edges = compiled.book.day_edge_ms if period == "day" else array([compiled.cycle.start_ms])
    return row[some[at]], used.event[some[at]], used.unit[some[at]], edges[when[at]]


def _fits(compiled: Compiled, programs: Programs, n: int) -> Bits:
    """By program and item, whether a mark counts it: the program has its offer while the row is in force."""
    mark = compiled.marks[n]
    rank = programs.rank.get(mark.offer, -1)
    has = [
        (mark.offer == STANDARD or rank in offers) and mark.in_force(compiled.epochs[epoch].day)
        for epoch, offers in programs.asked
    ]
    return np.outer(np.array(has, bool), [item.code in mark.items for item in compiled.items])
