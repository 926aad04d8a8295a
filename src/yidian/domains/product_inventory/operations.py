"""Writing what customers have. Other rooms and faces enter here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from django.db import transaction
from django_scopes import scope

from yidian.domains.party.bulk import WRITTEN as PARTIES
from yidian.domains.party.operations import add_parties, hold_numbering
from yidian.domains.product_catalog.types import Terms
from yidian.domains.product_inventory._beside import refuse_alone
from yidian.domains.product_inventory._ended import ended_since, refuse_after_end
from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory._held_back import refuse_held_back
from yidian.domains.product_inventory._numbering import ids_of_subscribers, ids_of_units
from yidian.domains.product_inventory._plan import Plan, make_plan
from yidian.domains.product_inventory._quota import refuse_beyond_quota
from yidian.domains.product_inventory._row_states import row_states
from yidian.domains.product_inventory._rows import ALLOWED as ALLOWED
from yidian.domains.product_inventory._rows import REQUIRED as REQUIRED
from yidian.domains.product_inventory._rows import Statement, read_statements
from yidian.domains.product_inventory._stored import Stored, read_stored
from yidian.domains.product_inventory._terms import refuse_too_long
from yidian.domains.product_inventory.bulk import (
    WRITTEN,
    add_histories,
    add_identifiers,
    add_subscribers,
    add_units,
    end_rows,
    move_versions,
    set_home_areas,
)
from yidian.domains.product_inventory.changes.operations import UnableToChange as UnableToChange
from yidian.domains.product_inventory.changes.operations import apply_changes as apply_changes
from yidian.domains.product_inventory.changes.operations import expect_undoable as expect_undoable
from yidian.domains.product_inventory.changes.operations import undo_effects as undo_effects
from yidian.domains.product_inventory.circles.operations import import_friends as import_friends
from yidian.domains.product_inventory.ported.operations import import_ported as import_ported
from yidian.domains.product_inventory.ported.operations import tell_network as tell_network
from yidian.domains.product_inventory.ported.operations import untell_network as untell_network
from yidian.domains.product_inventory.responsibilities.operations import import_payers as import_payers
from yidian.domains.product_inventory.states.operations import import_states as import_states
from yidian.domains.product_inventory.types import Count, ImportReport, KnownOffers
from yidian.kernel.faults import refuse
from yidian.platform.database.statistics import MANY, refresh_statistics
from yidian.platform.points import point
from yidian.platform.sheets import Sheet, check_columns, read_table
from yidian.platform.sheets.fault_list import MOST
from yidian.platform.tenancy.models import Tenant

Row = tuple[int, dict[str, str]]
NOTHING: Final[Mapping[str, str]] = {}
NO_QUOTAS: Final[Mapping[str, int]] = {}
NO_TERMS: Final[Mapping[str, Terms]] = {}


class CustomersRead(NamedTuple):
    """A customers file as it was read: its name, what its rows state, what is wrong with them so far."""

    file: str
    statements: list[Statement]
    faults: Faults


def import_customers(
    *, tenant: Tenant, path: Path, known_offers: KnownOffers, held_back: Mapping[str, str] = NOTHING,
    quotas: Mapping[str, int] = NO_QUOTAS, terms: Mapping[str, Terms] = NO_TERMS, seen: str = "",
) -> ImportReport:  # fmt: skip
    """Take a customers file (csv or xlsx, docs/howto/customers.md) whole, or refuse it whole with BadInput.

    `known_offers`: code → (on sale from, until before). Dates of the file are local to the tenant's zone.
    `held_back`: offers that nobody may be given now, and the code that says so; who has one already keeps it.
    `quotas`: of offers that are sold so many times and no more, how many; holdings that have ended count too.
    `terms`: of offers that may be held several times at one time, end by themselves, or are given only beside others.
    `seen`: what it would have done when somebody looked (`ImportReport.seen`); something else by now: IMPORT_STALE.
    The same file again adds nothing.
    """
    read = read_customers(tenant=tenant, path=path, known_offers=known_offers, terms=terms)
    return book_customers(tenant=tenant, read=read, held_back=held_back, quotas=quotas, terms=terms, seen=seen)


def read_customers(
    *, tenant: Tenant, path: Path, known_offers: KnownOffers, terms: Mapping[str, Terms] = NO_TERMS
) -> CustomersRead:  # fmt: skip
    """The first half of `import_customers`: what the file says, nothing looked up. Nobody's write waits meanwhile."""
    sheet = read_table(path)
    return _read(tenant, sheet, _handed_over(sheet.rows), known_offers, terms)


def book_customers(
    *, tenant: Tenant, read: CustomersRead, held_back: Mapping[str, str] = NOTHING,
    quotas: Mapping[str, int] = NO_QUOTAS, terms: Mapping[str, Terms] = NO_TERMS, seen: str = "",
) -> ImportReport:  # fmt: skip
    """The second half, in a transaction: held against what is stored, and booked."""
    with transaction.atomic(), scope(tenant=tenant):
        hold_numbering()  # nobody else may change what is compared with
        plan, stored = _planned(tenant, read.statements, held_back, quotas, terms, read.faults)
        report = ImportReport(rows=len(read.statements), counts=plan.counts(stored))
        if seen and seen != report.seen:
            raise refuse("IMPORT_STALE", file=read.file)
        _book(tenant, plan, stored)
        _bump(tenant, report.counts)
        point("import.commit")
        transaction.on_commit(lambda: _committed(report))  # of the caller's write, where it is part of one
    return report


def look_at_customers(
    *, tenant: Tenant, sheet: Sheet, known_offers: KnownOffers, held_back: Mapping[str, str] = NOTHING,
    quotas: Mapping[str, int] = NO_QUOTAS, terms: Mapping[str, Terms] = NO_TERMS, most: int = MOST,
) -> ImportReport:  # fmt: skip
    """What a customers file would do; nothing is done. BadInput with at most so many faults."""
    faults = Faults(sheet=sheet, zone=tenant.zone, most=most)
    with scope(tenant=tenant):
        statements = _stated(tenant, sheet, sheet.rows, known_offers, terms, faults)
        plan, stored = _planned(tenant, statements, held_back, quotas, terms, faults)
        states = row_states(statements, plan, stored)
        return ImportReport(rows=len(statements), counts=plan.counts(stored), states=states)


def import_sheet(
    *, tenant: Tenant, sheet: Sheet, known_offers: KnownOffers, quotas: Mapping[str, int] = NO_QUOTAS,
    terms: Mapping[str, Terms] = NO_TERMS,
) -> ImportReport:  # fmt: skip
    """The same for a sheet that somebody has read already."""
    read = _read(tenant, sheet, sheet.rows, known_offers, terms)
    return book_customers(tenant=tenant, read=read, quotas=quotas, terms=terms)


def _handed_over(rows: list[Row]) -> Iterator[Row]:
    """The rows in their order, each forgotten as it is taken: a million of them need not be twice in memory."""
    rows.reverse()
    while rows:
        yield rows.pop()


def _read(
    tenant: Tenant, sheet: Sheet, rows: Iterable[Row], known_offers: KnownOffers, terms: Mapping[str, Terms]
) -> CustomersRead:  # fmt: skip
    faults = Faults(sheet=sheet, zone=tenant.zone)
    return CustomersRead(sheet.file, _stated(tenant, sheet, rows, known_offers, terms, faults), faults)


def _committed(report: ImportReport) -> None:
    point("import.committed")
    if report.rows >= MANY and not report.nothing_new:
        refresh_statistics(tables=(*PARTIES, *WRITTEN))


def _stated(
    tenant: Tenant, sheet: Sheet, rows: Iterable[Row], known_offers: KnownOffers, terms: Mapping[str, Terms],
    faults: Faults,
) -> list[Statement]:  # fmt: skip
    """What the rows state; nothing is looked up."""
    check_columns(sheet, required=REQUIRED, allowed=ALLOWED, faults=faults)
    faults.raise_if_any()
    return read_statements(rows, zone=tenant.zone, known_offers=known_offers, terms=terms, faults=faults)


def _planned(
    tenant: Tenant, statements: list[Statement], held_back: Mapping[str, str], quotas: Mapping[str, int],
    terms: Mapping[str, Terms], faults: Faults,
) -> tuple[Plan, Stored]:  # fmt: skip
    """What the statements change of what is stored. BadInput."""
    stored = read_stored(tenant=tenant, statements=statements)
    plan = make_plan(statements, stored, terms, faults)
    code_of = {row.id: code for code, row in stored.subscribers.items()}
    ended = {code_of[id_]: since_ms for id_, since_ms in ended_since(tenant, code_of).items()}
    refuse_after_end(plan, statements, ended, faults)
    refuse_held_back(plan.holdings, statements, held_back, faults)
    refuse_too_long(plan.holdings, statements, terms, faults)
    refuse_alone(tenant, plan, statements, terms, faults)
    refuse_beyond_quota(tenant, plan.holdings, statements, quotas, faults)
    faults.raise_if_any()
    return plan, stored


def _book(tenant: Tenant, plan: Plan, stored: Stored) -> None:
    whose = plan.whose
    parties = add_parties(
        tenant=tenant, customers=whose.customers, accounts=whose.accounts, particulars=whose.particulars
    )
    subscribers = _add_subscribers(tenant, plan, stored, parties.customers)
    units = _add_units(tenant, plan, stored)
    for kind, changes in sorted(plan.identifiers.items()):
        add_identifiers(tenant=tenant, rows=((subscribers[n.subscriber], kind, *n[1:]) for n in changes.add))
        end_rows(tenant=tenant, table="identifiers", ends=changes.end)
    held = ((subscribers[n.subscriber], *n[1:]) for n in plan.holdings.add)
    add_histories(tenant=tenant, table="holdings", rows=held)
    end_rows(tenant=tenant, table="holdings", ends=plan.holdings.end)
    for table, ids, changes in (("payers", parties.accounts, plan.payers), ("memberships", units, plan.memberships)):
        rows = ((subscribers[n.subscriber], ids[n.what], n.from_ms, n.to_ms) for n in changes.add)
        add_histories(tenant=tenant, table=table, rows=rows)
        end_rows(tenant=tenant, table=table, ends=changes.end)


def _add_subscribers(tenant: Tenant, plan: Plan, stored: Stored, customers: Mapping[str, int]) -> dict[str, int]:
    """Ids of all subscribers of the plan."""
    whose = plan.whose
    set_home_areas(tenant=tenant, areas=whose.new_home_areas(stored).items())
    ids = {code: row.id for code, row in stored.subscribers.items()}
    missing = sorted(whose.subscribers.keys() - ids.keys())
    ids |= ids_of_subscribers(missing)
    add_subscribers(
        tenant=tenant,
        rows=((ids[c], c, customers[whose.subscribers[c]], whose.home_areas.get(c, "")) for c in missing),
    )
    return ids


def _add_units(tenant: Tenant, plan: Plan, stored: Stored) -> dict[str, int]:
    """Ids of all rating units of the plan."""
    new = ids_of_units(plan.new_units)
    add_units(tenant=tenant, rows=((pk, code) for code, pk in new.items()))
    return stored.units | new


def _bump(tenant: Tenant, counts: Mapping[str, Count]) -> None:
    """Move the counters of what has changed, so that runs notice."""

    def moved(*kinds: str) -> bool:
        return any(counts[kind].added or counts[kind].ended or counts[kind].changed for kind in kinds)

    identifiers = moved("subscribers", "identifiers", "units", "memberships")
    holdings = moved("accounts", "holdings", "payers")
    move_versions(tenant=tenant, identifiers=identifiers, holdings=holdings)
