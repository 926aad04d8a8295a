"""How a deed bars a line in the network: which reason it takes away, which way it adds, and back (journeys/ordering/
barred.py settles the rest when it is sent)."""

from __future__ import annotations

from typing import Any

from yidian.domains.product_order.types import NETWORK, StepPlan
from yidian.journeys.ordering.barred import BARS, ENDING, bars_of, command
from yidian.journeys.ordering.deeds.offers import stands
from yidian.journeys.ordering.situation import Situation


def way_of(s: Situation, reason: str) -> str:
    """How a reason bars the line now, "" where it does not."""
    if reason == ENDING:
        return "two" if stands(s).life == ENDING else ""
    return next((one.ways for one in stands(s).reasons if one.reason == reason), "")


def barring(s: Situation, reason: str, ways: str) -> StepPlan:
    """The command after which a reason bars a line so ("": not at all), and the one that takes it back."""
    me = s.item.subscriber

    def told(plus: str) -> dict[str, Any]:
        bars = {"but": reason, "plus": plus}
        return {**command(me, bars_of(stands(s), **bars)), BARS: bars}

    forward, back = told(ways), told(way_of(s, reason))
    return StepPlan(place=0, kind=NETWORK, name=forward["verb"], command=forward, undo=back)


def closing(s: Situation, told: dict[str, str]) -> StepPlan:
    """The end of a line; taken back it is open as `told`, barred for whatever it is stopped for then."""
    me, bars = s.item.subscriber, {"but": ENDING, "plus": way_of(s, ENDING)}
    back = {"verb": "open", "subscriber": me, "params": {name: one for name, one in told.items() if one}, BARS: bars}
    close = {"verb": "close", "subscriber": me, "params": {}}
    return StepPlan(place=0, kind=NETWORK, name="close", command=close, undo=back)
