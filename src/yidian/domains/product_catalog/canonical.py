"""One order and one digest for a tariff, whatever the order of its file: the same rows are the same edition."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from operator import attrgetter
from typing import Any, Final

from yidian.kernel.rating import tariff as t

ROWS: Final[dict[str, type[t.Row]]] = {
    "zones": t.Zone, "prefixes": t.Prefix, "places": t.Place, "areas": t.Area, "networks": t.Network, "days": t.Day,
    "bands": t.Band, "items": t.Item, "rules": t.Rule, "offers": t.Offer, "fees": t.Fee, "parts": t.Part,
    "prices": t.Price, "allowances": t.Allowance, "conversions": t.Conversion, "marks": t.Mark, "caps": t.Cap,
    "discounts": t.Discount, "minimums": t.Minimum, "taxes": t.Tax,
}  # fmt: skip
HEAD: Final = ("currency", "zone", "bill_rounding")
KEYS_FIRST: Final = {t.Price: ("offer", "item", "band", "tier_from"), t.Rule: ("order",)}


def field_names(row_type: type[t.Row]) -> tuple[str, ...]:
    """The fields of a row with its own before its validity: the order in which rows are sorted, stored and digested."""
    names = [f.name for f in fields(row_type)]
    own = [name for name in names if name not in ("valid_from", "valid_to")]
    first = [*KEYS_FIRST.get(row_type, ())]
    return (*first, *(name for name in own if name not in first), "valid_from", "valid_to")


def canonical(tariff: t.Tariff) -> t.Tariff:
    """The same tariff with every kind of row in one order."""
    rows: dict[str, Any] = {kind: _in_order(getattr(tariff, kind), row_type) for kind, row_type in ROWS.items()}
    return t.Tariff(**{name: getattr(tariff, name) for name in HEAD}, **rows)


def _in_order(rows: Iterable[t.Row], row_type: type[t.Row]) -> tuple[t.Row, ...]:
    own = attrgetter(*field_names(row_type)[:-2])

    def key(row: t.Row) -> tuple[Any, date, date]:
        return own(row), row.valid_from or date.min, row.valid_to or date.max

    return tuple(sorted(rows, key=key))


def digest(tariff: t.Tariff) -> str:
    """SHA-256 of the canonical rows, one JSON line each; hex.

    Columns that the format was given later count only where they say something: an old edition keeps its digest.
    """
    ordered = canonical(tariff)
    found = hashlib.sha256()
    found.update(_line([getattr(ordered, name) for name in HEAD]))
    for kind, row_type in ROWS.items():
        added = {f.name: f.default for f in fields(row_type) if f.metadata.get("later")}
        values = attrgetter(*(name for name in field_names(row_type) if name not in added))
        for row in getattr(ordered, kind):
            said = {name: getattr(row, name) for name, default in added.items() if getattr(row, name) != default}
            found.update(_line([kind, *values(row), *([said] if said else [])]))
    return found.hexdigest()


def _line(values: list[object]) -> bytes:
    return json.dumps(values, ensure_ascii=False, default=str, separators=(",", ":")).encode() + b"\n"
