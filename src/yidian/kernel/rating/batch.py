"""Classification of a batch of events, column by column in, partitioned records out."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from yidian.kernel.rating.arrays import I32, I64, U8
from yidian.kernel.rating.classifier import Tables
from yidian.kernel.rating.classify import (
    OUT_OF_CYCLE,
    UNKNOWN_PLACE,
    UNKNOWN_SUBSCRIBER,
    epoch_at,
    item_of_event,
)
from yidian.kernel.rating.identify import Identities, subscriber_at

RECORD: Final = np.dtype(
    [("start_ms", "<i8"), ("event_id", "<i8"), ("quantity", "<i8"), ("sub", "<i4"), ("item", "<i4")]
)


class Columns(NamedTuple):
    """A batch as received. Texts are (offsets, bytes); kind, service, direction, group and place are already small numbers."""

    start_ms: I64
    event_id: I64
    duration_s: I64
    bytes_up: I64
    bytes_down: I64
    count: I64
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
    """By subscriber: home area and the part of the run it belongs to; and what "home" and "national" are called."""

    home_area: I64
    part: I64
    home_visited: int
    national_visited: int


def classify_batch(
    tables: Tables, ids: Identities, people: People, places: Places, measure, columns: Columns,
    from_ms: int, to_ms: int, verdict, sub_of, counts,
) -> None:  # type: ignore[no-untyped-def]  # fmt: skip
    """Per event: verdict = item or a reason below zero, its subscriber, and how many go to each part."""
    for n in range(len(columns.start_ms)):
        at_ms = columns.start_ms[n]
        if at_ms < from_ms or at_ms >= to_ms:
            verdict[n] = OUT_OF_CYCLE
            continue
        sub = subscriber_at(
            ids, columns.kind[n], columns.identifier, columns.identifier_first[n], columns.identifier_first[n + 1], at_ms
        )
        if sub < 0:
            verdict[n] = UNKNOWN_SUBSCRIBER
            continue
        epoch = epoch_at(tables, at_ms)
        place = columns.place[n]
        if places.visited[epoch, place] == -1:
            verdict[n] = UNKNOWN_PLACE
            continue
        verdict[n] = item_of_event(
            tables, epoch, columns.service[n], columns.direction[n], columns.group[n],
            columns.other, columns.other_first[n], columns.other_first[n + 1],
            places.area[epoch, place], places.visited[epoch, place], places.domestic[epoch, place],
            people.home_area[sub], people.home_visited, people.national_visited,
        )  # fmt: skip
        if verdict[n] >= 0:
            sub_of[n] = sub
            counts[people.part[sub]] += 1


def scatter(people: People, measure, columns: Columns, verdict, sub_of, next_row, records) -> None:  # type: ignore[no-untyped-def]
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
            records[row].quantity = columns.count[n]


def order_records(records, group_of, first_sub, groups, event_first, order, key_start, key_id) -> None:  # type: ignore[no-untyped-def]
    """The order of pricing: by group (counting sort), within it by (start, event id).

    `event_first` (groups + 1) is filled; `order` gets record numbers. Events come nearly sorted by time, so insertion is
    cheap; a group for which it is not falls back to a merge sort.
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
            while at > first and (key_start[at - 1] > start or (key_start[at - 1] == start and key_id[at - 1] > identity)):
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
