"""Customers, accounts and subscribers of a file: who belongs to whom may be said many times, but not differently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from yidian.domains.party.types import Particulars, masked_number
from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory._rows import NOTHING, Statement
from yidian.domains.product_inventory._stored import Stored
from yidian.domains.product_inventory.types import Count


@dataclass(slots=True)
class Whose:
    """Codes of the file: customers → name ("": not given), accounts → customer, subscribers → customer, home area."""

    customers: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    subscribers: dict[str, str] = field(default_factory=dict)
    home_areas: dict[str, str] = field(default_factory=dict)
    particulars: dict[str, Particulars] = field(default_factory=dict)  # of customers of whom something is told

    def counts(self, stored: Stored) -> dict[str, Count]:
        changed = len(self.changed_customers(stored))
        areas = len(self.new_home_areas(stored))
        return {
            "customers": _count(len(self.customers), len(stored.customers), changed),
            "accounts": _count(len(self.accounts), len(stored.accounts), 0),
            "subscribers": _count(len(self.subscribers), len(stored.subscribers), areas),
        }

    def changed_customers(self, stored: Stored) -> set[str]:
        """Stored customers of whom the file tells something else."""
        return {code for code in stored.customers if self._tells_new_of(code, stored)}

    def _tells_new_of(self, code: str, stored: Stored) -> bool:
        row, told = stored.customers[code], self.particulars.get(code, NOTHING)
        same = (
            self.customers[code] in ("", row.name) and told.organisation in ("", row.organisation)
            and told.phone in ("", row.phone) and told.address in ("", row.address)
        )  # fmt: skip
        return not same or code in stored.new_documents

    def new_home_areas(self, stored: Stored) -> dict[int, str]:
        """Stored subscribers whose home area was not known and now is, by id."""
        return {
            row.id: self.home_areas[code]
            for code, row in stored.subscribers.items()
            if self.home_areas.get(code, row.home_area) != row.home_area
        }


def _count(named: int, known: int, changed: int) -> Count:
    return Count(added=named - known, changed=changed, unchanged=known - changed)


def plan_whose(statements: Sequence[Statement], stored: Stored, faults: Faults) -> Whose:
    """ACCOUNT_OF_OTHER_CUSTOMER, SUBSCRIBER_OF_OTHER_CUSTOMER, HOME_AREA_DIFFERS, CUSTOMER_NAME_DIFFERS,
    CUSTOMER_TOLD_OTHERWISE, ORGANISATION_UNKNOWN."""
    whose = Whose()
    for one in statements:
        _customer(one, whose, faults)
        if one.told != NOTHING:
            _particulars(one, whose, stored, faults)
        account = stored.accounts.get(one.account)
        owner = whose.accounts.setdefault(one.account, account.customer if account else one.customer)
        if owner != one.customer:
            faults.note("ACCOUNT_OF_OTHER_CUSTOMER", one.line, "account", one.account, account=one.account, owner=owner)
        _subscriber(one, whose, stored, faults)
        if faults.full:
            break
    return whose


def _customer(one: Statement, whose: Whose, faults: Faults) -> None:
    name = whose.customers.setdefault(one.customer, one.customer_name)
    if not name:
        whose.customers[one.customer] = one.customer_name
    elif one.customer_name not in ("", name):
        faults.note(
            "CUSTOMER_NAME_DIFFERS", one.line, "customer_name", one.customer_name, customer=one.customer, name=name
        )


def _particulars(one: Statement, whose: Whose, stored: Stored, faults: Faults) -> None:
    if one.told.organisation and one.told.organisation not in stored.nodes:
        node = one.told.organisation
        faults.note("ORGANISATION_UNKNOWN", one.line, "organisation", node, organisation=node)
    before = whose.particulars.get(one.customer, NOTHING)
    for column, earlier, now in zip(Particulars._fields, before, one.told, strict=True):
        if earlier and now and earlier != now:
            shown = masked_number(now) if column == "id_number" else now
            faults.note("CUSTOMER_TOLD_OTHERWISE", one.line, column, shown, customer=one.customer)
    told = (earlier or now for earlier, now in zip(before, one.told, strict=True))
    whose.particulars[one.customer] = Particulars(*told)


def _subscriber(one: Statement, whose: Whose, stored: Stored, faults: Faults) -> None:
    known = stored.subscribers.get(one.subscriber)
    owner = whose.subscribers.setdefault(one.subscriber, known.customer if known else one.customer)
    if owner != one.customer:
        faults.note(
            "SUBSCRIBER_OF_OTHER_CUSTOMER",
            one.line,
            "subscriber",
            one.subscriber,
            subscriber=one.subscriber,
            owner=owner,
        )
    if one.home_area:
        area = whose.home_areas.setdefault(one.subscriber, (known.home_area if known else "") or one.home_area)
        if area != one.home_area:
            faults.note("HOME_AREA_DIFFERS", one.line, "home_area", one.home_area, subscriber=one.subscriber, area=area)
