"""What changes of stops make of billing states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yidian.domains.product_inventory.queries import states_foreseen
from yidian.domains.product_inventory.types import Change, ResumeFrom, StopFor, UnableToChange
from yidian.platform.tenancy.models import Tenant
from yidian.runs.first_bill.people import Crowd
from yidian.runs.first_bill.types import UnableToQuote

ACTIVE = "active"


def states_after(
    *, tenant: Tenant, changes: Sequence[Change], crowd: Crowd
) -> Mapping[int, Sequence[tuple[int, str]]]:  # fmt: skip
    """By subscription (id), from when on it is in which state, beginning with the first change of it; of those alone
    that are stopped or resumed. UnableToQuote."""
    first: dict[str, int] = {}
    for change in changes:
        if isinstance(change, StopFor | ResumeFrom):
            first[change.subscriber] = min(first.get(change.subscriber, change.at_ms), change.at_ms)
    if not first:
        return {}
    try:
        lines = states_foreseen(tenant=tenant, changes=changes)
    except UnableToChange as refused:
        raise UnableToQuote(refused.code, **refused.params) from refused
    found = {}
    for code, steps in lines.items():
        since = first[code]
        before = next((state for from_ms, state in reversed(steps) if from_ms <= since), ACTIVE)
        later = [(from_ms, state) for from_ms, state in steps if from_ms > since]
        found[crowd.people[code].id] = [(since, before), *later]
    return found
