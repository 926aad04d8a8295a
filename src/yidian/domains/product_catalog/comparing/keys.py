"""By what a row of one tariff is found again in another: its natural key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from yidian.domains.product_catalog.rules.once import KEYS
from yidian.kernel.rating import tariff as t

KEY_OF: Final[Mapping[type[t.Row], tuple[str, ...]]] = {
    t.Area: ("area",),
    t.Network: ("prefix",),
    t.Band: ("band_set", "day_type", "from_minute"),  # what begins there
    t.Part: ("offer", "item", "part_item"),
    t.Conversion: ("allowance", "item"),
    t.Mark: ("code", "offer"),
    **{key.row: key.fields for key in KEYS},
}
