"""What grade a customer has."""

from __future__ import annotations

from django_scopes import scope

from yidian.domains.party.models import CustomerGrade
from yidian.domains.party.types import NORMAL_GRADE
from yidian.platform.tenancy.models import Tenant


def grade_at(*, tenant: Tenant, customer: str, at_ms: int) -> str:
    """The grade of a customer (code) at an instant (UTC ms); NORMAL_GRADE where nothing else is told."""
    with scope(tenant=tenant):
        rows = CustomerGrade.objects.filter(tenant=tenant, customer__code=customer, from_ms__lte=at_ms, to_ms__gt=at_ms)
        grade: str | None = rows.values_list("grade", flat=True).first()
    return grade or NORMAL_GRADE
