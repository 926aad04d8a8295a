"""Receivables, receipts and what they clear by the thousand, inside the caller's write, by a few statements each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import CharField, DateField, Field, Model

from yidian.domains.payment.models import Allocation, Payment, Receivable
from yidian.domains.payment.types import NewReceivable
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.database.rows import add, bring
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame


class UnableToOpenReceivable(Exception):
    """RECEIVABLE_NEGATIVE: nobody owes less than nothing; `params` names the account and the cycle."""

    code = "RECEIVABLE_NEGATIVE"

    def __init__(self, *, account: str, cycle: str) -> None:
        self.params = {"account": account, "cycle": cycle}
        super().__init__(f"negative receivable of {account} in {cycle}")


def open_receivables(*, frame: Frame, rows: Sequence[NewReceivable]) -> int:
    """Open receivables on the local day of the caller's write; how many. The ledger's side is the caller's.

    IntegrityError where a bill has its receivable already. UnableToOpenReceivable for a negative amount; 0 is kept, so
    that every bill has its row. One audit entry is the caller's (a chunk's digest).
    """
    for row in rows:
        if row.amount_minor < 0:
            raise UnableToOpenReceivable(account=row.account, cycle=row.cycle)
    day = connection.ops.adapt_datefield_value
    due = {on: day(on) for on in {row.due_on for row in rows}}
    return bring(
        Receivable, count=len(rows),
        same={
            "tenant_id": frame.tenant.pk, "opened_on": day(local_date(to_ms(frame.now), frame.tenant.zone)),
            "cleared_minor": 0,
        },
        each={
            "account": [row.account for row in rows], "kind": [row.kind for row in rows],
            "refers": [row.refers or str(row.bill_id) for row in rows], "cycle": [row.cycle for row in rows],
            "due_on": [due[row.due_on] for row in rows], "amount_minor": [row.amount_minor for row in rows],
        },
    )  # fmt: skip


def insert_payments(rows: Sequence[Payment]) -> None:
    """Write new receipts that have their ids. IntegrityError where a channel's id is there already."""
    _insert(Payment, rows, "id")


def insert_allocations(rows: Sequence[Allocation]) -> None:
    """Write what clears what."""
    _insert(Allocation, rows)


def _insert(model: type[Model], rows: Sequence[Model], *key: str) -> None:
    """Rows of a tenant as they stand, with their `key`, if any."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key or field.column in key]
    each = {str(field.column): _stored(field, [getattr(row, field.attname) for row in rows]) for field in fields}
    bring(model, count=len(rows), same={}, each=each)


def _stored(field: Field[Any, Any], values: list[Any]) -> list[Any]:
    """A column's values as the database takes them; a choice as its text."""
    if isinstance(field, DateField):  # an instant is one too
        return [field.get_db_prep_save(value, connection) for value in values]
    return [str(value) for value in values] if isinstance(field, CharField) else values


def move_cleared(*, tenant: Tenant, by_receivable: Mapping[int, int]) -> None:
    """Add to what is cleared of receivables; the database keeps each within 0 and its amount."""
    moved = {id_: amount for id_, amount in by_receivable.items() if amount}
    there = add(Receivable, "cleared_minor", tenant=tenant.pk, by_id=moved)
    if there != len(moved):
        raise RuntimeError(f"of {len(moved)} receivables {there} are there")
