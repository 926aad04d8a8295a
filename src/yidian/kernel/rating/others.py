"""Who the other party of an event is: its network, ported numbers before blocks, and its circle (docs/pricing.md §2).

Looked up only where the rules of a tariff name networks or circles. Numbers are compared as usage writes them.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from yidian.kernel.rating.arrays import I32, I64, Text
from yidian.kernel.rating.classify import longest_prefix
from yidian.kernel.rating.identify import Identities, Words, holder_at, row_of

NUMBER: Final = 0  # the kind of every ported number
NO_NET = 0  # see classifier.Nets
NOBODY, FRIEND, UNIT, GROUP = 0, 1, 2, 3  # places in classifier.CIRCLES


class Nets(NamedTuple):
    """Digits → network, and network → class, by epoch. Network 0 stands for all that the tariff does not know."""

    child: I32
    value: I32
    root: I64  # by epoch
    network: I64  # by entry
    class_of: I64  # [epoch, network]


class Ties(NamedTuple):
    """What subscribers belonged to, and when: rows first[sub] … first[sub + 1]."""

    first: I64
    what: I64
    from_ms: I64
    to_ms: I64


def net_of(
    nets: Nets, ported: Identities, epoch: int, text: Text, first: int, last: int, at_ms: int, word: Words
) -> int:
    """The class of the other party's network: where the number was ported to, else whose block it is of.

    `word`: what identifies (NUMBER, text[first:last]).
    """
    network = holder_at(ported, row_of(ported, word, text, first, last), at_ms)
    if network < 0:
        entry = longest_prefix(nets, nets.root[epoch], text, first, last)
        if entry < 0:
            return NO_NET
        network = nets.network[entry]
    found: int = nets.class_of[epoch, network]
    return found


def tied(ties: Ties, sub: int, other: int, at_ms: int) -> bool:
    """Whether two subscribers belonged to one thing at an instant."""
    for mine in range(ties.first[sub], ties.first[sub + 1]):
        if ties.from_ms[mine] <= at_ms and at_ms < ties.to_ms[mine]:
            for theirs in range(ties.first[other], ties.first[other + 1]):
                if (
                    ties.what[theirs] == ties.what[mine]
                    and ties.from_ms[theirs] <= at_ms
                    and at_ms < ties.to_ms[theirs]
                ):
                    return True
    return False


def befriended(friends: Identities, text: Text, first: int, last: int, at_ms: int, word: Words) -> bool:
    """Whether the other party is a friend. `word`: what identifies (subscriber, text), whose friend being its kind."""
    return holder_at(friends, row_of(friends, word, text, first, last), at_ms) >= 0


def tie_of(
    ids: Identities, units: Ties, groups: Ties, sub: int, text: Text, first: int, last: int, at_ms: int, word: Words
) -> int:
    """What binds the other party to a subscriber, if it is no friend. `word`: what identifies it among `ids`."""
    other = holder_at(ids, row_of(ids, word, text, first, last), at_ms)
    if other < 0:
        return NOBODY
    if tied(units, sub, other, at_ms):
        return UNIT
    return GROUP if tied(groups, sub, other, at_ms) else NOBODY
