"""Who is rated: the inventory's reference of a cycle, grouped by what is priced together, in the order of pricing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from yidian.domains.product_inventory.bulk import Reference
from yidian.kernel.rating.arrays import I64, array
from yidian.kernel.rating.holders import Parties
from yidian.kernel.rating.identify import Identities, empty_identities
from yidian.kernel.rating.programs import Programs
from yidian.platform.identity import BUCKET_BITS, bucket_of


@dataclass(frozen=True, slots=True)
class People:
    """Subscribers in the order (group's bucket, group, code). A group is what is priced together.

    `number[s]` is the new number of the reference's subscriber s; `old[n]` the way back; `group[n]` its group;
    `part_first` the subscribers of each part (parts + 1).
    """

    reference: Reference
    number: I64
    old: I64
    group: I64
    group_first: I64
    group_unit: I64  # a unit of the reference that names the group
    part: I64
    part_first: I64

    @property
    def parts(self) -> int:
        return len(self.part_first) - 1

    @property
    def ids(self) -> I64:
        """Subscriber ids by number."""
        found: I64 = array(np.asarray(self.reference.subscriber_id)[self.old])
        return found


def people(reference: Reference, *, parts: int) -> People:
    """Number the subscribers; `parts` is a power of two, at most the number of buckets."""
    count = len(reference.subscriber_id)
    root = _groups(reference, count)
    units: I64 = np.asarray(reference.unit_id, np.int64)
    bucket = bucket_of(units)
    old = np.lexsort((np.arange(count), root))
    number = np.empty(count, np.int64)
    number[old] = np.arange(count)
    distinct, group = np.unique(root[old], return_inverse=True)
    part_of_group = bucket[distinct] * parts >> BUCKET_BITS
    part = part_of_group[group]
    return People(
        reference=reference,
        number=number,
        old=array(old),
        group=array(group),
        group_first=array(np.searchsorted(group, np.arange(len(distinct) + 1))),
        group_unit=array(distinct),
        part=array(part),
        part_first=array(np.searchsorted(part, np.arange(parts + 1))),
    )


def _groups(reference: Reference, count: int) -> I64:
    """Per subscriber the first unit of its connected component. Units come sorted by bucket, so groups do too."""
    sub, unit = np.asarray(reference.mem_sub, np.int64), np.asarray(reference.mem_unit, np.int64)
    root = np.arange(len(reference.unit_id), dtype=np.int64)

    def find(u: int) -> int:
        while root[u] != u:
            u = int(root[u])
        return u

    same_sub = np.flatnonzero((sub[1:] == sub[:-1]) & (unit[1:] != unit[:-1]))
    for n in same_sub:
        a, b = sorted((find(int(unit[n])), find(int(unit[n + 1]))))
        root[b] = a
    if len(same_sub):
        root = np.array([find(u) for u in range(len(root))], np.int64)
    found = np.full(count, -1, np.int64)
    found[sub[::-1]] = root[unit[::-1]]
    return found


def identities(found: People) -> tuple[Identities, I64, dict[str, int]]:
    """Everybody's identifiers, not yet entered into the table; the kind of each row, and the numbers of the kinds."""
    reference = found.reference
    kinds = pa.array(reference.id_kind, pa.string()).dictionary_encode()
    texts = pa.array(reference.id_value, pa.string())
    _, offsets, data = texts.buffers()
    made = empty_identities(
        text_first=array(np.frombuffer(offsets, np.int32)[: len(texts) + 1] if len(texts) else [0]),
        text=np.frombuffer(data or b"\0", np.uint8),
        from_ms=array(reference.id_from),
        to_ms=array(reference.id_to),
        sub=array(found.number[np.asarray(reference.id_sub, np.int64)]),
    )
    kind = array(kinds.indices.to_numpy(zero_copy_only=False))
    return made, kind, {name: n for n, name in enumerate(kinds.dictionary.to_pylist())}


@dataclass(frozen=True, slots=True)
class Part:
    """The parties of one part, numbered from 0, and the way back to the reference."""

    parties: Parties
    first_sub: int
    last_sub: int
    group_of: I64  # by local subscriber
    first_group: int
    groups: int
    payer_account: I64  # by payer entry: account index of the reference
    payer_sub: I64  # by payer entry: local subscriber
    unit_index: I64  # by local unit: unit index of the reference


def part_of(found: People, programs: Programs, part: int) -> Part:
    """Cut one part out of everybody."""
    reference = found.reference
    first, last = int(found.part_first[part]), int(found.part_first[part + 1])
    rank = np.array([programs.rank.get(code, -1) for code in reference.offer_codes] or [-1], np.int64)
    hold = _rows(found, reference.hold_sub, first, last, reference.hold_from)
    offer = rank[np.asarray(reference.hold_offer, np.int64)[hold[0]]]
    known = offer >= 0
    hold, offer = (hold[0][known], hold[1][known]), offer[known]
    payer = _rows(found, reference.acc_sub, first, last, reference.acc_from)
    member = _rows(found, reference.mem_sub, first, last, reference.mem_from)
    units, unit = np.unique(np.asarray(reference.mem_unit, np.int64)[member[0]], return_inverse=True)
    groups = found.group[first:last]
    first_group = int(groups[0]) if last > first else 0
    parties = Parties(
        subscribers=last - first, units=len(units),
        hold_sub=hold[1], hold_offer=offer,
        hold_from_ms=_taken(reference.hold_from, hold[0]), hold_to_ms=_taken(reference.hold_to, hold[0]),
        payer_sub=payer[1],
        payer_from_ms=_taken(reference.acc_from, payer[0]), payer_to_ms=_taken(reference.acc_to, payer[0]),
        unit_sub=member[1], unit=array(unit.reshape(-1)),
        unit_from_ms=_taken(reference.mem_from, member[0]), unit_to_ms=_taken(reference.mem_to, member[0]),
    )  # fmt: skip
    return Part(
        parties=parties, first_sub=first, last_sub=last, group_of=array(groups - first_group),
        first_group=first_group, groups=int(groups[-1]) - first_group + 1 if last > first else 0,
        payer_account=_taken(reference.acc_index, payer[0]), payer_sub=payer[1], unit_index=array(units),
    )  # fmt: skip


def _rows(found: People, sub: object, first: int, last: int, begins: object) -> tuple[I64, I64]:
    """Rows of subscribers first … last, sorted by (subscriber, begin): their positions and local subscribers."""
    number = found.number[np.asarray(sub, np.int64)]
    rows = np.flatnonzero((number >= first) & (number < last))
    order = np.lexsort((np.asarray(begins, np.int64)[rows], number[rows]))
    return array(rows[order]), array(number[rows][order] - first)


def _taken(column: object, rows: I64) -> I64:
    found: I64 = array(np.asarray(column, np.int64)[rows])
    return found
