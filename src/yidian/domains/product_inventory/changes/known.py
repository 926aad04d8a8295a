"""What is stored about the subscriptions that changes speak of: the snapshot of an import, and what files never say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from yidian.domains.product_inventory._ended import ended_since
from yidian.domains.product_inventory._rows import Statement
from yidian.domains.product_inventory._stored import Stored, read_stored
from yidian.domains.product_inventory.changes.types import Change
from yidian.domains.product_inventory.models import (
    AccessIdentifier,
    SubscriberLife,
    SubscriberState,
    SubscriberStop,
)
from yidian.domains.product_inventory.stops.lines import StopRow
from yidian.domains.product_inventory.types import POOL
from yidian.kernel.calendar import FOREVER_MS
from yidian.kernel.timeline import Kept
from yidian.platform.database.asking import where
from yidian.platform.tenancy.models import Tenant


class Owned(NamedTuple):
    """A stored number of a subscription."""

    pk: int
    kind: str
    value: str
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class Known:
    """By code of the subscription, but `stored`, which is by code too or as _stored says."""

    stored: Stored
    identifiers: defaultdict[str, list[Owned]]
    lives: defaultdict[str, list[Kept]]
    stops: defaultdict[str, list[StopRow]]
    states: defaultdict[str, list[Kept]]
    ended: dict[str, int]  # since when those that are terminated are


def read_known(*, tenant: Tenant, changes: Sequence[Change]) -> Known:
    """Call it in the frame that will write, when nobody else may."""
    stored = read_stored(tenant=tenant, statements=[_asked(change) for change in changes])
    code_of = {row.id: code for code, row in stored.subscribers.items()}

    def of(model: Any, make: Any, *columns: str) -> defaultdict[str, list[Any]]:
        found: defaultdict[str, list[Any]] = defaultdict(list)
        names = ("id", *columns, "from_ms", "to_ms")
        for subscriber, *row in where(model, "subscriber_id", code_of.keys(), *names, tenant=tenant):
            found[code_of[subscriber]].append(make(*row))
        return found

    return Known(
        stored=stored,
        identifiers=of(AccessIdentifier, Owned, "kind", "value"),
        lives=of(SubscriberLife, Kept, "life"),
        stops=of(SubscriberStop, StopRow, "reason", "ways"),
        states=of(SubscriberState, Kept, "state"),
        ended={code_of[id_]: since for id_, since in ended_since(tenant, code_of.keys()).items()},
    )


def statement(change: Change, line: int = 0, /, *, unit: str | None = None, **told: Any) -> Statement:
    """A change as a row of a file would say it: open, from its instant on; `told`: cells that are otherwise."""
    unit = getattr(change, "unit", "") if unit is None else unit
    open_one = Statement(
        line=line, customer=getattr(change, "customer", ""), customer_name="", account=getattr(change, "account", ""),
        subscriber=change.subscriber, kind="", identifier="", home_area=getattr(change, "home_area", ""),
        pool=unit.removeprefix(POOL) if unit.startswith(POOL) else "", offer="", from_ms=change.at_ms,
        to_ms=FOREVER_MS,
    )  # fmt: skip
    return open_one._replace(**told)


def _asked(change: Change) -> Statement:
    return statement(change, kind=getattr(change, "kind", ""), identifier=getattr(change, "value", ""))
