"""The sentence above a month: how it stands, what comes next, and what one may do now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yidian.domains.customer_bill.types import BILLED, CLOSED, CUT, OPEN, POSTED
from yidian.runs.board.found import Found
from yidian.runs.board.types import Act, StepRow

Says = tuple[str, Mapping[str, object], str]  # code, parameters, tone


def says(found: Found, steps: Sequence[StepRow]) -> Says:
    """In the order in which people want to know: what works, what stopped, what stands in the way, what is next."""
    if found.at_work is not None:
        return "MONTH_SAYS_WORKING", {"kind": found.at_work.kind}, "act"
    stopped = next((row for row in steps if row.state == "stopped" and row.job is not None), None)
    if stopped is not None and stopped.job is not None:
        return "MONTH_SAYS_STOPPED", {"step": stopped.name, "reason": dict(stopped.job.reason)}, "bad"
    cycle = found.cycle
    if cycle.state == OPEN:
        code = "MONTH_SAYS_OVER" if found.is_over else "MONTH_SAYS_RUNNING"
        return code, {"until_ms": cycle.to_ms}, "act" if found.is_over else ""
    if found.has_later_usage and cycle.state not in (POSTED, CLOSED):
        return "MONTH_SAYS_LATER_USAGE", {}, "wait"
    if cycle.state == BILLED:
        return _billed(found, steps)
    if cycle.state == POSTED:
        return _posted(steps)
    if cycle.state == CLOSED:
        return "MONTH_SAYS_CLOSED", {"at": cycle.closed_at}, "ok"
    return ("MONTH_SAYS_CUT" if cycle.state == CUT else "MONTH_SAYS_RATED"), {}, "act"


def _billed(found: Found, steps: Sequence[StepRow]) -> Says:
    row = next(row for row in steps if row.name == "bill")
    told = {"count": row.law.good if row.law else 0, "total_minor": row.amount_minor or 0}
    aside = sum(count for _, count in found.parked)
    if aside:
        return "MONTH_SAYS_PARKED", told | {"parked": aside}, "wait"
    return "MONTH_SAYS_BILLED", told, "act"


def _posted(steps: Sequence[StepRow]) -> Says:
    state = {row.name: row.state for row in steps}
    if state["post"] != "done":
        return "MONTH_SAYS_POST_HALF", {}, "wait"
    if state["clear"] != "done":
        return "MONTH_SAYS_POSTED", {}, "act"
    return "MONTH_SAYS_CLEARED", {}, "act"


def acts(found: Found, steps: Sequence[StepRow]) -> tuple[Act, ...]:
    """What may be asked for now, the next step first. While something works on the month nothing is."""
    if found.at_work is not None:
        return ()
    cycle, state = found.cycle, {row.name: row.state for row in steps}
    inbox = tuple(Act("collect", params={"source": source}) for source in found.inbox)
    if cycle.state == OPEN:
        return (Act("cut", main=found.is_over), Act("rate"), *inbox)
    if cycle.state == CLOSED:
        return inbox
    if cycle.state == POSTED:
        if state["post"] != "done":
            return (Act("post", main=True), *inbox)
        cleared = state["clear"] == "done"
        return (Act("clear", main=not cleared), Act("close", main=cleared), *inbox)
    again = found.has_later_usage
    if cycle.state == BILLED:
        aside = {"leave_parked": "yes"} if found.parked else {}
        return (Act("post", main=not again, params=aside), Act("rate", main=again), Act("bill"), *inbox)
    rated = cycle.rate_run is not None
    return (*((Act("bill", main=not again),) if rated else ()), Act("rate", main=again or not rated), *inbox)
