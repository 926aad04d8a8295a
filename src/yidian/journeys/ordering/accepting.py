"""What a customer asks for on the web and somebody looks at first (先核后办): accepted it goes on, refused it ends.

WB-05, R1: whoever is to have a number or a line at an address shows who they are; a clerk says that it was seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from yidian.domains.product_order.types import DEEDS, MANUAL, OrderFacts, StepPlan

ACCEPT: Final = "accept"  # the name of the step: words ORDER_DOES_ACCEPT
WEB: Final = "web"


def looked_at_first(*, order: OrderFacts, deed: str, plan: Sequence[StepPlan]) -> Sequence[StepPlan]:
    """The steps of an item, with somebody's look before them where its deed asks for one."""
    if order.channel != WEB or DEEDS[deed].web != "asks":
        return plan
    after = (replace(one, place=one.place + 1, needs=tuple(n + 1 for n in one.needs) or (1,)) for one in plan)
    return [StepPlan(place=1, kind=MANUAL, name=ACCEPT), *after]


def is_look(order: OrderFacts, *, item: int, step: int) -> bool:
    """Whether a step, by the place of its item and its own, is somebody's look at what was asked for."""
    return any(
        one.place == step and one.name == ACCEPT for it in order.items if it.place == item for one in it.steps
    )  # fmt: skip
