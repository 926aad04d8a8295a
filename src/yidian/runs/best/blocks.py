"""Everybody in blocks that stay the same over the months: who was ever priced with whom stands in one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from yidian.domains.product_inventory.types import Reference
from yidian.kernel.rating.arrays import I64, array
from yidian.platform.identity import BUCKET_BITS, bucket_of
from yidian.runs.best.tiling import Window, joined
from yidian.runs.best.together import co_billed
from yidian.runs.bill.facts import Facts
from yidian.runs.rate.people import People, people


@dataclass(frozen=True, slots=True)
class Everybody:
    """All subscriptions there ever were. `ids` ascending; of each the family (numbers without a gap; who was ever in a
    unit with whom is one) and the block that the family is in. `windows`: when it held any main offer, joined.
    Of those that held a main offer in the span that was asked for: `held`, each of them; `present`, the last.
    """

    ids: I64
    family: I64
    block: I64
    windows: Mapping[int, tuple[Window, ...]]
    held: Mapping[int, frozenset[str]]
    present: Mapping[int, str]

    def at(self, ids: I64) -> I64:
        """Places of subscribers."""
        found: I64 = np.searchsorted(self.ids, ids)
        return found


def everybody(
    ever: Reference, *, base: Collection[str], blocks: int, from_ms: int, to_ms: int, by_accounts: Sequence[Facts] = ()
) -> Everybody:
    """`ever`: the reference of all time. `from_ms`, `to_ms`: the span in which a main offer must have been held.

    `by_accounts`: facts of each month, where who is billed on one account is a family too.
    """
    found = people(ever, parts=1)
    family = found.group[found.number]
    if by_accounts:
        family = co_billed(family, ever, by_accounts)
    ids = np.asarray(ever.subscriber_id, np.int64)
    order = np.argsort(ids)
    block = _blocks(ever, family, blocks)
    windows: defaultdict[int, list[Window]] = defaultdict(list)
    last: dict[int, tuple[int, str]] = {}
    held: dict[int, frozenset[str]] = {}
    sets: dict[frozenset[str], frozenset[str]] = {}  # one of each: there are millions of people, and few sets
    is_base = np.array([code in base for code in ever.offer_codes] or [False])
    rows = np.flatnonzero(is_base[np.asarray(ever.hold_offer, np.int64)])
    columns = (
        np.asarray(column, np.int64)[rows].tolist() for column in (ever.hold_offer, ever.hold_from, ever.hold_to)
    )
    for who, offer, begin, end in zip(ids[np.asarray(ever.hold_sub)[rows]].tolist(), *columns, strict=True):
        windows[who].append((begin, end))
        if begin < to_ms and end > from_ms:
            code = ever.offer_codes[offer]
            last[who] = max(last.get(who, (begin, "")), (begin, code))
            grown = held.get(who, frozenset()) | {code}
            held[who] = sets.setdefault(grown, grown)
    return Everybody(
        ids=ids[order], family=family[order], block=block[order],
        windows={who: joined(pieces) for who, pieces in windows.items()},
        held=held, present={who: code for who, (_, code) in last.items()},
    )  # fmt: skip


def _blocks(ever: Reference, family: I64, blocks: int) -> I64:
    """The block of each subscriber: by the bucket of the first of its family."""
    first = np.zeros(int(family.max(initial=-1)) + 1, np.int64)
    first[family[::-1]] = np.asarray(ever.subscriber_id, np.int64)[::-1]
    found: I64 = bucket_of(first)[family] * blocks >> BUCKET_BITS
    return found


def in_blocks(
    reference: Reference, known: Everybody, blocks: int, by_accounts: Sequence[Facts] = ()
) -> tuple[People, I64]:
    """The people of a month with the blocks for parts; and by place in the reference, what is looked at together."""
    found = people(reference, parts=1)
    block = known.block[known.at(np.asarray(reference.subscriber_id, np.int64))]
    old = np.lexsort((found.number, block))
    number = np.empty(len(old), np.int64)
    number[old] = np.arange(len(old))
    part = block[old]
    numbered = replace(
        found, number=number, old=array(old), part=array(part),
        part_first=array(np.searchsorted(part, np.arange(blocks + 1))),
    )  # fmt: skip
    group = found.group[found.number]
    return numbered, co_billed(group, reference, by_accounts) if by_accounts else group


def passes(known: Everybody, block: int) -> list[I64]:
    """Who is moved together: of each family of a block at most one, and everybody with a main offer once. Ids."""
    here = np.flatnonzero(known.block == block)
    mine = here[np.array([int(who) in known.present for who in known.ids[here].tolist()], np.bool_)]
    order = mine[np.argsort(known.family[mine], kind="stable")]
    family = known.family[order]
    first = np.concatenate([[True], family[1:] != family[:-1]]) if len(order) else np.zeros(0, np.bool_)
    begins = np.flatnonzero(first)
    rank = np.arange(len(order)) - np.repeat(begins, np.diff(np.append(begins, len(order))))
    return [np.sort(known.ids[order[rank == n]]) for n in range(int(rank.max(initial=-1)) + 1)]


def facts_of(told: Facts, ids: I64) -> Facts:
    """What is known of some subscribers (ids)."""

    def those(owner: I64) -> NDArray[np.bool_]:
        return np.isin(owner, ids)

    states, pays, graded = those(told.state_of), those(told.pays_for), those(told.graded)
    state = {name: getattr(told, name)[states] for name in ("state_of", "state", "state_from", "state_to")}
    pay = {name: getattr(told, name)[pays] for name in ("pays_for", "payer", "mode", "value", "item_set")}
    codes = [told.payer_code[n] for n in np.flatnonzero(pays).tolist()]
    return replace(told, **state, **pay, payer_code=codes, graded=told.graded[graded], grade=told.grade[graded])


def left_of(found: pa.Table, reference: Reference) -> pa.Table:
    """What was left to some people and their units."""
    owner, shared = found["owner"].to_numpy(), found["shared"].to_numpy() == 1
    units, people_ = (np.asarray(ids, np.int64) for ids in (reference.unit_id, reference.subscriber_id))
    return found.filter(pa.array(np.where(shared, np.isin(owner, units), np.isin(owner, people_))))


def numbers_of(references: Sequence[Reference]) -> dict[int, str]:
    """Subscriber (id) → the number by which people know it, the last of the months."""
    found: dict[int, str] = {}
    for reference in references:
        ids = np.asarray(reference.subscriber_id, np.int64)[np.asarray(reference.id_sub, np.int64)].tolist()
        told = zip(ids, reference.id_kind, reference.id_value, strict=True)
        found |= {who: value for who, kind, value in told if kind == "msisdn"}
    return found
