"""Whose the subscriptions of a call are: none begins twice, and none is changed before it begins."""

from __future__ import annotations

from yidian.domains.product_inventory._whose import Whose, plan_whose
from yidian.domains.product_inventory.changes.known import statement
from yidian.domains.product_inventory.changes.telling import Telling
from yidian.domains.product_inventory.changes.types import MovePayer, OpenSubscription


def note_unknown(telling: Telling) -> None:
    """SUBSCRIBER_KNOWN, SUBSCRIBER_UNKNOWN, SUBSCRIPTION_OF_NOBODY, SUBSCRIPTION_WITHOUT_ACCOUNT, BEFORE_BEGINNING."""
    stored, begun = telling.stored, set[str]()
    for line, change in telling.told:
        code = change.subscriber
        if isinstance(change, OpenSubscription):
            if code in stored.subscribers or code in begun:
                telling.note(line, "SUBSCRIBER_KNOWN", code)
            elif change.customer not in stored.customers:
                telling.note(line, "SUBSCRIPTION_OF_NOBODY", change.customer, customer=change.customer)
            begun.add(code)
        elif code not in stored.subscribers and code not in telling.opened:
            telling.note(line, "SUBSCRIBER_UNKNOWN", code)
        if isinstance(change, OpenSubscription | MovePayer) and change.account not in stored.accounts:
            telling.note(line, "SUBSCRIPTION_WITHOUT_ACCOUNT", change.account, account=change.account)
        since = _since(telling, code)
        if since is not None and change.at_ms < since:
            telling.note(line, "BEFORE_BEGINNING", code, since=telling.faults.told(since))


def plan_owners(telling: Telling) -> Whose:
    """ACCOUNT_OF_OTHER_CUSTOMER."""
    told = []
    for line, change in telling.moves():
        known = telling.stored.subscribers.get(change.subscriber)
        owner = known.customer if known else telling.opened[change.subscriber].customer
        told.append(statement(change, line, customer=owner))
    return plan_whose(told, telling.stored, telling.faults)


def _since(telling: Telling, code: str) -> int | None:
    """From when on a subscription has somebody who pays."""
    opened = telling.opened.get(code)
    if opened is not None:
        return opened.at_ms
    return min((row.from_ms for row in telling.stored.payers.get(code, ())), default=None)
