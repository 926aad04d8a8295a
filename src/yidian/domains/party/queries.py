"""Reading customers and accounts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from django_scopes import scope

from yidian.domains.party.models import BillingAccount, Customer
from yidian.domains.party.types import KnownAccount, KnownCustomer
from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 500  # codes in one IN list
WHOLE: Final = 10_000  # with more codes than this one pass over the tenant's rows is quicker


def customers_by_code(*, tenant: Tenant, codes: Collection[str]) -> dict[str, KnownCustomer]:
    """Those of the named customers that exist."""
    with scope(tenant=tenant):
        rows = _named(Customer.objects.all(), codes, "code", "id", "name")
        return {code: KnownCustomer(id_, name) for code, id_, name in rows}


def accounts_by_code(*, tenant: Tenant, codes: Collection[str]) -> dict[str, KnownAccount]:
    """Those of the named accounts that exist."""
    with scope(tenant=tenant):
        rows = _named(BillingAccount.objects.all(), codes, "code", "id", "customer__code", "currency")
        return {code: KnownAccount(id_, customer, currency) for code, id_, customer, currency in rows}


def account_codes(*, tenant: Tenant, ids: Collection[int]) -> dict[int, str]:
    """Codes of accounts by id."""
    ordered, found = sorted(set(ids)), {}
    with scope(tenant=tenant):
        for start in range(0, len(ordered), CHUNK):
            rows = BillingAccount.objects.filter(id__in=ordered[start : start + CHUNK])
            found.update(rows.values_list("id", "code"))
    return found


def _named(rows: Any, codes: Collection[str], *columns: str) -> Iterator[tuple[Any, ...]]:
    """Values of the rows whose code is among `codes`, in few queries however many they are."""
    if len(codes) > WHOLE:
        wanted = frozenset(codes)
        yield from (row for row in rows.values_list(*columns).iterator(chunk_size=10_000) if row[0] in wanted)
        return
    ordered = sorted(codes)
    for start in range(0, len(ordered), CHUNK):
        yield from rows.filter(code__in=ordered[start : start + CHUNK]).values_list(*columns)
