"""I12: cycles go forward. Each history is half-open without gap or overlap, ordered by sequence, by the table only."""

from __future__ import annotations

from itertools import pairwise

from yidian.domains.customer_bill.queries import cycles, steps
from yidian.domains.customer_bill.types import OPEN, TABLE
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit

FIRST = ("open", "upgrade")  # how a history begins


def cycle_states(on: Visit) -> Finding:
    """Every step of every cycle, and that the last one is the cycle's state."""
    look = Look("I12", "CYCLE_STATES")
    for cycle in cycles(tenant=on.tenant):
        history = steps(tenant=on.tenant, cycle=cycle.name)
        look.checked += len(history)
        if not history or history[0].event not in FIRST or (history[0].event == "open" and history[0].state != OPEN):
            look.violation("HISTORY_WITHOUT_BEGINNING", cycle=cycle.name)
            continue
        for number, step in enumerate(history, start=1):
            if step.sequence != number:
                look.violation("HISTORY_GAP", cycle=cycle.name, sequence=number)
        for before, after in pairwise(history):
            if before.until != after.at or before.at > after.at:
                look.violation("HISTORY_NOT_HALF_OPEN", cycle=cycle.name, sequence=before.sequence)
            if TABLE.get((before.state, after.event)) != after.state:
                look.violation("STEP_NOT_IN_TABLE", cycle=cycle.name, sequence=after.sequence, event=after.event)
        if history[-1].state != cycle.state or history[-1].until is not None:
            look.violation("STATE_NOT_LAST_STEP", cycle=cycle.name, state=cycle.state)
    return look.finding()
