"""The billing states that changes would lead to, were they written: for a price that is told beforehand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from yidian.domains.product_inventory.changes.types import Change, ResumeFrom, StopFor, UnableToChange
from yidian.domains.product_inventory.models import Subscriber, SubscriberStop
from yidian.domains.product_inventory.stops.lines import Step, StopRow, steps_of_stops
from yidian.domains.product_inventory.stops.reasons import Reasons, UnableToStop
from yidian.platform.database.asking import where
from yidian.platform.tenancy.models import Tenant


def states_foreseen(*, tenant: Tenant, changes: Sequence[Change]) -> dict[str, list[Step]]:
    """By code of each subscription that is stopped or resumed: its whole line of states. UnableToChange.

    Subscriptions that are not there yet have no stops yet.
    """
    told = [(place, one) for place, one in enumerate(changes) if isinstance(one, StopFor | ResumeFrom)]
    rows = _rows(tenant, {one.subscriber for _, one in told}) if told else {}
    found: dict[str, Reasons] = {}
    for place, one in sorted(told, key=lambda each: (each[1].at_ms, each[0])):
        reasons = found.setdefault(one.subscriber, Reasons(rows.get(one.subscriber, ())))
        try:
            if isinstance(one, StopFor):
                reasons.stop(one.reason, one.ways, one.at_ms)
            else:
                reasons.resume(one.reason, one.at_ms)
        except UnableToStop as refused:
            params = {**refused.params, "subscriber": one.subscriber, "change": place}
            raise UnableToChange(refused.code, params) from refused
    return {code: steps_of_stops(reasons.rows) for code, reasons in found.items()}


def _rows(tenant: Tenant, codes: set[str]) -> dict[str, list[StopRow]]:
    code_of = {id_: code for code, id_ in where(Subscriber.objects.filter(tenant=tenant), "code", codes, "id")}
    found: defaultdict[str, list[StopRow]] = defaultdict(list)
    stops = SubscriberStop.objects.filter(tenant=tenant)
    for subscriber, *row in where(
        stops, "subscriber_id", code_of.keys(), "id", "reason", "ways", "from_ms", "to_ms"
    ):  # fmt: skip
        found[code_of[subscriber]].append(StopRow(*row))
    return found
