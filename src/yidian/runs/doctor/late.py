"""Usage of closed cycles that no bill has: told until somebody decides."""

from __future__ import annotations

from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit
from yidian.runs.late import late_usage


def late(on: Visit) -> Finding:
    """Every usage file with events of a cycle that was closed before the file came."""
    look = Look("I1", "LATE_USAGE")
    for one in late_usage(tenant=on.tenant, lake=on.places.lake):
        look.checked += one.events
        look.alarm("LATE_FOR_CLOSED_CYCLE", cycle=one.cycle, events=one.events, path=one.path)
    return look.finding()
