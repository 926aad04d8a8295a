"""Statements against what is stored → the rows to add and to end. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from yidian.domains.product_catalog.types import Terms
from yidian.domains.product_inventory._changes import Changes
from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory._holdings import ended_holdings, held_until, plan_holdings
from yidian.domains.product_inventory._identifiers import plan_identifiers
from yidian.domains.product_inventory._rows import Statement
from yidian.domains.product_inventory._stored import Stored
from yidian.domains.product_inventory._timelines import plan_payers, plan_units
from yidian.domains.product_inventory._whose import Whose, plan_whose
from yidian.domains.product_inventory.types import Count


@dataclass(frozen=True, slots=True)
class Plan:
    whose: Whose
    identifiers: dict[str, Changes]  # by kind
    holdings: Changes
    payers: Changes
    memberships: Changes
    new_units: list[str]

    def counts(self, stored: Stored) -> dict[str, Count]:
        """In the order of types.ImportReport."""
        units = Count(added=len(self.new_units), unchanged=len(stored.units))
        return self.whose.counts(stored) | {
            "identifiers": _sum(changes.count for changes in self.identifiers.values()),
            "holdings": self.holdings.count,
            "payers": self.payers.count,
            "units": units,
            "memberships": self.memberships.count,
        }


def make_plan(
    statements: Sequence[Statement], stored: Stored, terms: Mapping[str, Terms], faults: Faults
) -> Plan:  # fmt: skip
    """What the statements ask for; contradictions go to `faults`, and then the plan is not to be used."""
    whose = plan_whose(statements, stored, faults)
    wrong = {fault.where.line for fault in faults.faults}
    statements = [one for one in statements if one.line not in wrong]  # one fault a row is enough
    holdings = plan_holdings(statements, stored, terms, faults)
    identifiers = plan_identifiers(
        statements,
        stored,
        faults,
        held_until=held_until(stored, holdings),
        ended=ended_holdings(stored, holdings),
    )
    payers = plan_payers(statements, stored, faults)
    memberships = plan_units(statements, stored, faults)
    new_units = sorted({one.unit for one in statements} - stored.units.keys())
    return Plan(whose, identifiers, holdings, payers, memberships, new_units)


def _sum(counts: Iterable[Count]) -> Count:
    total = Count()
    for one in counts:
        total.added += one.added
        total.ended += one.ended
        total.unchanged += one.unchanged
    return total
