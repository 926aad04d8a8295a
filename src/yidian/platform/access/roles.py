"""Reading roles: what each may do, where, up to which amount, and how many hold it now."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from django_scopes import scope

from yidian.kernel.calendar import to_ms
from yidian.platform.access.models import Post, Role, RoleAction
from yidian.platform.access.rights import defaults
from yidian.platform.tenancy.models import Tenant


@dataclass(frozen=True, slots=True)
class RightFacts:
    """A row of the table: limits in minor units, None: any amount. `reach` "none": taken away."""

    action: str
    reach: str
    limit_minor: int | None
    asks: bool
    approves: bool
    approve_limit_minor: int | None


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """`power`: "system", "security", "audit" of the three that never meet; else "". `holders`: posts held now."""

    code: str
    power: str
    ended: bool
    holders: int
    rights: tuple[RightFacts, ...]


def role_codes(*, tenant: Tenant, now: datetime) -> list[str]:
    """Codes of the roles that can be given now; the default ones while the tenant has none."""
    with scope(tenant=tenant):
        found = list(Role.objects.filter(to_ms__gt=to_ms(now)).order_by("code").values_list("code", flat=True))
    return found or sorted(defaults())


def roles(*, tenant: Tenant, now: datetime) -> list[RoleFacts]:
    """Every role by code, with its rights by action."""
    at_ms = to_ms(now)
    with scope(tenant=tenant):
        held = Counter(
            Post.objects.filter(from_ms__lte=at_ms, to_ms__gt=at_ms, user__is_active=True).values_list(
                "role_id", flat=True
            )
        )
        rights: defaultdict[int, list[RightFacts]] = defaultdict(list)
        columns = ("role_id", "action", "reach", "limit_minor", "asks", "approves", "approve_limit_minor")
        for role, *row in RoleAction.objects.order_by("action").values_list(*columns):
            rights[role].append(RightFacts(*row))
        return [
            RoleFacts(row.code, row.power, row.to_ms <= at_ms, held[row.pk], tuple(rights[row.pk]))
            for row in Role.objects.order_by("code")
        ]
