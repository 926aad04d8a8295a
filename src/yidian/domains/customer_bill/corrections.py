"""Reading corrections: lists, one with what its preview found, those that the bills of now bear."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from django_scopes import scope

from yidian.domains.customer_bill import correction_lifecycle as lifecycle
from yidian.domains.customer_bill.correction_lifecycle import UnableToCorrect
from yidian.domains.customer_bill.models import Correction
from yidian.domains.customer_bill.types import Chosen, CorrectionRow
from yidian.platform.numbering.queries import numbers_given
from yidian.platform.tenancy.models import Tenant

NAMES: Final = tuple("origin__name" if name == "cycle" else name for name in CorrectionRow.__dataclass_fields__)


def corrections(
    *, tenant: Tenant, cycle: str = "", state: str = "", before: str = "", limit: int = 50
) -> list[CorrectionRow]:
    """Corrections, the newest first; `before` a number, for the next page."""
    with scope(tenant=tenant):
        rows = Correction.objects.filter(tenant=tenant).order_by("-number")
        rows = rows.filter(origin__name=cycle) if cycle else rows
        rows = rows.filter(state=state) if state else rows
        rows = rows.filter(number__lt=before) if before else rows
        return [CorrectionRow(*row) for row in rows.values_list(*NAMES)[:limit]]


def correction(*, tenant: Tenant, number: str) -> CorrectionRow:
    """One by its number. UnableToCorrect CORRECTION_UNKNOWN."""
    with scope(tenant=tenant):
        row = Correction.objects.filter(tenant=tenant, number=number).values_list(*NAMES).first()
    if row is None:
        raise UnableToCorrect("CORRECTION_UNKNOWN", number=number)
    return CorrectionRow(*row)


def found_by_preview(*, tenant: Tenant, number: str) -> tuple[dict[str, Any], list[tuple[str, int, int]]]:
    """What its preview found: whole, and (account, before, after) of every account whose bill changes."""
    with scope(tenant=tenant):
        row = Correction.objects.filter(tenant=tenant, number=number).values_list("told", "rows").first()
    if row is None:
        raise UnableToCorrect("CORRECTION_UNKNOWN", number=number)
    return row[0], [(account, old, new) for account, old, new in row[1]]


def chosen_by(*, tenant: Tenant, number: str) -> Chosen:
    """Whom it is about. UnableToCorrect CORRECTION_UNKNOWN."""
    with scope(tenant=tenant):
        told = Correction.objects.filter(tenant=tenant, number=number).values_list("chosen", flat=True).first()
    if told is None:
        raise UnableToCorrect("CORRECTION_UNKNOWN", number=number)
    return Chosen(*(tuple(told[name]) for name in Chosen.__dataclass_fields__))


def agreed_corrections(*, tenant: Tenant, cycle: str) -> list[CorrectionRow]:
    """Those of a month that its differences follow, in the order in which they were agreed on."""
    with scope(tenant=tenant):
        rows = Correction.objects.filter(tenant=tenant, origin__name=cycle, state=lifecycle.AGREED)
        return [CorrectionRow(*row) for row in rows.order_by("rank").values_list(*NAMES)]


def withdrawn_corrections(*, tenant: Tenant, cycle: str) -> list[str]:
    """Numbers of those of a month that were agreed on once, and are not any more."""
    with scope(tenant=tenant):
        rows = Correction.objects.filter(tenant=tenant, origin__name=cycle, state=lifecycle.WITHDRAWN)
        return list(rows.exclude(rank=None).order_by("rank").values_list("number", flat=True))


def known_corrections(*, tenant: Tenant, numbers: Collection[str]) -> frozenset[str]:
    """Those of some numbers that are there."""
    with scope(tenant=tenant):
        rows = Correction.objects.filter(tenant=tenant, number__in=sorted(numbers))
        return frozenset(rows.values_list("number", flat=True))


def correction_numbers(*, tenant: Tenant, head: str) -> Iterator[str]:
    """Numbers of corrections that begin with `head`."""
    return numbers_given(Correction, tenant=tenant, head=head)
