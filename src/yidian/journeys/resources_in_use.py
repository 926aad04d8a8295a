"""Numbers and cards that subscribers have by their histories, marked as in use among the resources."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

from yidian.domains.product_inventory.bulk import load_reference
from yidian.domains.resource_inventory.operations import adopt
from yidian.domains.resource_inventory.queries import states_of
from yidian.domains.resource_inventory.types import CARD, NUMBER, TABLES
from yidian.kernel.calendar import to_ms
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.operations import chunk
from yidian.platform.writing.types import Actor

KINDS: Final = {"msisdn": NUMBER, "iccid": CARD}
CHUNK: Final = 500


def match(*, tenant: Tenant, actor: Actor, now: datetime) -> int:
    """Mark what subscribers have now and nobody has among the resources; how many. In chunks, each a write."""
    now_ms = to_ms(now)
    found = load_reference(tenant=tenant, period_start_ms=now_ms, period_end_ms=now_ms + 1)
    used: dict[str, dict[str, str]] = {kind: {} for kind in KINDS.values()}
    for kind, value, subscriber in zip(found.id_kind, found.id_value, found.id_sub.tolist(), strict=True):
        if kind in KINDS:
            used[KINDS[kind]][value] = found.subscriber_code[subscriber]
    return sum(_adopted(tenant, actor, now, kind, whose) for kind, whose in used.items())


def _adopted(tenant: Tenant, actor: Actor, now: datetime, kind: str, whose: dict[str, str]) -> int:
    states = states_of(tenant=tenant, kind=kind, ids=whose.keys())
    open_ids = sorted(id for id, state in states.items() if (state, "adopt") in TABLES[kind])
    count = 0
    for start in range(0, len(open_ids), CHUNK):
        some = open_ids[start : start + CHUNK]
        digest = hashlib.sha256("\n".join(some).encode()).hexdigest()
        with chunk(
            tenant=tenant, actor=actor, operation="resource.adopt", now=now, digest=digest, count=len(some),
            subject=f"{kind}/{some[0]}",
        ) as frame:  # fmt: skip
            count += adopt(frame=frame, kind=kind, used={id: whose[id] for id in some})
    return count
