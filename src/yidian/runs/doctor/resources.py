"""I12 of resources: what each row says its newest step says, and who uses a number is the one it belongs to."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from yidian.domains.product_inventory.bulk import load_reference
from yidian.domains.resource_inventory.queries import holders, holders_told, states_of
from yidian.domains.resource_inventory.types import CARD, KINDS, NUMBER
from yidian.kernel.calendar import FOREVER_MS, to_ms
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit

IDENTIFIERS: Final = {NUMBER: "msisdn", CARD: "iccid"}  # what is among the identifiers of subscribers too
USED: Final = ("in_use", "lost")
NOBODY: Final = ("", "")


def resources(on: Visit) -> Finding:
    """Every number, card, port and terminal that somebody has; every number and card that a subscriber has."""
    look = Look("I12", "RESOURCES")
    held = {kind: holders(tenant=on.tenant, kind=kind) for kind in KINDS}
    for kind in KINDS:
        told = holders_told(tenant=on.tenant, kind=kind)
        look.checked += len(held[kind])
        for id in sorted(held[kind].keys() | told.keys()):
            state, holder = held[kind].get(id, NOBODY)
            if (state, holder) != told.get(id, NOBODY):
                other, whose = told.get(id, NOBODY)
                look.violation(
                    "RESOURCE_HISTORY_DIFFERS", kind=kind, id=id, state=state, holder=holder, told=other,
                    told_holder=whose,
                )  # fmt: skip
    if any(held[kind] for kind in IDENTIFIERS) or _are_there(on):
        _against_subscribers(on, look, held)
    return look.finding()


def _are_there(on: Visit) -> bool:
    from yidian.domains.resource_inventory.queries import blocks, counts

    return bool(blocks(tenant=on.tenant, now=on.now) or counts(tenant=on.tenant, kind=CARD))


def _against_subscribers(on: Visit, look: Look, held: dict[str, dict[str, tuple[str, str]]]) -> None:
    """Whose numbers and cards are from now on, by the histories of subscribers; also those that begin later."""
    found = load_reference(tenant=on.tenant, period_start_ms=to_ms(on.now), period_end_ms=FOREVER_MS)
    whose: dict[str, defaultdict[str, set[str]]] = {kind: defaultdict(set) for kind in IDENTIFIERS.values()}
    for kind, value, subscriber in zip(found.id_kind, found.id_value, found.id_sub.tolist(), strict=True):
        if kind in whose:
            whose[kind][value].add(found.subscriber_code[subscriber])
    for kind, name in IDENTIFIERS.items():
        used = {id: holder for id, (state, holder) in held[kind].items() if state in USED}
        for id, holder in sorted(used.items()):
            others = whose[name].get(id, set())
            if others != {holder} and (others or held[kind][id][0] != "lost"):
                told = ", ".join(sorted(others)) or "-"
                look.violation("RESOURCE_USED_BY_ANOTHER", kind=kind, id=id, holder=holder, others=told)
        unused = whose[name].keys() - used.keys()
        for id, state in sorted(states_of(tenant=on.tenant, kind=kind, ids=unused).items()):
            holder = ", ".join(sorted(whose[name][id]))
            look.violation("RESOURCE_USED_UNKNOWN", kind=kind, id=id, holder=holder, state=state)
