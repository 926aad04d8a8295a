"""The same people many times over in one reference: in each copy some of them hold another offer.

A copy is priced with nobody of another one: ids carry its number above their own bits, so everything that goes by
ids keeps copies apart. Instants, usage, payers, states stay what they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from yidian.domains.product_inventory.types import Reference
from yidian.kernel.rating.arrays import I64
from yidian.runs.bill.facts import Facts
from yidian.runs.rate.spill import Records

ID_BITS: Final = 48  # an id of the inventory is smaller; above it stands the number of the copy
MOST_COPIES: Final = 1 << 14
AS_NOW: Final = ""  # instead of an offer: everybody holds what they hold
Flags = NDArray[np.bool_]
Window = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Some:
    """People of one cycle and all that their bills depend on. `records`: by place in the reference. `group`: of each
    subscriber, numbers without a gap. `left`: what the cycle before left them, None: no allowance asks.

    `windows`: of subscribers (ids) when they held any main offer, touching ones joined.
    """

    reference: Reference
    group: I64
    records: Records
    facts: Facts
    left: pa.Table | None
    windows: Mapping[int, Sequence[Window]]
    from_ms: int
    to_ms: int

    @property
    def groups(self) -> int:
        return int(self.group.max(initial=-1)) + 1


def joined(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Windows that touch or overlap made one: whoever went from one main offer to another held the candidate on."""
    found: list[Window] = []
    for begin, end in sorted(windows):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return tuple(found)


def tiled(some: Some, *, base: Iterable[str], moved: Flags, copies: Mapping[int, str]) -> Reference:
    """The people once for each copy: number of the copy → the offer that the moved ones hold in it, or AS_NOW."""
    who, numbers = some.reference, np.array(list(copies), np.int64)
    count = len(numbers)
    assert numbers.max(initial=0) < MOST_COPIES, "more copies than ids have room for"
    subs, accounts, units = (len(ids) for ids in (who.subscriber_id, who.account_id, who.unit_id))
    made: dict[str, Any] = {
        "subscriber_id": _ids(who.subscriber_id, numbers), "subscriber_code": who.subscriber_code * count,
        "home_area": who.home_area * count,
        "id_kind": [], "id_value": [], "id_sub": _NONE, "id_from": _NONE, "id_to": _NONE,
        "account_id": _ids(who.account_id, numbers), "account_code": who.account_code * count,
        "acc_sub": _places(who.acc_sub, count, subs), "acc_index": _places(who.acc_index, count, accounts),
        "acc_from": np.tile(who.acc_from, count), "acc_to": np.tile(who.acc_to, count),
        "unit_id": _ids(who.unit_id, numbers), "unit_code": who.unit_code * count,
        "mem_sub": _places(who.mem_sub, count, subs), "mem_unit": _places(who.mem_unit, count, units),
        "mem_from": np.tile(who.mem_from, count), "mem_to": np.tile(who.mem_to, count),
    }  # fmt: skip
    return replace(who, **made, **_holdings(some, frozenset(base), moved, tuple(copies.values())))


def _holdings(some: Some, base: frozenset[str], moved: Flags, offers: Sequence[str]) -> dict[str, Any]:
    """Columns of all copies' holdings, sorted by (subscriber, from)."""
    who = some.reference
    subs, count = len(who.subscriber_id), len(offers)
    sub, offer = np.asarray(who.hold_sub, np.int64), np.asarray(who.hold_offer, np.int64)
    is_base = np.array([code in base for code in who.offer_codes] or [False])
    goes = is_base[offer] & moved[sub] if len(sub) else np.zeros(0, np.bool_)
    others, own = np.flatnonzero(~goes), np.flatnonzero(goes)
    as_now = np.array([code == AS_NOW for code in offers])
    now, then = np.flatnonzero(as_now), np.flatnonzero(~as_now)
    new = _windows(some, np.flatnonzero(moved))
    begin, end = np.asarray(who.hold_from, np.int64), np.asarray(who.hold_to, np.int64)
    place = len(who.offer_codes) + np.arange(count)
    pieces = [  # (copies, subscribers, offers, begins, ends)
        (np.arange(count), sub[others], np.tile(offer[others], count), begin[others], end[others]),
        (now, sub[own], np.tile(offer[own], len(now)), begin[own], end[own]),
        (then, new[:, 0], np.repeat(place[then], len(new)), new[:, 1], new[:, 2]),
    ]
    columns = [
        np.concatenate([np.repeat(which, len(s)) * subs + np.tile(s, len(which)) for which, s, _, _, _ in pieces]),
        np.concatenate([offers_ for _, _, offers_, _, _ in pieces]),
        *(np.concatenate([np.tile(p[n], len(p[0])) for p in pieces]) for n in (3, 4)),
    ]
    order = np.lexsort((columns[1], columns[2], columns[0]))
    names = ("hold_sub", "hold_offer", "hold_from", "hold_to")
    found: dict[str, Any] = {name: column[order] for name, column in zip(names, columns, strict=True)}
    return found | {"offer_codes": [*who.offer_codes, *offers]}


def _windows(some: Some, subscribers: I64) -> I64:
    """(place, from, to) of the windows of these subscribers that touch the cycle."""
    ids = np.asarray(some.reference.subscriber_id, np.int64)
    rows = [
        (place, begin, end)
        for place in subscribers.tolist()
        for begin, end in some.windows.get(int(ids[place]), ())
        if begin < some.to_ms and end > some.from_ms
    ]
    return np.array(rows, np.int64).reshape(-1, 3)


def tiled_records(records: Records, number: I64, copies: int, subscribers: int) -> Records:
    """The events of every copy; `number`: of each subscriber of all copies, in the order of pricing."""
    made = np.tile(records, copies)
    made["sub"] = number.reshape(copies, subscribers)[:, records["sub"]].reshape(-1)
    return made


def tiled_facts(facts: Facts, copies: Iterable[int]) -> Facts:
    """What is known of everybody, of every copy; who pays for others only pays in each copy by itself."""
    numbers = np.array(list(copies), np.int64)
    named = ("state_of", "pays_for", "payer", "graded")
    ids: dict[str, Any] = {name: _ids(getattr(facts, name), numbers) for name in named}
    names = ("state", "state_from", "state_to", "mode", "value", "item_set", "grade")
    same: dict[str, Any] = {name: np.tile(getattr(facts, name), len(numbers)) for name in names}
    return replace(facts, **ids, **same, payer_code=facts.payer_code * len(numbers))


def tiled_left(left: pa.Table, copies: Iterable[int]) -> pa.Table:
    """What the cycle before left them, of every copy."""
    numbers = np.array(list(copies), np.int64)
    repeated = left.take(pa.array(np.tile(np.arange(left.num_rows), len(numbers))))
    for name in ("unit", "owner"):
        place = repeated.column_names.index(name)
        repeated = repeated.set_column(place, name, pa.array(_ids(left[name].to_numpy(), numbers)))
    return repeated.combine_chunks()


def copy_of(ids: I64) -> I64:
    """The number of the copy that ids carry."""
    return ids >> ID_BITS


def own_id(ids: I64) -> I64:
    """The ids of the inventory behind those of copies."""
    return ids & ((1 << ID_BITS) - 1)


def _ids(ids: Any, copies: I64) -> I64:
    own = np.asarray(ids, np.int64)
    found: I64 = (copies[:, None] << ID_BITS | own[None, :]).reshape(-1)
    return found


def _places(places: Any, copies: int, of: int) -> I64:
    own = np.asarray(places, np.int64)
    found: I64 = (np.arange(copies)[:, None] * of + own[None, :]).reshape(-1)
    return found


_NONE: Final = np.zeros(0, np.int64)
