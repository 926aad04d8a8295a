"""What a cycle's receivables are for: the items of their bills, for those accounts whose books ask for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from yidian.domains.payment.types import DueItem, Owed
from yidian.platform.tenancy.models import Tenant

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

Items = Mapping[str, tuple[DueItem, ...]]  # account → what its bill of a cycle is for


def items_of_cycle(*, tenant: Tenant, cycle: str, accounts: Collection[str], lake: Path) -> Items:
    """The items of the bills of some accounts, by account; read from the lake once, and only when somebody asks."""
    if not accounts:
        return {}
    from yidian.runs.bill.results import item_tables

    return _collected(item_tables(tenant=tenant, cycle=cycle, lake=lake), frozenset(accounts))


def _collected(tables: Iterable[pa.Table], accounts: frozenset[str]) -> Items:
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = pa.array(sorted(accounts), pa.string())
    sums: defaultdict[str, defaultdict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for table in tables:
        mine = table.filter(pc.is_in(table["account"], wanted))
        columns = (mine[name].to_pylist() for name in ("account", "item", "subscriber", "amount_minor"))
        for account, item, subscriber, amount in zip(*columns, strict=True):
            sums[account][item, subscriber] += amount
    return {
        account: tuple(
            DueItem(item, subscriber, amount) for (item, subscriber), amount in sorted(found.items()) if amount
        )
        for account, found in sums.items()
    }


def of_receivables(owed: Collection[Owed], items: Mapping[str, Items]) -> dict[int, tuple[DueItem, ...]]:
    """The items of each receivable of a bill: by its cycle and account."""
    return {
        one.id: items[one.cycle][one.account]
        for one in owed
        if one.kind == "bill" and one.account in items.get(one.cycle, {})
    }
