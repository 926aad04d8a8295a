"""Working off what fell out (退单) and what somebody has to do (人工): begun again, done by hand, or not to be done.

Who does it saw the step as it was then: where something else happened meanwhile, nothing is done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from yidian.domains.product_order import operations as orders
from yidian.domains.product_order.queries import order_named
from yidian.domains.product_order.types import UnableToChangeOrder
from yidian.journeys.ordering.accepting import is_look
from yidian.journeys.ordering.going_back import put_back
from yidian.kernel.calendar import to_ms
from yidian.kernel.faults import refuse
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

LONGEST: Final = 500
CANNOT: Final = (  # why somebody's work cannot be done: words ORDER_CANNOT_…
    "ORDER_CANNOT_NO_RESOURCE", "ORDER_CANNOT_NOBODY_THERE", "ORDER_CANNOT_NO_ACCESS", "ORDER_CANNOT_NOT_WANTED",
    "ORDER_CANNOT_EQUIPMENT", "ORDER_CANNOT_IDENTITY", "ORDER_CANNOT_OTHER",
)  # fmt: skip


def again(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, order: str, item: int, step: int, seen: str
) -> None:
    """Begin a step that fell out, or its undoing, once more. `seen`: the reason for which it had fallen out.

    UnableToFindOrder, UnableToChangeOrder.
    """

    def work(frame: Frame) -> dict[str, Any]:
        _expect_seen(tenant, order, item, step, seen)
        orders.again(frame=frame, order=order, item=item, step=step)
        return {"order": order}

    _write(tenant, actor, "order.again", key, now, {"order": order, "item": item, "step": step}, work)


def by_hand(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, order: str, item: int, step: int, seen: str, note: str
) -> None:
    """Say that a step was done, or taken back, past the network: `note` says how. BadInput ORDER_NOTE too."""
    told = noted(note)

    def work(frame: Frame) -> dict[str, Any]:
        _expect_seen(tenant, order, item, step, seen)
        outcome = orders.by_hand(frame=frame, order=order, item=item, step=step, at_ms=to_ms(now), note=told)
        put_back(frame=frame, order=order, outcome=outcome)
        return {"order": order}

    request = {"order": order, "item": item, "step": step, "note": told}
    _write(tenant, actor, "order.by_hand", key, now, request, work, reason=told)


def cannot(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, order: str, item: int, step: int, reason: str, note: str
) -> None:
    """Say that somebody's work cannot be done: `reason` of CANNOT, `note` in their words. BadInput ORDER_NOTE,
    ORDER_CANNOT_WHY. What a customer asked for and is not accepted is over with it."""
    if reason not in CANNOT:
        raise refuse("ORDER_CANNOT_WHY", value=reason[:40])
    told = noted(note)

    def work(frame: Frame) -> dict[str, Any]:
        orders.refuse_by_hand(frame=frame, order=order, item=item, step=step, reason=reason, note=told)
        if is_look(order_named(tenant=tenant, number=order), item=item, step=step):
            put_back(frame=frame, order=order, outcome=orders.cancel(frame=frame, order=order, reason=reason))
        return {"order": order}

    request = {"order": order, "item": item, "step": step, "reason": reason, "note": told}
    _write(tenant, actor, "order.cannot", key, now, request, work, reason=told)


def noted(text: str) -> str:
    """What somebody wrote, without the ends; BadInput ORDER_NOTE where it is nothing, too long or no text."""
    found = text.replace("\r\n", "\n").strip()
    broken = any(sign == "\ufffd" or (ord(sign) < 32 and sign != "\n") for sign in found)
    if not found or len(found) > LONGEST or broken:
        raise refuse("ORDER_NOTE", value=found[:40], most=LONGEST)
    return found


def _expect_seen(tenant: Tenant, order: str, item: int, step: int, seen: str) -> None:
    """That the step still stands for the reason that was seen: it may have fallen out anew, for another."""
    facts = order_named(tenant=tenant, number=order)
    found = next((s for i in facts.items if i.place == item for s in i.steps if s.place == step), None)
    if found is None or found.reason != seen:
        state = found.state if found else ""
        raise UnableToChangeOrder(
            "ORDER_STEP_NOT_IN_STATE", order=f"{order}#{item}.{step}", state=state, event="by_hand"
        )


def _write(
    tenant: Tenant, actor: Actor, operation: str, key: str, now: datetime, request: dict[str, Any],
    work: Callable[[Frame], dict[str, Any]], reason: str = "",
) -> None:  # fmt: skip
    perform(
        tenant=tenant, actor=actor, operation=operation, key=key, request=request, now=now, work=work, reason=reason
    )
