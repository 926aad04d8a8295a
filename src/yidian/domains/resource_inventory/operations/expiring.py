"""What ends by itself: reservations that ran out, numbers that have rested. The worker's duty, in chunks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django_scopes import scope

from yidian.domains.resource_inventory import lifecycle
from yidian.domains.resource_inventory.lifecycle import CARD, NUMBER, QUARANTINE, RESERVED
from yidian.domains.resource_inventory.models import ResourceStep
from yidian.domains.resource_inventory.operations._steps import MODELS, step_row
from yidian.kernel.calendar import to_ms
from yidian.platform.writing.operations import chunk

if TYPE_CHECKING:
    from yidian.platform.tenancy.models import Tenant
    from yidian.platform.writing.types import Actor

CHUNK: Final = 500


class _Ending(NamedTuple):
    """Rows of a kind in a state, told apart by `which` and `others`, that end by an event; `more` is then so."""

    kind: str
    state: str
    event: str
    which: dict[str, Any] = {}
    others: dict[str, Any] = {}
    more: dict[str, Any] = {}


ENDINGS: Final = (
    _Ending(NUMBER, RESERVED, "expire", {"guest": False}),
    _Ending(NUMBER, RESERVED, "let_go", {"guest": True}),
    _Ending(NUMBER, QUARANTINE, "rest", more={"organisation": "", "reseller": ""}),
    _Ending(CARD, RESERVED, "expire", {"organisation": ""}),
    _Ending(CARD, RESERVED, "shelve", others={"organisation": ""}),
    _Ending(lifecycle.PORT, RESERVED, "expire"),
    _Ending(lifecycle.DEVICE, RESERVED, "expire"),
)


def release_expired(*, tenant: Tenant, actor: Actor, now: datetime) -> int:
    """Reservations that ran out can be chosen again, numbers that have rested are in the pool; how many were freed."""
    return sum(count for ending in ENDINGS for count in _in_chunks(tenant, actor, now, ending))


def _in_chunks(tenant: Tenant, actor: Actor, now: datetime, ending: _Ending) -> Iterator[int]:
    model, column = MODELS[ending.kind]
    after = lifecycle.after(kind=ending.kind, state=ending.state, event=ending.event)
    assert after is not None
    while due := _due(tenant, model, column, now, ending):
        digest = hashlib.sha256("\n".join(due).encode()).hexdigest()
        subject = f"{ending.kind}/{ending.event}/{due[0]}"
        with chunk(
            tenant=tenant, actor=actor, operation="resource.expire", now=now, digest=digest, count=len(due),
            subject=subject,
        ) as frame:  # fmt: skip
            # Held until the end: whoever reserves one of them meanwhile comes before or after, and is not written over.
            rows = list(
                model.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(tenant=tenant, **{f"{column}__in": due}, state=ending.state, until_ms__lte=to_ms(now))
                .filter(until_ms__gt=0)
            )
            freed = model.objects.filter(tenant=tenant, pk__in=[row.pk for row in rows])
            freed.update(state=after, holder="", until_ms=0, **ending.more)
            steps = [
                step_row(frame, ending.kind, getattr(row, column), ending.event, row, after, "", **ending.more)
                for row in rows
            ]
            ResourceStep.objects.bulk_create(steps)
        yield len(rows)
        if len(rows) < CHUNK:  # the last ones, or others are at work on them
            return


def _due(tenant: Tenant, model: Any, column: str, now: datetime, ending: _Ending) -> list[str]:
    with scope(tenant=tenant):
        rows = model.objects.filter(
            tenant=tenant, state=ending.state, until_ms__gt=0, until_ms__lte=to_ms(now), **ending.which
        )
        if ending.others:
            rows = rows.exclude(**ending.others)
        return list(rows.order_by("until_ms", "id").values_list(column, flat=True)[:CHUNK])
