"""Passes over the other parties of a batch, of tariffs whose rules name networks or circles.

Looked up are only those on whom an event's item hangs, and those of a block together (see batch.identify_batch).
"""

from __future__ import annotations

from yidian.kernel.rating.arrays import I32, I64
from yidian.kernel.rating.batch import BLOCK, Block, Columns, approach
from yidian.kernel.rating.classifier import FRIENDS, NET, TIES, Tables
from yidian.kernel.rating.classify import epoch_at
from yidian.kernel.rating.identify import Identities, words_of
from yidian.kernel.rating.others import FRIEND, NOBODY, NUMBER, Nets, Ties, befriended, net_of, tie_of


def asked_in_block(
    tables: Tables, columns: Columns, destination: I32, begin: int, count: int, what: int, event: I64
) -> int:
    """Writes the events of a block whose item hangs on `what`; answers how many there are."""
    shape, found = tables.shape, 0
    for n in range(begin, begin + count):
        if destination[n] >= 0:
            cell = epoch_at(tables, columns.start_ms[n]) * shape[1] + columns.service[n]
            cell = (cell * shape[2] + columns.direction[n]) * shape[3] + tables.dest_zone[destination[n]]
            if tables.hangs_on[cell] & what != 0:
                event[found] = n
                found += 1
    return found


def net_batch(
    nets: Nets, ported: Identities, tables: Tables, columns: Columns, destination: I32, circles: int, other_party: I32,
    scratch: Block,
) -> None:  # fmt: skip
    """Adds the class of each other party's network × circles."""
    start_ms, first, text = columns.start_ms, columns.other_first, columns.other
    words, event = scratch.words, scratch.event
    for begin in range(0, len(start_ms), BLOCK):
        count = min(BLOCK, len(start_ms) - begin)
        count = asked_in_block(tables, columns, destination, begin, count, NET, event)
        for k in range(count):
            words_of(text, first[event[k]], first[event[k] + 1], NUMBER, words[k])
        approach(ported, count, words, scratch.near)
        for k in range(count):
            n = event[k]
            epoch = epoch_at(tables, start_ms[n])
            other_party[n] += circles * net_of(nets, ported, epoch, text, first[n], first[n + 1], start_ms[n], words[k])


def friend_batch(
    friends: Identities, tables: Tables, columns: Columns, sub_of: I32, destination: I32, other_party: I32,
    scratch: Block,
) -> None:  # fmt: skip
    """Puts FRIEND for other parties that are friends."""
    start_ms, first, text = columns.start_ms, columns.other_first, columns.other
    words, event = scratch.words, scratch.event
    for begin in range(0, len(start_ms), BLOCK):
        count = min(BLOCK, len(start_ms) - begin)
        count = asked_in_block(tables, columns, destination, begin, count, FRIENDS, event)
        for k in range(count):
            words_of(text, first[event[k]], first[event[k] + 1], sub_of[event[k]], words[k])
        approach(friends, count, words, scratch.near)
        for k in range(count):
            n = event[k]
            if befriended(friends, text, first[n], first[n + 1], start_ms[n], words[k]):
                other_party[n] = FRIEND


def tie_batch(
    ids: Identities, number_kind: int, units: Ties, groups: Ties, tables: Tables, columns: Columns, sub_of: I32,
    destination: I32, other_party: I32, scratch: Block,
) -> None:  # fmt: skip
    """Puts the other circles, for other parties that are no friends."""
    start_ms, first, text = columns.start_ms, columns.other_first, columns.other
    words, event = scratch.words, scratch.event
    for begin in range(0, len(start_ms), BLOCK):
        count = min(BLOCK, len(start_ms) - begin)
        count = asked_in_block(tables, columns, destination, begin, count, TIES, event)
        for k in range(count):
            words_of(text, first[event[k]], first[event[k] + 1], number_kind, words[k])
        approach(ids, count, words, scratch.near)
        for k in range(count):
            n = event[k]
            if other_party[n] == NOBODY:
                other_party[n] = tie_of(
                    ids, units, groups, sub_of[n], text, first[n], first[n + 1], start_ms[n], words[k]
                )
