"""What everybody's best plans come to: who would save how much, from which offer to which."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import pyarrow as pa

from yidian.runs.best.types import BestPlans, Flow, Step

COUNTS: Final = ("subscribers", "savers", "present_minor", "compared")
WHOLE_UNITS: Final = (5, 10, 20, 50, 100)  # where the steps of the distribution end, in units of the currency


def sums_of(table: pa.Table, *, unit: int, priced: int) -> dict[str, Any]:
    """What a piece of the list comes to, as JSON. `unit`: minor units in one of currency."""
    flows: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    edges = [1, *(n * unit for n in WHOLE_UNITS)]
    steps = [[low, 0, 0] for low in edges]
    names = ("offer", "best", "saving_minor")
    for offer, best, saving in zip(*(table[name].to_pylist() for name in names), strict=True):
        if not best:
            continue
        flow = flows[offer, best]
        flow[0], flow[1] = flow[0] + 1, flow[1] + saving
        step = next(one for one in reversed(steps) if saving >= one[0])
        step[1], step[2] = step[1] + 1, step[2] + saving
    unanswered = Counter(reason for reason in table["reason"].to_pylist() if reason)
    return {
        "subscribers": table.num_rows, "savers": sum(n for n, _ in flows.values()), "unanswered": dict(unanswered),
        "present_minor": sum(table["present_minor"].to_pylist()), "compared": priced,
        "flows": [[*pair, *sums] for pair, sums in sorted(flows.items())], "steps": steps,
    }  # fmt: skip


def summed_up(
    pieces: Sequence[Mapping[str, Any]], *, cycles: Sequence[str], on: str, edition: int, currency: str,
    offers: tuple[str, ...],
) -> BestPlans:  # fmt: skip
    """All pieces together; flows with the largest sums first."""
    flows: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    unanswered: Counter[str] = Counter()
    steps: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    for piece in pieces:
        unanswered.update(piece["unanswered"])
        for from_offer, to_offer, count, saving in piece["flows"]:
            _add(flows[from_offer, to_offer], count, saving)
        for low, count, saving in piece["steps"]:
            _add(steps[low], count, saving)
    bounds = [*pairwise(sorted(steps)), (max(steps), None)] if steps else []
    return BestPlans(
        cycles=tuple(cycles), on=on, edition=edition, currency=currency, offers=offers,
        unanswered=dict(sorted(unanswered.items())),
        **{name: sum(piece[name] for piece in pieces) for name in COUNTS},
        saving_minor=sum(saving for _, saving in flows.values()),
        flows=tuple(
            Flow(*pair, *sums) for pair, sums in sorted(flows.items(), key=lambda one: (-one[1][1], one[0]))
        ),
        steps=tuple(Step(low, high, *steps[low]) for low, high in bounds),
    )  # fmt: skip


def _add(sums: list[int], count: int, amount: int) -> None:
    sums[0] += count
    sums[1] += amount
