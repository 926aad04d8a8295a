"""竣工: an item is open, what the customer has is changed, and billing begins with the instant at which it was open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max

from yidian.domains.product_order import lifecycle
from yidian.domains.product_order.models import OrderEffect, OrderStep
from yidian.domains.product_order.operations._ends import begin_after, follow
from yidian.domains.product_order.operations._rows import (
    asked_by,
    held,
    move,
    move_item,
    move_step,
    standing_items,
)
from yidian.domains.product_order.operations.stepping import begin_anew, key_of
from yidian.domains.product_order.types import NETWORK, Claimed, Outcome
from yidian.platform.writing.frame import Frame


def opened_ms(*, step: Claimed, now_ms: int) -> int:
    """When the last of the steps before completion was done, UTC ms; *now* where there is none."""
    last = OrderStep.objects.filter(item_id=step.item_id, place__lt=step.place).aggregate(last=Max("done_ms"))["last"]
    return now_ms if last is None else min(int(last), now_ms)


def take_completion(*, frame: Frame, step: Claimed) -> bool:
    """Hold the order for its completion; False when somebody has claimed the step since or it went another way."""
    held(frame, step.order)
    mine = OrderStep.objects.filter(pk=step.id, fence=step.fence, state=lifecycle.WAITING)
    return bool(mine.exists())


def told_before(*, step: Claimed) -> dict[int, tuple[dict[str, Any], dict[str, Any]]]:
    """What the network did for an item before its completion that depends on how the line stands: place → (the command
    as it was laid out, as it was sent last)."""
    rows = OrderStep.objects.filter(item_id=step.item_id, kind=NETWORK, state=lifecycle.DONE, place__lt=step.place)
    found = [(row, row.sent.get(key_of(row))) for row in rows.select_related("item__order").order_by("place")]
    return {row.place: (row.command, sent) for row, sent in found if sent is not None}


def not_yet(*, frame: Frame, step: Claimed, again: int, at_ms: int) -> Outcome:
    """A completion that was taken waits for a step before it (its place) to be done anew."""
    row = held(frame, step.order)
    rows = OrderStep.objects.select_related("item").filter(item_id=step.item_id)
    mine, before = rows.get(pk=step.id), rows.get(place=again)
    move_step(frame, row, mine.item, mine, "later", ready=False, leased_until=None, attempts=0, began_at=None)
    begin_anew(frame, row, before, at_ms)
    return Outcome(taken=True, state=row.state)


def complete_item(
    *,
    frame: Frame,
    step: Claimed,
    at_ms: int,
    effects: Sequence[Mapping[str, Any]],
    moves: Sequence[Sequence[str]] = (),
    deposits: Sequence[int] = (),
) -> Outcome:
    """Mark an item complete, with what it wrote; after `take_completion` in the same frame.

    `effects`: {action table row …} as the inventory tells them (D5).
    """
    row = held(frame, step.order)
    found = OrderStep.objects.select_related("item").get(pk=step.id)
    item = found.item
    move_step(frame, row, item, found, "done", ready=False, done_ms=at_ms, leased_until=None, reason="", params={})
    OrderEffect.objects.bulk_create(
        OrderEffect(
            tenant=frame.tenant, item=item, sequence=n, action=effect["action"], table=effect["table"],
            row=effect["row"], told=dict(effect),
        )
        for n, effect in enumerate(effects, 1)
    )  # fmt: skip
    move_item(
        frame, row, item, "complete", completed_ms=at_ms, moves=[list(one) for one in moves], deposits=list(deposits)
    )
    frame.changed("order_item", f"{row.number}#{item.place}", before=None, after={"state": item.state, "at_ms": at_ms})
    frame.emit(
        "order.item.completed", aggregate=f"order/{row.number}",
        payload={
            "order": row.number, "item": item.place, "deed": item.deed, "subscriber": item.subscriber, **asked_by(row),
        },
    )  # fmt: skip
    follow(row, item)
    begin_after(row, item)
    if all(one.state == lifecycle.COMPLETED for one in standing_items(row)):
        move(frame, row, "complete")
    return Outcome(taken=True, state=row.state)
