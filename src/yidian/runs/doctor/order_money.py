"""I11 of money paid with orders: the ledger keeps what their receipts keep, only for orders that have not ended."""

from __future__ import annotations

from itertools import islice
from typing import Final

from yidian.domains.charging.queries import deposit_amounts
from yidian.domains.ledger.queries import balances
from yidian.domains.payment.queries import kept_by_order, order_deposits, order_parts_astray, orders_paid
from yidian.domains.product_order.queries import order_states, orders_due
from yidian.domains.product_order.types import lifecycle
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit

CHUNK: Final = 1_000


def order_money(on: Visit) -> Finding:
    look = Look("I11", "ORDER_MONEY")
    kept = kept_by_order(tenant=on.tenant)
    held = {key.owner: -amount for key, amount in balances(tenant=on.tenant, kind="order_money").items()}
    for order in sorted(kept.keys() | held.keys()):
        if held.get(order, 0) != kept.get(order, 0):
            look.violation("ORDER_MONEY_DIFFERS", order=order, booked=held.get(order, 0), kept=kept.get(order, 0))
    for one in order_parts_astray(tenant=on.tenant):
        look.violation("ORDER_PARTS_DIFFER", order=one.order, state=one.state, stored=one.stored, summed=one.summed)
    states = order_states(tenant=on.tenant, numbers=kept)
    for order, amount in kept.items():
        if states.get(order, "") not in lifecycle.IN_FLIGHT:
            look.violation("ORDER_ENDED_WITH_MONEY", order=order, state=states.get(order, "-"), kept=amount)
    _paid(on, look)
    _deposits(on, look)
    return look.finding()


def _paid(on: Visit, look: Look) -> None:
    """What is due with an order that was begun was paid, neither more nor less."""
    due = orders_due(tenant=on.tenant)
    while block := list(islice(due, CHUNK)):
        paid = orders_paid(tenant=on.tenant, orders=[one.number for one in block])
        for one in block:
            look.checked += 1
            amount = paid[one.number].amount_minor if one.number in paid else 0
            if amount != (0 if one.waits else one.due_minor):
                look.violation(
                    "ORDER_BEGUN_UNPAID", order=one.number, state=one.state, due=one.due_minor, paid=amount
                )  # fmt: skip


def _deposits(on: Visit, look: Look) -> None:
    """What was paid for a deposit is what the deposit is."""
    taken = order_deposits(tenant=on.tenant)
    while block := list(islice(taken, CHUNK)):
        held = deposit_amounts(tenant=on.tenant, ids=[deposit for _, deposit, _ in block])
        for order, deposit, paid in block:
            if held.get(deposit, 0) != paid:
                look.violation(
                    "ORDER_DEPOSIT_DIFFERS", order=order, deposit=deposit, held=held.get(deposit, 0), paid=paid
                )  # fmt: skip
