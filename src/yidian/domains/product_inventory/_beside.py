"""Offers that are given only beside another one in the same rating unit: a sub card beside its main card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from django_scopes import scope

from yidian.domains.product_catalog.types import Terms
from yidian.domains.product_inventory._faults import Faults
from yidian.domains.product_inventory._plan import Plan
from yidian.domains.product_inventory._rows import Statement
from yidian.domains.product_inventory.models import OfferHolding, UnitMembership
from yidian.platform.database.asking import where
from yidian.platform.tenancy.models import Tenant


class _Held(NamedTuple):
    unit: str
    offer: str
    from_ms: int
    to_ms: int


def refuse_alone(
    tenant: Tenant, plan: Plan, statements: Sequence[Statement], terms: Mapping[str, Terms],
    faults: Faults,
) -> None:  # fmt: skip
    """OFFER_NEEDS for every row that would begin a holding of such an offer where, at no time of it, anybody of the
    row's unit holds one of the others: by the file, or as is stored. What is held already is never refused.

    Call it in the transaction that will write, while nobody else may.
    """
    added = {(new.subscriber, new.what, new.from_ms) for new in plan.holdings.add
             if new.what in terms and terms[new.what].needs}  # fmt: skip
    asking = [one for one in statements if (one.subscriber, one.offer, one.from_ms) in added] if added else []
    if not asking:
        return
    units, wanted = {one.unit for one in asking}, frozenset().union(*(terms[one.offer].needs for one in asking))
    beside: defaultdict[str, list[_Held]] = defaultdict(list)
    told = (
        _Held(s.unit, s.offer, s.from_ms, s.held_to_ms) for s in statements if s.unit in units and s.offer in wanted
    )
    for held in (*told, *_kept(tenant, plan, units, wanted)):
        beside[held.unit].append(held)
    for one in asking:
        needs = terms[one.offer].needs
        if not any(held.offer in needs and held.from_ms < one.held_to_ms and one.from_ms < held.to_ms
                   for held in beside[one.unit]):  # fmt: skip
            faults.note(
                "OFFER_NEEDS", one.line, "offer", one.offer, offer=one.offer, needs=", ".join(sorted(needs)),
                unit=one.pool or one.account,
            )  # fmt: skip


def _kept(tenant: Tenant, plan: Plan, units: Collection[str], wanted: Collection[str]) -> Iterator[_Held]:
    """What members hold as is stored, cut to their membership; both end where the file ends them."""
    left, ended = dict(plan.memberships.end), dict(plan.holdings.end)
    member: defaultdict[int, list[tuple[str, int, int]]] = defaultdict(list)
    with scope(tenant=tenant):
        rows = where(UnitMembership, "unit__code", units, "id", "subscriber_id", "from_ms", "to_ms", tenant=tenant)
        for unit, pk, subscriber, from_ms, to_ms in rows:
            member[subscriber].append((unit, from_ms, left.get(pk, to_ms)))
        holdings = OfferHolding.objects.filter(offer__in=sorted(wanted))
        for subscriber, pk, offer, from_ms, to_ms in where(
            holdings, "subscriber_id", member.keys(), "id", "offer", "from_ms", "to_ms"
        ):
            for unit, since, until in member[subscriber]:
                begin, end = max(from_ms, since), min(ended.get(pk, to_ms), until)
                if begin < end:
                    yield _Held(unit, offer, begin, end)
