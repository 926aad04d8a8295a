"""Reading numbers, cards, ports and terminals: what can be chosen, what one is, how many there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, Max, Q
from django_scopes import scope

from yidian.domains.resource_inventory import lifecycle
from yidian.domains.resource_inventory._card_runs import CardRun, matched
from yidian.domains.resource_inventory._cards import cards_to_choose as cards_to_choose
from yidian.domains.resource_inventory._facts import facts_of
from yidian.domains.resource_inventory._installed import lines_at as lines_at
from yidian.domains.resource_inventory._places import UnableToFindAddress as UnableToFindAddress
from yidian.domains.resource_inventory._places import addresses_called as addresses_called
from yidian.domains.resource_inventory._places import capacity as capacity
from yidian.domains.resource_inventory._places import free_ports as free_ports
from yidian.domains.resource_inventory._shapes import UnableToReadShape as UnableToReadShape
from yidian.domains.resource_inventory._shapes import read_shape
from yidian.domains.resource_inventory.bulk import Wish, choose
from yidian.domains.resource_inventory.models import (
    Card,
    CardOrder,
    Device,
    NumberBlock,
    NumberLevel,
    OfficeData,
    Port,
    ResourceStep,
)
from yidian.domains.resource_inventory.models import Number as NumberRow
from yidian.domains.resource_inventory.types import (
    BlockFacts,
    CardMatch,
    CardOrderFacts,
    LevelTerms,
    MissingCity,
    NumberChoice,
    ResourceFacts,
    StateCount,
    Step,
)
from yidian.kernel.calendar import FOREVER_MS, to_ms
from yidian.platform.database.asking import where
from yidian.platform.tenancy.models import Tenant

COUNTED: Final = {
    lifecycle.NUMBER: (NumberRow, "block__code"), lifecycle.CARD: (Card, "batch"), lifecycle.PORT: (Port, "box__code"),
    lifecycle.DEVICE: (Device, "model"),
}  # fmt: skip
COLUMNS: Final = {lifecycle.NUMBER: "value", lifecycle.CARD: "iccid", lifecycle.PORT: "code", lifecycle.DEVICE: "imei"}
TERMS: Final = (
    "code", "valid_from", "min_spend_minor", "months", "deposit_minor", "deposit_months", "penalty_ppm", "kept_pays",
    "transfer_restarts", "name", "offer",
)  # fmt: skip


def numbers_to_choose(
    *, tenant: Tenant, now: datetime, pattern: str = "", level: str | None = None, area: str = "", kind: str = "",
    within: Collection[str] | None = None, reseller: str = "", without_digits: str = "", lucky: str = "",
    limit: int = 20, after: str = "",
) -> list[NumberChoice]:  # fmt: skip
    """Numbers that can be reserved now, a page of at most `limit` after a number.

    `pattern`: digits, `*` for any, letters for the same digit (`AABB`), `+4` rising; shorter than a number it is an
    ending: `8888`, `138****8888`. `level` None: any, "": ordinary ones. `within`: organisations, besides the operator's
    own (None: any). `without_digits`, `lucky`: of the last eight digits none is one of these, all of these are there.
    UnableToReadShape.
    """
    wish = Wish(
        shape=read_shape(pattern) if pattern else None, level=level, without=without_digits, lucky=lucky,
        organisations=None if within is None else ("", *sorted(within)), reseller=reseller,
    )  # fmt: skip
    with scope(tenant=tenant):
        named = {name: told for name, told in (("area", area), ("kind", kind)) if told}
        blocks = {row.pk: row for row in _ready_blocks(tenant, now).filter(**named)}
        found = choose(
            tenant=tenant, blocks=list(blocks.values()), wish=wish, after=after, limit=limit, now_ms=to_ms(now)
        )
    return [
        NumberChoice(value, of, (block := blocks[pk]).code, block.kind, block.area, block.network, organisation)
        for value, of, pk, organisation in found
    ]


def resource(*, tenant: Tenant, kind: str, id: str, now: datetime | None = None) -> ResourceFacts | None:
    """What a resource is and who has it; None where there is none. `now`: when its block is asked to be ready."""
    with scope(tenant=tenant):
        return facts_of(tenant, kind, id, now)


def resources_of(*, tenant: Tenant, holder: str, kinds: Collection[str] = lifecycle.KINDS) -> list[tuple[str, str]]:
    """(kind, id) of everything that a holder has: a reservation's ("order/…") or a subscriber's (its code)."""
    with scope(tenant=tenant):
        return [
            (kind, id)
            for kind in lifecycle.KINDS
            if kind in kinds and holder
            for id in COUNTED[kind][0]
            .objects.filter(tenant=tenant, holder=holder)
            .exclude(holder="")
            .order_by(COLUMNS[kind])
            .values_list(COLUMNS[kind], flat=True)
        ]


def steps_of(*, tenant: Tenant, kind: str, id: str) -> list[Step]:
    """What happened to a resource, first to last; of numbers also what happened to a range they are in."""
    own = Q(resource=id, last="")
    ranges = Q(last__gte=id, resource__lte=id) & ~Q(last="")
    with scope(tenant=tenant):
        rows = ResourceStep.objects.filter(own | ranges if kind == lifecycle.NUMBER else own, tenant=tenant, kind=kind)
        return [
            Step(
                row.event, row.before, row.after, row.holder, row.organisation, f"{row.actor_kind}/{row.actor_id}",
                row.at_ms, (row.resource, row.last) if row.last else None,
            )
            for row in rows.order_by("id")
            if not row.last or len(row.last) == len(id)
        ]  # fmt: skip


def level_terms(*, tenant: Tenant, level: str, on: date) -> LevelTerms | None:
    """The terms of a level in force on a local day; None where it has none then, or is unknown."""
    with scope(tenant=tenant):
        rows = NumberLevel.objects.filter(tenant=tenant, code=level, valid_from__lte=on).order_by("-valid_from")
        found = rows.values_list(*TERMS).first()
    return LevelTerms(*found) if found else None


def levels(*, tenant: Tenant) -> list[LevelTerms]:
    """All rows of terms, by level and day."""
    with scope(tenant=tenant):
        rows = NumberLevel.objects.filter(tenant=tenant).order_by("code", "valid_from")
        return [LevelTerms(*row) for row in rows.values_list(*TERMS)]


def blocks(*, tenant: Tenant, now: datetime) -> list[BlockFacts]:
    """All blocks by their first number, and how far their office data is."""
    ready = Q(cities__since_ms__lte=to_ms(now))
    columns = ("code", "kind", "first", "last", "network", "area", "portable")
    with scope(tenant=tenant):
        rows = NumberBlock.objects.filter(tenant=tenant).annotate(
            needs=Count("cities"), has=Count("cities", filter=ready)
        )
        return [BlockFacts(*row) for row in rows.order_by("first").values_list(*columns, "needs", "has")]


def missing_cities(*, tenant: Tenant, now: datetime, block: str = "") -> list[MissingCity]:
    """Cities that blocks (or one) wait for, by block and city."""
    named = {"block__code": block} if block else {}
    late = Q(since_ms=None) | Q(since_ms__gt=to_ms(now))
    with scope(tenant=tenant):
        rows = OfficeData.objects.filter(late, tenant=tenant, **named).order_by("block__first", "city")
        return [MissingCity(*row) for row in rows.values_list("block__code", "city", "name", "since_ms")]


def counts(*, tenant: Tenant, kind: str, of: str = "") -> list[StateCount]:
    """How many of a kind are in which state, by block, box, model of terminal or batch of cards (or of one of them)."""
    model, key = COUNTED[kind]
    named = {key: of} if of else {}
    with scope(tenant=tenant):
        rows: Any = model.objects.filter(tenant=tenant, **named).values_list(key, "state")
        found = list(rows.annotate(Count("id")).order_by(key, "state"))
    return [StateCount(name or "", state, count) for name, state, count in found]


def holders(*, tenant: Tenant, kind: str) -> dict[str, tuple[str, str]]:
    """Everything of a kind that somebody has: id → (state, holder)."""
    model, column = COUNTED[kind][0], COLUMNS[kind]
    with scope(tenant=tenant):
        rows = model.objects.filter(tenant=tenant).exclude(holder="")
        return {id: (state, holder) for id, state, holder in rows.values_list(column, "state", "holder")}


def holders_told(*, tenant: Tenant, kind: str) -> dict[str, tuple[str, str]]:
    """The same by the newest step of each: what history says."""
    with scope(tenant=tenant):
        steps = ResourceStep.objects.filter(tenant=tenant, kind=kind, last="")
        newest = steps.order_by().values("resource").annotate(newest=Max("id")).values("newest")
        rows = ResourceStep.objects.filter(tenant=tenant, pk__in=newest, after__in=lifecycle.HELD)
        return {id: (state, holder) for id, state, holder in rows.values_list("resource", "after", "holder")}


def card_orders(*, tenant: Tenant, code: str = "") -> list[CardOrderFacts]:
    """Orders of cards, newest first (or the one of a code), and how many of each have come."""
    named = {"code": code} if code else {}
    with scope(tenant=tenant):
        rows = CardOrder.objects.filter(tenant=tenant, **named).order_by("-id")
        return [
            CardOrderFacts(
                row.code, row.vendor, row.kind, row.first_iccid, row.first_imsi, row.count, row.reseller, row.at_ms,
                sum(row.run.place(iccid) >= 0 for iccid in _came(tenant, row.code)),
            )
            for row in rows
        ]  # fmt: skip


def card_order_run(*, tenant: Tenant, code: str) -> tuple[CardRun, CardMatch] | None:
    """The cards of an order, and what of them has come; None where there is none."""
    with scope(tenant=tenant):
        row = CardOrder.objects.filter(tenant=tenant, code=code).first()
        return None if row is None else (row.run, matched(row.run, before=_came(tenant, code), delivered=()))


def delivery_matches(*, tenant: Tenant, delivered: Mapping[str, Sequence[str]]) -> list[CardMatch]:
    """A vendor's delivery (ICCIDs by batch) held against the orders whose codes the batches are."""
    with scope(tenant=tenant):
        rows = CardOrder.objects.filter(tenant=tenant, code__in=sorted(delivered)).order_by("code")
        return [
            matched(row.run, before=_came(tenant, row.code), delivered=delivered[row.code]) for row in rows
        ]  # fmt: skip


def _came(tenant: Tenant, batch: str) -> Any:
    return Card.objects.filter(tenant=tenant, batch=batch).values_list("iccid", flat=True)


def states_of(*, tenant: Tenant, kind: str, ids: Collection[str]) -> dict[str, str]:
    """The states of resources by id, of those that are there."""
    model, column = COUNTED[kind][0], COLUMNS[kind]
    with scope(tenant=tenant):
        return dict(where(model.objects.filter(tenant=tenant), column, ids, "state"))


def _ready_blocks(tenant: Tenant, now: datetime) -> Any:
    rows = NumberBlock.objects.filter(tenant=tenant)
    late = OfficeData.objects.filter(Q(since_ms=None) | Q(since_ms__gt=to_ms(now)), tenant=tenant)
    told = OfficeData.objects.filter(tenant=tenant, since_ms__lte=min(to_ms(now), FOREVER_MS))
    return rows.filter(pk__in=told.values("block_id")).exclude(pk__in=late.values("block_id"))
