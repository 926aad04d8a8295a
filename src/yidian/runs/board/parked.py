"""What is parked for a reason: the accounts it concerns, by code."""

from __future__ import annotations

from dataclasses import dataclass

from yidian.domains.customer_bill.queries import cycle_named, parked_page
from yidian.domains.party.queries import account_codes
from yidian.domains.product_inventory.queries import payers_of_units
from yidian.platform.tenancy.models import Tenant


@dataclass(frozen=True, slots=True)
class ParkedLine:
    """A rating unit or an account set aside; `accounts` are the codes of those who pay for it. `run` found it."""

    code: str
    run: int
    accounts: tuple[str, ...]


def parked_list(*, tenant: Tenant, cycle: str, code: str, limit: int = 50) -> list[ParkedLine]:
    """The first of them, in the order they were found. UnableToFindCycle."""
    cycle_named(tenant=tenant, name=cycle)
    rows = parked_page(tenant=tenant, cycle=cycle, code=code, limit=limit)
    payers = payers_of_units(tenant=tenant, unit_ids=[row.unit_id for row in rows if row.unit_id is not None])
    codes = account_codes(tenant=tenant, ids=[row.account_id for row in rows if row.account_id is not None])
    return [
        ParkedLine(
            row.code, row.run,
            tuple(payers[row.unit_id]) if row.unit_id is not None else (codes.get(row.account_id or 0, ""),),
        )
        for row in rows
    ]  # fmt: skip
