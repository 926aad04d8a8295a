"""Offers that end by themselves are not given for longer than that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yidian.domains.product_catalog.types import Terms
from yidian.domains.product_inventory._changes import Changes
from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory._rows import Statement


def refuse_too_long(
    holdings: Changes, statements: Sequence[Statement], terms: Mapping[str, Terms], faults: Faults
) -> None:
    """HOLDING_TOO_LONG for every row that would begin a holding whose `to` is later than the offer's own end."""
    added = {(new.subscriber, new.what, new.from_ms) for new in holdings.add if new.what in terms}
    for one in statements if added else ():
        if (one.subscriber, one.offer, one.from_ms) in added:
            end_ms = terms[one.offer].end_ms(one.from_ms, faults.zone)
            if one.held_to_ms > end_ms:
                told = faults.told(one.to_ms)
                faults.note("HOLDING_TOO_LONG", one.line, "to", told, offer=one.offer, end=faults.told(end_ms))
