"""Some people cut out of a reference of the inventory: those that are priced together with one, or a part of all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from yidian.domains.product_inventory.types import Reference
from yidian.kernel.rating.arrays import I64

HISTORIES = {  # what names the subscriber of a row → the columns beside it; each is sorted by (subscriber, from)
    "id_sub": ("id_kind", "id_value", "id_from", "id_to"),
    "hold_sub": ("hold_offer", "hold_from", "hold_to"),
    "acc_sub": ("acc_index", "acc_from", "acc_to"),
    "mem_sub": ("mem_unit", "mem_from", "mem_to"),
}


def cut(reference: Reference, places: I64) -> Reference:
    """The subscribers at these places, in this order, with their rows and the accounts and units of these rows."""
    at = np.full(len(reference.subscriber_id) + 1, -1, np.int64)
    at[places] = np.arange(len(places))
    made: dict[str, Any] = {
        "subscriber_id": np.asarray(reference.subscriber_id, np.int64)[places],
        "subscriber_code": [reference.subscriber_code[n] for n in places.tolist()],
        "home_area": [reference.home_area[n] for n in places.tolist()],
    }
    for owner, columns in HISTORIES.items():
        sub = at[np.asarray(getattr(reference, owner), np.int64)]
        rows = np.flatnonzero(sub >= 0)
        rows = rows[np.argsort(sub[rows], kind="stable")]
        made[owner] = sub[rows]
        made |= {name: _taken(getattr(reference, name), rows) for name in columns}
    accounts, made["acc_index"] = _only(made["acc_index"])
    units, made["mem_unit"] = _only(made["mem_unit"])
    for name, rows in (("account_id", accounts), ("account_code", accounts), ("unit_id", units), ("unit_code", units)):
        made[name] = _taken(getattr(reference, name), rows)
    return replace(reference, **made)


def _taken(column: Any, rows: I64) -> Any:
    return [column[n] for n in rows.tolist()] if isinstance(column, list) else np.asarray(column, np.int64)[rows]


def _only(used: I64) -> tuple[I64, I64]:
    """The places that are used, in order; and the uses counted in them."""
    found, at = np.unique(used, return_inverse=True)
    return found, at.reshape(-1)
