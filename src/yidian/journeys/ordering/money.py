"""What of an order is money beside its offers: what is due with it, kept until its items are complete, given back where
they never are (K7, BH-20)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yidian.domains.charging.operations import give_deposit_back
from yidian.domains.ledger.types import AccountKey
from yidian.domains.payment.operations import credit_advances, deposit_of_item, give_back
from yidian.domains.payment.queries import orders_paid
from yidian.domains.product_inventory.queries import standing
from yidian.domains.product_order import operations as orders
from yidian.domains.product_order.types import DueDeposit, OrderFacts, Outcome, lifecycle
from yidian.domains.resource_inventory.queries import resource
from yidian.journeys.ordering.doing import UnableToDo
from yidian.journeys.ordering.situation import Situation, situation
from yidian.kernel.calendar import local_date, to_ms
from yidian.kernel.ledger import months_after
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame

TILL: Final = AccountKey("cash", code="counter")


def deposit_of(s: Situation) -> DueDeposit | None:
    """What is to be paid for an item, and comes back: of a contract as told, of a premium number (靓号预存, G3) as its
    level says. UnableToDo DEPOSIT_AMOUNT: less than the least money a month."""
    amount_minor, months = 0, 0
    if s.told("deposit"):
        amount_minor, months = int(s.told("deposit")), int(s.told("months") or 0)
    elif s.level is not None:
        amount_minor, months = s.level.deposit_minor, s.level.deposit_months or 1
    if not amount_minor:
        return None
    if not 1 <= months <= amount_minor:
        raise UnableToDo("DEPOSIT_AMOUNT", "deposit", amount=amount_minor, months=months)
    account = s.standing.account if s.standing is not None else s.told("account") or s.accounts[0]
    return DueDeposit(s.item.place, account, amount_minor, months)


def deposits_of(*, tenant: Tenant, order: OrderFacts, at_ms: int) -> tuple[DueDeposit, ...]:
    """Of all items of an order that are not complete, as things are."""
    found = []
    for item in order.items:
        number = item.told.get("number")
        named = resource(tenant=tenant, kind="number", id=number) if isinstance(number, str) and number else None
        if item.completed_ms is None and (item.told.get("deposit") or (named is not None and named.level)):
            found.append(deposit_of(situation(tenant=tenant, order=order, item=item, at_ms=at_ms)))
    return tuple(one for one in found if one is not None)


def take_deposits(*, frame: Frame, situation: Situation) -> tuple[int, ...]:
    """What was paid for an item that is being completed becomes its deposit: back month by month from the next one on;
    its id. What was paid ahead on the account that the item bills is principal from now on.

    UnableToMoveOrderMoney ORDER_NOT_PAID.
    """
    order, item = situation.order, situation.item
    stands = standing(tenant=frame.tenant, subscriber=item.subscriber, at_ms=to_ms(frame.now))
    due = deposit_of(situation) if order.due is None else order.due.of_item(item.place)
    taken: tuple[int, ...] = ()
    if due is not None:
        assert stands is not None, "completion made it"
        on = local_date(to_ms(frame.now), frame.tenant.zone)
        taken = (
            deposit_of_item(
                frame=frame, order=order.number, item=item.place, account=stands.account, subscriber=item.subscriber,
                first_on=months_after(on.replace(day=1), 1), amount_minor=due.amount_minor,
            ),
        )  # fmt: skip
    if stands is not None and order.due is not None and order.due.advances:
        credit_advances(frame=frame, order=order.number, account=stands.account)
    return taken


def settle_ended(*, frame: Frame, order: str, outcome: Outcome) -> None:
    """Nothing is kept for an order that has ended: complete, what was paid ahead is principal; anything that is left
    then, or was kept for what was cancelled, is given back from where it was paid, and the order says so."""
    if outcome.state not in lifecycle.ENDED:
        return
    number, amount_minor = give_back(frame=frame, order=order)
    if number:
        orders.note_returned(frame=frame, order=order, number=number, amount_minor=amount_minor)


def settle_complete(*, frame: Frame, order: str, outcome: Outcome) -> None:
    """After the completion of an item: with the last of them every advance is principal."""
    if outcome.state == lifecycle.COMPLETED:
        credit_advances(frame=frame, order=order)
    settle_ended(frame=frame, order=order, outcome=outcome)


def give_deposits_back(*, frame: Frame, order: str, deposits: Sequence[int]) -> None:
    """Of an order from before deposits were paid with it: from the till, whole. Those of others were kept for them
    again when the reversal began. UnableToTakeDeposit DEPOSIT_BEGUN."""
    if not deposits or orders_paid(tenant=frame.tenant, orders=[order]):
        return
    on = local_date(to_ms(frame.now), frame.tenant.zone)
    for deposit in deposits:
        give_deposit_back(frame=frame, deposit=deposit, against=TILL, on=on)
