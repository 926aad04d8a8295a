"""Customers files for tests, as text; and what is stored, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from yidian.domains.product_inventory.models import (
    AccessIdentifier,
    AccountOfSubscriber,
    OfferHolding,
    UnitMembership,
)
from yidian.domains.product_inventory.operations import import_customers, import_sheet
from yidian.domains.product_inventory.types import ImportReport
from yidian.kernel.calendar import FOREVER_MS, day_start_ms
from yidian.kernel.faults import BadInput, Fault
from yidian.platform.sheets import Sheet

OFFERS: dict[str, tuple[date | None, date | None]] = {
    "A": (None, None),
    "B": (None, None),
    "PACK": (None, None),
    "OLD": (date(2026, 1, 1), date(2026, 7, 1)),
}
COLUMNS = (
    *("customer", "customer_name", "account", "subscriber", "kind", "identifier"),
    *("home_area", "pool", "offer", "from", "to"),
)
FIRST = {"customer": "C1", "account": "ACC1", "identifier": "13800000001", "offer": "A", "from": "2026-10-01"}


def row(**cells: str) -> dict[str, str]:
    """One row; `begin`/`end` stand for the columns from/to. What is not said is as in FIRST."""
    named = {{"begin": "from", "end": "to"}.get(name, name): value for name, value in cells.items()}
    return dict.fromkeys(COLUMNS, "") | FIRST | named


def sheet(rows: Sequence[Mapping[str, str]]) -> Sheet:
    """Lines are counted as in a file: the header is line 1, the first row is line 2."""
    header = tuple(rows[0]) if rows else tuple(COLUMNS)
    return Sheet(file="customers.csv", name="customers", header=header, rows=list(enumerate(map(dict, rows), 2)))


def take(tenant: Any, *rows: Mapping[str, str]) -> ImportReport:
    return import_sheet(tenant=tenant, sheet=sheet(rows), known_offers=OFFERS)


def refused(tenant: Any, *rows: Mapping[str, str]) -> tuple[Fault, ...]:
    """The faults for which the rows are refused."""
    try:
        take(tenant, *rows)
    except BadInput as refusal:
        return refusal.faults
    raise AssertionError("the rows were taken")


def take_text(tenant: Any, path: Path, text: str) -> ImportReport:
    path.write_text(text, encoding="utf-8")
    return import_customers(tenant=tenant, path=path, known_offers=OFFERS)


def day(text: str) -> int:
    """First instant of a local date; "" is the open end."""
    return day_start_ms(date.fromisoformat(text), "Asia/Shanghai") if text else FOREVER_MS


def stored() -> dict[str, set[tuple[Any, ...]]]:
    """Everything the tenant in scope has, in natural keys."""
    period = ("from_ms", "to_ms")
    return {
        "identifiers": set(AccessIdentifier.objects.values_list("subscriber__code", "kind", "value", *period)),
        "holdings": set(OfferHolding.objects.values_list("subscriber__code", "offer", *period)),
        "payers": set(AccountOfSubscriber.objects.values_list("subscriber__code", "account__code", *period)),
        "memberships": set(UnitMembership.objects.values_list("subscriber__code", "unit__code", *period)),
        "subscribers": set(
            AccountOfSubscriber.objects.values_list(
                "subscriber__code", "subscriber__customer__code", "subscriber__home_area"
            )
        ),
    }
