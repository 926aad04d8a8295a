"""Taking an order (营业受理): a cart that is filled, priced, read back to the customer and printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from yidian.domains.party.queries import customers_by_code
from yidian.domains.product_order import lifecycle
from yidian.domains.product_order.deeds import DEEDS, checked, conflicts
from yidian.domains.product_order.models import OrderItem, ProductOrder
from yidian.domains.product_order.operations._rows import (
    expect_cart,
    held,
    move,
    remember,
    standing_items,
    void_forms,
)
from yidian.domains.product_order.types import (
    CREDIT,
    Advance,
    Due,
    DueDeposit,
    due_of_json,
    new_subscription,
)
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.database.kept import Reading
from yidian.platform.locks import hold_until_commit
from yidian.platform.numbering.operations import next_number
from yidian.platform.writing.frame import Frame

CHANNELS: Final = ("desk", "web", "agent", "reseller", "cli", "file", CREDIT)
MOST_ITEMS: Final = 50
_OTHERS: Final = Reading(
    lambda subscriber, but: (
        OrderItem.objects.filter(subscriber=subscriber, order__state__in=lifecycle.IN_FLIGHT)
        .exclude(order=but)
        .exclude(state=lifecycle.DROPPED)
        .values_list("order__number", "deed")
    )
)


class UnableToOrder(Exception):
    """Why something cannot be ordered so: ORDER_CUSTOMER_UNKNOWN, ORDER_CHANNEL_UNKNOWN, ORDER_IN_FLIGHT (names the
    order that blocks it), ORDER_TWICE (one cart asks two things that exclude each other), ORDER_TOO_LONG,
    ORDER_ITEM_UNKNOWN, ORDER_ITEM_NEEDED (another comes after it), ORDER_EMPTY, ORDER_STALE (`revision` moved on),
    ORDER_NOT_QUOTED, ORDER_NOT_READ_BACK, ORDER_NOT_SIGNED, ORDER_FORM_UNKNOWN, ORDER_SUBSCRIBER_MISSING."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def open_order(*, frame: Frame, customer: str, organisation: str, channel: str, check: int | None = None) -> str:
    """A new cart of a customer; its number. `check`: the identity check that it is taken on."""
    if channel not in CHANNELS:
        raise UnableToOrder("ORDER_CHANNEL_UNKNOWN", channel=channel[:40])
    known = customers_by_code(tenant=frame.tenant, codes=[customer])
    if customer not in known:
        raise UnableToOrder("ORDER_CUSTOMER_UNKNOWN", customer=customer[:64])
    month = f"{local_date(to_ms(frame.now), frame.tenant.zone):%Y%m}"
    number = next_number(frame=frame, series=f"order/{month}", form=f"O{month}-{{:06d}}")
    row = ProductOrder.objects.create(
        tenant=frame.tenant, number=number, customer_id=known[customer].id, organisation=organisation,
        channel=channel, check_id=check, taken_at=frame.now, actor_kind=frame.actor.kind, actor_id=frame.actor.id,
    )  # fmt: skip
    remember(frame, row, "open")
    frame.changed("order", number, before=None, after={"customer": customer, "channel": channel, "check": check})
    return number


def add_item(
    *, frame: Frame, order: str, deed: str, told: Mapping[str, object], subscriber: str = "", after: int = 0
) -> tuple[int, str]:
    """Put a deed into a cart: its place, and the subscription it is about, which a deed that makes one is given here.

    BadInput (deeds.checked); UnableToOrder.
    """
    row = held(frame, order)
    expect_cart(row)
    fields = checked(deed, told)
    items = standing_items(row)
    if len(items) >= MOST_ITEMS:
        raise UnableToOrder("ORDER_TOO_LONG", order=order, most=MOST_ITEMS)
    if after and after not in {item.place for item in items}:
        raise UnableToOrder("ORDER_ITEM_UNKNOWN", order=order, item=after)
    place = 1 + OrderItem.objects.filter(order=row).count()
    if DEEDS[deed].makes:
        subscriber = new_subscription(order=order, place=place)
    elif not subscriber:
        raise UnableToOrder("ORDER_SUBSCRIBER_MISSING", deed=deed)
    _refuse_twice(items, deed, subscriber, after)
    refuse_in_flight(frame, row, [(subscriber, deed)])
    OrderItem.objects.create(
        tenant=frame.tenant, order=row, place=place, deed=deed, subscriber=subscriber, told=fields, after=after
    )
    _revise(frame, row, "add", place, {"deed": deed, "subscriber": subscriber, **fields})
    return place, subscriber


def change_item(*, frame: Frame, order: str, place: int, told: Mapping[str, object]) -> None:
    """Tell an item of a cart otherwise."""
    row = held(frame, order)
    expect_cart(row)
    item = _item(row, place)
    item.told = checked(item.deed, told)
    item.save(update_fields=["told"])
    _revise(frame, row, "change", place, dict(item.told))


def drop_item(*, frame: Frame, order: str, place: int) -> None:
    """Take an item out of a cart."""
    row = held(frame, order)
    expect_cart(row)
    item = _item(row, place)
    if any(one.after == place for one in standing_items(row)):
        raise UnableToOrder("ORDER_ITEM_NEEDED", order=order, item=place)
    item.state = lifecycle.DROPPED
    item.save(update_fields=["state"])
    _revise(frame, row, "drop", place, {"deed": item.deed, "subscriber": item.subscriber})


def set_check(*, frame: Frame, order: str, check: int) -> None:
    """The customer has proved again who they are: a cart may take longer than a check is good for."""
    row = held(frame, order)
    expect_cart(row)
    before, row.check_id = row.check_id, check
    row.save(update_fields=["check_id"])
    remember(frame, row, "check", told={"check": check})
    frame.changed("order", order, before={"check": before}, after={"check": check})


def abandon(*, frame: Frame, order: str) -> None:
    """Let a cart go."""
    row = held(frame, order)
    move(frame, row, "abandon")
    void_forms(frame, row)


def record_quote(
    *, frame: Frame, order: str, revision: int, quote: Mapping[str, Any], deposits: Iterable[DueDeposit] = ()
) -> None:
    """What this revision of a cart would cost, as the kernel that will bill says, and the deposits that are paid with
    it; ORDER_STALE if it is no more. Advances that were wished stay, where the same was priced before."""
    row = held(frame, order)
    expect_cart(row)
    _expect_revision(row, revision)
    before = due_of_json(row.due)
    due = Due(tuple(deposits), before.advances if before else ())
    if before is not None and before != due:
        void_forms(frame, row)  # what was printed said another sum
    row.quote, row.quoted, row.read_back, row.due = dict(quote), revision, None, due.to_json()
    row.save(update_fields=["quote", "quoted", "read_back", "due"])
    remember(frame, row, "quote", told={"revision": revision})
    after = {"revision": revision, "quote": dict(quote), "due": row.due}
    frame.changed("order", order, before=None, after=after)


def set_advances(*, frame: Frame, order: str, revision: int, advances: Sequence[Advance]) -> int:
    """What the customer wishes to pay ahead, by account; the revision of the cart that is to be agreed anew. The price
    stands, what was read back and printed does not. ORDER_STALE, ORDER_NOT_QUOTED."""
    row = held(frame, order)
    expect_cart(row)
    _expect_revision(row, revision)
    due = due_of_json(row.due)
    if row.quoted != revision or due is None:
        raise UnableToOrder("ORDER_NOT_QUOTED", order=order)
    if due.advances == tuple(advances):
        return revision
    row.revision = row.quoted = revision + 1
    row.read_back, row.due = None, replace(due, advances=tuple(advances)).to_json()
    row.save(update_fields=["revision", "quoted", "read_back", "due"])
    void_forms(frame, row)
    remember(frame, row, "advance", told={"revision": row.revision, "advances": [list(one) for one in advances]})
    frame.changed("order", order, before={"due": due.to_json()}, after={"revision": row.revision, "due": row.due})
    return int(row.revision)


def read_back(*, frame: Frame, order: str, revision: int) -> None:
    """The customer heard what is in the cart and what it costs, and said yes (BH-16)."""
    row = held(frame, order)
    expect_cart(row)
    _expect_revision(row, revision)
    if row.quoted != revision:
        raise UnableToOrder("ORDER_NOT_QUOTED", order=order)
    row.read_back = revision
    row.save(update_fields=["read_back"])
    remember(frame, row, "read_back", told={"revision": revision})
    frame.changed("order", order, before=None, after={"revision": revision, "read_back": True})


def refuse_in_flight(frame: Frame, row: ProductOrder, asked: Iterable[tuple[str, str]]) -> None:
    """ORDER_IN_FLIGHT: another order is at work on a subscription. Who asks waits for who asked first."""
    for subscriber, deed in sorted(asked):
        hold_until_commit(f"order of {frame.tenant.pk} {subscriber}")
        for number, other in _OTHERS.rows(tenant=frame.tenant, subscriber=subscriber, but=row.pk):
            if conflicts(other, deed):
                raise UnableToOrder("ORDER_IN_FLIGHT", order=number, subscriber=subscriber, deed=other)


def _refuse_twice(items: list[OrderItem], deed: str, subscriber: str, after: int) -> None:
    for item in items:
        made_by_it = item.place == after and DEEDS[item.deed].makes
        if item.subscriber == subscriber and not made_by_it and conflicts(item.deed, deed):
            raise UnableToOrder("ORDER_TWICE", subscriber=subscriber, deed=item.deed)


def _item(row: ProductOrder, place: int) -> OrderItem:
    item = next((one for one in standing_items(row) if one.place == place), None)
    if item is None:
        raise UnableToOrder("ORDER_ITEM_UNKNOWN", order=row.number, item=place)
    return item


def _expect_revision(row: ProductOrder, revision: int) -> None:
    if row.revision != revision:
        raise UnableToOrder("ORDER_STALE", order=row.number, revision=revision, now=row.revision)


def _revise(frame: Frame, row: ProductOrder, event: str, place: int, told: dict[str, Any]) -> None:
    """What was quoted, read back and printed was another cart (BH-18)."""
    row.revision += 1
    row.quoted = row.read_back = None
    row.quote, row.due = {}, None
    row.save(update_fields=["revision", "quoted", "read_back", "quote", "due"])
    void_forms(frame, row)
    remember(frame, row, f"item.{event}", item=place, told=told)
    frame.changed("order_item", f"{row.number}#{place}", before=None, after={"event": event, **told})
