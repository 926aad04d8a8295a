"""Changes against what is stored → the rows to add and to end, by the parts of the import. Nothing is written here.

A change is said as a row of a file says it. Before that, what changes end is ended in the snapshot, so that whatever
begins at the same instant finds it ended, in whichever order the changes are told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yidian.domains.product_catalog.types import Terms
from yidian.domains.product_inventory._changes import Changes
from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory._plan import Plan
from yidian.domains.product_inventory._rows import Statement
from yidian.domains.product_inventory.changes.known import Known
from yidian.domains.product_inventory.changes.lives import Life, UnableToLive
from yidian.domains.product_inventory.changes.numbers import plan_numbers
from yidian.domains.product_inventory.changes.offers import offers_brought, plan_offers
from yidian.domains.product_inventory.changes.paying import plan_paying
from yidian.domains.product_inventory.changes.telling import Telling
from yidian.domains.product_inventory.changes.types import (
    Change,
    OpenSubscription,
    ResumeFrom,
    SetLife,
    StopFor,
)
from yidian.domains.product_inventory.changes.whose import note_unknown, plan_owners
from yidian.domains.product_inventory.stops.reasons import Reasons, UnableToStop


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is to be written; `given` and `beside`: statements that the refusals of an import read.

    `so_already`: (place of the change from 1, table, key) of what needs no writing.
    """

    plan: Plan
    given: list[Statement]
    beside: list[Statement]
    lives: dict[str, Life]
    reasons: dict[str, Reasons]
    so_already: list[tuple[int, str, int]]


def draw(
    changes: Sequence[Change], known: Known, terms: Mapping[str, Terms], faults: Faults
) -> Drawn | None:  # fmt: skip
    """What the changes come to; contradictions go to `faults`, and then it is not to be used (None: nothing known)."""
    telling = Telling(changes, known, terms, faults)
    note_unknown(telling)
    if faults.faults:
        return None
    lives, reasons = _lives(telling), _reasons(telling)
    whose = plan_owners(telling)
    payers, memberships = plan_paying(telling)
    numbers = plan_numbers(telling)
    holdings, given = plan_offers(telling)
    units = {new.what for new in memberships.add} - known.stored.units.keys()
    plan = Plan(whose, numbers, holdings, payers, memberships, sorted(units))
    _note_held(telling, plan, lives)
    return Drawn(plan, given, offers_brought(telling), lives, reasons, telling.so_already)


def _lives(telling: Telling) -> dict[str, Life]:
    """As they are before anything else of the call. LIFE_UNKNOWN, LIFE_IMPOSSIBLE, LIFE_LATER."""
    known, found = telling.known, dict[str, Life]()
    for code in telling.subscribers():
        had = [(row.from_ms, row.to_ms) for row in known.identifiers[code]]
        had += [(row.from_ms, row.to_ms) for row in telling.stored.holdings.get(code, ())]
        found[code] = Life(known.lives[code], sorted(had))
    for _, opened in telling.of(OpenSubscription):
        found[opened.subscriber].begin(opened.at_ms)
    for line, change in sorted(telling.of(SetLife), key=lambda one: (one[1].at_ms, one[0])):
        try:
            row = found[change.subscriber].set(change.life, change.at_ms)
        except UnableToLive as wrong:
            telling.note(line, wrong.code, change.life, **wrong.params)
        else:
            if row is not None:
                telling.so_already.append((line, "lives", row.pk))
    return found


def _reasons(telling: Telling) -> dict[str, Reasons]:
    """Of subscriptions whose stops change; what is taken away at an instant before what comes then. UnableToStop's."""
    found: dict[str, Reasons] = {}
    told = [(line, one) for line, one in telling.told if isinstance(one, StopFor | ResumeFrom)]
    ordered = sorted(told, key=lambda one: (one[1].at_ms, isinstance(one[1], StopFor), one[0]))
    for line, change in ordered:
        code = change.subscriber
        reasons = found.setdefault(code, Reasons(telling.known.stops[code]))
        try:
            if isinstance(change, StopFor):
                row = reasons.stop(change.reason, change.ways, change.at_ms)
            else:
                row = reasons.resume(change.reason, change.at_ms)
        except UnableToStop as wrong:
            telling.note(line, wrong.code, change.reason, **wrong.params)
        else:
            if row is not None:
                telling.so_already.append((line, "stops", row.pk))
    return found


def _note_held(telling: Telling, plan: Plan, lives: Mapping[str, Life]) -> None:
    """TERMINATED_HOLDS where a subscription that is over would have a number or an offer after its end."""
    for line, change in telling.told:
        over_since = lives[change.subscriber].over_since
        if over_since is None:
            continue
        left = _held_beyond(telling, plan, change.subscriber, over_since)
        if left:
            telling.note(line, "TERMINATED_HOLDS", left, what=left, since=telling.faults.told(over_since))
            return


def _held_beyond(telling: Telling, plan: Plan, code: str, over_since: int) -> str:
    """A number or offer of a subscription that it would have beyond an instant; "" where there is none."""
    changes: list[Changes] = [plan.holdings, *plan.identifiers.values()]
    ended = {
        "holdings": dict(plan.holdings.end),
        "identifiers": {pk: to for c in plan.identifiers.values() for pk, to in c.end},
    }
    held = [(row.what, ended["holdings"].get(row.pk, row.to_ms)) for row in telling.stored.holdings.get(code, ())]
    held += [(row.value, ended["identifiers"].get(row.pk, row.to_ms)) for row in telling.known.identifiers[code]]
    held += [(new.what, new.to_ms) for change in changes for new in change.add if new.subscriber == code]
    return next((what for what, to_ms in sorted(held) if to_ms > over_since), "")
