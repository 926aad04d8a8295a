"""What a customer's accounts owe."""

from __future__ import annotations

from collections.abc import Mapping

from yidian.domains.party.queries import accounts_of
from yidian.domains.payment.queries import owed_by
from yidian.domains.payment.types import Owed
from yidian.platform.tenancy.models import Tenant


def dues_of_customer(*, tenant: Tenant, customer: str) -> Mapping[str, tuple[int, list[Owed]]]:
    """By account (code): what is open together, and each thing that is, oldest first. Accounts that owe nothing too."""
    codes = [one.code for one in accounts_of(tenant=tenant, customer=customer)]
    owed = owed_by(tenant=tenant, accounts=codes)
    return {code: (sum(due.open_minor for due in owed.get(code, ())), owed.get(code, [])) for code in codes}
