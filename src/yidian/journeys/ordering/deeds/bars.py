"""How a line is barred in the network (单停, 双停): what is left when a reason comes or goes."""

from __future__ import annotations

from yidian.domains.product_order.types import StepPlan
from yidian.journeys.ordering.deeds.offers import stands
from yidian.journeys.ordering.doing import tell
from yidian.journeys.ordering.situation import Situation


def ways_now(s: Situation) -> str:
    """one, two, or "" where nothing is barred."""
    two = any(one.ways == "two" for one in stands(s).reasons) or stands(s).life == "pre_terminated"
    return "two" if two else "one" if stands(s).reasons else ""


def ways_with(s: Situation, ways: str) -> str:
    return "two" if "two" in (ways, ways_now(s)) else "one"


def ways_without(s: Situation, reason: str) -> str:
    """What is barred when one reason is gone (pre-termination counts as one)."""
    left = [one.ways for one in stands(s).reasons if one.reason != reason]
    if stands(s).life == "pre_terminated" and reason != "pre_terminated":
        left.append("two")
    return "two" if "two" in left else "one" if left else ""


def barring(s: Situation, ways: str) -> StepPlan:
    """The command that bars a line so, and takes it back to how it is now."""
    return tell(*_command(s.item.subscriber, ways), back=_command(s.item.subscriber, ways_now(s))[::2])


def _command(subscriber: str, ways: str) -> tuple[str, str, dict[str, str]]:
    return ("bar", subscriber, {"ways": ways}) if ways else ("unbar", subscriber, {})
