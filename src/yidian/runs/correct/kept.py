"""What the preview of a correction found, as it was kept with it: the same shape as a preview made now."""

from __future__ import annotations

import pyarrow as pa

from yidian.domains.customer_bill.queries import found_by_preview
from yidian.platform.tenancy.models import Tenant
from yidian.runs.trial.run import Tried
from yidian.runs.trial.types import Trial


def kept_preview(*, tenant: Tenant, number: str) -> tuple[Tried, int, int]:
    """(what it found with the accounts whose bills change, events on the bills before, after).

    UnableToCorrect CORRECTION_UNKNOWN.
    """
    told, rows = found_by_preview(tenant=tenant, number=number)
    accounts = pa.table({
        "account": pa.array([account for account, _, _ in rows], pa.string()),
        "before_minor": pa.array([before for _, before, _ in rows], pa.int64()),
        "after_minor": pa.array([after for _, _, after in rows], pa.int64()),
        "difference_minor": pa.array([after - before for _, before, after in rows], pa.int64()),
    })  # fmt: skip
    return Tried(Trial.from_json(told["trial"]), accounts), int(told["events_before"]), int(told["events_after"])
