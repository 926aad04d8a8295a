"""A file of orders, one to a line: whose, which deed, of which subscription, and what is told of it, a column each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from yidian.domains.party.queries import customers
from yidian.domains.product_inventory.queries import subscriber_owners, who_has
from yidian.domains.product_order.types import DEEDS
from yidian.journeys.ordering.at_once import Wish
from yidian.platform.sheets import FaultList, Sheet, check_columns, read_table
from yidian.platform.tenancy.models import Tenant

WHOSE: Final = ("customer", "deed", "subscriber")
FIELDS: Final = {field.name: field for deed in DEEDS.values() for field in deed.fields}
HEIR: Final = "new_customer"  # the column of the field `customer`: in a file that name says whose the order is
COLUMNS: Final = tuple({*FIELDS} - {"customer", "check"})
BETWEEN: Final = ";"  # two values of a field that takes many


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file as it is to be ordered. `key`: the same for the same content, wherever it stands."""

    line: int
    wish: Wish
    key: str
    twice: int = 0  # the line before that asks the same


def rows_of(path: Path) -> list[Row]:
    """BadInput where the file cannot be read or its columns are not those of orders."""
    return rows_of_sheet(read_table(path))


def rows_of_sheet(sheet: Sheet) -> list[Row]:
    """The same of a sheet that somebody has read already."""
    faults = FaultList()
    check_columns(sheet, required=["deed"], allowed=[*WHOSE, HEIR, *sorted(COLUMNS)], faults=faults)
    faults.raise_if_any()
    found, seen = list[Row](), dict[str, int]()
    for line, cells in sheet.rows:
        told = {name: text for name, cell in cells.items() if (text := cell.strip())}
        key = sha256("\0".join(f"{name}\1{told[name]}" for name in sorted(told)).encode()).hexdigest()[:32]
        found.append(Row(line, _wish(told), key, seen.get(key, 0)))
        seen.setdefault(key, line)
    return found


def _wish(cells: dict[str, str]) -> Wish:
    whose = {name: cells.pop(name, "") for name in WHOSE}
    told: dict[str, object] = {
        name: [one.strip() for one in value.split(BETWEEN)] if name in FIELDS and FIELDS[name].many else value
        for name, value in cells.items() if name != HEIR
    }  # fmt: skip
    if HEIR in cells:
        told["customer"] = cells[HEIR]
    return Wish(whose["customer"], whose["deed"], told, whose["subscriber"])


def settled(*, tenant: Tenant, wish: Wish, now: datetime) -> tuple[Wish, str | None]:
    """Whose it is and of which subscription, where the file says a number or nothing; the node that looks after them,
    None where nobody is known by that."""
    subscriber, customer = wish.subscriber, wish.customer
    if subscriber:
        known = subscriber_owners(tenant=tenant, codes=[subscriber])
        if not known:
            held = who_has(tenant=tenant, kind="msisdn", value=subscriber, at=now)
            known = subscriber_owners(tenant=tenant, codes=[held]) if held else {}
        for code, (owner, _) in known.items():
            subscriber, customer = code, customer or owner
    found = customers(tenant=tenant, codes=[customer]) if customer else []
    settled = Wish(customer, wish.deed, wish.told, subscriber, wish.organisation)
    return settled, found[0].organisation if found else None
