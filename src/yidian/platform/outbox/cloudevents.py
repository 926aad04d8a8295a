"""An event as CloudEvents 1.0, structured mode (JSON). Extensions: `sequence`, `previous`, `operation`, `replayed`."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Final

from yidian.platform.outbox.models import Delivery
from yidian.platform.tenancy.models import Tenant

CONTENT_TYPE: Final = "application/cloudevents+json; charset=utf-8"


def body_of(*, tenant: Tenant, delivery: Delivery) -> bytes:
    """The bytes to send. `id` with `source` names the event for ever: what comes twice bears it twice.

    `sequence` orders a tenant's events; `previous` is the sequence of the one meant for this subscription before it, so
    a consumer sees a hole. Both are text, as extensions are.
    """
    event = delivery.event
    told = {
        "specversion": "1.0",
        "id": str(delivery.number),
        "source": f"/yidian/{tenant.code}",
        "type": event.event,
        "subject": event.aggregate,
        "time": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "sequence": str(delivery.number),
        "previous": str(delivery.previous),
        "operation": event.operation,
        "data": event.payload,
    }
    if delivery.replays:
        told["replayed"] = str(delivery.replays)
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
