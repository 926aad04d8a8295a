"""Whether a network has open what Yidian says: two streams by subscriber, walked side by side, millions if need be."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field

from yidian.platform.network.types import OpenLine


@dataclass(frozen=True, slots=True)
class Difference:
    """NETWORK_LINE_MISSING, NETWORK_LINE_SURPLUS, NETWORK_NUMBER_DIFFERS or NETWORK_BARS_DIFFER, of one subscriber.

    `params`: subscriber; `ours` and `theirs` where both have it.
    """

    code: str
    params: dict[str, str] = field(default_factory=dict)


def differences(
    *, ours: Iterable[OpenLine], theirs: Iterable[OpenLine], under_way: Container[str] = ()
) -> Iterator[Difference]:
    """Every difference, by subscriber; both sides ascending by subscriber, once each (ValueError where one is not).

    `ours`: what ought to be open, with its number and bars. `under_way`: subscribers for whom a command is not settled,
    left out, as the two cannot agree yet.
    """
    mine, yours = _ascending(ours), _ascending(theirs)
    here, there = next(mine, None), next(yours, None)
    while here is not None or there is not None:
        if there is None or (here is not None and here.subscriber < there.subscriber):
            assert here is not None
            found, here = _only("NETWORK_LINE_MISSING", here), next(mine, None)
        elif here is None or there.subscriber < here.subscriber:
            found, there = _only("NETWORK_LINE_SURPLUS", there), next(yours, None)
        else:
            found, here, there = _between(here, there), next(mine, None), next(yours, None)
        yield from (one for one in found if one.params["subscriber"] not in under_way)


def _only(code: str, line: OpenLine) -> list[Difference]:
    return [Difference(code, {"subscriber": line.subscriber, "number": line.number})]


def _between(here: OpenLine, there: OpenLine) -> list[Difference]:
    pairs = (
        ("NETWORK_NUMBER_DIFFERS", here.number, there.number),
        ("NETWORK_BARS_DIFFER", here.bars, there.bars),
    )
    return [
        Difference(code, {"subscriber": here.subscriber, "ours": ours, "theirs": theirs})
        for code, ours, theirs in pairs
        if ours != theirs
    ]


def _ascending(lines: Iterable[OpenLine]) -> Iterator[OpenLine]:
    last = ""
    for line in lines:
        if line.subscriber <= last:
            raise ValueError(f"not ascending by subscriber: {line.subscriber} after {last}")
        last = line.subscriber
        yield line
