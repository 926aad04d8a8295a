"""Who has to be looked at together: who is priced together, and where discounts look at whole accounts, who is billed
on one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from yidian.domains.customer_bill.types import Cycle
from yidian.domains.party.queries import account_codes, accounts_by_code
from yidian.domains.product_inventory.bulk import load_reference, load_responsibilities, subscribers_taken
from yidian.domains.product_inventory.queries import (
    payers_of_units,
    unit_ids_of,
    units_of_subscribers,
    units_priced_with,
)
from yidian.domains.product_inventory.types import Reference
from yidian.kernel.rating.arrays import I64
from yidian.platform.tenancy.models import Tenant
from yidian.runs.best.today import Today
from yidian.runs.bill.facts import Facts


def units_with(*, tenant: Tenant, cycle: Cycle, now: Today, subscriber: int) -> list[int]:
    """Ids of all rating units that a subscriber's (id) bills may depend on."""
    units = units_priced_with(tenant=tenant, unit_ids=units_of_subscribers(tenant=tenant, subscribers=[subscriber]))
    while now.by_accounts:
        found = _billed_with(tenant, cycle, units)
        if len(found) == len(units):
            break
        units = found
    return units


def _billed_with(tenant: Tenant, cycle: Cycle, units: Sequence[int]) -> list[int]:
    """These and the units of whoever is billed on one of their accounts, as the payer's own or taken by it."""
    codes = {code for found in payers_of_units(tenant=tenant, unit_ids=units).values() for code in found}
    at_ms = cycle.to_ms - 1
    members = _members(tenant, cycle, units)
    taken = load_responsibilities(tenant=tenant, at_ms=at_ms, subscribers=members)["account_id"].to_pylist()
    codes |= set(account_codes(tenant=tenant, ids=taken).values())
    ids = [one.id for one in accounts_by_code(tenant=tenant, codes=codes).values()]
    others = units_of_subscribers(
        tenant=tenant, subscribers=subscribers_taken(tenant=tenant, accounts=ids, at_ms=at_ms)
    )
    wider = {*units, *unit_ids_of(tenant=tenant, account_codes=codes), *others}
    return units_priced_with(tenant=tenant, unit_ids=wider)


def _members(tenant: Tenant, cycle: Cycle, units: Sequence[int]) -> list[int]:
    who = load_reference(tenant=tenant, period_start_ms=cycle.from_ms, period_end_ms=cycle.to_ms, unit_ids=list(units))
    found: list[int] = np.asarray(who.subscriber_id, np.int64).tolist()
    return found


def co_billed(group: I64, who: Reference, told: Sequence[Facts]) -> I64:
    """Groups (a number for each subscriber of the reference) joined where an account is billed for two of them."""
    ids = np.asarray(who.subscriber_id, np.int64)
    order = np.argsort(ids)
    subs, accounts = [np.asarray(who.acc_sub, np.int64)], [np.asarray(who.account_id, np.int64)[who.acc_index]]
    for facts in told:
        here = np.isin(facts.pays_for, ids)
        subs.append(order[np.searchsorted(ids[order], facts.pays_for[here])])
        accounts.append(facts.payer[here])
    account = np.unique(np.concatenate(accounts), return_inverse=True)[1].reshape(-1)
    at, label = group[np.concatenate(subs)], np.arange(int(group.max(initial=-1)) + 1)
    while len(at):
        least = np.full(int(account.max()) + 1, len(label), np.int64)
        np.minimum.at(least, account, label[at])
        after = label.copy()
        np.minimum.at(after, at, least[account])
        if (after == label).all():
            break
        label = after
    found: I64 = np.unique(label[group], return_inverse=True)[1].reshape(-1)
    return found
