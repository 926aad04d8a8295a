"""Late usage and corrections of months in the books that no bill has: told until the next bills have them."""

from __future__ import annotations

from yidian.domains.customer_bill.queries import agreed_corrections, cycles
from yidian.platform.jobs.queries import done
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit
from yidian.runs.late import late_usage


def late(on: Visit) -> Finding:
    """Every usage file with events of a fixed month that no late run has taken; and what late runs could not bill."""
    look = Look("I1", "LATE_USAGE")
    taken: set[tuple[str, int]] = set()
    borne: set[str] = set()
    for cycle in cycles(tenant=on.tenant):
        for run in done(tenant=on.tenant, kind="late", subject=cycle.name):
            for origin, told in run.counts["months"].items():
                taken |= {(origin, file) for file in told["files"]}
                borne |= set(told.get("corrections", ()))
                for code, count in told["rejected"].items():
                    look.note("LATE_REJECTED", cycle=origin, code=code, events=count)
                if told["parked_units"]:
                    look.alarm("LATE_PARKED", cycle=origin, units=told["parked_units"])
    for one in late_usage(tenant=on.tenant, lake=on.places.lake):
        look.checked += one.events
        if (one.cycle, one.file) not in taken:
            look.alarm("LATE_FOR_CLOSED_CYCLE", cycle=one.cycle, events=one.events, path=one.path)
    for cycle in cycles(tenant=on.tenant):
        for row in agreed_corrections(tenant=on.tenant, cycle=cycle.name):
            if row.number not in borne:
                look.note("CORRECTION_WAITS", number=row.number, cycle=cycle.name)
    return look.finding()
