"""Which deeds have sense for a subscription at all: a card is changed where there is one, a line is moved where it ends
at an address."""

from __future__ import annotations

from typing import Final

from yidian.domains.product_inventory.types import Standing

MOBILE_ONLY: Final = frozenset({"card_swap", "port_out", "loss", "found"})
WIRED_ONLY: Final = frozenset({"relocation"})


def fits(deed: str, stands: Standing) -> bool:
    mobile = bool(stands.identifiers.get("imsi") or stands.identifiers.get("iccid"))
    if deed in MOBILE_ONLY:
        return mobile
    if deed in WIRED_ONLY:
        return not mobile
    return deed != "number_change" or bool(stands.identifiers.get("msisdn"))
