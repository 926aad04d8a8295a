"""A process that takes payments, to be killed or lied to: `python -m tests.faults.commit_writer KEY …`.

It prints how each ended as far as it knows, a line of JSON: {"answer", "repeated"}, {"unknown"} or {"failed"}.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)


def take(*, tenant: Any, key: str, amount_minor: int = 100) -> Any:
    """A payment with a number of its own; the number, the audit, the event and the key stand for its rows."""
    from yidian.platform.numbering.operations import next_number
    from yidian.platform.writing.operations import perform
    from yidian.platform.writing.types import Actor

    def work(frame: Any) -> dict[str, Any]:
        number = next_number(frame=frame, series="payment", form="P{:06d}")
        frame.changed("payment", number, before=None, after={"amount_minor": amount_minor})
        frame.emit("payment.taken", aggregate="account/A1", payload={"number": number})
        return {"number": number}

    return perform(
        tenant=tenant, actor=Actor("staff", "zhang"), operation="payment.take", key=key,
        request={"account": "A1", "amount_minor": amount_minor}, now=NOW, work=work,
    )  # fmt: skip


def effects(tenant: Any) -> set[int]:
    """How often it was done, as rows, audit, events and keys tell: one number, else they disagree."""
    from yidian.platform.audit.models import AuditEntry
    from yidian.platform.numbering.models import NumberSeries
    from yidian.platform.outbox.models import OutboxEvent
    from yidian.platform.writing.models import IdempotencyKey

    return {
        NumberSeries.objects.filter(series="payment").values_list("last", flat=True).first() or 0,
        AuditEntry.objects.filter(operation="payment.take").count(),
        OutboxEvent.objects.filter(tenant=tenant).count(),
        IdempotencyKey.objects.filter(operation="payment.take").count(),
    }


def main() -> int:
    import django

    django.setup()
    from yidian.platform.tenancy.queries import serving

    with serving(code="operator") as tenant:
        for key in sys.argv[1:]:
            sys.stdout.write(json.dumps(_told(tenant, key)) + "\n")
            sys.stdout.flush()
    return 0


def _told(tenant: Any, key: str) -> dict[str, Any]:
    from yidian.platform.writing.operations import OutcomeUnknown

    try:
        outcome = take(tenant=tenant, key=key)
    except OutcomeUnknown as unknown:
        return {"unknown": unknown.key}
    except Exception as error:
        return {"failed": f"{type(error).__name__}: {error}"}
    return {"answer": outcome.answer, "repeated": outcome.repeated}


if __name__ == "__main__":
    sys.exit(main())
