"""What was done to a customer's affairs, by whom and why, as the audit has it; the newest first."""

from __future__ import annotations

from typing import Final

from yidian.domains.party.queries import accounts_of
from yidian.platform.audit.queries import entries_about
from yidian.platform.audit.types import Entry
from yidian.platform.tenancy.models import Tenant

SHOWN: Final = 30


def trail(*, tenant: Tenant, customer: str) -> list[Entry]:
    """What tells of the customer and of its accounts; runs over many accounts are not told here."""
    about = [f"account/{row.code}" for row in accounts_of(tenant=tenant, customer=customer)]
    return entries_about(tenant=tenant, about=[f"customer/{customer}", *about], limit=SHOWN)
