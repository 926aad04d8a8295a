"""Rows of one subscription in and out, each with its key: what is changed here may be taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.db.models import ForeignObjectRel

from yidian.domains.product_inventory.models import (
    AccessIdentifier,
    AccountOfSubscriber,
    OfferHolding,
    RatingUnit,
    Subscriber,
    SubscriberLife,
    SubscriberState,
    SubscriberStop,
    UndoneSubscriber,
    UnitMembership,
)
from yidian.platform.database.asking import where
from yidian.platform.database.kept import add as store
from yidian.platform.tenancy.models import Tenant


class Table(NamedTuple):
    """`what`: the column that says what was had; `shown`: how it is read as a code; `kind`: the column beside it."""

    model: Any
    what: str
    shown: str
    kind: str = ""


TABLES: Final[Mapping[str, Table]] = {
    "identifiers": Table(AccessIdentifier, "value", "value", "kind"),
    "holdings": Table(OfferHolding, "offer", "offer"),
    "payers": Table(AccountOfSubscriber, "account_id", "account__code"),
    "memberships": Table(UnitMembership, "unit_id", "unit__code"),
    "lives": Table(SubscriberLife, "life", "life"),
    "stops": Table(SubscriberStop, "reason", "reason", "ways"),
    "states": Table(SubscriberState, "state", "state"),
}


class Row(NamedTuple):
    """A row to add: id of the subscription, kind ("": the table has none), what (a code, or an id), and when."""

    subscriber: int
    kind: str
    what: Any
    from_ms: int
    to_ms: int


class Dated(NamedTuple):
    """A stored row, in codes."""

    pk: int
    subscriber: str
    kind: str
    what: str
    from_ms: int
    to_ms: int


def add(*, tenant: Tenant, table: str, rows: Sequence[Row]) -> list[int]:
    """Their keys, in order; this and the following inside a frame of the caller."""
    told = TABLES[table]
    made = [
        told.model(
            tenant=tenant, subscriber_id=row.subscriber, from_ms=row.from_ms, to_ms=row.to_ms,
            **{told.what: row.what}, **({told.kind: row.kind} if told.kind else {}),
        )
        for row in rows
    ]  # fmt: skip
    store(made)
    return [row.pk for row in made]


def end(*, tenant: Tenant, table: str, pk: int, was_to_ms: int, to_ms: int) -> bool:
    """Give a row another end, if it has the one it should have had until now."""
    rows = TABLES[table].model.objects.filter(tenant=tenant, pk=pk, to_ms=was_to_ms)
    return bool(rows.update(to_ms=to_ms))


def remove(*, tenant: Tenant, table: str, pks: Collection[int]) -> None:
    if pks:
        TABLES[table].model.objects.filter(tenant=tenant, pk__in=sorted(pks)).delete()


def stored(*, tenant: Tenant, table: str, pks: Collection[int]) -> dict[int, Dated]:
    """Rows by their keys; those that are there."""
    told = TABLES[table]
    columns = ("subscriber__code", told.kind or told.shown, told.shown, "from_ms", "to_ms")
    return {
        pk: Dated(pk, code, kind if told.kind else "", str(what), from_ms, to_ms)
        for pk, code, kind, what, from_ms, to_ms in where(told.model, "pk", pks, *columns, tenant=tenant)
    }


def overlapped(*, tenant: Tenant, table: str, pk: int) -> bool:
    """Whether another row of the same key (a number anybody's, else the subscription's own) is good at an instant of
    this row."""
    told = TABLES[table]
    row = told.model.objects.get(tenant=tenant, pk=pk)
    rows = told.model.objects.filter(tenant=tenant, from_ms__lt=row.to_ms, to_ms__gt=row.from_ms).exclude(pk=pk)
    if table == "identifiers":
        rows = rows.filter(kind=row.kind, value=row.value)
    else:
        rows = rows.filter(subscriber_id=row.subscriber_id)
        if table in ("holdings", "stops"):
            rows = rows.filter(**{told.what: getattr(row, told.what)})
    return bool(rows.exists())


def add_subscriber(*, tenant: Tenant, id: int, code: str, customer: int, home_area: str) -> None:
    Subscriber.objects.create(tenant=tenant, id=id, code=code, customer_id=customer, home_area=home_area)


def add_unit(*, tenant: Tenant, id: int, code: str) -> None:
    RatingUnit.objects.create(tenant=tenant, id=id, code=code)


def remove_subscriber(*, tenant: Tenant, id: int, code: str) -> bool:
    """Take a subscription away that no row of any room names; its id is never given again."""
    for field in Subscriber._meta.get_fields(include_hidden=True):
        if isinstance(field, ForeignObjectRel):
            rows = field.related_model._base_manager.filter(tenant=tenant, **{field.field.name: id})
            if rows.exists():
                return False
    UndoneSubscriber.objects.create(tenant=tenant, id=id, code=code)
    rows = Subscriber.objects.filter(tenant=tenant, pk=id, code=code)
    return bool(rows._raw_delete(rows.db))  # the rows that could name it were looked at, and Django would look anew
