"""Offers that nobody may be given now: those not launched, suspended or withdrawn. Who has one keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yidian.domains.product_inventory._changes import Changes
from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory._rows import Statement


def refuse_held_back(
    holdings: Changes, statements: Sequence[Statement], held_back: Mapping[str, str], faults: Faults
) -> None:
    """A fault, by the code beside the offer, for every row that would begin a holding of such an offer."""
    added = {(new.subscriber, new.what, new.from_ms) for new in holdings.add if new.what in held_back}
    for one in statements if added else ():
        if (one.subscriber, one.offer, one.from_ms) in added:
            faults.note(held_back[one.offer], one.line, "offer", one.offer, offer=one.offer)
