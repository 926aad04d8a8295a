"""Rules about who is called: areas in provinces, networks, and rules that ask for them."""

from __future__ import annotations

from typing import Final

from yidian.domains.product_catalog.rules.draft import Draft
from yidian.kernel.rating import tariff as t

WORDS: Final = ("own", "other", "none")  # of rules, beside codes of networks
PROVINCE: Final = "province"


def networks_are_known(draft: Draft) -> None:
    """CODE_RESERVED, NETWORK_UNKNOWN: `own` asks for a network that is ours, a code for a row of `networks`."""
    codes, ours = set(), False
    for network in draft.of(t.Network):
        codes.add(network.row.network)
        ours = ours or network.row.own
        if network.row.network in WORDS:
            draft.complain("CODE_RESERVED", network, "network")
    for rule in draft.of(t.Rule):
        asked = rule.row.net
        if (asked == "own" and not ours) or asked not in (t.ANY, *WORDS, *codes):
            draft.complain("NETWORK_UNKNOWN", rule, "net")


def provinces_are_told(draft: Draft) -> None:
    """PROVINCE_UNTOLD: rules ask for the province, and no area lies in one."""
    if draft.of(t.Area):
        return
    for rule in draft.of(t.Rule):
        for column in ("visited", "relation"):
            if getattr(rule.row, column) == PROVINCE:
                draft.complain("PROVINCE_UNTOLD", rule, column)


def areas_are_of_the_tariff(draft: Draft) -> None:
    """AREA_UNKNOWN: no number and no place is in the area, so the row can never say anything."""
    known = {prefix.row.area for prefix in draft.of(t.Prefix)} | {place.row.area for place in draft.of(t.Place)}
    for area in draft.of(t.Area):
        if area.row.area not in known:
            draft.complain("AREA_UNKNOWN", area, "area")
