"""Taking numbers: business numbers without a gap inside a write, identities in ranges where gaps do not matter."""

from __future__ import annotations

from typing import Final

from django.db import connection, transaction
from django.db.models import F
from django_scopes import scope

from yidian.platform.database.kept import Reading
from yidian.platform.numbering.models import NumberSeries
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame

_LAST: Final = Reading(lambda series: NumberSeries.objects.filter(series=series).values_list("last"))


def next_number(*, frame: Frame, series: str, form: str) -> str:
    """The next number of a series, written by `form`: next_number(…, series="pay/2026", form="P2026-{:08d}").

    Taken with the write: a write that is rolled back leaves no gap. Until the write ends everybody else who wants a
    number of the series waits, so it is taken late in the write, and a busy series is kept short (by month, by shop).
    """
    return form.format(_take(tenant=frame.tenant, series=series, count=1))


def next_numbers(*, frame: Frame, series: str, form: str, count: int) -> list[str]:
    """As `next_number`, `count` of them in a row, for a run's chunk: one statement, whatever their count."""
    last = _take(tenant=frame.tenant, series=series, count=count) if count else 0
    return [form.format(n) for n in range(last - count + 1, last + 1)]


def reserve(*, tenant: Tenant, series: str, count: int) -> range:
    """`count` numbers in a row that nobody else will get. What is not used of them is a gap.

    In a transaction of its own; inside a caller's transaction they are taken with it.
    """
    if count < 1:
        raise ValueError(f"{count} numbers cannot be reserved")
    with transaction.atomic():
        last = _take(tenant=tenant, series=series, count=count)
    return range(last - count + 1, last + 1)


def _take(*, tenant: Tenant, series: str, count: int) -> int:
    """Move the counter on and answer where it stands. The UPDATE holds its row until the transaction ends."""
    if not connection.in_atomic_block:
        raise RuntimeError("a number belongs into the transaction that uses it")
    with scope(tenant=tenant):
        row = NumberSeries.objects.filter(tenant=tenant, series=series)
        while not row.update(last=F("last") + count):
            NumberSeries.objects.bulk_create([NumberSeries(tenant=tenant, series=series)], ignore_conflicts=True)
        [(last,)] = _LAST.rows(tenant=tenant, series=series)
        return int(last)
