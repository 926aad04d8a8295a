"""Whole tables in and out, by hand-written SQL that SQLite and PostgreSQL both understand. Runs read through here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from yidian.domains.product_inventory.types import Reference as Reference
from yidian.platform.identity import BUCKETS
from yidian.platform.tenancy.models import Tenant

CHUNK: Final = 500  # ids in one IN list
WHOLE: Final = 20_000  # with more units than this the tenant's whole tables are read and sifted
TABLES: Final = {
    "identifiers": "product_inventory_accessidentifier",
    "holdings": "product_inventory_offerholding",
    "payers": "product_inventory_accountofsubscriber",
    "memberships": "product_inventory_unitmembership",
}
WHAT: Final = {"holdings": "offer", "payers": "account_id", "memberships": "unit_id"}

Columns = list[tuple[Any, ...]]
Ids = NDArray[np.int64]


def load_reference(
    *, tenant: Tenant, period_start_ms: int, period_end_ms: int, unit_ids: Sequence[int] | None = None
) -> Reference:
    """Everything rating asks of the inventory about a period: see types.Reference.

    Subscribers are those in one of the units (None: in any) at some instant of the period; of them every row that
    overlaps the period, but memberships only of the units asked for.
    """
    reading = _Reading(tenant, period_start_ms, period_end_ms)
    members = reading.memberships(unit_ids)
    member_id, member_unit = _ints(members[0]), _ints(members[1])
    only = None if unit_ids is None or len(unit_ids) > WHOLE else np.unique(member_id)
    subscriber_id, code, area = reading.subscribers(only, np.unique(member_id))
    sub_of = _Index(subscriber_id)
    unit_id, unit_code = reading.named("product_inventory_ratingunit", np.unique(member_unit))
    holdings = sub_of.keep(reading.history("holdings", only))
    payers = sub_of.keep(reading.history("payers", only))
    numbers = sub_of.keep(reading.numbers(only))
    account_id, account_code = reading.named("party_billingaccount", np.unique(_ints(payers[1])))
    offer_codes = sorted(set(holdings[1]))
    place = {offer: n for n, offer in enumerate(offer_codes)}
    id_sub, id_from, id_to, id_order = _sorted(sub_of, numbers, 3, numbers[2])
    hold_sub, hold_from, hold_to, hold_order = _sorted(sub_of, holdings, 2, None)
    acc_sub, acc_from, acc_to, acc_order = _sorted(sub_of, payers, 2, None)
    mem_sub, mem_from, mem_to, mem_order = _sorted(sub_of, members, 2, None)
    hold_offer = np.fromiter(map(place.__getitem__, holdings[1]), np.int32, len(holdings[1]))
    return Reference(
        subscriber_id=subscriber_id, subscriber_code=code, home_area=area,
        id_kind=[numbers[1][i] for i in id_order], id_value=[numbers[2][i] for i in id_order],
        id_sub=id_sub, id_from=id_from, id_to=id_to,
        offer_codes=offer_codes, hold_sub=hold_sub, hold_offer=hold_offer[hold_order], hold_from=hold_from, hold_to=hold_to,
        account_id=account_id, account_code=account_code,
        acc_sub=acc_sub, acc_index=_Index(account_id).of(_ints(payers[1]))[acc_order], acc_from=acc_from, acc_to=acc_to,
        unit_id=unit_id, unit_code=unit_code,
        mem_sub=mem_sub, mem_unit=_Index(unit_id).of(member_unit)[mem_order], mem_from=mem_from, mem_to=mem_to,
    )  # fmt: skip
