"""Who other parties of some events were, put together once more for the plain door of rating."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yidian.domains.product_inventory.bulk import Reference
from yidian.domains.product_inventory.types import CircleRows, PortedRows
from yidian.kernel.rating.quote import Event, Held, Ported, Subscriber
from yidian.platform.tenancy.models import Tenant
from yidian.runs.doctor.sampled_units import span_of
from yidian.runs.rate.inputs import Inputs
from yidian.runs.rate.others import NUMBER, known


@dataclass(frozen=True, slots=True)
class Others:
    """What price_unit wants to know of other parties; nothing where no rule asks."""

    people: tuple[Subscriber, ...]
    ported: tuple[Ported, ...]
    beside: tuple[Subscriber, ...]


def others_again(
    tenant: Tenant, inputs: Inputs, reference: Reference, people: Sequence[Subscriber], events: Sequence[Event]
) -> Others:
    """The subscribers with their numbers, friends and groups, those who are called, and ported numbers."""
    told = known(tenant=tenant, tariff=inputs.tariff, period=inputs.period)
    called = pa.array(sorted({event.other_party for event in events}), pa.string())
    ported = _ported(told.ported, called) if told.ported else ()
    if told.circles is None:
        return Others(tuple(people), ported, ())
    place = {code: n for n, code in enumerate(reference.subscriber_code)}
    numbers: dict[int, list[Held]] = {}
    rows = np.flatnonzero(pc.is_in(pa.array(reference.id_value, pa.string()), called).to_numpy(zero_copy_only=False))
    for n in rows.tolist():
        if reference.id_kind[n] == NUMBER:
            number = _held(reference.id_value[n], reference.id_from[n], reference.id_to[n])
            numbers.setdefault(int(reference.id_sub[n]), []).append(number)
    mine = {place[one.code] for one in people}
    asked = [replace(one, numbers=tuple(numbers.get(place[one.code], ()))) for one in people]
    beside = [_called(reference, n, numbers[n]) for n in sorted(numbers.keys() - mine)]
    belong = _Belongings(reference, told.circles)
    return Others(
        tuple(replace(one, **belong.of(place[one.code])) for one in asked), ported,
        tuple(replace(one, **belong.of(place[one.code])) for one in beside),
    )  # fmt: skip


class _Belongings:
    """Friends and groups of subscribers, by their place in the reference."""

    def __init__(self, reference: Reference, rows: CircleRows) -> None:
        self._ids, self._rows = np.asarray(reference.subscriber_id, np.int64), rows

    def of(self, place: int) -> dict[str, Any]:
        rows, me = self._rows, self._ids[place]
        friends = np.flatnonzero(rows.friend_of == me).tolist()
        groups = np.flatnonzero(rows.member == me).tolist()
        return {
            "friends": tuple(
                _held(rows.friend[n].as_py(), rows.friend_from_ms[n], rows.friend_to_ms[n]) for n in friends
            ),
            "groups": tuple(
                _held(rows.groups[rows.group[n]], rows.member_from_ms[n], rows.member_to_ms[n]) for n in groups
            ),
        }  # fmt: skip


def _called(reference: Reference, place: int, numbers: list[Held]) -> Subscriber:
    units = tuple(
        _held(reference.unit_code[int(reference.mem_unit[n])], reference.mem_from[n], reference.mem_to[n])
        for n in span_of(reference.mem_sub, place)
    )
    return Subscriber(code=reference.subscriber_code[place], holdings=(), units=units, numbers=tuple(numbers))


def _ported(rows: PortedRows, called: pa.Array) -> tuple[Ported, ...]:
    wanted = np.flatnonzero(pc.is_in(rows.number, called).to_numpy(zero_copy_only=False)).tolist()
    return tuple(
        Ported(
            number=rows.number[n].as_py(), network=rows.networks[rows.network[n]], from_ms=int(rows.from_ms[n]),
            to_ms=int(rows.to_ms[n]),
        )
        for n in wanted
    )  # fmt: skip


def _held(code: str, from_ms: Any, to_ms: Any) -> Held:
    return Held(code=code, from_ms=int(from_ms), to_ms=int(to_ms))
