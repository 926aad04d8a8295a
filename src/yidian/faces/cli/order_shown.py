"""Orders as tables: lists, one whole, what waits for somebody, what deeds bring along."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yidian.domains.product_order.types import ItemFacts, OrderRow
    from yidian.faces.cli.context import Context

READ = "order.read"


def node_of(order: str, context: Context) -> str | None:
    """Who looks after the customer of an order; UnableToFindOrder."""
    from yidian.domains.product_order.queries import UnableToFindOrder, order_owners

    found = order_owners(tenant=context.tenant, numbers=[order])
    if order not in found:
        raise UnableToFindOrder(order=order)
    return found[order][1] or None


def reach(right: str, context: Context) -> frozenset[str] | None:
    """The nodes whose customers' orders a list may show; None: all. Refused where the right is held nowhere."""
    from yidian.platform.access.queries import within

    found = within(tenant=context.tenant, actor=context.actor, action=right, now=context.now)
    if found == frozenset():
        context.demand(right)
    return found


def told(order: str, context: Context) -> int:
    """How an order stands now, in a line."""
    from yidian.domains.product_order.queries import order_named

    state = order_named(tenant=context.tenant, number=order).state
    context.say("ORDER_IS", order=order, state=_words(f"ORDER_STATE_{state}", context))
    return 0


def listed(args: argparse.Namespace, context: Context) -> int:
    tenant = context.tenant
    from yidian.domains.party.queries import customers
    from yidian.domains.product_order.queries import orders_in_state, orders_of
    from yidian.domains.product_order.types import lifecycle
    from yidian.kernel.faults import refuse

    unknown = [state for state in args.state if state not in lifecycle.ORDER_STATES]
    if unknown:
        raise refuse("ORDER_STATE_NAME", value=unknown[0], known=", ".join(lifecycle.ORDER_STATES))
    if args.customer:
        found = customers(tenant=tenant, codes=[args.customer])
        context.demand(READ, organisation=(found[0].organisation or None) if found else None)
        rows = orders_of(tenant=tenant, customer=args.customer, limit=args.limit)
        rows = [row for row in rows if not args.state or row.state in args.state]
    else:
        nodes = reach(READ, context)
        states = args.state or lifecycle.IN_FLIGHT
        rows = orders_in_state(tenant=tenant, states=states, within=nodes, limit=args.limit)
    _table(rows, context)
    return 0


def waiting(args: argparse.Namespace, context: Context) -> int:
    """Steps that fell out, and those that are somebody's work."""
    tenant = context.tenant
    nodes = reach("order.work", context)
    from yidian.domains.product_order.queries import orders_named, work_list
    from yidian.domains.product_order.types import MANUAL

    rows: list[Sequence[object]] = []
    numbers = [row.number for row in work_list(tenant=tenant, within=nodes, limit=args.limit)]
    whole = {facts.number: facts for facts in orders_named(tenant=tenant, numbers=numbers)}
    for order in (whole[number] for number in numbers):
        for item in order.items:
            for step in item.steps:
                mine = step.kind == MANUAL and step.ready and step.state == "waiting"
                if mine or step.state in ("fallen", "stuck"):
                    rows.append(
                        (order.number, item.place, step.place, _words(f"DEED_{item.deed}", context), item.subscriber,
                         _words(f"ORDER_DOES_{step.name}", context), _words(f"ORDER_STEP_{step.state}", context),
                         step.reason, context.local(order.promised_at, "minutes"))
                    )  # fmt: skip
    names = ("ORDER", "ITEM", "STEP", "DEED", "SUBSCRIBER", "DOES", "STATE", "REASON", "PROMISED")
    context.table("ORDER_TABLE_WORK", _columns(*names), rows)
    return 0


def one(args: argparse.Namespace, context: Context) -> int:
    """An order with what was paid with it, its items, steps and history."""
    tenant = context.tenant
    from yidian.faces.cli import order_paid

    context.demand(READ, organisation=node_of(args.order, context))
    from yidian.domains.product_order.queries import history, order_named
    from yidian.kernel.calendar import from_ms

    facts = order_named(tenant=tenant, number=args.order)
    context.say(
        "ORDER_WHOLE", order=facts.number, customer=facts.customer, channel=facts.channel,
        state=_words(f"ORDER_STATE_{facts.state}", context), taken=context.local(facts.taken_at, "minutes"),
        promised=context.local(facts.promised_at, "minutes") or "—",
    )  # fmt: skip
    order_paid.tell(facts, context)
    items = [
        (item.place, _words(f"DEED_{item.deed}", context), item.subscriber, _told(item),
         _words(f"ORDER_STATE_{item.state}", context),
         context.local(from_ms(item.completed_ms)) if item.completed_ms else "")
        for item in facts.items
    ]  # fmt: skip
    context.table("ORDER_TABLE_ITEMS", _columns("ITEM", "DEED", "SUBSCRIBER", "TOLD", "STATE", "COMPLETED"), items)
    steps = [
        (item.place, step.place, _words(f"ORDER_DOES_{step.name}", context),
         _words(f"ORDER_STEP_{step.state}", context), step.attempts, step.reason,
         context.local(from_ms(step.done_ms)) if step.done_ms else "")
        for item in facts.items for step in item.steps
    ]  # fmt: skip
    context.table("ORDER_TABLE_STEPS", _columns("ITEM", "STEP", "DOES", "STATE", "ATTEMPTS", "REASON", "DONE"), steps)
    events = [
        (one.sequence, context.local(one.at), one.event, one.item or "", one.step or "", one.state, one.actor)
        for one in history(tenant=tenant, number=args.order)
    ]
    context.table("ORDER_TABLE_EVENTS", _columns("PLACE", "WHEN", "EVENT", "ITEM", "STEP", "STATE", "WHO"), events)
    return 0


def terms(context: Context) -> int:
    """What deeds bring along today."""
    tenant = context.tenant
    context.demand(READ)
    from yidian.domains.product_order.queries import terms_on
    from yidian.domains.product_order.types import DEEDS, LINES
    from yidian.kernel.calendar import local_date, to_ms

    on = local_date(to_ms(context.now), tenant.zone)
    asked = [(deed, line) for deed in DEEDS for line in LINES]
    rows = [
        (_words(f"DEED_{deed}", context), line, " ".join(row.fees), " ".join(row.free_for), row.hours)
        for (deed, line), row in terms_on(tenant=tenant, on=on, asked=asked).items()
        if row.fees or row.free_for or row.hours
    ]
    context.table("ORDER_TABLE_TERMS", _columns("DEED", "LINE", "FEES", "FREE_FOR", "HOURS"), rows)
    return 0


def _table(rows: Sequence[OrderRow], context: Context) -> None:
    told = [
        (row.number, row.customer, row.name, ", ".join(_words(f"DEED_{deed}", context) for deed in row.deeds),
         _words(f"ORDER_STATE_{row.state}", context), _words(f"ORDER_DOES_{row.step}", context) if row.step else "",
         row.reason, context.local(row.taken_at, "minutes"), context.local(row.promised_at, "minutes"))
        for row in rows
    ]  # fmt: skip
    names = ("ORDER", "CUSTOMER", "NAME", "DEEDS", "STATE", "DOES", "REASON", "TAKEN", "PROMISED")
    context.table("ORDER_TABLE", _columns(*names), told)


def _told(item: ItemFacts) -> str:
    def text(value: Any) -> str:
        return " ".join(value) if isinstance(value, list) else str(value)

    return " ".join(f"{name}={text(value)}" for name, value in sorted(item.told.items()))


def _words(code: str, context: Context) -> str:
    from yidian.platform.wording import text

    return text(code.upper(), context.lang)


def _columns(*names: str) -> list[str]:
    return [f"ORDERS_COLUMN_{name}" for name in names]
