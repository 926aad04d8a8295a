"""What a run knows of other parties, ported numbers, friends, closed groups, as tables for the compiled passes."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from yidian.domains.product_inventory.bulk import load_circles, load_ported
from yidian.domains.product_inventory.types import CircleRows, PortedRows
from yidian.kernel.calendar import Period
from yidian.kernel.rating.arrays import I64, array
from yidian.kernel.rating.classifier import Classifier
from yidian.kernel.rating.identify import WORDS, Identities, empty_identities
from yidian.kernel.rating.lookups import networks, ties
from yidian.kernel.rating.others import Nets, Ties
from yidian.kernel.rating.tariff import ANY, Tariff
from yidian.platform.tenancy.models import Tenant
from yidian.runs.rate.people import People

NUMBER: Final = "msisdn"  # the kind of identifier by which others call


@dataclass(frozen=True, slots=True)
class Known:
    """Rows of the inventory; None where no rule asks for them."""

    ported: PortedRows | None
    circles: CircleRows | None


NOTHING_KNOWN: Final = Known(None, None)


@dataclass(frozen=True, slots=True)
class Ported:
    nets: Nets
    numbers: Identities


@dataclass(frozen=True, slots=True)
class Circles:
    friends: Identities
    units: Ties
    groups: Ties


def asks_for(tariff: Tariff) -> tuple[bool, bool]:
    """Whether any rule names a network, and whether any names a circle."""
    return any(rule.net != ANY for rule in tariff.rules), any(rule.circle != ANY for rule in tariff.rules)


def known(*, tenant: Tenant, tariff: Tariff, period: Period) -> Known:
    """What the tariff's rules ask for, and nothing else."""
    nets, circles = asks_for(tariff)
    start, end = period.start_ms, period.end_ms
    return Known(
        load_ported(tenant=tenant, period_start_ms=start, period_end_ms=end) if nets else None,
        load_circles(tenant=tenant, period_start_ms=start, period_end_ms=end) if circles else None,
    )


def ported(classifier: Classifier, told: Known, engine: SimpleNamespace) -> Ported:
    """The networks of a tariff and the table of ported numbers."""
    rows = told.ported
    if rows is None or not len(rows.number):
        return Ported(networks(classifier, ())[0], _entered(engine, *_NO_ROWS))
    nets, number = networks(classifier, rows.networks)
    nought: I64 = np.zeros(len(rows.network), np.int64)
    return Ported(nets, _entered(engine, nought, rows.number, rows.from_ms, rows.to_ms, number[rows.network]))


def circles(people: People, told: Known, engine: SimpleNamespace) -> Circles:
    """Friends by subscriber and number, and who was in which unit and closed group. Of the people of a run only."""
    rows, reference, count = told.circles, people.reference, len(people.old)
    whose = people.number[np.asarray(reference.mem_sub, np.int64)]
    units = ties(count, whose, reference.mem_unit, reference.mem_from, reference.mem_to)
    if rows is None:
        return Circles(_entered(engine, *_NO_ROWS), units, ties(count, (), (), (), ()))
    friend, whose = _of_people(people, rows.friend_of)
    numbers = rows.friend.take(pa.array(friend))
    friends = _entered(engine, whose, numbers, rows.friend_from_ms[friend], rows.friend_to_ms[friend], whose)
    member, whose = _of_people(people, rows.member)
    when = rows.member_from_ms[member], rows.member_to_ms[member]
    return Circles(friends, units, ties(count, whose, rows.group[member], *when))


def _of_people(people: People, subscriber: I64) -> tuple[I64, I64]:
    """Which rows are of subscribers of this run, and of which of them."""
    ids = np.asarray(people.reference.subscriber_id, np.int64)
    order = np.argsort(ids)
    place = np.minimum(np.searchsorted(ids[order], subscriber), max(len(ids) - 1, 0))
    rows = np.flatnonzero(ids[order][place] == subscriber) if len(ids) else np.zeros(0, np.int64)
    return rows, array(people.number[order[place[rows]]])


def _entered(engine: SimpleNamespace, kind: I64, texts: Any, from_ms: I64, to_ms: I64, names: I64) -> Identities:
    """A table of dated texts: never a Python string for one of them, there may be millions."""
    _, offsets, data = texts.buffers()
    first = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1] if len(texts) else [0]
    made = empty_identities(
        array(first), np.frombuffer(data or b"\0", np.uint8), array(from_ms), array(to_ms), array(names)
    )
    engine.fill_identities(made, array(kind), np.zeros(WORDS, np.int64))
    return made


_NO_ROWS: Final = (np.zeros(0, np.int64), pa.array([], pa.string()), *([np.zeros(0, np.int64)] * 3))
