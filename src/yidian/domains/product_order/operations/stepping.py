"""The steps of orders in flight: taken by one worker at a time, answered, fallen out, begun again, done by hand.

A claim is a lease by the database's clock and a fence: whoever was too slow is not listened to. Nothing else of an
order is written with it, so it is no write of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Now
from django_scopes import scope

from yidian.domains.product_order import lifecycle
from yidian.domains.product_order.models import OrderItem, OrderStep, ProductOrder
from yidian.domains.product_order.operations._ends import settle
from yidian.domains.product_order.operations._rows import held, move, move_step
from yidian.domains.product_order.types import COMPLETE, MANUAL, NETWORK, PAYMENT, Claimed, Outcome
from yidian.kernel.calendar import to_ms
from yidian.platform.database.kept import Reading
from yidian.platform.leases import from_now
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame

LEASE: Final = timedelta(seconds=60)  # longer than any adapter waits
NOTHING: Final[Mapping[str, Any]] = {}
OPEN: Final = (lifecycle.WAITING, lifecycle.SENT, lifecycle.UNDOING)
# Reasons after which it may have been done all the same.
UNCERTAIN: Final = ("NETWORK_NO_ANSWER", "NETWORK_NEVER_DONE", "ORDER_STEP_FAULT")


def claim(*, tenant: Tenant, now: datetime, limit: int, order: str = "", lease: timedelta = LEASE) -> list[Claimed]:
    """Take up to `limit` steps that are due and that nobody works at; of one `order` if it is named.

    Workers that look at the same time share what is due: none waits for what another is just taking.
    """
    of = {"order": order} if order else {}
    with scope(tenant=tenant):
        if not _due(1, bool(order), False).rows(tenant=tenant, now_ms=to_ms(now), **of):
            return []  # most looks end here, and begin no transaction
        with transaction.atomic():
            rows = _due(limit, bool(order), True).rows(tenant=tenant, now_ms=to_ms(now), **of)
            taken = [id_ for (id_,) in rows]
            OrderStep.objects.filter(id__in=taken).update(
                fence=F("fence") + 1, attempts=F("attempts") + 1, leased_until=from_now(lease),
                began_at=Coalesce("began_at", Value(now)), heard_at=Coalesce("heard_at", Value(now)),
            )  # fmt: skip
        rows = OrderStep.objects.filter(id__in=taken).select_related("item__order").order_by("due_ms", "id")
        return [_claimed(row) for row in rows]


@cache
def _due(limit: int, of_one: bool, take: bool) -> Reading:
    """Ids of steps to work at, the longest due first; `take`: nobody else's until the transaction ends, what somebody
    else holds just now left out."""

    def rows(now_ms: int, order: str = "") -> Any:
        held = OrderStep.objects.select_for_update(no_key=True, skip_locked=True) if take else OrderStep.objects
        free = Q(leased_until=None) | Q(leased_until__lte=Now())
        due = held.filter(free, ready=True, due_ms__lte=now_ms, kind__in=(NETWORK, COMPLETE), state__in=OPEN)
        if of_one:
            items = OrderItem.objects.filter(order__number=order)
            due = due.filter(item__in=items.values("id"))
        return due.order_by("due_ms", "id").values_list("id")[:limit]

    return Reading(rows)


def _claimed(row: OrderStep) -> Claimed:
    undoing = row.state == lifecycle.UNDOING
    order = row.item.order.number
    unsure = undoing and row.done_ms is None
    forward = key_of(row)
    key = f"{forward}/undo" if undoing else forward
    planned = row.undo if undoing else row.command
    return Claimed(
        id=row.pk, fence=row.fence, order=order, item=row.item.place, item_id=row.item_id, place=row.place,
        kind=row.kind, name=row.name, state=row.state, attempts=row.attempts, began=row.began_at, heard=row.heard_at,
        command=row.sent.get(key, planned), key=key, forward=forward if unsure else "",
        unsure=row.sent.get(forward, row.command) if unsure else {}, planned=planned, sent=row.sent, faults=row.faults,
    )  # fmt: skip


def key_of(row: OrderStep) -> str:
    """What a step is sent under in this round."""
    return f"{row.item.order.number}/{row.item.place}/{row.place}/{row.round}"


def keep_sent(*, tenant: Tenant, step: Claimed, commands: Mapping[str, Mapping[str, Any]]) -> bool:
    """Write down what is about to be sent, by key, so that nothing else ever is under it. False: claimed by another."""
    with scope(tenant=tenant), transaction.atomic():
        mine = OrderStep.objects.filter(pk=step.id, fence=step.fence, state=step.state)
        return bool(mine.update(sent={**step.sent, **commands}))


def answer(
    *, frame: Frame, step: Claimed, event: str, at_ms: int, due_ms: int = 0, reason: str = "",
    params: Mapping[str, Any] = NOTHING, fault: bool = False,
) -> Outcome:  # fmt: skip
    """What came of a claimed step: later | accepted (look again at `due_ms`), done, fall_out, undone. `fault`: nothing,
    as something unforeseen happened.

    Not taken when somebody has claimed it since, or the order went another way meanwhile.
    """
    row = held(frame, step.order)
    mine = OrderStep.objects.select_for_update(no_key=True).filter(pk=step.id, fence=step.fence, state=step.state)
    found = mine.select_related("item").first()
    if found is None:
        return Outcome(taken=False, state=row.state)
    told = {"reason": reason, **params} if reason else NOTHING
    move_step(
        frame, row, found.item, found, event, told=told, reason=reason, params=dict(params), due_ms=due_ms,
        leased_until=None, ready=event in ("later", "accepted"), faults=found.faults + 1 if fault else 0,
        done_ms=at_ms if event == "done" or _was_done(step, event, reason) else found.done_ms,
    )  # fmt: skip
    if event == "fall_out":
        _tell_fallen(frame, row, found, reason)
    return settle(frame, row, found.item)


def _was_done(step: Claimed, event: str, reason: str) -> bool:
    """Taking back is only asked for where it is known that the step was done: a refusal of it says so."""
    return event == "fall_out" and bool(step.forward) and reason not in UNCERTAIN


def hold_order(*, frame: Frame, order: str) -> None:
    """Let nobody else change an order until the transaction ends: before whatever else is held in it."""
    held(frame, order)


def anew(*, frame: Frame, step: Claimed, at_ms: int) -> Outcome:
    """What a claimed step sent was done, and is not what it is to be any more: once more, under another key."""
    row = held(frame, step.order)
    mine = OrderStep.objects.select_for_update(no_key=True).filter(pk=step.id, fence=step.fence, state=step.state)
    found = mine.select_related("item").first()
    if found is None:
        return Outcome(taken=False, state=row.state)
    begin_anew(frame, row, found, at_ms)
    return Outcome(taken=True, state=row.state)


def begin_anew(frame: Frame, row: ProductOrder, step: OrderStep, at_ms: int) -> None:
    """`at_ms`: when it was found to be done, where it is being undone: whether it was is asked no more."""
    undoing = step.state == lifecycle.UNDOING
    move_step(
        frame, row, step.item, step, "anew", ready=True, attempts=0, faults=0, due_ms=0, reason="", params={},
        leased_until=None, began_at=None, round=step.round + 1, done_ms=(step.done_ms or at_ms) if undoing else None,
    )  # fmt: skip


def by_hand(*, frame: Frame, order: str, item: int, step: int, at_ms: int, note: str) -> Outcome:
    """Somebody did a step: a manual one whose turn it was, or one that fell out and was done past us. `note`: how."""
    row = held(frame, order)
    found = _named(row, item, step)
    manual = found.kind == MANUAL and found.state == lifecycle.WAITING and found.ready and found.name != PAYMENT
    if found.kind == COMPLETE or not (manual or found.state in (lifecycle.FALLEN, lifecycle.STUCK)):
        raise lifecycle.UnableToChangeOrder(
            "ORDER_STEP_NOT_IN_STATE", order=f"{order}#{item}.{step}", state=found.state, event="by_hand"
        )
    undone = found.state == lifecycle.STUCK
    told = {"note": note}
    move_step(
        frame, row, found.item, found, "done" if manual else "by_hand", told=told, ready=False, reason="", params=told,
        done_ms=found.done_ms if undone else at_ms,
    )  # fmt: skip
    frame.changed("order_step", f"{order}#{item}.{step}", before=None, after={"state": found.state, "note": note})
    _release(frame, row)
    return settle(frame, row, found.item)


def refuse_by_hand(*, frame: Frame, order: str, item: int, step: int, reason: str, note: str) -> None:
    """Somebody who was to do a manual step says that it cannot be done (资源不具备): it falls out, with the reason."""
    row = held(frame, order)
    found = _named(row, item, step)
    if found.kind != MANUAL or found.name == PAYMENT or not found.ready:
        raise lifecycle.UnableToChangeOrder(
            "ORDER_STEP_NOT_IN_STATE", order=f"{order}#{item}.{step}", state=found.state, event="refuse"
        )
    told = {"note": note}
    move_step(frame, row, found.item, found, "fall_out", told=told, ready=False, reason=reason, params=told)
    _tell_fallen(frame, row, found, reason)


def again(*, frame: Frame, order: str, item: int, step: int) -> None:
    """Begin a step that fell out, or whose undoing did, once more."""
    row = held(frame, order)
    found = _named(row, item, step)
    known = found.reason not in UNCERTAIN
    refused = f"{key_of(found)}/undo" if found.state == lifecycle.STUCK else key_of(found)
    move_step(
        frame, row, found.item, found, "again", ready=True, attempts=0, faults=0, due_ms=0, reason="", params={},
        leased_until=None, began_at=None, round=found.round + known,
        sent={key: told for key, told in found.sent.items() if not known or key != refused},
    )  # fmt: skip
    frame.changed("order_step", f"{order}#{item}.{step}", before=None, after={"state": found.state})
    _release(frame, row)


def _release(frame: Frame, row: ProductOrder) -> None:
    """An order goes on when the last of its steps that had fallen out does."""
    fallen = OrderStep.objects.filter(item__order=row, state=lifecycle.FALLEN)
    if row.state == lifecycle.HELD and not fallen.exists():
        move(frame, row, "release")


def _tell_fallen(frame: Frame, row: ProductOrder, step: OrderStep, reason: str) -> None:
    frame.changed(
        "order_step", f"{row.number}#{step.item.place}.{step.place}", before=None,
        after={"state": step.state, "reason": reason},
    )  # fmt: skip
    if row.state in (lifecycle.AT_WORK, lifecycle.HELD):
        move(frame, row, "hold", told={**step.params, "step": step.name, "reason": reason})
    frame.emit(
        "order.fallen_out", aggregate=f"order/{row.number}",
        payload={"order": row.number, "item": step.item.place, "step": step.name, "reason": reason},
    )  # fmt: skip


def _named(row: ProductOrder, item: int, step: int) -> OrderStep:
    rows = OrderStep.objects.select_for_update(no_key=True, of=("self",)).select_related("item__order")
    found: OrderStep | None = rows.filter(item__order=row, item__place=item, place=step).first()
    if found is None:
        raise lifecycle.UnableToChangeOrder(
            "ORDER_STEP_NOT_IN_STATE", order=f"{row.number}#{item}.{step}", state="", event=""
        )
    return found
