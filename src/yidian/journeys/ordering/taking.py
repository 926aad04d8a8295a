"""Taking an order, one write for each thing that is done to its cart. Faces enter here.

Each takes `key` (idempotency) and answers the same when it comes again. What is wrong with an item as things are is
UnableToDo; with its fields BadInput; with a resource UnableToHold; with the cart UnableToOrder, UnableToChangeOrder.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Final

from yidian.domains.product_inventory.types import Verdict, permitted, permitted_to_credit
from yidian.domains.product_order import operations as orders
from yidian.domains.product_order.queries import order_named
from yidian.domains.product_order.types import CREDIT, ItemFacts, OrderFacts
from yidian.journeys.ordering import resources
from yidian.journeys.ordering.deeds import DOINGS
from yidian.journeys.ordering.doing import UnableToDo
from yidian.journeys.ordering.money import deposits_of
from yidian.journeys.ordering.porting import note_guess
from yidian.journeys.ordering.situation import Situation, situation
from yidian.kernel.calendar import to_ms
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

Reach = Collection[str] | None
NO_PAPER: Final[Mapping[str, Any]] = {}


def open_cart(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, customer: str, organisation: str, channel: str,
    check: int | None = None,
) -> str:  # fmt: skip
    """A new cart; its number."""
    request = {"customer": customer, "organisation": organisation, "channel": channel, "check": check}

    def work(frame: Frame) -> dict[str, Any]:
        number = orders.open_order(
            frame=frame, customer=customer, organisation=organisation, channel=channel, check=check
        )
        return {"order": number}

    return str(_write(tenant, actor, "order.open", key, request, now, work)["order"])


def put(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, order: str, deed: str, told: Mapping[str, object],
    subscriber: str = "", after: int = 0, within: Reach = None,
) -> int:  # fmt: skip
    """Put a deed into a cart and keep what it names; its place. `within`: whose stock the actor reaches (None: all)."""
    request = {"order": order, "deed": deed, "told": dict(told), "subscriber": subscriber, "after": after}

    def work(frame: Frame) -> dict[str, Any]:
        place, _ = orders.add_item(frame=frame, order=order, deed=deed, told=told, subscriber=subscriber, after=after)
        take_up(frame=frame, order=order, place=place, within=within)
        return {"item": place}

    try:
        return int(_write(tenant, actor, "order.item.add", key, request, now, work)["item"])
    except UnableToDo as refused:
        note_guess(tenant=tenant, actor=actor, key=key, now=now, refused=refused, order=order)
        raise


def change(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, order: str, place: int, told: Mapping[str, object],
    within: Reach = None,
) -> None:  # fmt: skip
    """Tell an item otherwise: what it named and names no more is free again."""

    def work(frame: Frame) -> dict[str, Any]:
        _change(frame, order, place, told, within)
        return {"item": place}

    request = {"order": order, "item": place, "told": dict(told)}
    try:
        _write(tenant, actor, "order.item.change", key, request, now, work)
    except UnableToDo as refused:
        note_guess(tenant=tenant, actor=actor, key=key, now=now, refused=refused, order=order)
        raise


def with_check(*, order: str) -> Callable[[Frame, int], None]:
    """For who checks an identity (realname): the check becomes the cart's in the write that makes it."""
    return lambda frame, check: orders.set_check(frame=frame, order=order, check=check)


def with_heir(
    *, order: str, deed: str, told: Mapping[str, object], subscriber: str, place: int = 0, within: Reach = None
) -> Callable[[Frame, int], None]:
    """The same for the check of who takes a number over: an item is put in with it, or that of a place told so."""

    def then(frame: Frame, check: int) -> None:
        proved = {**told, "check": str(check)}
        if place:
            return _change(frame, order, place, proved, within)
        at, _ = orders.add_item(frame=frame, order=order, deed=deed, told=proved, subscriber=subscriber)
        return take_up(frame=frame, order=order, place=at, within=within)

    return then


def _change(frame: Frame, order: str, place: int, told: Mapping[str, object], within: Reach) -> None:
    before = _item(order_named(tenant=frame.tenant, number=order), place)
    orders.change_item(frame=frame, order=order, place=place, told=told)
    resources.release(frame=frame, holder=f"order/{order}", items=[before] if before else [])
    take_up(frame=frame, order=order, place=place, within=within)


def drop(*, tenant: Tenant, actor: Actor, key: str, now: datetime, order: str, place: int) -> None:
    """Take an item out of a cart; what it named is free again."""

    def work(frame: Frame) -> dict[str, Any]:
        before = _item(order_named(tenant=tenant, number=order), place)
        orders.drop_item(frame=frame, order=order, place=place)
        resources.release(frame=frame, holder=f"order/{order}", items=[before] if before else [])
        return {"item": place}

    _write(tenant, actor, "order.item.drop", key, {"order": order, "item": place}, now, work)


def let_go(*, tenant: Tenant, actor: Actor, key: str, now: datetime, order: str) -> None:
    """Let a cart go, with all it kept."""

    def work(frame: Frame) -> dict[str, Any]:
        found = order_named(tenant=tenant, number=order)
        orders.abandon(frame=frame, order=order)
        resources.release(frame=frame, holder=found.holder, items=found.items)
        return {"order": order}

    _write(tenant, actor, "order.abandon", key, {"order": order}, now, work)


def priced(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, order: str, revision: int, quote: Mapping[str, Any]
) -> None:
    """Keep what a revision of a cart would cost (runs.first_bill) and what is due with it, to be shown, read back and
    compared."""

    def work(frame: Frame) -> dict[str, Any]:
        keep_price(frame=frame, order=order_named(tenant=tenant, number=order), revision=revision, quote=quote)
        return {"order": order}

    _write(tenant, actor, "order.quote", key, {"order": order, "revision": revision}, now, work)


def keep_price(*, frame: Frame, order: OrderFacts, revision: int, quote: Mapping[str, Any]) -> None:
    """The same as a part of a write."""
    deposits = deposits_of(tenant=frame.tenant, order=order, at_ms=to_ms(frame.now))
    orders.record_quote(frame=frame, order=order.number, revision=revision, quote=quote, deposits=deposits)


def agreed(*, tenant: Tenant, actor: Actor, key: str, now: datetime, order: str, revision: int) -> None:
    """The customer heard it and said yes (BH-16)."""

    def work(frame: Frame) -> dict[str, Any]:
        orders.read_back(frame=frame, order=order, revision=revision)
        return {"order": order}

    _write(tenant, actor, "order.read_back", key, {"order": order, "revision": revision}, now, work)


def printed(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, order: str, content: Mapping[str, Any] = NO_PAPER
) -> tuple[int, str]:
    """A form of the cart as it was read back: its version and number; the one before is void (BH-18). `content`: every
    word on it, kept as it is."""

    def work(frame: Frame) -> dict[str, Any]:
        version, number = orders.print_form(frame=frame, order=order, content=content)
        return {"version": version, "number": number}

    answer = _write(tenant, actor, "order.print", key, {"order": order}, now, work)
    return int(answer["version"]), str(answer["number"])


def signed(*, tenant: Tenant, actor: Actor, key: str, now: datetime, order: str, version: int) -> None:
    """The customer signed a version of the form."""

    def work(frame: Frame) -> dict[str, Any]:
        orders.sign_form(frame=frame, order=order, version=version)
        return {"order": order}

    _write(tenant, actor, "order.sign", key, {"order": order, "version": version}, now, work)


def expect_possible(s: Situation) -> None:
    """That a deed may be done as its subscription stands (C8), and can be as its fields say. UnableToDo."""
    verdict = _verdict(s)
    if verdict.kind == "no":
        raise UnableToDo(verdict.code, "", **verdict.params)
    DOINGS[s.item.deed].check(s)


def _verdict(s: Situation) -> Verdict:
    """Of the table of the counter, or of credit control's own."""
    stands, deed = s.standing, s.item.deed
    life, reasons = (stands.life, [one.reason for one in stands.reasons]) if stands else ("", [])
    if s.order.channel != CREDIT:
        return permitted(deed=deed, life=life, reasons=reasons, about=s.told("reason"))
    if deed not in ("stop", "resume"):
        raise UnableToDo("ORDER_CREDIT_DEED", deed=deed)
    return permitted_to_credit(act="stop" if deed == "stop" else "resume", life=life, reasons=reasons)


def take_up(*, frame: Frame, order: str, place: int, within: Reach) -> None:
    """Look at an item that stands in the cart now, and reserve what it names."""
    found = order_named(tenant=frame.tenant, number=order)
    item = _item(found, place)
    assert item is not None
    expect_possible(situation(tenant=frame.tenant, order=found, item=item, at_ms=to_ms(frame.now)))
    _expect_once(found, item)
    resources.reserve(frame=frame, holder=found.holder, wants=resources.wanted(item), within=within)


def _expect_once(order: OrderFacts, item: ItemFacts) -> None:
    """No two items of an order name one resource: the second could never be completed."""
    named = {one: mate.place for mate in order.items if mate.place != item.place for one in resources.wanted(mate)}
    for kind, id_ in resources.wanted(item):
        if (kind, id_) in named:
            field = "number" if kind == "guest" else kind
            raise UnableToDo("ORDER_NAMED_TWICE", field, id=id_, item=named[kind, id_])


def _item(order: OrderFacts, place: int) -> ItemFacts | None:
    return next((item for item in order.items if item.place == place), None)


def _write(
    tenant: Tenant, actor: Actor, operation: str, key: str, request: Mapping[str, Any], now: datetime,
    work: Callable[[Frame], dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    return perform(tenant=tenant, actor=actor, operation=operation, key=key, request=request, now=now, work=work).answer
