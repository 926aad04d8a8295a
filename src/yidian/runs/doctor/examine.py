"""All laws that are checked today, in order; a query that cannot end is itself a violation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from yidian.kernel.faults import refuse
from yidian.platform.lake.queries import UnableToUseFile
from yidian.runs.doctor.audit_chain import audit_chain
from yidian.runs.doctor.balances import balances
from yidian.runs.doctor.census import lake_census
from yidian.runs.doctor.collected_rows import collected_rows
from yidian.runs.doctor.cycle_states import cycle_states
from yidian.runs.doctor.differences import differences_again
from yidian.runs.doctor.disputes import disputes
from yidian.runs.doctor.durable import database, done_runs, lake_bytes, pointers
from yidian.runs.doctor.effect_once import effect_once
from yidian.runs.doctor.event_once import event_once
from yidian.runs.doctor.file_once import file_once
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.given_up import dead_deliveries, parked_jobs
from yidian.runs.doctor.late import late
from yidian.runs.doctor.ledger_sums import ledger_sums
from yidian.runs.doctor.month_equation import month_equation
from yidian.runs.doctor.network import network
from yidian.runs.doctor.numbers import numbers
from yidian.runs.doctor.one_arithmetic import one_arithmetic
from yidian.runs.doctor.order_money import order_money
from yidian.runs.doctor.orders import orders
from yidian.runs.doctor.rated_rows import rated_rows
from yidian.runs.doctor.receipts import receipts
from yidian.runs.doctor.receivables import receivables
from yidian.runs.doctor.resources import resources
from yidian.runs.doctor.same_bills import same_bills
from yidian.runs.doctor.same_bytes import same_bytes
from yidian.runs.doctor.subscriptions import histories, subscriptions
from yidian.runs.doctor.surroundings import surroundings
from yidian.runs.doctor.tenant_wall import tenant_wall
from yidian.runs.doctor.unfinished import unfinished
from yidian.runs.doctor.visit import Visit

Query = Callable[[Visit], Finding]
LAWS: Final[tuple[tuple[str, str, Query], ...]] = (
    ("ENV", "SURROUNDINGS", surroundings),
    ("I1", "COLLECTED_ROWS", collected_rows),
    ("I1", "RATED_ROWS", rated_rows),
    ("I1", "LATE_USAGE", late),
    ("I2", "LEDGER_SUMS", ledger_sums),
    ("I3", "BALANCES", balances),
    ("I4", "FILE_ONCE", file_once),
    ("I4", "EVENT_ONCE", event_once),
    ("I5", "EFFECT_ONCE", effect_once),
    ("I6", "DATABASE", database),
    ("I6", "DONE_RUNS", done_runs),
    ("I6", "LAKE_BYTES", lake_bytes),
    ("I6", "POINTERS", pointers),
    ("I6", "UNFINISHED", unfinished),
    ("I6", "PARKED_JOBS", parked_jobs),
    ("I6", "DEAD_DELIVERIES", dead_deliveries),
    ("I9", "AUDIT_CHAIN", audit_chain),
    ("I11", "MONTH_EQUATION", month_equation),
    ("I12", "CYCLE_STATES", cycle_states),
    ("I12", "RESOURCES", resources),
    ("I12", "SUBSCRIPTIONS", subscriptions),
    ("I12", "HISTORIES", histories),
    ("I12", "ORDERS", orders),
    ("I12", "NETWORK", network),
    ("I10", "TENANT_WALL", tenant_wall),
    ("I2", "RECEIVABLES", receivables),
    ("I11", "RECEIPTS", receipts),
    ("I11", "ORDER_MONEY", order_money),
    ("I11", "DISPUTES", disputes),
    ("I13", "SAME_BYTES", same_bytes),
    ("I13", "SAME_BILLS", same_bills),
    ("I14", "LAKE_CENSUS", lake_census),
    ("I14", "NUMBERS", numbers),
    ("I15", "ONE_ARITHMETIC", one_arithmetic),
    ("I15", "DIFFERENCES", differences_again),
)
DEEP_ONLY: Final = frozenset({"EVENT_ONCE", "SAME_BYTES", "SAME_BILLS", "DIFFERENCES", "HISTORIES"})


def queries_of(*, laws: Sequence[str], deep: bool) -> list[tuple[str, str, Query]]:
    """The queries of some laws ([]: of all). Naming a law asks it wholly. BadInput LAW_UNKNOWN."""
    known = {law for law, _, _ in LAWS}
    for law in laws:
        if law not in known:
            raise refuse("LAW_UNKNOWN", value=law, known=" ".join(sorted(known)))
    if laws:
        return [row for row in LAWS if row[0] in laws]
    return [row for row in LAWS if deep or row[1] not in DEEP_ONLY]


def examine(
    on: Visit, queries: Sequence[tuple[str, str, Query]], advance: Callable[[int], None] = lambda _: None
) -> list[Finding]:
    """Ask every query. A damaged file or row that stops one is told as its violation, and the others are asked."""
    found = []
    for law, name, query in queries:
        try:
            found.append(query(on))
        except UnableToUseFile as error:
            found.append(_stopped(law, name, error.code, **error.params))
        except Exception as error:  # whatever damage does to a reader, the other laws are still to be asked
            found.append(_stopped(law, name, "QUERY_STOPPED", kind=type(error).__name__, error=str(error)[:200]))
        advance(1)
    return found


def _stopped(law: str, name: str, code: str, **params: str) -> Finding:
    look = Look(law, name)
    look.violation(code, **params)
    return look.finding()
