"""What is read for an order: everybody whose charges it may change, and everybody whom the same accounts pay for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from yidian.domains.customer_bill.types import Cycle
from yidian.domains.party.queries import account_codes, accounts_by_code
from yidian.domains.product_inventory.bulk import load_reference, load_responsibilities, subscribers_taken
from yidian.domains.product_inventory.queries import (
    subscriber_ids,
    unit_ids,
    unit_ids_of,
    units_of_subscribers,
    units_priced_with,
)
from yidian.domains.product_inventory.types import (
    Change,
    CircleRows,
    EndIdentifier,
    GiveIdentifier,
    MovePayer,
    OpenSubscription,
    Reference,
)
from yidian.kernel.rating.tariff import Tariff
from yidian.platform.tenancy.models import Tenant
from yidian.runs.first_bill.people import Crowd, crowd_of
from yidian.runs.rate.few import circle_rows
from yidian.runs.rate.others import asks_for


@dataclass(frozen=True, slots=True)
class Concerned:
    """`crowd`: all who were read, over both cycles. `accounts`: codes of those whose bills the order may change, and of
    those it names. `rated`: ids of whose usage prices these bills; others are known by their numbers alone."""

    crowd: Crowd
    accounts: frozenset[str]
    rated: frozenset[int]
    circles: CircleRows | None


class Reader:
    """Reads of one tenant and two cycles that follow each other."""

    def __init__(self, tenant: Tenant, cycles: tuple[Cycle, Cycle]) -> None:
        self.tenant, self.cycles = tenant, cycles
        self.from_ms, self.to_ms = cycles[0].from_ms, cycles[1].to_ms

    def concerned(self, changes: Sequence[Change], tariff: Tariff) -> Concerned:
        moves = [change for change in changes if isinstance(change, OpenSubscription | MovePayer)]
        named = {change.account for change in moves}
        mine = subscriber_ids(tenant=self.tenant, codes={change.subscriber for change in changes})
        circles = circle_rows(tenant=self.tenant, cycle=self.cycles[0]) if asks_for(tariff)[1] else None
        people = {*mine.values()}
        if circles is not None:
            people |= _fellows(circles, [
                mine[change.subscriber] for change in changes
                if isinstance(change, GiveIdentifier | EndIdentifier) and change.subscriber in mine
            ])  # fmt: skip
        units = {*unit_ids(tenant=self.tenant, codes={change.unit for change in moves}).values()}
        units |= {*units_of_subscribers(tenant=self.tenant, subscribers=people)}
        affected = self._together(units)
        found = self._reference(affected)
        accounts = named | {*found.account_code} | self._others_paying(found)
        priced = self._together({*affected, *self._billed_on(accounts)})
        if priced != affected:
            found = self._reference(priced)
        rated = frozenset(np.asarray(found.subscriber_id, np.int64).tolist())
        if circles is not None:
            beside = units_of_subscribers(tenant=self.tenant, subscribers=_fellows(circles, rated))
            found = self._reference(sorted({*priced, *beside}))
        crowd = crowd_of(found)
        known = accounts_by_code(tenant=self.tenant, codes=named - crowd.accounts.keys())
        crowd.accounts |= {code: one.id for code, one in known.items()}
        missing = {change.unit for change in moves} - crowd.units.keys()
        crowd.units |= unit_ids(tenant=self.tenant, codes=missing) if missing else {}
        return Concerned(crowd, frozenset(accounts), rated, circles)

    def _together(self, units: Iterable[int]) -> list[int]:
        return units_priced_with(tenant=self.tenant, unit_ids=set(units))

    def _reference(self, units: Sequence[int]) -> Reference:
        return load_reference(
            tenant=self.tenant, period_start_ms=self.from_ms, period_end_ms=self.to_ms, unit_ids=units
        )

    def _others_paying(self, found: Reference) -> set[str]:
        """Codes of accounts that take lines of these people upon themselves."""
        people = np.asarray(found.subscriber_id, np.int64).tolist()
        taking = {
            account
            for cycle in self.cycles
            for account in load_responsibilities(tenant=self.tenant, at_ms=cycle.to_ms - 1, subscribers=people)[
                "account_id"
            ].to_pylist()
        }
        return set(account_codes(tenant=self.tenant, ids=taking).values()) if taking else set()

    def _billed_on(self, accounts: Iterable[str]) -> set[int]:
        """Units of everybody who is billed on one of the accounts, as the payer's own or taken by it."""
        known = accounts_by_code(tenant=self.tenant, codes=set(accounts))
        found = set(unit_ids_of(tenant=self.tenant, account_codes=known))
        ids = [one.id for one in known.values()]
        taken = {
            who
            for cycle in self.cycles
            for who in subscribers_taken(tenant=self.tenant, accounts=ids, at_ms=cycle.to_ms - 1)
        }
        return found | set(units_of_subscribers(tenant=self.tenant, subscribers=taken)) if taken else found


def _fellows(circles: CircleRows, people: Iterable[int]) -> set[int]:
    """Who is in a closed group with one of these."""
    groups = np.unique(circles.group[np.isin(circles.member, np.array(sorted(people), np.int64))])
    found: list[int] = np.unique(circles.member[np.isin(circles.group, groups)]).tolist()
    return set(found)
