"""What of an order is money beside its offers: deposits, taken at completion, given back when it is reversed (K7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yidian.domains.charging.operations import give_deposit_back, take_deposit
from yidian.domains.ledger.types import AccountKey
from yidian.domains.product_inventory.queries import standing
from yidian.journeys.ordering.situation import Situation
from yidian.kernel.calendar import local_date, to_ms
from yidian.kernel.ledger import months_after
from yidian.platform.writing.frame import Frame

TILL: Final = AccountKey("cash", code="counter")


def take_deposits(*, frame: Frame, situation: Situation) -> tuple[int, ...]:
    """The deposit that an item brings, if any: paid at the till, back month by month from the next one on; its id."""
    amount_minor, months = deposit_of(situation)
    if not amount_minor:
        return ()
    on = local_date(to_ms(frame.now), frame.tenant.zone)
    stands = standing(tenant=frame.tenant, subscriber=situation.item.subscriber, at_ms=to_ms(frame.now))
    assert stands is not None, "completion made it"
    taken = take_deposit(
        frame=frame, account=stands.account, amount_minor=amount_minor, months=months,
        first_on=months_after(on.replace(day=1), 1), against=TILL, on=on,
        subscriber=situation.item.subscriber,
    )  # fmt: skip
    return (taken,)


def deposit_of(situation: Situation) -> tuple[int, int]:
    """(分 to be paid at the till when an item is complete, months over which it comes back): of a contract as told, of
    a premium number (靓号预存, G3) as its level says."""
    if situation.told("deposit"):
        return int(situation.told("deposit")), int(situation.told("months"))
    level = situation.level
    return (level.deposit_minor, level.deposit_months or 1) if level else (0, 0)


def give_deposits_back(*, frame: Frame, deposits: Sequence[int]) -> None:
    """From the till, whole. UnableToTakeDeposit DEPOSIT_BEGUN."""
    on = local_date(to_ms(frame.now), frame.tenant.zone)
    for deposit in deposits:
        give_deposit_back(frame=frame, deposit=deposit, against=TILL, on=on)
