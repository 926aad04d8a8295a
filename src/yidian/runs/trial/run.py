"""Try a tariff on a rated month (MV-19): its real usage, its real people, the draft's prices. Nothing is booked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow as pa

from yidian.domains.customer_bill.queries import cycle_named
from yidian.domains.customer_bill.types import Cycle
from yidian.domains.product_catalog.queries import tariff_of_edition
from yidian.kernel.faults import refuse
from yidian.kernel.money import currency
from yidian.kernel.rating.as_of import as_of
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.jobs.engine import alone
from yidian.platform.lake.queries import Stored, files
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill.inputs import exact_sum
from yidian.runs.rate.inputs import Places, parts_for
from yidian.runs.rate.results import current_run
from yidian.runs.trial import compare
from yidian.runs.trial.shadow import MonthUnder, as_rated, under
from yidian.runs.trial.types import Trial
from yidian.runs.trial.watch import Watch

Progress = Callable[[int], Callable[[int], None]]
ALONE: Final = "trial"


class UnableToTry(Exception):
    """CYCLE_NOT_RATED: there is nothing to compare with; CURRENCY_DIFFERS."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


@dataclass(frozen=True, slots=True)
class Tried:
    """What a trial found, and what every account would have paid (see compare.by_account)."""

    trial: Trial
    accounts: pa.Table


def try_tariff(
    *, tenant: Tenant, places: Places, cycle: str, draft: Tariff, source: str, on: date | None = None,
    moves: Mapping[str, str] | None = None, threads: int, progress: Progress | None = None,
) -> Tried:  # fmt: skip
    """What a rated month would have billed under a draft, against what its rating bills.

    `on`: the day whose rows of the draft count, as if they always had; None: the rows in force in the month itself.
    `moves`: offer held → offer it is tried with. UnableToFindCycle, UnableToTry, UnableToRun (another trial is at
    work), BadInput TARIFF_OFFER_UNKNOWN for an offer that the draft has not.
    """
    two = two_months(
        tenant=tenant, places=places, cycle=cycle, draft=draft, on=on, moves=moves or {}, threads=threads,
        progress=progress,
    )  # fmt: skip
    head = {"cycle": cycle, "on": on.isoformat() if on else "", "source": source, "edition": two.edition}
    return _told(two.before, two.after, two.known, **head)


@dataclass(frozen=True, slots=True)
class TwoMonths:
    """A month as its rating bills it (by `known`, the tariff of `edition`), and under a draft."""

    cycle: Cycle
    edition: int
    known: Tariff
    before: MonthUnder
    after: MonthUnder


def two_months(
    *, tenant: Tenant, places: Places, cycle: str, draft: Tariff, on: date | None, moves: Mapping[str, str],
    threads: int, progress: Progress | None = None, watching: Callable[[Cycle, MonthUnder], Watch] | None = None,
) -> TwoMonths:  # fmt: skip
    """Both; arguments and refusals as of try_tariff. `watching`: who of the month as billed is looked at closely."""
    found = cycle_named(tenant=tenant, name=cycle)
    run = current_run(tenant=tenant, cycle=cycle)
    if run is None:
        raise UnableToTry("CYCLE_NOT_RATED", cycle=cycle)
    edition = int(run.counts["edition"])
    known = tariff_of_edition(tenant=tenant, number=edition)
    if known.currency != draft.currency:
        raise UnableToTry("CURRENCY_DIFFERS", draft=draft.currency, own=known.currency)
    _expect_offers(draft, moves)
    usage = _usage(tenant, found)
    parts = parts_for(sum(file.rows for file in usage))
    with alone(tenant=tenant, subject=ALONE, folder=places.locks):
        advance = (progress or _nothing)(len(usage) + parts + 1)
        before = as_rated(tenant=tenant, places=places, cycle=found, tariff=known, threads=threads)
        watch = watching(found, before) if watching else None
        advance(1)
        after = under(
            tenant=tenant, places=places, cycle=found, tariff=as_of(draft, on) if on else draft, usage=usage,
            moves=moves, parts=parts, threads=threads, advance=advance, watch=watch,
        )  # fmt: skip
    return TwoMonths(found, edition, known, before, after)


def _nothing(_total: int) -> Callable[[int], None]:
    return lambda _steps: None


def _expect_offers(draft: Tariff, moves: Mapping[str, str]) -> None:
    known = {offer.code for offer in draft.offers}
    for code in moves.values():
        if code not in known:
            raise refuse("TARIFF_OFFER_UNKNOWN", value=code)


def _usage(tenant: Tenant, cycle: Cycle) -> list[Stored]:
    """The usage that the month's rating took."""
    found = files(tenant=tenant, kind="usage", overlaps=(cycle.from_ms, cycle.to_ms))
    return [file for file in found if file.id <= cycle.cutoff_file]


def _told(before: MonthUnder, after: MonthUnder, known: Tariff, **head: object) -> Tried:
    table = compare.by_account(before, after)
    differences = table["difference_minor"].to_numpy()
    more, less, same = compare.count_of(differences)
    unit = currency(known.currency)
    trial = Trial(
        **head,  # type: ignore[arg-type]
        currency=unit.code,
        accounts=table.num_rows,
        before_minor=exact_sum(table["before_minor"].to_numpy()),
        after_minor=exact_sum(table["after_minor"].to_numpy()),
        tax_before_minor=exact_sum(before.headers["tax_minor"].to_numpy()),
        tax_after_minor=exact_sum(after.headers["tax_minor"].to_numpy()),
        more=more, less=less, same=same,
        steps=compare.steps(differences, 10**unit.minor_digits),
        items=compare.by_item(before, after),
        offers=compare.by_offer(before, after, known),
        rises=compare.samples(table, before, after, rising=True),
        falls=compare.samples(table, before, after, rising=False),
        rejected_before=before.rejected, rejected_after=after.rejected,
        parked_before=len(before.parked), parked_after=len(after.parked),
    )  # fmt: skip
    return Tried(trial, table.drop_columns(["id"]))
