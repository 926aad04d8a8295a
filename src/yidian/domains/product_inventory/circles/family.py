"""Family networks (亲情网, TP5): 2 to 19 numbers at any time, and nobody in two at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final, NamedTuple

from yidian.domains.product_inventory._faults import Faults

FRIEND, GROUP, FAMILY = "friend", "group", "family"
LEAST: Final = 2
MOST: Final = 19


class Member(NamedTuple):
    subscriber: int
    group: str
    from_ms: int
    to_ms: int


def check_families(members: Iterable[Member], lines: Mapping[tuple[int, str], int], faults: Faults) -> None:
    """FAMILY_TWICE, FAMILY_SIZE. `lines`: where the file says something of (subscriber, group); other groups pass."""
    of_group: defaultdict[str, list[Member]] = defaultdict(list)
    of_subscriber: defaultdict[int, list[Member]] = defaultdict(list)
    for member in members:
        of_group[member.group].append(member)
        of_subscriber[member.subscriber].append(member)
    for (subscriber, group), line in sorted(lines.items(), key=lambda told: told[1]):
        for one, other in pairwise(sorted(of_subscriber[subscriber], key=lambda member: member.from_ms)):
            if other.from_ms < one.to_ms and group in (one.group, other.group):
                begin = faults.told(other.from_ms)
                faults.note("FAMILY_TWICE", line, "group", group, first=one.group, second=other.group, begin=begin)
    for group in sorted({group for _, group in lines}):
        line = min(line for (_, told), line in lines.items() if told == group)
        for at_ms, count in _sizes(of_group[group]):
            if count and not LEAST <= count <= MOST:
                begin = faults.told(at_ms)
                faults.note("FAMILY_SIZE", line, "group", group, count=count, least=LEAST, most=MOST, begin=begin)
                break


def _sizes(members: Iterable[Member]) -> list[tuple[int, int]]:
    """How many there are from each instant at which that changes."""
    steps: defaultdict[int, int] = defaultdict(int)
    for member in members:
        steps[member.from_ms] += 1
        steps[member.to_ms] -= 1
    found, count = [], 0
    for at_ms in sorted(steps):
        count += steps[at_ms]
        found.append((at_ms, count))
    return found
