"""I12 of subscriptions: each is one thing at an instant, billed as its stops say, and over at its end."""

from __future__ import annotations

from yidian.domains.product_catalog.queries import stacking_offers
from yidian.domains.product_inventory.queries import (
    held_after_end,
    lives_and_stops,
    overlaps,
    states_astray,
    subscribers_counted,
)
from yidian.kernel.calendar import from_ms
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit


def subscriptions(on: Visit) -> Finding:
    """The state that billing reads is the one that the reasons of stops draw; who is terminated has nothing left."""
    look = Look("I12", "SUBSCRIPTIONS")
    look.checked = lives_and_stops(tenant=on.tenant)
    for one in states_astray(tenant=on.tenant):
        look.violation("STATE_ASTRAY", subscriber=one.subscriber, at=from_ms(one.at_ms).isoformat())
    for left in held_after_end(tenant=on.tenant):
        since = from_ms(left.since_ms).isoformat()
        look.violation("HELD_AFTER_END", subscriber=left.subscriber, what=left.what, since=since)
    return look.finding()


def histories(on: Visit) -> Finding:
    """Nothing is two things at one instant: numbers, offers, payers, units, states, lives, reasons of stops."""
    look = Look("I12", "HISTORIES")
    look.checked = subscribers_counted(tenant=on.tenant)
    for one in overlaps(tenant=on.tenant, stacking=stacking_offers(tenant=on.tenant)):
        look.violation("HISTORY_OVERLAPS", table=one.table, key=one.key)
    return look.finding()
