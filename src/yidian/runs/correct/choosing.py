"""Criteria → whom a correction is about, once: by the month's rating and bills, and by the inventory as it is known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from yidian.domains.customer_bill.types import Chosen, UnableToCorrect
from yidian.domains.party.queries import accounts as account_facts
from yidian.domains.party.queries import accounts_of_many, customers
from yidian.domains.product_catalog.queries import tariff_of_edition
from yidian.domains.product_inventory.queries import subscriber_codes
from yidian.kernel.calendar import Period
from yidian.kernel.faults import BadInput, Fault
from yidian.kernel.rating.book import compile_tariff
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.lake.queries import files, read_stored
from yidian.runs.correct.criteria import Criteria
from yidian.runs.differences.work import Billed
from yidian.runs.differences.would import Month
from yidian.runs.rate.results import rated_tables, rated_totals

Ints = NDArray[np.int64]
EVENTS: Final = ["event_id", "start_ms", "subscriber", "item"]


def choose(*, month: Month, billed: Billed, criteria: Criteria) -> Chosen:
    """Ids. BadInput for codes that nobody knows; UnableToCorrect CORRECTION_OF_NOBODY."""
    criteria.expect(month.cycle.zone)
    pairs = _pairs(month, billed)
    everybody: Ints = np.unique(np.concatenate([np.asarray(month.reference.subscriber_id, np.int64), pairs[:, 0]]))
    if criteria.everybody:
        return _with_units(month, everybody, np.unique(pairs[:, 1]))
    tariff = tariff_of_edition(tenant=month.tenant, number=month.own_edition)
    _expect_codes(criteria, tariff)
    found, accounts = everybody, np.zeros(0, np.int64)
    if criteria.by_person:
        accounts = _accounts(month, criteria)
        named = _named(month, criteria.subscribers, everybody)
        found = np.intersect1d(found, np.union1d(pairs[np.isin(pairs[:, 1], accounts), 0], named))
    if criteria.offers:
        found, accounts = np.intersect1d(found, _holding(month, criteria.offers)), accounts[:0]
    if criteria.by_usage:
        found, accounts = np.intersect1d(found, _using(month, tariff, criteria)), accounts[:0]
    if not len(found) and not len(accounts):
        raise UnableToCorrect("CORRECTION_OF_NOBODY", cycle=month.cycle.name)
    return _with_units(month, found, accounts)


def _pairs(month: Month, billed: Billed) -> Ints:
    """(subscriber, account) of everybody who is or was charged on whichever account."""
    who = month.reference
    totals = rated_totals(tenant=month.tenant, cycle=month.cycle.name, lake=month.places.lake)
    columns = [
        (np.asarray(who.subscriber_id)[who.acc_sub], np.asarray(who.account_id)[who.acc_index]),
        (month.facts.pays_for, month.facts.payer),
    ]
    tables = (totals, billed.own, billed.borne)
    columns += [(table["subscriber"].to_numpy(), table["account"].to_numpy()) for table in tables]
    found = np.concatenate([np.stack([np.asarray(a, np.int64), np.asarray(b, np.int64)], 1) for a, b in columns])
    return np.unique(found[found[:, 0] != 0], axis=0) if len(found) else found


def _with_units(month: Month, subscribers: Ints, accounts: Ints) -> Chosen:
    """Their units, as they are and as they were rated."""
    who = month.reference
    member = np.asarray(who.subscriber_id, np.int64)[np.asarray(who.mem_sub, np.int64)]
    units = np.asarray(who.unit_id, np.int64)[np.asarray(who.mem_unit, np.int64)]
    totals = rated_totals(tenant=month.tenant, cycle=month.cycle.name, lake=month.places.lake)
    rated, of_rated = totals["subscriber"].to_numpy(), totals["unit"].to_numpy()
    found = np.concatenate([units[np.isin(member, subscribers)], of_rated[np.isin(rated, subscribers)]])
    return Chosen(tuple(np.unique(found).tolist()), tuple(subscribers.tolist()), tuple(np.unique(accounts).tolist()))


def _accounts(month: Month, criteria: Criteria) -> Ints:
    """Ids of the accounts named, and of those of the customers named."""
    tenant = month.tenant
    found = account_facts(tenant=tenant, codes=criteria.accounts)
    known = {row.code for row in customers(tenant=tenant, codes=criteria.customers)}
    faults = _missing("ACCOUNT_NOT_FOUND", criteria.accounts, {row.code for row in found}, cycle=month.cycle.name)
    faults += _missing("CORRECTION_CUSTOMER", criteria.customers, known)
    if faults:
        raise BadInput(faults)
    found += accounts_of_many(tenant=tenant, customers=sorted(known)) if known else []
    return np.unique(np.array([row.id for row in found], np.int64))


def _named(month: Month, codes: Sequence[str], everybody: Ints) -> Ints:
    """Ids of the subscribers named, who must have been there in the month."""
    if not codes:
        return np.zeros(0, np.int64)
    who = month.reference
    known = dict(zip(who.subscriber_code, np.asarray(who.subscriber_id).tolist(), strict=True))
    gone = set(everybody.tolist()) - set(known.values())
    known |= {code: id_ for id_, code in subscriber_codes(tenant=month.tenant, ids=gone).items()}
    faults = _missing("CORRECTION_SUBSCRIBER", codes, known.keys(), cycle=month.cycle.name)
    if faults:
        raise BadInput(faults)
    return np.unique(np.array([known[code] for code in codes], np.int64))


def _missing(code: str, told: Sequence[str], known: Collection[str], **params: str) -> list[Fault]:
    return [Fault(code, value=one, params=params) for one in told if one not in known][:100]


def _expect_codes(criteria: Criteria, tariff: Tariff) -> None:
    """What the month's own tariff does not know was neither held nor used."""
    faults = _missing("CORRECTION_OFFER", criteria.offers, {one.code for one in tariff.offers})
    faults += _missing("CORRECTION_ITEM", criteria.items, {one.code for one in tariff.items})
    faults += _missing("CORRECTION_ZONE", criteria.zones, {one.zone for one in tariff.rules})
    if faults:
        raise BadInput(faults)


def _holding(month: Month, offers: Sequence[str]) -> Ints:
    who = month.reference
    place = [n for n, code in enumerate(who.offer_codes) if code in offers]
    rows = np.isin(np.asarray(who.hold_offer), place)
    return np.unique(np.asarray(who.subscriber_id, np.int64)[np.asarray(who.hold_sub)[rows]])


def _using(month: Month, tariff: Tariff, criteria: Criteria) -> Ints:
    """Subscribers with a rated event that fits."""
    wanted = _items(month, tariff, criteria)
    since, until = criteria.instants(month.cycle.zone)
    called = _called(month, criteria.destinations) if criteria.destinations else None
    tests: list[Callable[[pa.Table], Any]] = []
    if wanted is not None:
        tests.append(lambda table: np.isin(table["item"].to_numpy(), wanted))
    if since is not None:
        tests.append(lambda table: table["start_ms"].to_numpy() >= since)
    if until is not None:
        tests.append(lambda table: table["start_ms"].to_numpy() < until)
    if called is not None:
        tests.append(lambda table: np.isin(table["event_id"].to_numpy(), called))
    found = [np.zeros(0, np.int64)]
    for table in rated_tables(tenant=month.tenant, cycle=month.cycle.name, lake=month.places.lake, columns=EVENTS):
        fits = np.ones(table.num_rows, bool)
        for test in tests:
            fits &= test(table)
        found.append(np.unique(table["subscriber"].to_numpy()[fits]))
    return np.unique(np.concatenate(found))


def _items(month: Month, tariff: Tariff, criteria: Criteria) -> list[int] | None:
    """Places, in the rated rows, of the items named and of those that rules give to events of the zones."""
    codes = {*criteria.items}
    if criteria.zones:
        of_zones = {rule.item for rule in tariff.rules if rule.zone in criteria.zones}
        codes = codes & of_zones if codes else of_zones
    if not criteria.items and not criteria.zones:
        return None
    items = compile_tariff(tariff, Period(month.cycle.from_ms, month.cycle.to_ms)).items
    return [n for n, item in enumerate(items) if item.code in codes]


def _called(month: Month, destinations: Sequence[str]) -> Ints:
    """Ids of the events whose other party begins with one of the destinations."""
    found = [np.zeros(0, np.int64)]
    for table in _usage(month):
        other = table["other_party"]
        fits = np.zeros(table.num_rows, bool)
        for digits in destinations:
            fits |= pc.starts_with(other, digits).to_numpy(zero_copy_only=False)
        found.append(table["event_id"].to_numpy()[fits])
    return np.unique(np.concatenate(found))


def _usage(month: Month) -> Iterator[pa.Table]:
    period = (month.cycle.from_ms, month.cycle.to_ms)
    for file in files(tenant=month.tenant, kind="usage", overlaps=period):
        if file.id <= month.cycle.cutoff_file or file in month.late:
            table = read_stored(file, month.places.lake, ["event_id", "other_party"])
            yield table.set_column(1, "other_party", pc.fill_null(table["other_party"].cast(pa.string()), ""))
