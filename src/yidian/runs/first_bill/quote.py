"""The door: what an order comes to on the bills of its cycle and of the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yidian.domains.customer_bill.types import Cycle
from yidian.domains.product_catalog.queries import edition_digests, offers_held_back
from yidian.domains.product_catalog.types import terms_of
from yidian.domains.product_inventory.types import Change, Reference
from yidian.kernel.calendar import Period
from yidian.platform.tenancy.models import Tenant
from yidian.runs.bill.facts import Facts, facts
from yidian.runs.bill.tariffs import editions_of
from yidian.runs.first_bill.carried_out import CarriedOut, carried_out
from yidian.runs.first_bill.facts import with_grades, with_states
from yidian.runs.first_bill.months import months_of
from yidian.runs.first_bill.people import reference_of
from yidian.runs.first_bill.price import NOTHING_USED, Rated, Used, billed, rated
from yidian.runs.first_bill.read import Concerned, Reader
from yidian.runs.first_bill.stopping import states_after
from yidian.runs.first_bill.terms import check_needs, check_on_sale, one_off_items, terms_given
from yidian.runs.first_bill.types import AccountBill, Bill, FirstBill, MonthOfBills
from yidian.runs.rate.by_number import copies_of
from yidian.runs.rate.few import left_to, ported_table, usage_files, usage_of
from yidian.runs.rate.inputs import Places
from yidian.runs.ready import Ready, newest, ready, rows_of_edition


def first_bill(*, tenant: Tenant, places: Places, at_ms: int, changes: Sequence[Change]) -> FirstBill:
    """What the bills would be were the changes carried out: those of the cycle of `at_ms` with all usage that has come
    in, and those of the next cycle without any; each beside the same bill as everything is now. Writes nothing.

    Customers, accounts, units and subscriptions that the changes name need not exist. What was used is priced as the
    next rating would; what is used later comes on top, and lines of other months do.
    UnableToQuote; BadInput TARIFF_NOT_LOADED; UnableToUseFile.
    """
    edition = newest(tenant=tenant)
    tariff = rows_of_edition(tenant=tenant, edition=edition)
    check_on_sale(tariff, changes, held_back=offers_held_back(tenant=tenant))
    this, after = months_of(tenant=tenant, at_ms=at_ms)
    concerned = Reader(tenant, (this, after)).concerned(changes, tariff)
    terms = terms_of(tariff)
    done = carried_out(concerned.crowd, changes, terms=terms, zone=tenant.zone)
    check_needs(done, terms)
    states = states_after(tenant=tenant, changes=changes, crowd=done.crowd)
    quote = _Quote(tenant, places, edition, concerned, done, states, one_off_items(tariff))
    return FirstBill(
        currency=tariff.currency, edition=edition[0], at_ms=at_ms, this=quote.month(this, with_usage=True),
        next=quote.month(after, with_usage=False), terms=terms_given(tariff, done, terms),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Quote:
    """What both cycles are priced from."""

    tenant: Tenant
    places: Places
    edition: tuple[int, str]
    concerned: Concerned
    done: CarriedOut
    states: Mapping[int, Sequence[tuple[int, str]]]
    once: frozenset[str]

    def month(self, cycle: Cycle, *, with_usage: bool) -> MonthOfBills:
        now = self._ready(cycle, follows=not with_usage)
        own = sorted(one.id for one in self.concerned.crowd.people.values())
        told = facts(tenant=self.tenant, cycle=cycle, subscribers=own)
        new = [one for code, one in self.done.crowd.people.items() if code not in self.concerned.crowd.people]
        changed = with_states(with_grades(told, self.tenant, cycle, new), cycle, self.states)
        crowds = (self.done.crowd, self.concerned.crowd)
        after, before = (reference_of(crowd, from_ms=cycle.from_ms, to_ms=cycle.to_ms) for crowd in crowds)
        used = self._used(cycle, now) if with_usage else None
        rating = NOTHING_USED if used is None else rated(now, after, used)
        bills = self._billed(now, after, changed, rating)
        as_now = self._billed(now, before, told, NOTHING_USED if used is None else rated(now, before, used))
        return MonthOfBills(
            cycle=cycle.name, from_ms=cycle.from_ms, to_ms=cycle.to_ms, rejected=rating.rejected,
            accounts=tuple(
                AccountBill(
                    account=code, bill=bills.get(code, Bill()), now=as_now.get(code, Bill()), billed=code in bills
                )
                for code in sorted(bills.keys() | as_now.keys())
            ),
        )  # fmt: skip

    def _billed(self, now: Ready, who: Reference, told: Facts, rating: Rated) -> dict[str, Bill]:
        return billed(now, who, told, rating, accounts=self.concerned.accounts, once=self.once)

    def _ready(self, cycle: Cycle, *, follows: bool) -> Ready:
        """The newest tariff. What the bills of the cycle before asked in advance they asked by theirs; before a cycle
        that `follows` the quoted one stand bills by the newest."""
        former = None if follows else editions_of(tenant=self.tenant, cycle=cycle)[1]
        before = None
        if former not in (None, self.edition[0]):
            before = former, edition_digests(tenant=self.tenant, numbers=[former])[former]
        period = Period(cycle.from_ms, cycle.to_ms)
        return ready(tenant=self.tenant, edition=self.edition, period=period, before=before)

    def _used(self, cycle: Cycle, now: Ready) -> Used | None:
        """All usage that has come in and that a rating of the cycle would take; None: there is none."""
        stored = [
            file for file in usage_files(tenant=self.tenant, cycle=cycle)
            if not cycle.cut_fixed or file.id <= cycle.cutoff_file
        ]  # fmt: skip
        newest = max((file.max_start_ms or 0 for file in stored), default=0)
        rows = [
            row
            for crowd in (self.concerned.crowd, self.done.crowd) for one in crowd.people.values()
            if one.id in self.concerned.rated or one.code not in self.concerned.crowd.people
            for row in one.identifiers if row.from_ms <= newest
        ]  # fmt: skip
        if not rows:
            return None
        wanted = frozenset(row.what for row in rows)
        first = min(row.from_ms for row in rows)  # what was used before was somebody else's
        stored = [file for file in stored if file.max_start_ms is None or file.max_start_ms >= first]
        classifier, units = now.classifier, list(self.concerned.crowd.units.values())
        asks = classifier.nets.asked
        return Used(
            usage=usage_of(
                lake=self.places.lake, stored=stored, wanted=wanted,
                copies=copies_of(tenant=self.tenant, work=self.places.work),
            ), circles=self.concerned.circles,
            left=left_to(tenant=self.tenant, lake=self.places.lake, cycle=cycle, tariff=now.tariff, units=units),
            nets=ported_table(tenant=self.tenant, cycle=cycle, classifier=classifier) if asks else None,
        )  # fmt: skip
