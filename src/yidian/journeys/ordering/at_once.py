"""An order of one deed taken in one write, from an empty cart to in flight: for files and programs, not for counters.

All of it or nothing: a refusal leaves no cart, no number reserved, no trace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from yidian.domains.product_inventory.types import Change
from yidian.domains.product_order import operations as orders
from yidian.domains.product_order.queries import order_named
from yidian.journeys.ordering import resources
from yidian.journeys.ordering.doing import UnableToDo
from yidian.journeys.ordering.planned import changes_of
from yidian.journeys.ordering.porting import note_guess
from yidian.journeys.ordering.submitting import lay_out
from yidian.journeys.ordering.taking import Reach, keep_price, take_up
from yidian.kernel.calendar import to_ms
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

Price = Callable[[Sequence[Change]], Mapping[str, Any]]  # what changes come to, as an order keeps it
OPERATION: Final = "order.at_once"


@dataclass(frozen=True, slots=True)
class Wish:
    """One deed that a customer (code) wants, with its fields; `subscriber`: code, "" of one that the deed makes."""

    customer: str
    deed: str
    told: Mapping[str, object]
    subscriber: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """`order` "": it was only tried. `quote`: as it was priced. `repeated`: it had been taken before."""

    order: str
    subscriber: str
    quote: Mapping[str, Any]
    repeated: bool = False


class _TriedError(Exception):
    """Everything could be done; leaving the write with it undoes it."""

    def __init__(self, taken: Taken) -> None:
        self.taken = taken
        super().__init__("tried")


def take(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, wish: Wish, channel: str, price: Price,
    within: Reach = None, only_try: bool = False,
) -> Taken:  # fmt: skip
    """Take and submit it; the same `key` again answers the same. `only_try`: find out whether it could be.

    BadInput with the field, UnableToDo, UnableToHold, UnableToOrder, UnableToRegister, and what `price` refuses.
    """

    def work(frame: Frame) -> dict[str, Any]:
        made = _made(frame, wish, channel, price, within)
        if only_try:
            raise _TriedError(made)
        return {"order": made.order}

    request = {
        "customer": wish.customer, "deed": wish.deed, "told": dict(wish.told), "subscriber": wish.subscriber,
        "channel": channel,
    }  # fmt: skip
    try:
        done = perform(
            tenant=tenant, actor=actor, operation=OPERATION, key=key, request=request, now=now, work=work
        )  # fmt: skip
    except UnableToDo as refused:
        note_guess(tenant=tenant, actor=actor, key=key, now=now, refused=refused)
        raise
    except _TriedError as tried:
        return Taken("", wish.subscriber, tried.taken.quote)
    found = order_named(tenant=tenant, number=str(done.answer["order"]))
    return Taken(found.number, found.items[0].subscriber, found.quote, done.repeated)


def add(
    *, frame: Frame, order: str, deed: str, told: Mapping[str, object], subscriber: str = "", after: int = 0,
    within: Reach = None, mine: str = "",
) -> tuple[int, str]:  # fmt: skip
    """Put a deed into a cart that is being taken whole: its place, its subscription. `mine`: what was reserved by this
    name before is the order's now."""
    place, subscriber = orders.add_item(
        frame=frame, order=order, deed=deed, told=told, subscriber=subscriber, after=after
    )  # fmt: skip
    if mine:
        items = [one for one in order_named(tenant=frame.tenant, number=order).items if one.place == place]
        resources.release(frame=frame, holder=mine, items=items)
    take_up(frame=frame, order=order, place=place, within=within)
    return place, subscriber


def agree(*, frame: Frame, order: str, price: Price) -> Mapping[str, Any]:
    """Price the cart and submit it: whoever asks for all of it at once has agreed. The quote."""
    quote = price(changes_of(tenant=frame.tenant, order=order, at_ms=to_ms(frame.now)))
    found = order_named(tenant=frame.tenant, number=order)
    revision = found.revision
    keep_price(frame=frame, order=found, revision=revision, quote=quote)
    orders.read_back(frame=frame, order=order, revision=revision)
    lay_out(frame=frame, order=order, revision=revision)
    return quote


def _made(frame: Frame, wish: Wish, channel: str, price: Price, within: Reach) -> Taken:
    order = orders.open_order(
        frame=frame, customer=wish.customer, organisation=wish.organisation, channel=channel
    )  # fmt: skip
    told, subscriber = wish.told, wish.subscriber
    _, subscriber = add(frame=frame, order=order, deed=wish.deed, told=told, subscriber=subscriber, within=within)
    return Taken(order, subscriber, agree(frame=frame, order=order, price=price))
