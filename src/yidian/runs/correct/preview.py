"""What a correction would come to: the difference as bills would bear it, by account and item; nothing is booked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from yidian.domains.customer_bill import queries
from yidian.domains.customer_bill.types import FIXED, Chosen, Proposal, UnableToCorrect
from yidian.domains.party.queries import account_codes
from yidian.domains.product_catalog.queries import tariff_of_edition
from yidian.domains.product_inventory.queries import subscriber_codes
from yidian.domains.product_inventory.types import Reference
from yidian.kernel.money import currency
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.jobs.engine import alone
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill.inputs import exact_sum
from yidian.runs.correct.choosing import choose
from yidian.runs.correct.criteria import Criteria
from yidian.runs.differences.difference import lines_of, taxes_of
from yidian.runs.differences.lines import of_accounts
from yidian.runs.differences.run import bearing_before
from yidian.runs.differences.sources import Correcting, corrections_of, source_of
from yidian.runs.differences.work import Worked, billed_of, month_of, work_out
from yidian.runs.rate.inputs import Places
from yidian.runs.trial import compare
from yidian.runs.trial.run import Tried
from yidian.runs.trial.shadow import MonthUnder
from yidian.runs.trial.types import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`edition` 0: the month's own, with customers as they are now known. `on`: the day whose rows of it count."""

    cycle: str
    edition: int = 0
    on: date | None = None
    criteria: Criteria
    reason: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Previewed:
    """`tried`: before is what has been billed until now, after what would have been. `events_*`: that were billed.

    `lines`: how many lines and taxes bills would bear; a tax or an item may change while no account's sum does.
    """

    asked: Asked
    chosen: Chosen
    tried: Tried
    events_before: int
    events_after: int
    lines: int

    @property
    def moved_minor(self) -> int:
        """What changes hands, whichever way."""
        return exact_sum(np.abs(self.tried.accounts["difference_minor"].to_numpy()))

    @property
    def told(self) -> dict[str, Any]:
        counts = {"events_before": self.events_before, "events_after": self.events_after, "lines": self.lines}
        return {"trial": self.tried.trial.to_json(), **counts}

    def proposal(self) -> Proposal:
        """What is kept of it."""
        asked, table = self.asked, self.tried.accounts.to_pydict()
        rows = zip(table["account"], table["before_minor"], table["after_minor"], strict=True)
        return Proposal(
            cycle=asked.cycle, edition=asked.edition, as_of=asked.on, criteria=asked.criteria.to_json(),
            chosen=self.chosen, reason=asked.reason, comment=asked.comment, told=self.told,
            rows=[row for row in rows if row[1] != row[2]], moved_minor=self.moved_minor,
            difference_minor=self.tried.trial.difference_minor,
        )  # fmt: skip


def preview(*, tenant: Tenant, places: Places, asked: Asked, now: datetime, threads: int) -> Previewed:
    """Whom it is about, and what it would come to on the bills that would bear it now.

    UnableToFindCycle; UnableToCorrect CORRECTION_MONTH_OPEN, CORRECTION_OF_NOBODY, CORRECTION_CURRENCY; UnableToRun:
    somebody works on the month; BadInput of the criteria, and TARIFF_EDITION_UNKNOWN.
    """
    origin = queries.cycle_named(tenant=tenant, name=asked.cycle)
    if origin.state not in FIXED:
        raise UnableToCorrect("CORRECTION_MONTH_OPEN", cycle=origin.name, state=origin.state)
    earlier = [name for name in bearing_before(tenant=tenant) if name != origin.name]
    with alone(tenant=tenant, subject=f"cycle {origin.name}", folder=places.locks):
        source = source_of(tenant=tenant, lake=places.lake, origin=origin)
        month = month_of(tenant=tenant, places=places, source=source, now=now, threads=threads)
        own = _tariff(tenant, month.own_edition, asked)
        billed = billed_of(tenant=tenant, places=places, source=source, earlier=earlier)
        chosen = choose(month=month, billed=billed, criteria=asked.criteria)
        new = Correcting("", asked.edition, asked.on, chosen)
        worked = work_out(
            tenant=tenant, places=places, source=source, earlier=earlier, now=now, threads=threads, only=new,
            correcting=[*corrections_of(tenant=tenant, source=source), new],
        )  # fmt: skip
    return _compared(worked, asked, chosen, own, earlier)


def _tariff(tenant: Tenant, own: int, asked: Asked) -> Tariff:
    """The month's own, if it can be compared with the other."""
    known = tariff_of_edition(tenant=tenant, number=own)
    if asked.edition:
        new = tariff_of_edition(tenant=tenant, number=asked.edition)
        if new.currency != known.currency:
            raise UnableToCorrect("CORRECTION_CURRENCY", new=new.currency, own=known.currency)
    return known


def _compared(
    worked: Worked, asked: Asked, chosen: Chosen, own: Tariff, earlier: Sequence[str]
) -> Previewed:  # fmt: skip
    [group] = worked.groups
    accounts = group.would.accounts
    billed = [of_accounts(table, accounts) for table in (worked.billed.own, worked.billed.borne)]
    names = group.would.lines.column_names
    old = pa.concat_tables([table.select(names) for table in billed])
    new = of_accounts(group.would.lines, accounts)
    inputs = replace(group.would.inputs, reference=_everybody(worked, accounts, old))
    before = MonthUnder(inputs, old, _headers(old, accounts), {}, ())
    after = MonthUnder(inputs, new, _headers(new, accounts), group.would.rejected, ())
    trial = _trial(worked, asked, before, after, own, group.would.parked_units)
    table = compare.by_account(before, after).drop_columns(["id"])
    borne = lines_of(worked, group).num_rows + taxes_of(worked, group, earlier).num_rows
    return Previewed(asked, chosen, Tried(trial, table), _events(old), _events(new), borne)


def _trial(
    worked: Worked, asked: Asked, before: MonthUnder, after: MonthUnder, own: Tariff, parked: int
) -> Trial:  # fmt: skip
    table = compare.by_account(before, after)
    differences = table["difference_minor"].to_numpy()
    more, less, same = compare.count_of(differences)
    unit = currency(own.currency)
    tax = _tax_billed(worked), sum(_tax_would(worked))
    return Trial(
        cycle=asked.cycle, on=asked.on.isoformat() if asked.on else "", currency=unit.code,
        source=str(asked.edition or worked.month.own_edition), edition=worked.month.own_edition,
        accounts=table.num_rows, before_minor=exact_sum(table["before_minor"].to_numpy()),
        after_minor=exact_sum(table["after_minor"].to_numpy()), tax_before_minor=tax[0], tax_after_minor=tax[1],
        more=more, less=less, same=same, steps=compare.steps(differences, 10**unit.minor_digits),
        items=compare.by_item(before, after), offers=compare.by_offer(before, after, own),
        rises=compare.samples(table, before, after, rising=True),
        falls=compare.samples(table, before, after, rising=False), rejected_before={},
        rejected_after=after.rejected, parked_before=0, parked_after=parked,
    )  # fmt: skip


def _tax_billed(worked: Worked) -> int:
    """Of the accounts that are compared, in the month's bills and in those that have borne differences of it."""
    [group] = worked.groups
    month, name = worked.month, worked.month.cycle.name
    cycles = [(name, "", ""), *((c, "late", name) for c in bearing_before(tenant=month.tenant) if c != name)]
    return sum(
        tax for cycle, kind, origin in cycles
        for _, _, _, tax in queries.taxes_of(
            tenant=month.tenant, cycle=cycle, accounts=group.would.accounts, kind=kind, origin=origin
        )
    )  # fmt: skip


def _tax_would(worked: Worked) -> Sequence[int]:
    [group] = worked.groups
    found: Sequence[int] = of_accounts(group.would.headers, group.would.accounts)["tax_minor"].to_pylist()
    return found


def _everybody(worked: Worked, accounts: Sequence[int], old: pa.Table) -> Reference:
    """The month's people, and those besides who were billed for it."""
    who = worked.groups[0].would.inputs.reference
    mine = set(np.asarray(who.account_id).tolist())
    others = account_codes(tenant=worked.month.tenant, ids=set(accounts) - mine)
    gone = set(old["subscriber"].to_pylist()) - set(np.asarray(who.subscriber_id).tolist()) - {0}
    left = subscriber_codes(tenant=worked.month.tenant, ids=gone)
    return replace(
        who, account_id=_more(who.account_id, others), account_code=[*who.account_code, *others.values()],
        subscriber_id=_more(who.subscriber_id, left), subscriber_code=[*who.subscriber_code, *left.values()],
    )  # fmt: skip


def _more(ids: Any, others: Mapping[int, str]) -> Any:
    return np.append(np.asarray(ids, np.int64), np.array([*others], np.int64))


def _headers(items: pa.Table, accounts: Sequence[int]) -> pa.Table:
    """Totals of accounts as bills have them; of those without lines nothing."""
    sums = items.group_by("account").aggregate([("amount_minor", "sum")])
    found = dict(zip(sums["account"].to_pylist(), sums["amount_minor_sum"].to_pylist(), strict=True))
    both = {"account": pa.array([*accounts], pa.int64())}
    return pa.table(both | {"total_minor": pa.array([found.get(one, 0) for one in accounts], pa.int64())})


def _events(items: pa.Table) -> int:
    """Events on usage lines."""
    kinds, events = items["kind"].to_pylist(), items["events"].to_pylist()
    return sum(count for kind, count in zip(kinds, events, strict=True) if kind == "usage")
