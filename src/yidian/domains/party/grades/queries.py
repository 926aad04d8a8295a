"""What grade a customer has."""

from __future__ import annotations

from typing import Final

from django_scopes import scope

from yidian.domains.party.models import CustomerGrade
from yidian.domains.party.types import NORMAL_GRADE
from yidian.platform.database.kept import Reading
from yidian.platform.tenancy.models import Tenant

_GRADE: Final = Reading(
    lambda customer, at_ms: CustomerGrade.objects.filter(
        customer__code=customer, from_ms__lte=at_ms, to_ms__gt=at_ms
    ).order_by("id").values_list("grade")[:1]
)  # fmt: skip


def grade_at(*, tenant: Tenant, customer: str, at_ms: int) -> str:
    """The grade of a customer (code) at an instant (UTC ms); NORMAL_GRADE where nothing else is told."""
    with scope(tenant=tenant):
        found = _GRADE.rows(tenant=tenant, customer=customer, at_ms=at_ms)
    return str(found[0][0]) if found else NORMAL_GRADE
