"""I15: a sample of rating units priced again through the plain door, from inventory and lake, held against the run."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yidian.domains.customer_bill.queries import parked
from yidian.domains.customer_bill.types import Cycle
from yidian.domains.product_inventory.bulk import Reference, load_reference
from yidian.kernel.rating.book import Compiled, compile_tariff
from yidian.kernel.rating.quote import Event, LeftOver, Line, Priced, price_unit
from yidian.platform.lake.queries import read_stored
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.inputs_again import inputs_again
from yidian.runs.doctor.others_again import others_again
from yidian.runs.doctor.sampled_units import Sampled, sampled_units
from yidian.runs.doctor.visit import Visit
from yidian.runs.rate.inputs import Inputs
from yidian.runs.rate.left import read_left
from yidian.runs.rate.results import rated_tables, rejects

EVENT: Final = (
    "event_id", "start_ms", "service", "direction", "other_party", "place", "rating_group", "duration_s", "bytes_up",
    "bytes_down", "count",
)  # fmt: skip
Key = tuple[int, int]  # event, part
What = tuple[Any, ...]  # subscriber, item, band, account, unit, price, allowance, quantity, units, amount, cut


def one_arithmetic(on: Visit) -> Finding:
    """Line by line: item, band, price row, allowance, account, unit, quantity, units, money; rejects by reason."""
    look = Look("I15", "ONE_ARITHMETIC")
    for cycle in on.rated_cycles():
        again = inputs_again(on, look, cycle)
        if again is not None:
            _cycle(on, look, cycle, again[1])
    return look.finding()


def _cycle(on: Visit, look: Look, cycle: Cycle, inputs: Inputs) -> None:
    reference = load_reference(tenant=on.tenant, period_start_ms=cycle.from_ms, period_end_ms=cycle.to_ms)
    chosen = sampled_units(on, reference, inputs)
    events = _events(on, chosen, inputs)
    repeated = _repeated(events)
    left_out = chosen.beside({e.subscriber for e in events if e.event_id in repeated})
    events = [e for e in events if e.subscriber not in left_out]
    people = [s for s in chosen.subscribers if s.code not in left_out]
    before = _before(on, inputs, reference)
    others = others_again(on.tenant, inputs, reference, people, events)
    priced = price_unit(
        inputs.tariff, inputs.period, others.people, events, before=before, ported=others.ported, beside=others.beside
    )
    codes = {s.code for s in people}
    _lines(
        look, cycle, _told(priced), _stored(on, cycle, reference, compile_tariff(inputs.tariff, inputs.period), codes)
    )
    _rejected(on, look, cycle, priced, {e.event_id for e in events})
    _parked(on, look, cycle, priced, reference, chosen)
    look.note("UNITS_AGAIN", cycle=cycle.name, units=chosen.groups, events=len(events))


def _before(on: Visit, inputs: Inputs, reference: Reference) -> list[LeftOver]:
    """What the cycle before left, under codes; of those who are gone nothing."""
    subscribers = dict(zip(np.asarray(reference.subscriber_id).tolist(), reference.subscriber_code, strict=True))
    units = dict(zip(np.asarray(reference.unit_id).tolist(), reference.unit_code, strict=True))
    rows = read_left(inputs.left, on.places.lake).to_pylist()
    return [
        LeftOver(
            owner=(units if row["shared"] else subscribers)[row["owner"]], allowance=row["allowance"],
            offer=row["offer"], balance=row["balance"], remains=row["remains"], shared=bool(row["shared"]),
            once=bool(row["once"]), origin_ms=row["origin_ms"],
        )
        for row in rows
        if row["owner"] in (units if row["shared"] else subscribers)
    ]  # fmt: skip


def _repeated(events: list[Event]) -> set[int]:
    """Ids that more than one event bears (a key repeated beyond its window): a quote tells events by their id alone."""
    ids = np.array([e.event_id for e in events], np.int64)
    found, times = np.unique(ids, return_counts=True)
    return set(found[times > 1].tolist())


def _events(on: Visit, chosen: Sampled, inputs: Inputs) -> list[Event]:
    """Events of the cycle whose identifier was, as of their start, that of a chosen subscriber."""
    wanted = pa.array(sorted({value for _, value in chosen.holders}), pa.string())
    found = []
    for file in inputs.files:
        table = read_stored(file, on.places.lake, ["identifier_kind", "identifier", *EVENT])
        table = table.filter(pc.is_in(table["identifier"], wanted))
        for row in table.to_pylist():
            kind, value = row.pop("identifier_kind"), row.pop("identifier")
            code = chosen.holder(kind, value, row["start_ms"])
            if code is not None and inputs.cycle.from_ms <= row["start_ms"] < inputs.cycle.to_ms:
                found.append(Event(subscriber=code, **row))
    return found


def _told(priced: Priced) -> dict[Key, What]:
    return {(line.event_id, line.part): _what(line) for line in priced.lines}


def _what(line: Line) -> What:
    return (
        line.subscriber, line.item, line.band, line.account, line.unit, line.price, line.allowance, line.quantity,
        line.units, line.amount_micro, line.cut_micro,
    )  # fmt: skip


def _stored(
    on: Visit, cycle: Cycle, reference: Reference, compiled: Compiled, codes: set[str]
) -> dict[Key, list[What]]:
    """The rated rows of these subscribers, in the same words."""
    names = [
        dict(zip(np.asarray(ids).tolist(), words, strict=True))
        for ids, words in (
            (reference.subscriber_id, reference.subscriber_code), (reference.account_id, reference.account_code),
            (reference.unit_id, reference.unit_code),
        )
    ]  # fmt: skip
    mine = pa.array([n for n, code in names[0].items() if code in codes], pa.int64())
    found: dict[Key, list[What]] = defaultdict(list)
    for table in rated_tables(tenant=on.tenant, cycle=cycle.name, lake=on.places.lake):
        for row in table.filter(pc.is_in(table["subscriber"], mine)).to_pylist():
            found[row["event_id"], row["part"]].append((
                names[0][row["subscriber"]], compiled.items[row["item"]].code, compiled.bands[row["item"]][row["band"]],
                names[1].get(row["account"], ""), names[2].get(row["unit"], ""),
                compiled.prices[row["rule"]] if row["rule"] >= 0 else None,
                compiled.allowances[row["allowance"]] if row["allowance"] >= 0 else None,
                row["quantity"], row["units"], row["amount_micro"], row["cut_micro"],
            ))  # fmt: skip
    return found


def _lines(look: Look, cycle: Cycle, told: dict[Key, What], stored: dict[Key, list[What]]) -> None:
    for key in sorted(told.keys() | stored.keys()):
        look.checked += 1
        rows = stored.get(key, [])
        where: dict[str, Any] = {"cycle": cycle.name, "event": key[0], "part": key[1]}
        if not rows:
            look.violation("LINE_MISSING", **where)
        elif key not in told:
            look.violation("LINE_TOO_MANY", **where)
        elif len(rows) > 1:
            look.violation("LINE_TWICE", **where)
        elif rows[0] != told[key]:
            look.violation("LINE_DIFFERS", **where, stored_micro=rows[0][-2], again_micro=told[key][-2])


def _rejected(on: Visit, look: Look, cycle: Cycle, priced: Priced, events: set[int]) -> None:
    table = rejects(tenant=on.tenant, cycle=cycle.name, lake=on.places.lake)
    mine = table.filter(pc.is_in(table["event_id"], pa.array(sorted(events), pa.int64())))
    stored = dict(zip(mine["event_id"].to_pylist(), mine["reason"].to_pylist(), strict=True))
    for event in sorted(stored.keys() | priced.rejects.keys()):
        look.checked += 1
        if stored.get(event) != priced.rejects.get(event):
            look.violation(
                "REJECT_DIFFERS", cycle=cycle.name, event=event, stored=stored.get(event, ""),
                again=priced.rejects.get(event, ""),
            )  # fmt: skip


def _parked(on: Visit, look: Look, cycle: Cycle, priced: Priced, reference: Reference, chosen: Sampled) -> None:
    code_of = dict(zip(np.asarray(reference.unit_id).tolist(), reference.unit_code, strict=True))
    aside = {
        code_of.get(one.unit_id, "") for one in parked(tenant=on.tenant, cycle=cycle.name) if one.unit_id is not None
    }
    again = {chosen.group_of_unit[name] for name in priced.parked}
    stored = {chosen.group_of_unit[name] for name in aside if name in chosen.group_of_unit}
    for _ in again ^ stored:
        look.violation("PARKED_DIFFERS", cycle=cycle.name)
