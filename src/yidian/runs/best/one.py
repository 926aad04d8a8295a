"""The best plan of one subscription: its last months under every offer on sale, really priced, beside what it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import numpy as np

from yidian.domains.customer_bill.queries import bills_of, cycle_named, cycles
from yidian.domains.customer_bill.types import Bill, Cycle
from yidian.domains.product_inventory.bulk import customers_of
from yidian.domains.product_inventory.queries import had_by, subscriber_owners
from yidian.domains.product_inventory.types import HadLine
from yidian.kernel.calendar import local_date, to_ms
from yidian.kernel.rating.arrays import I64
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.lake.queries import files, whole
from yidian.platform.lake.rows import rows_of
from yidian.platform.tenancy.models import Tenant
from yidian.runs.best.beside import REASONS, Beside, Reasons
from yidian.runs.best.costs import Carried, Costs, costs
from yidian.runs.best.lines import lines_of, reasons
from yidian.runs.best.offers import base_offers, in_place_of
from yidian.runs.best.read import Month, read_month
from yidian.runs.best.tiling import AS_NOW, Window, joined
from yidian.runs.best.today import Today, tariff_today, today
from yidian.runs.best.types import NO_PRICE, TOO_LARGE, BestPlan, Option, UnableToCompare
from yidian.runs.bill.parts import part_of_accounts
from yidian.runs.rate.inputs import Places

MONTHS: Final = 3
MOST_MONTHS: Final = 13
BILLED: Final = "bill_item"


def best_plan(
    *, tenant: Tenant, places: Places, subscriber: str, now: datetime, months: int = MONTHS,
    offers: Collection[str] = (),
) -> BestPlan:  # fmt: skip
    """What a subscription (by code) would have cost under each main offer on sale, or each of `offers`.

    UnableToCompare, UnableToUseFile; BadInput OFFER_NOT_COMPARED, TARIFF_NOT_LOADED.
    """
    return compared(
        prepared(tenant=tenant, places=places, subscriber=subscriber, now=now, months=months, offers=offers)
    )


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that is read for the answer: what remains is arithmetic."""

    line: HadLine
    present: str
    held: frozenset[str]  # main offers, in these months
    on: date
    tariff: Tariff
    offers: tuple[str, ...]
    months: tuple[tuple[Today, Month], ...]
    billed: tuple[int | None, ...]
    customers: int  # of how many customers the subscriptions are


def prepared(
    *, tenant: Tenant, places: Places, subscriber: str, now: datetime, months: int = MONTHS,
    offers: Collection[str] = (),
) -> Prepared:  # fmt: skip
    """What best_plan reads; refusals as of it."""
    on = local_date(to_ms(now), tenant.zone)
    line = _line(tenant, subscriber)
    chosen = last_months(tenant=tenant, now=now, months=months)
    tariff = tariff_today(tenant=tenant, on=on)
    base = base_offers(tariff)
    held = [one for one in line.offers if one.what in base]
    first, last = chosen[0].from_ms, chosen[-1].to_ms
    within = [one for one in held if one.from_ms < last and one.to_ms > first]
    if not within:
        raise UnableToCompare("NO_BASE_OFFER", subscriber=subscriber)
    present, had = max(within, key=lambda one: (one.from_ms, one.what)).what, frozenset(one.what for one in within)
    windows = {line.id: joined((one.from_ms, one.to_ms) for one in held)}
    read = []
    for cycle in chosen:
        known = today(tenant=tenant, cycle=cycle, on=on)
        read.append((known, _month(tenant, places, cycle, known, line, windows)))
    return Prepared(
        line=line, present=present, held=had, on=on, tariff=tariff,
        offers=in_place_of(tenant=tenant, tariff=tariff, on=on, present=present, held=had, only=offers),
        months=tuple(read),
        billed=_billed(tenant, places, [month for _, month in read]),
        customers=_customers(tenant, [month for _, month in read]),
    )  # fmt: skip


def _customers(tenant: Tenant, months: Sequence[Month]) -> int:
    ids = {n for month in months for n in np.asarray(month.some.reference.subscriber_id, np.int64).tolist()}
    return len(np.unique(customers_of(tenant=tenant, subscribers=sorted(ids))[1]))


def last_months(*, tenant: Tenant, now: datetime, months: int, upto: str = "") -> list[Cycle]:
    """The last so many months that are over and rated, the oldest first; `upto`: the name of the last, "": any.

    UnableToCompare MONTHS_NOT_RATED, UnableToFindCycle.
    """
    now_ms = min(to_ms(now), cycle_named(tenant=tenant, name=upto).to_ms) if upto else to_ms(now)
    over = [cycle for cycle in cycles(tenant=tenant) if cycle.to_ms <= now_ms and cycle.rate_run is not None]
    if not over:
        raise UnableToCompare("MONTHS_NOT_RATED")
    return over[-max(1, min(months, MOST_MONTHS)) :]


def _line(tenant: Tenant, subscriber: str) -> HadLine:
    owner = subscriber_owners(tenant=tenant, codes=[subscriber]).get(subscriber)
    if owner is None:
        raise UnableToCompare("SUBSCRIPTION_NOT_FOUND", subscriber=subscriber)
    return next(one for one in had_by(tenant=tenant, customer=owner[0]) if one.code == subscriber)


def _month(
    tenant: Tenant, places: Places, cycle: Cycle, known: Today, line: HadLine, windows: Mapping[int, Sequence[Window]]
) -> Month:
    return read_month(tenant=tenant, places=places, cycle=cycle, now=known, subscriber=line.id, windows=windows)


def compared(asked: Prepared) -> BestPlan:
    """The answer: every month priced once for what is held and once for each candidate, one month after the other."""
    copies = {0: AS_NOW} | dict(enumerate(asked.offers, start=1))
    found: list[Costs] = []
    carried: Carried | None = None
    ended = 0
    against = reasons(lines_of(asked.tariff), offers=asked.offers, held=[asked.held])[:, 0]
    beside = Beside.of(asked.tariff, base_offers(asked.tariff))
    mine = np.array([asked.line.id], np.int64)
    for known, month in asked.months:
        who, cycle = month.some.reference, month.cycle
        moved = np.asarray(who.subscriber_id, np.int64) == asked.line.id
        made = costs(known, month.some, moved=moved, copies=copies, carried=carried if ended == cycle.from_ms else None)
        found.append(made)
        carried = Carried(made.left, np.asarray(who.subscriber_id, np.int64), np.asarray(who.unit_id, np.int64))
        ended = cycle.to_ms
        against = np.maximum(against, beside.reasons(month.some, moving=mine, offers=asked.offers)[:, 0])
    return _told(asked, found, against)


def _told(asked: Prepared, found: Sequence[Costs], against: Reasons) -> BestPlan:
    rejected = Counter[str]()
    for _, month in asked.months:
        rejected.update(month.rejected)
    sums = np.stack([one.minor.sum(axis=1) for one in found], axis=1)
    parked = np.asarray(np.concatenate([one.parked for one in found], axis=1).any(axis=1), np.bool_).tolist()
    if parked[0]:
        raise UnableToCompare("PRESENT_NOT_PRICED", subscriber=asked.line.code)
    rejected["NO_PRICE"] += sum(int(one.unpriced[0].sum()) for one in found)
    unlike = np.stack([_unlike(one) for one in found], axis=1).sum(axis=1)
    present = Option(offer=asked.present, months=tuple(sums[0].tolist()), present=True)
    options = [
        _option(
            asked, copy, sums[copy].tolist(), present, unlike=int(unlike[copy]), parked=bool(parked[copy]),
            against=REASONS[against[copy - 1]],
        )
        for copy in range(1, len(sums))
    ]  # fmt: skip
    options.sort(key=lambda one: (not one.answered, one.total_minor, not one.present, one.offer))
    return BestPlan(
        subscriber=asked.line.code, cycles=tuple(month.cycle.name for _, month in asked.months), on=asked.on,
        currency=asked.tariff.currency, present=present, billed=asked.billed, options=tuple(options),
        customers=asked.customers,
        counted=max((len(month.some.reference.subscriber_id) for _, month in asked.months), default=0),
        rejected={reason: count for reason, count in sorted(rejected.items()) if count},
    )  # fmt: skip


def _unlike(one: Costs) -> I64:
    """By copy: how many events have no price there that have one as now, or the other way round; at least one where
    others than now have none."""
    more = np.abs(one.unpriced - one.unpriced[0])
    found: I64 = np.where(one.which == one.which[0], 0, np.maximum(more, 1)).sum(axis=1)
    return found


def _option(
    asked: Prepared, copy: int, months: list[int], present: Option, *, unlike: int, parked: bool, against: str
) -> Option:
    """`against`: why it would not be given; what is held is held."""
    offer = asked.offers[copy - 1]
    held = offer == asked.present
    if against and not held:
        return Option(offer=offer, months=(), reason=against)
    if unlike or parked:
        return Option(offer=offer, months=(), reason=TOO_LARGE if parked else NO_PRICE, events=unlike, present=held)
    saving = present.total_minor - sum(months)
    return Option(offer=offer, months=tuple(months), saving_minor=saving, present=held)


def _billed(tenant: Tenant, places: Places, months: Sequence[Month]) -> tuple[int | None, ...]:
    """What the bills of each month really bear for its people, without lines for other months; None: not billed yet."""
    payers = [_payers(month) for month in months]
    found = bills_of(
        tenant=tenant, accounts=sorted(set().union(*payers)), cycles=[month.cycle.id for month in months]
    )  # fmt: skip
    return tuple(
        _of_bills(tenant, places, month, [b for name, b in found if name == month.cycle.name and b.account_id in mine])
        for month, mine in zip(months, payers, strict=True)
    )


def _payers(month: Month) -> set[int]:
    return {*np.asarray(month.some.reference.account_id, np.int64).tolist(), *month.some.facts.payer.tolist()}


def _of_bills(tenant: Tenant, places: Places, month: Month, bills: Sequence[Bill]) -> int | None:
    if not bills:
        return None
    who, cycle = month.some.reference, month.cycle
    mine, total = set(np.asarray(who.subscriber_id, np.int64).tolist()), 0
    for run in sorted({bill.run for bill in bills}):
        stored = files(tenant=tenant, kind=BILLED, subject=cycle.name, run_id=run)
        accounts = np.array([bill.account_id for bill in bills if bill.run == run], np.int64)
        parts = part_of_accounts(accounts, max(len(stored), 1))
        for file in stored:
            values = accounts[parts == file.part].tolist()
            if values:
                names = ("subscriber", "amount_minor")
                rows = rows_of(whole(file, places.lake), names, key="account", values=values).to_pydict()
                total += sum(n for who_, n in zip(*(rows[name] for name in names), strict=True) if who_ in mine)
    return total
