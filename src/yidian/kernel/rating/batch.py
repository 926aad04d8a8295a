"""Classification of a batch of events, column by column in, partitioned records out."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from yidian.kernel.rating.arrays import I32, I64, U8, Records
from yidian.kernel.rating.classifier import Tables
from yidian.kernel.rating.classify import (
    NO_OTHER_PARTY,
    OUT_OF_CYCLE,
    UNKNOWN_PLACE,
    UNKNOWN_SUBSCRIBER,
    epoch_at,
    item_of,
    longest_prefix,
)  # fmt: skip
from yidian.kernel.rating.identify import WORDS, Identities, holder_at, row_of, words_of
from yidian.kernel.rating.units import Events

RECORD: Final = np.dtype(
    [("start_ms", "<i8"), ("event_id", "<i8"), ("quantity", "<i8"), ("sub", "<i4"), ("item", "<i4")]
)

BLOCK: Final = 1_024  # events that are identified together


class Columns(NamedTuple):
    """A batch as received. Texts are (offsets, bytes); kind, service, direction, group, place are already numbers."""

    start_ms: I64
    event_id: I64
    duration_s: I64
    bytes_up: I64
    bytes_down: I64
    counted: I64
    identifier_first: I32
    identifier: U8
    other_first: I32
    other: U8
    kind: I64
    service: I64
    direction: I64
    group: I64
    place: I64  # 0: none given


class Places(NamedTuple):
    """By [epoch, place of the batch]: area, visited class (-2: none given, -1: unknown), domestic."""

    area: I64
    visited: I64
    domestic: I64


class People(NamedTuple):
    """By subscriber: home area and the part of the run it belongs to."""

    home_area: I64
    part: I64


class Block(NamedTuple):
    """Scratch for a block of events that are looked up together: [BLOCK, WORDS], [BLOCK], [BLOCK]."""

    words: I64
    near: I64
    event: I64


def block() -> Block:
    return Block(np.zeros((BLOCK, WORDS), np.int64), np.zeros(BLOCK, np.int64), np.zeros(BLOCK, np.int64))


def identify_batch(
    ids: Identities, columns: Columns, from_ms: int, to_ms: int, verdict: I32, sub_of: I32, scratch: Block
) -> None:
    """First pass: whose event it is. verdict: 0, OUT_OF_CYCLE or UNKNOWN_SUBSCRIBER.

    In blocks, each step over a whole block: the table is larger than the processor's caches, and looks that do not
    wait for each other are under way together.
    """
    words, near = scratch.words, scratch.near
    for begin in range(0, len(columns.start_ms), BLOCK):
        count = min(BLOCK, len(columns.start_ms) - begin)
        words_of_block(columns, begin, count, words)
        approach(ids, count, words, near)
        identify_block(ids, columns, begin, count, words, from_ms, to_ms, verdict, sub_of)


def words_of_block(columns: Columns, begin: int, count: int, words: I64) -> None:
    """What identifies each event's subscriber."""
    text, first = columns.identifier, columns.identifier_first
    for n in range(count):
        words_of(text, first[begin + n], first[begin + n + 1], columns.kind[begin + n], words[n])


def approach(ids: Identities, count: int, words: I64, near: I64) -> None:
    """Look at every row that will probably be asked for, so that it is near when it is."""
    mask = len(ids.table) - 1
    for n in range(count):
        near[n] = ids.table[words[n, 4] & mask]
    for n in range(count):
        near[n] = ids.rows[max(near[n], 0), 0]


def identify_block(
    ids: Identities, columns: Columns, begin: int, count: int, words: I64, from_ms: int, to_ms: int,
    verdict: I32, sub_of: I32,
) -> None:  # fmt: skip
    """The verdicts of one block."""
    text, first = columns.identifier, columns.identifier_first
    for n in range(begin, begin + count):
        at_ms = columns.start_ms[n]
        if at_ms < from_ms or at_ms >= to_ms:
            verdict[n] = OUT_OF_CYCLE
            continue
        sub = holder_at(ids, row_of(ids, words[n - begin], text, first[n], first[n + 1]), at_ms)
        sub_of[n] = sub
        verdict[n] = 0 if sub >= 0 else UNKNOWN_SUBSCRIBER


def destination_batch(tables: Tables, columns: Columns, verdict: I32, destination: I32) -> None:
    """Second pass: the entry of the other party's longest prefix, -1: no prefix fits, -2: no other party."""
    start_ms, first, text = columns.start_ms, columns.other_first, columns.other
    for n in range(len(start_ms)):
        destination[n] = NO_OTHER_PARTY
        if verdict[n] == 0 and first[n + 1] > first[n]:
            root = tables.root[epoch_at(tables, start_ms[n])]
            destination[n] = longest_prefix(tables, root, text, first[n], first[n + 1])


def item_batch(
    tables: Tables,
    people: People,
    places: Places,
    columns: Columns,
    destination: I32,
    other_party: I32,
    verdict: I32,
    sub_of: I32,
    counts: I64,
) -> None:
    """Last pass: verdict = item or a reason below zero, and how many events go to each part.

    `other_party` of no length: no rule asks for it.
    """
    asked = len(other_party) > 0
    place, service, direction, group = columns.place, columns.service, columns.direction, columns.group
    start_ms, home_area, part = columns.start_ms, people.home_area, people.part
    for n in range(len(start_ms)):
        if verdict[n] < 0:
            continue
        epoch = epoch_at(tables, start_ms[n])
        at = place[n]
        if places.visited[epoch, at] == -1:
            verdict[n] = UNKNOWN_PLACE
            continue
        sub = sub_of[n]
        item = item_of(
            tables, epoch, service[n], direction[n], group[n], destination[n],
            places.area[epoch, at], places.visited[epoch, at], places.domestic[epoch, at],
            home_area[sub], other_party[n] if asked else 0,
        )  # fmt: skip
        verdict[n] = item
        if item >= 0:
            counts[part[sub]] += 1


def scatter(
    people: People, measure: I64, columns: Columns, verdict: I32, sub_of: I32, next_row: I64, records: Records
) -> None:
    """Write the good events as records, each part's together, in the order they came."""
    for n in range(len(verdict)):
        item = verdict[n]
        if item < 0:
            continue
        sub = sub_of[n]
        row = next_row[people.part[sub]]
        next_row[people.part[sub]] = row + 1
        records[row].start_ms = columns.start_ms[n]
        records[row].event_id = columns.event_id[n]
        records[row].sub = sub
        records[row].item = item
        if measure[item] == 0:
            records[row].quantity = columns.duration_s[n]
        elif measure[item] == 1:
            records[row].quantity = columns.bytes_up[n] + columns.bytes_down[n]
        else:
            records[row].quantity = columns.counted[n]


def order_records(
    records: Records,
    group_of: I64,
    first_sub: int,
    groups: int,
    event_first: I64,
    order: I64,
    key_start: I64,
    key_id: I64,
) -> None:
    """The order of pricing: by group (counting sort), within it by (start, event id).

    `event_first` (groups + 1) is filled; `order` gets record numbers. Events come nearly sorted by time, so
    insertion is cheap; a group for which it is not falls back to a merge sort.
    """
    for n in range(len(records)):
        event_first[group_of[records[n].sub - first_sub] + 1] += 1
    for group in range(groups):
        event_first[group + 1] += event_first[group]
    fill = event_first.copy()
    late = np.zeros(groups, np.uint8)
    moves = np.zeros(groups, np.int64)
    for n in range(len(records)):
        group = group_of[records[n].sub - first_sub]
        at = fill[group]
        fill[group] = at + 1
        start = records[n].start_ms
        identity = records[n].event_id
        first = event_first[group]
        if late[group] == 0:
            while at > first and (
                key_start[at - 1] > start or (key_start[at - 1] == start and key_id[at - 1] > identity)
            ):
                key_start[at] = key_start[at - 1]
                key_id[at] = key_id[at - 1]
                order[at] = order[at - 1]
                at -= 1
                moves[group] += 1
            if moves[group] > 4096 and moves[group] > 16 * (fill[group] - first):
                late[group] = 1
        key_start[at] = start
        key_id[at] = identity
        order[at] = n
    for group in range(groups):
        if late[group] == 1:
            first = event_first[group]
            last = event_first[group + 1]
            by_id = np.argsort(key_id[first:last], kind="mergesort")
            by_start = np.argsort(key_start[first:last][by_id], kind="mergesort")
            order[first:last] = order[first:last][by_id][by_start]


def pick(records: Records, wanted: I64, out: Records) -> int:
    """Copy the records of some subscribers, renumbered: wanted[sub] is the new number, -1: not wanted.

    Answers how many there are. With an `out` of no length they are only counted.
    """
    count = 0
    for n in range(len(records)):
        sub = wanted[records[n].sub]
        if sub >= 0:
            if len(out) > 0:
                out[count] = records[n]
                out[count].sub = sub
            count += 1
    return count


def gather(records: Records, order: I64, first_sub: int, events: Events) -> None:
    """Records in the order of pricing → the columns of Events, subscribers counted from `first_sub`."""
    for n in range(len(order)):
        record = records[order[n]]
        events.sub[n] = record.sub - first_sub
        events.start_ms[n] = record.start_ms
        events.event_id[n] = record.event_id
        events.item[n] = record.item
        events.quantity[n] = record.quantity
