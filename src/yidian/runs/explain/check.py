"""Whether a printed bill is ours: its number, its total and its digest belong together."""

from __future__ import annotations

import hmac
from pathlib import Path

from yidian.domains.customer_bill.queries import bill_named
from yidian.kernel.faults import BadInput
from yidian.kernel.money import currency, parse_minor
from yidian.platform.tenancy.models import Tenant
from yidian.runs.explain.bill import digest_of, number_of
from yidian.runs.explain.found import UnableToFindBill, found_bill


def bill_is_ours(*, tenant: Tenant, lake: Path, number: str, total: str, code: str) -> int | None:
    """The total (minor units) of the bill where all three fit; None where anything does not.

    `total`: in minor units as the square says it, or as people write it; `code`: the beginning of the digest.
    """
    named = bill_named(tenant=tenant, number=number.strip()) if code else None
    if named is None:
        return None
    try:
        found = found_bill(tenant=tenant, lake=lake, account=named.account_code, cycle=named.cycle)
    except UnableToFindBill:
        return None
    same = hmac.compare_digest(digest_of(found)[: len(code)].encode(), code.encode())
    if (
        not same
        or number_of(found.bill, named.cycle) != number.strip()
        or found.bill.total_minor not in _totals(tenant, total)
    ):
        return None
    return found.bill.total_minor


def _totals(tenant: Tenant, told: str) -> set[int]:
    plain = told.replace(",", "").replace("¥", "").replace("−", "-")
    try:
        amount = parse_minor(plain, currency(tenant.currency))
    except BadInput:
        return set()
    return {amount, int(plain)} if plain.lstrip("-").isdigit() else {amount}
