"""Writing changes of subscriptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from django.db import transaction

from yidian.domains.party.operations import hold_numbering
from yidian.domains.product_catalog.types import Terms
from yidian.domains.product_inventory._beside import refuse_alone
from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory._held_back import refuse_held_back
from yidian.domains.product_inventory._quota import refuse_beyond_quota
from yidian.domains.product_inventory._terms import refuse_too_long
from yidian.domains.product_inventory.changes.forms import note_forms
from yidian.domains.product_inventory.changes.known import read_known
from yidian.domains.product_inventory.changes.planning import Drawn, draw
from yidian.domains.product_inventory.changes.told import move_versions_of, tell_audit
from yidian.domains.product_inventory.changes.types import Change, Effect
from yidian.domains.product_inventory.changes.types import UnableToChange as UnableToChange
from yidian.domains.product_inventory.changes.undoing import expect_undoable as expect_undoable
from yidian.domains.product_inventory.changes.undoing import undo_effects as undo_effects
from yidian.domains.product_inventory.changes.writing import write
from yidian.domains.product_inventory.types import KnownOffers
from yidian.platform.sheets import Sheet

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame

NO_SHEET: Final = Sheet(file="", name="", header=(), rows=[])


def apply_changes(
    *, frame: Frame, changes: Sequence[Change], known_offers: KnownOffers, terms: Mapping[str, Terms],
    quotas: Mapping[str, int], held_back: Mapping[str, str],
) -> tuple[Effect, ...]:  # fmt: skip
    """Write changes in one frame, with the invariants of an import, or nothing of them: UnableToChange.

    Their order says nothing: what ends at an instant ends before what begins then. `known_offers`, `terms`, `quotas`,
    `held_back` are as for import_customers. Customers and accounts are there already. What is so already is an effect
    "keep" and writes nothing.
    """
    faults = Faults(sheet=NO_SHEET, zone=frame.tenant.zone)
    note_forms(changes, known_offers, faults)
    _refuse(faults, changes)
    hold_numbering()  # nobody else may change what is compared with
    known = read_known(tenant=frame.tenant, changes=changes)
    drawn = draw(changes, known, terms, faults)
    if drawn is not None:
        _refuse_offers(frame, drawn, terms, quotas, held_back, faults)
    _refuse(faults, changes)
    assert drawn is not None
    with transaction.atomic():
        effects = write(tenant=frame.tenant, changes=changes, known=known, drawn=drawn)
    tell_audit(frame, effects)
    move_versions_of(frame, effects)
    return tuple(effects)


def _refuse(faults: Faults, changes: Sequence[Change]) -> None:
    """UnableToChange for the first change of which something is wrong."""
    if faults.faults:
        first = min(faults.faults, key=lambda fault: fault.where.line)
        at = first.where.line - 1
        subscriber = changes[at].subscriber if at >= 0 else ""
        told = {"subscriber": subscriber, "column": first.where.column, "value": first.value}
        raise UnableToChange(first.code, {**told, **first.params, "change": at})


def _refuse_offers(
    frame: Frame, drawn: Drawn, terms: Mapping[str, Terms], quotas: Mapping[str, int], held_back: Mapping[str, str],
    faults: Faults,
) -> None:  # fmt: skip
    """What an import refuses of offers."""
    plan, given = drawn.plan, drawn.given
    refuse_held_back(plan.holdings, given, held_back, faults)
    refuse_too_long(plan.holdings, given, terms, faults)
    refuse_alone(frame.tenant, plan, [*given, *drawn.beside], terms, faults)
    refuse_beyond_quota(frame.tenant, plan.holdings, given, quotas, faults)
