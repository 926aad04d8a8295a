"""The yardstick: a whole month rated and billed again, with one subscription holding another offer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from tests.cycles.world import World

from yidian.domains.customer_bill.queries import cycle_named
from yidian.domains.product_catalog.queries import current_tariff
from yidian.domains.product_inventory.types import Reference
from yidian.kernel.rating.as_of import as_of
from yidian.runs.trial import shadow
from yidian.runs.trial.run import _usage

BASE = ("PLAN", "ROLL", "TOGETHER", "AHEAD", "DATALESS")


def holding(who: Reference, subscriber: str, offer: str, since: int) -> Reference:
    """The same people; the subscription holds the offer wherever it held a main one, from `since` if it always did."""
    place = who.subscriber_code.index(subscriber)
    rows = list(zip(*(np.asarray(c).tolist() for c in (who.hold_sub, who.hold_offer, who.hold_from, who.hold_to)),
                    strict=True))  # fmt: skip
    mine = [row for row in rows if row[0] == place and who.offer_codes[row[1]] in BASE]
    windows: list[list[int]] = []
    for _, _, begin, end in sorted(mine, key=lambda row: row[2]):
        if windows and begin <= windows[-1][1]:
            windows[-1][1] = max(windows[-1][1], end)
        else:
            windows.append([begin, end])
    if windows:
        windows[0][0] = min(windows[0][0], since)
    new = [(place, len(who.offer_codes), begin, end) for begin, end in windows]
    table = np.array(sorted([row for row in rows if row not in mine] + new, key=lambda row: (row[0], row[2])), np.int64)
    names = ("hold_sub", "hold_offer", "hold_from", "hold_to")
    made: dict[str, Any] = {name: table.reshape(-1, 4)[:, n] for n, name in enumerate(names)}
    return replace(who, offer_codes=[*who.offer_codes, offer], **made)


def month_under(world: World, cycle: str, subscriber: str, offer: str, *, on: date, since: int) -> shadow.MonthUnder:
    """trial.under of the whole month. `offer` "": as everything is."""
    found = cycle_named(tenant=world.tenant, name=cycle)
    with pytest.MonkeyPatch.context() as patch:
        if offer:
            patch.setattr(shadow, "moved", lambda who, _: holding(who, subscriber, offer, since))
        return shadow.under(
            tenant=world.tenant, places=world.places, cycle=found,
            tariff=as_of(current_tariff(tenant=world.tenant)[1], on),
            usage=_usage(world.tenant, found), moves={}, parts=1, threads=1, advance=lambda _: None,
        )  # fmt: skip


def lines_of(month: shadow.MonthUnder, subscribers: set[str]) -> int:
    """What these subscriptions are charged on all bills."""
    who = month.inputs.reference
    ids = {int(i) for i, code in zip(who.subscriber_id, who.subscriber_code, strict=True) if code in subscribers}
    rows = month.items.select(["subscriber", "amount_minor"]).to_pylist()
    return sum(row["amount_minor"] for row in rows if row["subscriber"] in ids)


def bills_of(month: shadow.MonthUnder) -> int:
    """All bills of the operator."""
    return sum(month.headers["total_minor"].to_pylist())


def group_of(month: shadow.MonthUnder, subscriber: str) -> set[str]:
    """Who is in a rating unit with the subscription, with somebody of that unit, and so on."""
    who: Any = month.inputs.reference
    units = [{who.mem_unit[n] for n in np.flatnonzero(who.mem_sub == s)} for s in range(len(who.subscriber_code))]
    found = {who.subscriber_code.index(subscriber)}
    while True:
        theirs = set().union(*(units[s] for s in found))
        more = {s for s, mine in enumerate(units) if mine & theirs}
        if more <= found:
            return {who.subscriber_code[s] for s in found}
        found |= more
